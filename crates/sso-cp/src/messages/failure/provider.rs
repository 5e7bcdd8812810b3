//! Why there are no credentials, and what to do about each reason.

use std::error::Error as _;

use sso_cp_config::{SessionName, Store};
use sso_cp_http::CallError;
use sso_cp_provider::{Error, Warning};

use super::system::fact_of;
use super::{chain, config, direct, files, network, scope, service, sign_in_required, store};
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::scene::Scene;
use crate::messages::text::shell_word;

pub(super) fn class(error: &Error) -> Class {
    match error {
        Error::Config(_) => Class::Config,
        Error::SignInRequired(_) => Class::SignIn,
        Error::StoreLocked(locked) => store::class_of_locked(locked),
        // A request that the portal does not understand, whatever is wrong with it.
        Error::RoleRefused { error, .. } if error.status() == Some(400) => Class::Network,
        Error::RoleRefused { .. } | Error::CredentialsRefused(_) => Class::Refused,
        Error::AssumeRoleRefused { error, .. } => chain::class(error),
        Error::Scope(error) => scope::class(error),
        Error::ServiceRefused(refused) => service::class(refused),
        Error::Network(error) if is_configuration(error) => Class::Config,
        Error::Network(_) => Class::Network,
        Error::Cache(_) | Error::TokenUnsaveable(_) | Error::Thread(_) => Class::Files,
    }
}

/// What is wrong, and what to do.
pub(crate) fn message(error: &Error, scene: &Scene) -> Message {
    match error {
        Error::Config(error) => config::message(error, scene.home(), scene.word),
        Error::Scope(error) => scope::message(error, scene),
        error => Message::new(fact(error, scene), hint(error, scene)),
    }
}

fn fact(error: &Error, scene: &Scene) -> String {
    fact_of(error.sentence(&scene.subject()), error.source(), scene.home())
}

fn hint(error: &Error, scene: &Scene) -> String {
    match error {
        Error::SignInRequired(needed) => sign_in_required::hint(needed, scene),
        Error::StoreLocked(locked) => store::hint_of_locked(locked),
        Error::RoleRefused { account_id, role_name, .. } => {
            network::refused(account_id, &role_name.0, scene)
        }
        Error::AssumeRoleRefused { profile, error, .. } => chain::not_assumed(profile, error),
        Error::ServiceRefused(refused) => service::hint(refused),
        Error::CredentialsRefused(_) => direct::NOT_BELIEVED.to_owned(),
        Error::Network(error) => network::hint(error),
        Error::Cache(error) | Error::TokenUnsaveable(error) => files::hint(error, scene.home()),
        Error::Thread(_) => "see `ulimit -u`".to_owned(),
        // These say it with their facts.
        Error::Config(_) | Error::Scope(_) => String::new(),
    }
}

/// What a person should know although all went well: one line, without the word "warning".
pub(crate) fn warning(warning: &Warning, scene: &Scene) -> String {
    let fact = fact_of(warning.sentence(&scene.subject()), warning.source(), scene.home());
    match warning {
        Warning::TokenMisplaced { session: SessionName::Named(name), wanted, .. } => {
            let verb = if *wanted == Store::Plain { "unseal" } else { "seal" };
            format!("{fact}; run `sso-cp {verb} --sso-session {}`", shell_word(name))
        }
        _ => fact,
    }
}

fn is_configuration(error: &CallError) -> bool {
    matches!(error, CallError::Http(error) if error.is_configuration())
}
