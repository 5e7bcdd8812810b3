//! Start URLs whose host names another Region than the session does.

use sso_cp_config::{Change, SectionName, Session, SessionName, keys};
use sso_cp_login::{StartUrl, classify_start_url};

use super::check::{Check, Class, Finding};
use super::scene::Scene;

/// Looks at every session.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    findings.extend(scene.sessions.iter().filter_map(|session| of_session(session, scene)));
}

/// The Region in the host is the only one that works: any other answers that it cannot find the
/// instance, or that the request is invalid.
fn of_session(session: &Session, scene: &Scene<'_>) -> Option<Finding> {
    let Ok(StartUrl::AwsOwned { region: Some(region) }) = classify_start_url(&session.start_url)
    else {
        return None;
    };
    if region.eq_ignore_ascii_case(&session.region) {
        return None;
    }
    let section = match &session.name {
        SessionName::Named(name) => format!("[sso-session {name}]"),
        SessionName::Legacy => "the profile".to_owned(),
    };
    let finding = Check::Session.failure(
        Class::Config,
        scene.session_subject(session),
        format!(
            "its start URL is in `{region}`, and `{}` is `{}`",
            keys::SSO_REGION,
            session.region
        ),
        format!("write `{} = {region}` below {section}", keys::SSO_REGION),
    );
    Some(match &session.name {
        SessionName::Named(name) => finding.with_edit(
            SectionName::SsoSession(name.clone()),
            vec![Change::set(keys::SSO_REGION, &region)],
        ),
        SessionName::Legacy => finding,
    })
}
