//! When a person has to sign in.

use sso_cp_config::{Selection, SessionName};

use super::network::skew_note;
use super::{SignIn, SignInReason};
use crate::messages::message::Message;
use crate::messages::text::{clean, shell_word};

/// Why no browser opens though one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoBrowser {
    /// Nobody sits at a CI job.
    Ci,
    /// The person sits elsewhere.
    Ssh,
    /// So it is with containers.
    Container,
    /// There is no display to show it on.
    NoDisplay,
    /// A legacy profile is signed in by a code, which a person must see beside the page that asks for
    /// it (RFC 8628 section 5.4), and nobody reads what a sign-in in the background says.
    Legacy,
}

pub(super) fn message(sign_in: &SignIn, selection: Option<&Selection>) -> Message {
    let SignIn { session, reason, refused } = sign_in;
    // The file of a token that AWS has turned down looks well, and a plain sign-in would be content.
    let force = if refused.is_some() { " --force" } else { "" };
    message_of(session, reason, selection, &(login(session, selection) + force))
}

fn message_of(
    session_name: &SessionName,
    reason: &SignInReason,
    selection: Option<&Selection>,
    login: &str,
) -> Message {
    let session = session_words(session_name, selection);
    match reason {
        SignInReason::NoBrowser { reason, why } => {
            let Message { fact, hint } = message_of(session_name, reason, selection, login);
            let place = match why {
                NoBrowser::Ci => "in a CI job",
                NoBrowser::Ssh => "over SSH",
                NoBrowser::Container => "in a container",
                NoBrowser::NoDisplay => "without a display",
                NoBrowser::Legacy => "for a legacy profile, which is signed in by a code",
            };
            Message { fact: format!("{fact}; no browser is opened {place}"), hint }
        }
        SignInReason::None => Message::new(
            format!("nobody is signed in to {session}"),
            format!("run `{}`", first_login(session_name, selection)),
        ),
        SignInReason::Expired => {
            Message::new(format!("the sign-in for {session} has expired"), format!("run `{login}`"))
        }
        SignInReason::RenewalRefused(error) => Message::new(
            format!("the sign-in for {session} has expired: {}{}", said(error), skew_note(error)),
            format!("run `{login}`"),
        ),
        SignInReason::TokenRefused(error) => Message::new(
            format!(
                "AWS no longer takes the sign-in for {session}: {}{}",
                said(error),
                skew_note(error)
            ),
            format!("run `{login}`"),
        ),
    }
}

/// A session as people know it.
pub(crate) fn session_words(session: &SessionName, selection: Option<&Selection>) -> String {
    match session {
        SessionName::Named(name) => format!("sso-session `{}`", clean(name)),
        SessionName::Legacy => match selection {
            Some(Selection::Profile(profile)) => format!("profile `{}`", clean(profile)),
            _ => "this profile".to_owned(),
        },
    }
}

/// The command that signs in, by the session, which several profiles may share; a legacy sign-in has
/// no name of its own.
pub(crate) fn login(session: &SessionName, selection: Option<&Selection>) -> String {
    match session {
        SessionName::Named(name) => format!("sso-cp login --sso-session {}", shell_word(name)),
        SessionName::Legacy => first_login(session, selection),
    }
}

/// By what the person has just typed.
fn first_login(session: &SessionName, selection: Option<&Selection>) -> String {
    match (selection, session) {
        (Some(Selection::Profile(profile)), _) => {
            format!("sso-cp login --profile {}", shell_word(profile))
        }
        (_, SessionName::Named(name)) => {
            format!("sso-cp login --sso-session {}", shell_word(name))
        }
        _ => "sso-cp login".to_owned(),
    }
}

pub(super) fn said(error: &sso_cp_http::CallError) -> String {
    match error {
        sso_cp_http::CallError::Refused { error, .. } => match &error.message {
            Some(message) => clean(message),
            None => clean(&error.code),
        },
        other => clean(&other.to_string()),
    }
}
