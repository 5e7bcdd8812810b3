//! The command that goes on with what has been given and answered so far: until it is done, nothing of it stands in a file,
//! so no other command knows the session.

use super::answers::{Given, Profile, Wanted};
use crate::messages::failure::{Failure, Login, LoginReason};
use crate::messages::text::shell_word;

impl Given<'_> {
    /// The flags as they were typed, with the answers in place of what was asked.
    pub(super) fn words(&self, wanted: Option<&Wanted>, profile: Option<&Profile>) -> Vec<String> {
        let Given { flags, named } = self;
        let either =
            |flag: &Option<String>, answer: Option<&String>| answer.or(flag.as_ref()).cloned();
        let role = profile.map(|profile| &profile.role);
        let portal = role.filter(|role| role.arn.is_none());
        let tenant =
            || wanted.and_then(|wanted| Some(wanted.tenant.as_ref()?.to_text(&wanted.region)));
        let options = [
            ("--profile", either(&named.profile, profile.map(|profile| &profile.name))),
            ("--sso-session", either(&named.sso_session, wanted.map(|wanted| &wanted.name))),
            ("--account-id", either(&named.account_id, portal.map(|role| &role.account_id))),
            ("--role-name", either(&named.role_name, portal.map(|role| &role.role_name))),
            ("--start-url", either(&flags.start_url, wanted.map(|wanted| &wanted.start_url))),
            ("--sso-region", either(&flags.sso_region, wanted.map(|wanted| &wanted.region))),
            ("--scopes", flags.scopes.clone()),
            ("--tenant-id", flags.tenant_id.clone().or_else(tenant)),
            ("--role-arn", either(&flags.role_arn, role.and_then(|role| role.arn.as_ref()))),
            (
                "--region",
                either(&flags.region, profile.and_then(|profile| profile.region.as_ref())),
            ),
        ];
        let switches = [
            ("--no-browser", flags.no_browser),
            ("--use-device-code", flags.use_device_code),
            ("--no-login", flags.no_login),
        ];
        let option =
            |(name, value): (&str, Option<String>)| Some(format!("{name} {}", shell_word(&value?)));
        let options = options.into_iter().filter_map(option);
        let switches = switches.into_iter().filter(|(_, is_given)| *is_given);
        options.chain(switches.map(|(name, _)| name.to_owned())).collect()
    }

    /// What is typed to go on, where `login` would not know the session, or would know it as it was.
    pub(super) fn again(&self, wanted: &Wanted, profile: Option<&Profile>) -> Option<String> {
        wanted.is_changed.then(|| command(&self.words(Some(wanted), profile)))
    }

    /// A failure with the command that goes on.
    pub(super) fn unwritten(
        &self,
        failure: Failure,
        wanted: &Wanted,
        profile: Option<&Profile>,
    ) -> Failure {
        let has_bad_scopes = matches!(
            &failure,
            Failure::Login(Login { reason: LoginReason::ScopeUnknown { .. }, .. })
        );
        let words = self.words(Some(wanted), profile);
        let words =
            words.into_iter().filter(|word| !(has_bad_scopes && word.starts_with("--scopes ")));
        match failure {
            failure @ (Failure::Usage(_) | Failure::Told(_)) => failure,
            failure if !wanted.is_changed => failure,
            failure => {
                let again = command(&words.collect::<Vec<_>>());
                Failure::Unwritten { failure: Box::new(failure), again }
            }
        }
    }
}

fn command(words: &[String]) -> String {
    format!("sso-cp configure {}", words.join(" "))
}
