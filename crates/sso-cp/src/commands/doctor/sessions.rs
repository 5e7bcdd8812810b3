//! Sign-ins: their scopes and tokens.

use sso_cp_config::{
    Change, Flaw, LintedFile, Problem, ProfileKind, SectionName, Selection, Session, SessionName,
    keys, lint,
};
use sso_cp_provider::{OddityKind, State};
use sso_cp_types::{ACCOUNT_ACCESS, Timestamp};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use super::words;
use crate::messages::failure::login_command;
use crate::messages::span::from_now;
use crate::messages::text::{LIST_FILE, clean, shell_word, shown_path};
use crate::messages::token_file::oddity;
use crate::process::output;

/// Looks at every sign-in.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for session in &scene.sessions {
        findings.extend(scopes(session, scene));
        findings.extend(entitled(session, scene));
        findings.extend(stand_in(session, scene));
        findings.push(token(session, scene));
    }
}

fn scopes(session: &Session, scene: &Scene<'_>) -> Option<Finding> {
    let SessionName::Named(name) = &session.name else { return None };
    let subject = format!("sso-session {name}");
    let write = |scopes: &str| {
        format!("write `sso_registration_scopes = {scopes}` below [sso-session {}]", clean(name))
    };
    let edited = |finding: Finding, scopes: &str| {
        let section = SectionName::SsoSession(name.clone());
        finding.with_edit(section, vec![Change::set(keys::SSO_REGISTRATION_SCOPES, scopes)])
    };
    let listed = session.scopes.as_deref().unwrap_or_default();
    if listed.iter().any(|scope| scope == ACCOUNT_ACCESS) {
        return Some(Check::Scope.ok(subject, format!("{ACCOUNT_ACCESS} is asked for")));
    }
    if let Some(flaw) = misspelt(&subject, scene).filter(|_| listed.is_empty()) {
        let file = shown_path(&scene.context.files().config, scene.context.home());
        let reason = format!("it names no scopes: {}", words::problem(&flaw.problem));
        let fix = words::fix(&flaw.problem, flaw.line, &file);
        return Some(Check::Scope.warning(subject, reason, fix));
    }
    if listed.is_empty() {
        let reason =
            "it names no scopes, so a sign-in by a code or by older AWS CLIs is not renewed";
        let finding = Check::Scope.warning(subject, reason, write(ACCOUNT_ACCESS));
        return Some(edited(finding, ACCOUNT_ACCESS));
    }
    let reason =
        format!("its scopes lack {ACCOUNT_ACCESS}, without which the portal gives no credentials");
    let all = format!("{ACCOUNT_ACCESS}, {}", listed.join(", "));
    Some(edited(Check::Scope.failure(Class::Config, subject, reason, write(&all)), &all))
}

/// The line that was meant to name the scopes of a section. That it is renamed is the work of `--fix` on the grammar.
fn misspelt(section: &str, scene: &Scene<'_>) -> Option<Flaw> {
    let flaws = lint(&scene.context.files().config, LintedFile::Config).ok()?;
    let is_meant = |flaw: &Flaw| {
        let meant = Some(keys::SSO_REGISTRATION_SCOPES);
        flaw.section.as_deref() == Some(section)
            && matches!(flaw.problem, Problem::UnknownOwnKey { meant: found, .. } if found == meant)
    };
    flaws.into_iter().find(is_meant)
}

/// A session with profiles of account access manager, whose sign-in must be one for that: a renewed token keeps
/// the scopes that it had.
fn entitled(session: &Session, scene: &Scene<'_>) -> Option<Finding> {
    if scene.tenants(session).is_empty() {
        return None;
    }
    let subject = scene.session_subject(session);
    if scene.context.provider.has_scopes(session)? {
        let reason = "the sign-in has the scopes of account access manager";
        return Some(Check::Scope.ok(subject, reason));
    }
    let reason =
        "it was signed in without the scopes of account access manager, whose roles may be refused";
    let fix = format!("{} --force", login(session, scene));
    Some(Check::Scope.warning(subject, reason, fix))
}

/// The session that is used while this one's Region fails: it must be there, and signed in beforehand.
fn stand_in(session: &Session, scene: &Scene<'_>) -> Option<Finding> {
    let name = session.settings().fallback_session.as_ref()?;
    let subject = scene.session_subject(session);
    let selection = Selection::SsoSession(name.clone());
    let Ok(other) = scene.context.provider.session(&selection) else {
        let reason =
            format!("`sso_cp_fallback_session` names `{}`, which cannot be used", clean(name));
        let fix = format!("sso-cp doctor --sso-session {}", shell_word(name));
        return Some(Check::Session.failure(Class::Config, subject, reason, fix));
    };
    let name = clean(name);
    if scene.context.provider.token_state(&other, scene.now).state.is_usable() {
        let reason =
            format!("`{name}` in {} stands in while its Region fails", clean(&other.region));
        return Some(Check::Session.ok(subject, reason));
    }
    let reason =
        format!("nobody is signed in to `{name}`, which is to stand in while its Region fails");
    Some(Check::Session.warning(subject, reason, login_command(&other.name, None)))
}

/// For programs with whole times, for people with those of their clock.
fn token(session: &Session, scene: &Scene<'_>) -> Finding {
    let local = output::local_time(scene.context.env());
    let shown = token_with(session, scene, |moment| local.shown(moment, scene.now)).reason;
    let whole = |moment| format!("{moment} ({})", from_now(moment, scene.now));
    Finding { shown: Some(shown), ..token_with(session, scene, whole) }
}

fn token_with(
    session: &Session,
    scene: &Scene<'_>,
    moment: impl Fn(Timestamp) -> String,
) -> Finding {
    let subject = scene.session_subject(session);
    let token = scene.context.provider.token_state(session, scene.now);
    let until = token.expires_at.map_or("a moment that is not known".to_owned(), &moment);
    let renewable = token.renewable_until.map(&moment);
    let login = login(session, scene);
    match (token.state, token.oddity, renewable) {
        (State::Active, _, Some(renewable)) => Check::Token
            .ok(subject, format!("signed in until {until}; renewable until {renewable}")),
        (State::Active, _, None) => {
            Check::Token.ok(subject, format!("signed in until {until}; not renewed after that"))
        }
        (State::Renewable, _, _) => {
            Check::Token.ok(subject, "the next call renews the sign-in without a browser")
        }
        (_, Some(odd), _) if matches!(odd.kind, OddityKind::Unreadable(_)) => {
            let fix = format!("{LIST_FILE} {}", shell_word(&odd.path.to_string_lossy()));
            Check::Token.failure(Class::Files, subject, oddity(&odd, scene.context.home()), fix)
        }
        (state, odd, _) => {
            let reason = match (state, odd) {
                (State::Expired, _) => format!("the sign-in has expired: it lasted until {until}"),
                (_, Some(odd)) => oddity(&odd, scene.context.home()),
                (_, None) => "nobody is signed in".to_owned(),
            };
            if scene.is_served_by_cache() {
                let reason = format!("{reason}; the cached credentials still serve");
                return Check::Token.warning(subject, reason, login);
            }
            Check::Token.failure(Class::SignIn, subject, reason, login)
        }
    }
}

/// A legacy sign-in has no name of its own, so any profile that has it is named.
fn login(session: &Session, scene: &Scene<'_>) -> String {
    let legacy = |profile: &sso_cp_config::ListedProfile<'_>| {
        profile.kind == Some(ProfileKind::Legacy)
            && profile.session == Some(session.start_url.as_str())
    };
    let by_profile = || {
        let listing = scene.listing.as_ref()?;
        Some(Selection::Profile(listing.profiles().find(legacy)?.name.to_owned()))
    };
    let selection = scene.context.selection.clone().or_else(|| match session.name {
        SessionName::Named(_) => None,
        SessionName::Legacy => by_profile(),
    });
    login_command(&session.name, selection.as_ref())
}
