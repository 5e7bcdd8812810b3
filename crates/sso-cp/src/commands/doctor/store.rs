//! The sealed store: its key, whether it is unlocked, and what stands beside it.

use std::path::Path;

use sso_cp_config::{ProfileKind, Session, SessionName, Store};
use sso_cp_provider::{Kept, Refusal, StoreState};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use crate::messages::failure::cause;
use crate::messages::text::{FIND_PROGRAM, clean, count, shell_word, shown_path};

const KEY: &str = "~/.aws/sso-cp/sealed/key";

/// Looks at what is sealed. No keystore is asked: it might ask a person.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let is_sealed = |session: &&Session| session.settings().store != Store::Plain;
    let sealed: Vec<&Session> = scene.sessions.iter().filter(is_sealed).collect();
    if sealed.is_empty() {
        return;
    }
    let state = match scene.context.provider.store_state() {
        Ok(state) => state,
        Err(error) => {
            let reason = cause(&error, scene.context.home());
            let fix = "sso-cp login --new-key";
            return findings.push(Check::Store.failure(Class::SignIn, KEY, reason, fix));
        }
    };
    key(&state, scene, findings);
    for session in sealed {
        findings.push(of_session(session, &state, scene));
        findings.extend(beside(session, scene));
        findings.extend(other_tools(session, scene));
    }
    files(&state, scene, findings);
}

/// What is wrong with the key itself, or with where it should be while the store is unlocked.
fn key(state: &StoreState, scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let Some(file) = &state.key else { return };
    let program = match &file.kept {
        Kept::Passphrase(_) => None,
        Kept::SecretService(service) => Some(service.program().to_owned()),
        Kept::Command(command) => command.words().first().cloned(),
    };
    if let Some(program) = program.filter(|program| !is_there(program, scene)) {
        let reason = format!("`{}`, which has the key, is not there", clean(&program));
        let fix = format!("{FIND_PROGRAM} {}", shell_word(&program));
        findings.push(Check::Store.failure(Class::Files, KEY, reason, fix));
    }
    if file.former.is_some() {
        let reason = "a change of the key was interrupted, and files of both keys may be there";
        findings.push(Check::Store.warning(KEY, reason, "sso-cp unlock"));
    }
    match &state.refusal {
        Some(refusal @ Refusal::Quota) => {
            let reason = format!("{refusal}, so the store cannot stay unlocked");
            findings.push(Check::Store.warning(KEY, reason, "keyctl show @u"));
        }
        Some(refusal) => {
            let reason = format!("{refusal}, so the store cannot stay unlocked");
            let fix = "keep the key by a command (`sso-cp seal --new-key --key command --command PROGRAM`) and set `sso_cp_unlock = always`";
            findings.push(Check::Store.warning(KEY, reason, fix));
        }
        None => {}
    }
}

fn of_session(session: &Session, state: &StoreState, scene: &Scene<'_>) -> Finding {
    let subject = scene.session_subject(session);
    let Some(file) = &state.key else {
        let fix = format!("sso-cp seal --sso-session {}", word(session));
        return Check::Store.failure(
            Class::SignIn,
            subject,
            "it is to be sealed, and there is no key",
            fix,
        );
    };
    let what = match session.settings().store {
        Store::SealedAll => "sealed with all credentials",
        Store::Plain | Store::Sealed => "sealed",
    };
    let source = file.kept.source();
    match scene.context.provider.is_locked(session) {
        false => {
            Check::Store.ok(subject, format!("{what} and unlocked; the key is kept by {source}"))
        }
        true => {
            let reason = format!("{what} and locked; the key is kept by {source}");
            match scene.is_served_by_cache() {
                true => Check::Store.warning(subject, reason, "sso-cp unlock"),
                false => Check::Store.failure(Class::SignIn, subject, reason, "sso-cp unlock"),
            }
        }
    }
}

fn beside(session: &Session, scene: &Scene<'_>) -> Option<Finding> {
    scene.context.provider.has_plain_token_beside(session).then(|| {
        let reason = "a plain token stands beside the sealed one: what is left of a change, or another sign-in, of the AWS CLI for instance";
        let fix = format!("sso-cp seal --sso-session {}", word(session));
        Check::Store.warning(scene.session_subject(session), reason, fix)
    })
}

/// Profiles that tools sign in to by themselves.
fn other_tools(session: &Session, scene: &Scene<'_>) -> Option<Finding> {
    let SessionName::Named(name) = &session.name else { return None };
    let profiles = scene.listing.as_ref()?.profiles();
    let of_session = profiles.filter(|profile| {
        profile.kind == Some(ProfileKind::Session) && profile.session == Some(name)
    });
    let names: Vec<&str> = of_session.map(|profile| profile.name).collect();
    let first = names.first()?;
    let more = match names.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let reason = format!(
        "the AWS CLI and the SDKs will not be signed in by the standard keys of profile `{}`{more}",
        clean(first)
    );
    let fix = format!(
        "write `credential_process = sso-cp --profile {0}` in [profile {0}], and rename its `sso_...` keys to `sso_cp_...`",
        clean(first)
    );
    Some(Check::Store.warning(scene.session_subject(session), reason, fix))
}

fn files(state: &StoreState, scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for path in &state.damaged {
        let subject = shown_path(path, scene.context.home());
        let reason = "the file is damaged, or of a newer version, and counts as missing";
        findings.push(Check::Store.warning(subject, reason, "sso-cp login"));
    }
    if !state.of_other_keys.is_empty() {
        let files = count(state.of_other_keys.len(), "file");
        let reason =
            format!("{files} in this folder cannot be opened by the key, and count as missing");
        findings.push(Check::Store.warning("~/.aws/sso-cp/sealed", reason, "sso-cp login"));
    }
}

/// Whether a program would be found.
fn is_there(program: &str, scene: &Scene<'_>) -> bool {
    if program.contains(std::path::MAIN_SEPARATOR) {
        return Path::new(program).is_file();
    }
    let search = scene.context.env().raw("PATH").unwrap_or_default();
    std::env::split_paths(&search).any(|folder| {
        folder.join(program).is_file() || folder.join(format!("{program}.exe")).is_file()
    })
}

fn word(session: &Session) -> String {
    match &session.name {
        SessionName::Named(name) => shell_word(name),
        SessionName::Legacy => String::new(),
    }
}
