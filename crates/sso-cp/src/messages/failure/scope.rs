//! What keeps credentials from being scoped down, and so from being handed out.

use std::error::Error as _;
use std::path::{Path, PathBuf};

use sso_cp_policy::{Finding, Flaw, MAX_CHARACTERS, Problem};
use sso_cp_provider::{ScopeError, ScopingProblem};

use super::files;
use super::system::fact_of;
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::scene::Scene;
use crate::messages::text::{shell_word, shown_path};
use crate::messages::usage::{flags_of, typed};

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
    let sentence = error.sentence(&scene.subject());
    let sentence = match error {
        ScopeError::NoAgentRule => format!("`--agent` is given, and {sentence}"),
        _ => sentence,
    };
    Message::new(fact_of(sentence, error.source(), scene.home()), hint(error, scene))
}

fn hint(error: &ScopeError, scene: &Scene) -> String {
    use sso_cp_cache::Error::{NotAFile, TooLarge};
    match error {
        ScopeError::NoPolicy { path } => {
            format!("start from an example: `sso-cp scope examples read-only > {}`", file(path))
        }
        ScopeError::PolicyUnreadable(NotAFile { .. } | TooLarge { .. }) => {
            "name the file of a policy; `sso-cp scope examples` has some".to_owned()
        }
        ScopeError::PolicyUnreadable(error) => files::hint(error, scene.home()),
        ScopeError::PolicyFlawed {
            flaw: Flaw { problem: Problem::TooLong { .. }, .. }, ..
        } => "shorten it: wildcards such as `s3:Get*` take the place of lists".to_owned(),
        ScopeError::PolicyFlawed { path, .. } => correct(path),
        ScopeError::AgentDenied { .. } => {
            format!("let a person run `{}` in a terminal of their own", again(scene))
        }
        ScopeError::NoAgentRule => {
            "name a policy: `--scope-policy FILE`, or `sso_cp_agent_policy = FILE` in the profile"
                .to_owned()
        }
        ScopeError::Refused { problem, policies, .. } => refused(*problem, policies.first()),
    }
}

fn correct(path: &Path) -> String {
    format!("correct it, then run `sso-cp scope check {}`", file(path))
}

/// No browser is opened and no person waited for: an agent asks, and there is a rule for those.
pub(super) fn for_people(agent: &str, scene: &Scene) -> Message {
    Message::new(
        format!(
            "no browser is opened for the coding agent `{agent}`: {} has a rule for agents",
            scene.subject()
        ),
        format!("let a person run `{}`", again(scene)),
    )
}

/// A policy that can be sent, but IAM would not take it, or it narrows nothing: as many findings as a line of ours has room for.
pub(super) fn unfit(path: &Path, findings: &[Finding], home: Option<&Path>) -> Message {
    const ROOM: usize = 260;
    let mut fact = format!("the policy {} is not fit:", shown_path(path, home));
    for (told, Finding { line, fault }) in findings.iter().enumerate() {
        let finding = format!(" line {line}: {};", fault);
        if told > 0 && fact.len() + finding.len() > ROOM {
            fact.push_str(&format!(" and {} more", findings.len() - told));
            break;
        }
        fact.push_str(&finding);
    }
    let fact = fact.trim_end_matches(';').to_owned();
    Message::new(fact, correct(path))
}

fn refused(problem: ScopingProblem, policy: Option<&PathBuf>) -> String {
    match problem {
        ScopingProblem::Policy => {
            let file = policy.map_or("FILE".to_owned(), |path| file(path));
            format!("run `sso-cp scope check {file}`")
        }
        ScopingProblem::TooLarge => {
            format!("shorten it: {MAX_CHARACTERS} characters is the most that AWS ever takes")
        }
        ScopingProblem::Denied => "ask for `sts:GetScopedCredentials` in the permission set; a session takes three policies at most".to_owned(),
        ScopingProblem::Unknown => {
            "use a profile whose permission set is narrow enough by itself".to_owned()
        }
        ScopingProblem::Lifetime | ScopingProblem::Subject => {
            "check the clock with `date -u`; if it is right, run the same command again in a minute"
                .to_owned()
        }
    }
}

/// A file as it is typed.
fn file(path: &Path) -> String {
    shell_word(&path.to_string_lossy())
}

/// The same command for somebody else to type.
fn again(scene: &Scene) -> String {
    let flags = match (&scene.selection, &scene.shell_profile) {
        (Some(selection), _) => flags_of(selection),
        (None, Some(name)) => format!("--profile {}", shell_word(name)),
        (None, None) => String::new(),
    };
    typed(scene.word, &flags)
}
