//! What a person should know although all went well.

use sso_cp_provider::Warning;

use super::failure::{cause, provider_message, session_words};
use super::scene::Scene;
use super::text::clean;

/// One line, without the word "warning".
pub(crate) fn words(warning: &Warning, scene: &Scene) -> String {
    match warning {
        Warning::StaleCredentials { expires_at, error } => format!(
            "cached credentials are used until {expires_at}, for fresh ones could not be had: {}",
            provider_message(error, scene).fact
        ),
        Warning::StandIn { session, region, error } => {
            let why = match error {
                Some(error) => provider_message(error, scene).fact,
                None => "the other Region failed a moment ago".to_owned(),
            };
            let session = session_words(session, None);
            format!("the credentials are from {session} in {}: {why}", clean(region))
        }
        Warning::TokenNotRenewed { expires_at, error } => {
            let said = error.said();
            format!("the token could not be renewed and is used until {expires_at}: {said}")
        }
        Warning::TokenNotSaved(error) => format!(
            "the new token could not be saved, so the next run may need a sign-in: {}",
            cause(error, scene.home())
        ),
        Warning::CredentialsNotCached(error) => {
            format!("the credentials could not be cached: {}", cause(error, scene.home()))
        }
        Warning::StaleServiceToken { expires_at, error } => format!(
            "the token that is kept serves until {expires_at}, for a new one could not be had: {}",
            provider_message(error, scene).fact
        ),
        Warning::ServiceTokenNotKept(error) => format!(
            "the token is not kept, and the next run asks again: {}",
            cause(error, scene.home())
        ),
        Warning::UnusualAccountId(account_id) => {
            format!("`{account_id}` is not an account id, which has twelve digits")
        }
    }
}
