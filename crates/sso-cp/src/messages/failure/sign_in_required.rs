//! When a person has to sign in.

use sso_cp_config::{Selection, Session, SessionName};
use sso_cp_provider::{SignInReason, SignInRequired};

use crate::messages::scene::Scene;
use crate::messages::text::shell_word;

/// Why no browser opens though one may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoBrowser {
    /// Nobody sits at a CI job.
    Ci,
    /// The person sits elsewhere.
    Ssh,
    /// So it is with containers.
    Container,
    /// A coding agent asks, and its profile has a rule for those.
    Agent,
    /// There is no display to show it on.
    NoDisplay,
    /// A legacy profile is signed in by a code, which a person must see beside the page that asks for
    /// it (RFC 8628 section 5.4), and nobody reads what a sign-in in the background says.
    Legacy,
}

pub(super) fn hint(needed: &SignInRequired, scene: &Scene) -> String {
    let SignInRequired { session, reason, rejected_token } = needed;
    let login = match (reason, &scene.again) {
        (SignInReason::NoToken, None) => first_login(session, scene.selection.as_ref()),
        _ => next_login(scene, session),
    };
    // The file of a token that AWS has turned down looks well, and a plain sign-in would be content.
    let force = if rejected_token.is_some() && scene.again.is_none() { " --force" } else { "" };
    format!("run `{login}{force}`")
}

/// That `--auto-login` opens no browser, behind what needs one.
pub(super) fn no_browser(why: NoBrowser) -> String {
    let place = match why {
        NoBrowser::Ci => "in a CI job",
        NoBrowser::Ssh => "over SSH",
        NoBrowser::Container => "in a container",
        NoBrowser::Agent => "for a coding agent",
        NoBrowser::NoDisplay => "without a display",
        NoBrowser::Legacy => "for a legacy profile, which is signed in by a code",
    };
    format!("; no browser is opened {place}")
}

/// A session as people know it.
pub(crate) fn session_words(session: &SessionName, selection: Option<&Selection>) -> String {
    match (session, selection) {
        (SessionName::Legacy, Some(Selection::Profile(profile))) => format!("profile `{profile}`"),
        _ => session.to_string(),
    }
}

/// The same of a session alone: a legacy one by its start URL.
pub(crate) fn session_shown(session: &Session) -> String {
    match &session.name {
        SessionName::Named(_) => session.name.to_string(),
        SessionName::Legacy => format!("`{}`", session.start_url),
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

/// The same, or what goes on with a session that is not written yet.
pub(super) fn next_login(scene: &Scene, session: &SessionName) -> String {
    scene.again.clone().unwrap_or_else(|| login(session, scene.selection.as_ref()))
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
