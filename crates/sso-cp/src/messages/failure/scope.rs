//! What keeps credentials from being scoped down, and so from being handed out.

use std::path::{Path, PathBuf};

use sso_cp_config::Selection;
use sso_cp_http::CallError;
use sso_cp_policy::{Finding, Flaw, MAX_CHARACTERS, Problem};
use sso_cp_provider::{ScopeError, ScopingProblem};

use super::files;
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::scene::Scene;
use crate::messages::text::{clean, shell_word, shown_path};
use crate::messages::usage::typed;

pub(super) fn class(error: &ScopeError) -> Class {
    match error {
        ScopeError::AgentDenied { .. } => Class::Refused,
        ScopeError::NoPolicy { .. }
        | ScopeError::PolicyUnreadable(_)
        | ScopeError::PolicyFlawed { .. }
        | ScopeError::NoAgentRule => Class::Config,
        ScopeError::Refused { problem, .. } => match problem {
            ScopingProblem::Policy | ScopingProblem::TooLarge => Class::Config,
            ScopingProblem::Denied => Class::Refused,
            ScopingProblem::Lifetime | ScopingProblem::Subject | ScopingProblem::Unknown => {
                Class::Network
            }
        },
    }
}

pub(super) fn message(error: &ScopeError, scene: &Scene) -> Message {
    let home = scene.home();
    match error {
        ScopeError::NoPolicy { path } => Message::new(
            format!("there is no policy {}", shown_path(path, home)),
            format!(
                "start from an example: `sso-cp scope examples read-only > {}`",
                shell_word(&path.to_string_lossy())
            ),
        ),
        ScopeError::PolicyUnreadable(error) => {
            use sso_cp_cache::Error::{NotAFile, TooLarge};
            let Message { fact, hint } = files::message(error, home);
            let hint = match error {
                NotAFile { .. } | TooLarge { .. } => {
                    "name the file of a policy; `sso-cp scope examples` has some".to_owned()
                }
                _ => hint,
            };
            Message::new(format!("the policy cannot be honoured: {fact}"), hint)
        }
        ScopeError::PolicyFlawed { path, flaw } => flawed(path, flaw, home),
        ScopeError::AgentDenied { agent } => Message::new(
            format!(
                "{} gives nothing to a coding agent (`sso_cp_agent_policy = deny`), and `{}` is one",
                subject(scene),
                clean(agent)
            ),
            format!("let a person run `{}` in a terminal of their own", again(scene)),
        ),
        ScopeError::NoAgentRule => Message::new(
            format!(
                "`--agent` is given, and nothing says what an agent may do as {}",
                subject(scene)
            ),
            "name a policy: `--scope-policy FILE`, or `sso_cp_agent_policy = FILE` in the profile",
        ),
        ScopeError::Refused { problem, error, policies } => {
            refused(*problem, error, policies, home)
        }
    }
}

fn flawed(path: &Path, flaw: &Flaw, home: Option<&Path>) -> Message {
    let place = match flaw.line {
        Some(line) => format!("{}:{line}", shown_path(path, home)),
        None => shown_path(path, home),
    };
    let hint = match flaw.problem {
        Problem::TooLong { .. } => {
            "shorten it: wildcards such as `s3:Get*` take the place of lists".to_owned()
        }
        _ => format!("correct it, then run `sso-cp scope check {}`", file(path)),
    };
    Message::new(
        format!("the policy {place} cannot be used: {}", clean(&flaw.problem.to_string())),
        hint,
    )
}

/// No browser is opened and no person waited for: an agent asks, and there is a rule for those.
pub(super) fn for_people(agent: &str, scene: &Scene) -> Message {
    Message::new(
        format!(
            "no browser is opened for the coding agent `{}`: {} has a rule for agents",
            clean(agent),
            subject(scene)
        ),
        format!("let a person run `{}`", again(scene)),
    )
}

/// A policy that can be sent, but IAM would not take it, or it narrows nothing: as many findings as a line of ours has room for.
pub(super) fn unfit(path: &Path, findings: &[Finding], home: Option<&Path>) -> Message {
    const ROOM: usize = 260;
    let mut fact = format!("the policy {} is not fit:", shown_path(path, home));
    for (told, Finding { line, fault }) in findings.iter().enumerate() {
        let finding = format!(" line {line}: {};", clean(&fault.to_string()));
        if told > 0 && fact.len() + finding.len() > ROOM {
            fact.push_str(&format!(" and {} more", findings.len() - told));
            break;
        }
        fact.push_str(&finding);
    }
    let fact = fact.trim_end_matches(';').to_owned();
    Message::new(fact, format!("correct it, then run `sso-cp scope check {}`", file(path)))
}

fn refused(
    problem: ScopingProblem,
    error: &CallError,
    policies: &[PathBuf],
    home: Option<&Path>,
) -> Message {
    let shown: Vec<String> = policies.iter().map(|path| shown_path(path, home)).collect();
    let policy = match shown.is_empty() {
        true => "the shorter life".to_owned(),
        false => format!("the policy {}", shown.join(" and ")),
    };
    let said = error.said();
    let check = || {
        let first = policies.first().map_or("FILE".to_owned(), |path| file(path));
        format!("run `sso-cp scope check {first}`")
    };
    match problem {
        ScopingProblem::Policy => {
            Message::new(format!("AWS does not take {policy}: {said}"), check())
        }
        ScopingProblem::TooLarge => Message::new(
            format!(
                "{policy} is too large for a session, together with its tags and other policies: {said}"
            ),
            format!("shorten it: {MAX_CHARACTERS} characters is the most that AWS ever takes"),
        ),
        ScopingProblem::Denied => Message::new(
            format!("AWS does not let these credentials be scoped down: {said}"),
            "ask for `sts:GetScopedCredentials` in the permission set; a session takes three policies at most",
        ),
        ScopingProblem::Unknown => Message::new(
            format!(
                "this partition of AWS, or a proxy before it, does not know GetScopedCredentials yet: {said}"
            ),
            "use a profile whose permission set is narrow enough by itself",
        ),
        ScopingProblem::Lifetime | ScopingProblem::Subject => Message::new(
            format!("AWS does not scope the credentials down: {said}"),
            "check the clock with `date -u`; if it is right, run the same command again in a minute",
        ),
    }
}

/// A file as it is typed.
fn file(path: &Path) -> String {
    shell_word(&path.to_string_lossy())
}

/// Whose rule it is.
fn subject(scene: &Scene) -> String {
    match (&scene.selection, &scene.shell_profile) {
        (Some(Selection::Profile(name)), _) | (None, Some(name)) => {
            format!("profile `{}`", clean(name))
        }
        (Some(Selection::SsoSession(name) | Selection::Role { sso_session: name, .. }), _) => {
            format!("sso-session `{}`", clean(name))
        }
        (None, None) => "this profile".to_owned(),
    }
}

/// The same command for somebody else to type.
fn again(scene: &Scene) -> String {
    let flags = match (&scene.selection, &scene.shell_profile) {
        (Some(Selection::Profile(name)), _) | (None, Some(name)) => {
            format!("--profile {}", shell_word(name))
        }
        (Some(Selection::SsoSession(name)), _) => format!("--sso-session {}", shell_word(name)),
        (Some(Selection::Role { sso_session, account_id, role_name }), _) => format!(
            "--sso-session {} --account-id {} --role-name {}",
            shell_word(sso_session),
            shell_word(account_id),
            shell_word(role_name)
        ),
        (None, None) => String::new(),
    };
    typed(scene.word, &flags)
}
