//! When AWS cannot be reached, refuses, or answers nonsense.

use std::path::Path;

use sso_cp_config::Selection;
use sso_cp_http::{BadReply, CallError, Error, ProxyTrouble, ServiceError, TlsReason};
use sso_cp_types::AccountId;

use super::system::{system, with_source};
use crate::messages::message::Message;
use crate::messages::scene::Scene;
use crate::messages::text::{clean, shell_word, shown_path};

/// A clock that is off by less than this is not worth a word.
const NOTABLE_SKEW_SECONDS: i64 = 5 * 60;

pub(super) fn message(error: &CallError, home: Option<&Path>) -> Message {
    match error {
        CallError::Http(error) => http(error, home),
        CallError::Refused { error: service, .. } => failing(service, &skew_note(error)),
        CallError::BadReply { problem, awaited, request_id } => {
            bad_reply(problem, awaited, request_id.as_deref())
        }
        CallError::AlreadyExpired { .. } => Message::new(
            format!("AWS gave credentials that have already expired{}", skew_note(error)),
            "check the clock with `date -u`",
        ),
    }
}

const CHECK_FLAGS: &str = "check `--account-id` and `--role-name` against the access portal";

/// AWS does not give this role.
pub(super) fn refused(
    id: &AccountId,
    role_name: &str,
    error: &CallError,
    scene: &Scene,
) -> Message {
    if role_name.starts_with("arn:") {
        return not_entitled(role_name, error, scene);
    }
    let (account_id, role_name) = (clean(&id.0), clean(role_name));
    let said = match error {
        CallError::Refused { error, .. } => service_words(error),
        other => clean(&other.to_string()),
    };
    let list = |flag: &str, name: &str| {
        format!("run `sso-cp list {flag} {}` to see what there is", shell_word(name))
    };
    let hint = match (&scene.selection, &scene.shell_profile) {
        // `configure` fails before there is a session to ask by.
        _ if scene.word == Some("configure") => CHECK_FLAGS.to_owned(),
        (Some(Selection::Profile(profile)), _) | (None, Some(profile)) => {
            list("--profile", profile)
        }
        (Some(Selection::Role { sso_session, .. } | Selection::SsoSession(sso_session)), _) => {
            list("--sso-session", sso_session)
        }
        (None, None) => CHECK_FLAGS.to_owned(),
    };
    let fact = format!("AWS refuses role `{role_name}` in account `{account_id}`: {said}");
    if id.is_usual() {
        return Message::new(fact + &skew_note(error), hint);
    }
    let meant = AccountId::typed(&id.0);
    let hint = match meant.is_usual() {
        true => format!("write the account id as `{meant}`"),
        false => hint,
    };
    Message::new(
        format!("{fact}; `{account_id}` is not an account id, which has twelve digits"),
        hint,
    )
}

/// Account access manager does not give this role, or the token lacks a scope: AWS's words do not tell which.
fn not_entitled(role_arn: &str, error: &CallError, scene: &Scene) -> Message {
    let said = match error {
        CallError::Refused { error, .. } => service_words(error),
        other => clean(&other.to_string()),
    };
    let hint = match &scene.selection {
        Some(Selection::Profile(profile)) => {
            let profile = shell_word(profile);
            format!(
                "run `sso-cp list --profile {profile}`; where the role is in it, `sso-cp login --profile {profile} --force`"
            )
        }
        _ => "run `sso-cp doctor`".to_owned(),
    };
    let fact = format!("AWS refuses role `{}`: {said}{}", clean(role_arn), skew_note(error));
    Message::new(fact, hint)
}

/// How wrong the clock is, where the reply says so and it matters.
pub(super) fn skew_note(error: &CallError) -> String {
    let skew = match error {
        CallError::Refused { clock_skew_seconds, .. }
        | CallError::AlreadyExpired { clock_skew_seconds } => clock_skew_seconds.unwrap_or(0),
        _ => 0,
    };
    if skew.abs() < NOTABLE_SKEW_SECONDS {
        return String::new();
    }
    let direction = if skew > 0 { "behind" } else { "ahead of" };
    format!("; this machine's clock is {} {direction} AWS's", span(skew.abs()))
}

fn span(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match seconds {
        ..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => format!("{} h {} min", seconds / HOUR, seconds % HOUR / MINUTE),
        _ => format!("{} days", seconds / DAY),
    }
}

fn failing(service: &ServiceError, skew: &str) -> Message {
    let status = service.status;
    let id = service.request_id.as_deref().map(|id| format!("request id {}", clean(id)));
    // Where the service says nothing, its words are the status.
    let has_words = service.message.is_some() || service.code != status.to_string();
    let numbers = [has_words.then(|| format!("status {status}")), id];
    let numbers: Vec<String> = numbers.into_iter().flatten().collect();
    let mut said = service_words(service);
    if !numbers.is_empty() {
        said = format!("{said} ({})", numbers.join(", "));
    }
    match status {
        _ if service.is_throttling() => {
            Message::new(format!("throttled by AWS: {said}"), "try again in a minute")
        }
        500.. => Message::new(format!("AWS is failing: {said}"), "try again in a moment"),
        _ => Message::new(
            format!("AWS rejects the request: {said}{skew}"),
            "check `sso_region` and `sso_start_url` in the config file",
        ),
    }
}

/// The exception and the service's own words, both foreign text.
pub(super) fn service_words(service: &ServiceError) -> String {
    let is_number = service.code == service.status.to_string();
    match (&service.message, is_number) {
        (Some(message), true) => clean(message),
        (Some(message), false) => format!("{}: {}", clean(&service.code), clean(message)),
        (None, true) => format!("status {}", service.status),
        (None, false) => clean(&service.code),
    }
}

fn bad_reply(problem: &BadReply, awaited: &str, request_id: Option<&str>) -> Message {
    let id = request_id.map_or(String::new(), |id| format!(" (request id {})", clean(id)));
    let fact = format!("no usable answer for {awaited}: {}{id}", clean(&problem.to_string()));
    let hint = match problem {
        BadReply::NotJson { .. } | BadReply::NotXml { .. } if !problem.is_broken_json() => {
            "is there a proxy or captive portal? open any web page in a browser and try again"
        }
        _ => "try again; if it stays, run with `--debug`",
    };
    Message::new(fact, hint)
}

fn http(error: &Error, home: Option<&Path>) -> Message {
    match error {
        Error::BadRoots { named_by, path, reason, source } => {
            let why =
                source.as_ref().map_or(String::new(), |source| format!(": {}", system(source)));
            Message::new(
                format!("`{named_by}` names {}, but {reason}{why}", shown_path(path, home)),
                format!("correct `{named_by}`, or remove it"),
            )
        }
        Error::BadProxy { named_by, reason } => Message::new(
            format!("the proxy in `{named_by}` cannot be used: {reason}"),
            format!("correct it, or run `unset {named_by}`"),
        ),
        Error::Unresolved { host, source } => Message::new(
            format!("cannot find the address of {}: {}", clean(host), system(source)),
            "check the network, and `sso_region` in the config file",
        ),
        Error::Unreachable { host, source } => Message::new(
            format!("cannot connect to {}: {}", clean(host), system(source)),
            "check the network, a VPN, and the proxy in `HTTPS_PROXY`",
        ),
        Error::Proxy { proxy, named_by, trouble } => proxy_message(proxy, named_by, trouble),
        Error::Tls { host, reason } => Message::new(
            format!("TLS with {} fails: {}", clean(host), tls_words(reason)),
            tls_hint(reason),
        ),
        Error::TimedOut { .. } => Message::new(
            clean(&error.to_string()),
            "check the network, a VPN, and the proxy in `HTTPS_PROXY`",
        ),
        Error::Redirected { host, status, to } => {
            let to = to.as_ref().map_or(String::new(), |to| format!(" to `{}`", clean(to)));
            Message::new(
                format!(
                    "`{}` redirects{to} (status {status}), and no token is sent after it",
                    clean(host)
                ),
                "is there a proxy or captive portal? open any web page in a browser and try again",
            )
        }
        Error::CutShort { source, .. } => Message::new(
            format!("{}: {}", clean(&error.to_string()), clean(&system(source))),
            "try again; if it stays, run with `--debug`",
        ),
        other => {
            Message::new(clean(&with_source(other)), "try again; if it stays, run with `--debug`")
        }
    }
}

fn proxy_message(proxy: &str, named_by: &str, trouble: &ProxyTrouble) -> Message {
    let proxy = clean(proxy);
    let what = match trouble {
        ProxyTrouble::Unresolved(error) => format!("has no address: {}", system(error)),
        ProxyTrouble::Unreachable(error) => format!("takes no connection: {}", system(error)),
        ProxyTrouble::Refused(407) => {
            "wants another user name and password (status 407)".to_owned()
        }
        ProxyTrouble::Refused(status) => format!("refuses the connection (status {status})"),
        ProxyTrouble::Broken(error) => {
            format!("does not answer as a proxy does: {}", system(error))
        }
        ProxyTrouble::Tls(reason) => format!("fails at TLS: {}", tls_words(reason)),
        other => format!("keeps silent: {other}"),
    };
    Message::new(
        format!("the proxy {proxy} of `{named_by}` {what}"),
        format!("correct `{named_by}`, or add the host to `NO_PROXY`"),
    )
}

fn tls_words(reason: &TlsReason) -> String {
    match reason {
        TlsReason::Expired => "the certificate has expired".to_owned(),
        TlsReason::NotYetValid => "the certificate is not valid yet".to_owned(),
        TlsReason::UnknownIssuer => "the certificate's issuer is unknown".to_owned(),
        TlsReason::WrongName(name) => {
            format!("the certificate is not for `{}`", clean(name))
        }
        TlsReason::Interrupted(words) | TlsReason::Other(words) => clean(words),
    }
}

fn tls_hint(reason: &TlsReason) -> &'static str {
    match reason {
        TlsReason::Expired | TlsReason::NotYetValid => {
            "check the clock with `date -u`; a company's own certificate authority goes into `AWS_CA_BUNDLE`"
        }
        _ => "if a proxy opens TLS here, name its certificate authority in `AWS_CA_BUNDLE`",
    }
}
