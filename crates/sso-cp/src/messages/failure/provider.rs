//! Why there are no credentials, and what to do about each reason.

use sso_cp_http::CallError;
use sso_cp_provider::Error;

use super::system::system;
use super::{chain, config, direct, files, network, scope, service, sign_in_required, store};
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::scene::Scene;

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
    let home = scene.home();
    match error {
        Error::Config(error) => config::message(error, home, scene.word),
        Error::SignInRequired(needed) => {
            sign_in_required::message(needed, scene.selection.as_ref())
        }
        Error::StoreLocked(locked) => store::locked(locked, scene.selection.as_ref()),
        Error::RoleRefused { account_id, role_name, error } => {
            network::refused(account_id, &role_name.0, error, scene)
        }
        Error::AssumeRoleRefused { profile, role_arn, error } => {
            chain::not_assumed(profile, role_arn, error)
        }
        Error::Scope(error) => scope::message(error, scene),
        Error::ServiceRefused(refused) => service::message(refused),
        Error::CredentialsRefused(error) => direct::not_believed(error),
        Error::Network(error) => network::message(error, home),
        Error::Cache(error) => files::message(error, home),
        Error::TokenUnsaveable(error) => files::unsaveable(error, home),
        Error::Thread(error) => {
            Message::new(format!("no thread can be started: {}", system(error)), "see `ulimit -u`")
        }
    }
}

fn is_configuration(error: &CallError) -> bool {
    matches!(error, CallError::Http(error) if error.is_configuration())
}
