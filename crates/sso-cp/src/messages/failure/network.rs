//! When AWS cannot be reached, refuses, or answers nonsense.

use std::path::Path;

use sso_cp_config::Selection;
use sso_cp_http::{BadReply, CallError, Error, TlsReason};
use sso_cp_types::AccountId;

use super::system::fact;
use crate::messages::message::Message;
use crate::messages::scene::Scene;
use crate::messages::text::shell_word;

/// What to do where a page of somebody else answers.
const CAPTIVE: &str =
    "is there a proxy or captive portal? open any web page in a browser and try again";
const AGAIN: &str = "try again; if it stays, run with `--debug`";
const CHECK_CONFIG: &str = "check `sso_region` and `sso_start_url` in the config file";
const CHECK_NETWORK: &str = "check the network, a VPN, and the proxy in `HTTPS_PROXY`";

pub(super) fn message(error: &CallError, home: Option<&Path>) -> Message {
    Message::new(fact(error, home), hint(error))
}

pub(super) fn hint(error: &CallError) -> String {
    let hint = match error {
        CallError::Http(error) => return http(error),
        CallError::Refused { error, .. } if error.is_throttling() => "try again in a minute",
        CallError::Refused { error, .. } if error.status >= 500 => "try again in a moment",
        CallError::Refused { .. } => CHECK_CONFIG,
        CallError::BadReply { problem, .. } => match problem {
            BadReply::NotJson { .. } | BadReply::NotXml { .. } if !problem.is_broken_json() => {
                CAPTIVE
            }
            _ => AGAIN,
        },
        CallError::AlreadyExpired { .. } => "check the clock with `date -u`",
    };
    hint.to_owned()
}

const CHECK_FLAGS: &str = "check `--account-id` and `--role-name` against the access portal";

/// AWS does not give this role.
pub(super) fn refused(id: &AccountId, role_name: &str, scene: &Scene) -> String {
    if role_name.starts_with("arn:") {
        return not_entitled(scene);
    }
    let meant = AccountId::typed(&id.0);
    if !id.is_usual() && meant.is_usual() {
        return format!("write the account id as `{meant}`");
    }
    let list = |flag: &str, name: &str| {
        format!("run `sso-cp list {flag} {}` to see what there is", shell_word(name))
    };
    match (&scene.selection, &scene.shell_profile) {
        // `configure` fails before there is a session to ask by.
        _ if scene.word == Some("configure") => CHECK_FLAGS.to_owned(),
        (Some(Selection::Profile(profile)), _) | (None, Some(profile)) => {
            list("--profile", profile)
        }
        (Some(Selection::Role { sso_session, .. } | Selection::SsoSession(sso_session)), _) => {
            list("--sso-session", sso_session)
        }
        (None, None) => CHECK_FLAGS.to_owned(),
    }
}

/// Account access manager does not give this role, or the token lacks a scope: AWS's words do not tell which.
fn not_entitled(scene: &Scene) -> String {
    match &scene.selection {
        Some(Selection::Profile(profile)) => {
            let profile = shell_word(profile);
            format!(
                "run `sso-cp list --profile {profile}`; where the role is in it, `sso-cp login --profile {profile} --force`"
            )
        }
        _ => "run `sso-cp doctor`".to_owned(),
    }
}

fn http(error: &Error) -> String {
    let hint = match error {
        Error::BadRoots { named_by, .. } => return format!("correct `{named_by}`, or remove it"),
        Error::BadProxy { named_by, .. } => {
            return format!("correct it, or run `unset {named_by}`");
        }
        Error::Proxy { named_by, .. } => {
            return format!("correct `{named_by}`, or add the host to `NO_PROXY`");
        }
        Error::Unresolved { .. } => "check the network, and `sso_region` in the config file",
        Error::Unreachable { .. } | Error::TimedOut { .. } => CHECK_NETWORK,
        Error::Tls { reason: TlsReason::Expired | TlsReason::NotYetValid, .. } => {
            "check the clock with `date -u`; a company's own certificate authority goes into `AWS_CA_BUNDLE`"
        }
        Error::Tls { .. } => {
            "if a proxy opens TLS here, name its certificate authority in `AWS_CA_BUNDLE`"
        }
        Error::Redirected { .. } => CAPTIVE,
        _ => AGAIN,
    };
    hint.to_owned()
}
