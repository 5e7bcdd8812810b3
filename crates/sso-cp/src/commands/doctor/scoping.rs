//! What profiles scope their credentials down to: policies that cannot be used, lives that SDKs find too
//! short, and what a coding agent gets that asks now.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sso_cp_config::{AgentRule, Scope, recognised_agent};
use sso_cp_policy::{Finding as Fault, review};
use sso_cp_provider::limits::FRESH_SECONDS;
use sso_cp_provider::{ScopeError, policy_text};

use super::check::{Check, Class, Finding};
use super::scene::Scene;
use crate::messages::failure::scope_message;
use crate::messages::text::{count, shell_word, shown_path};

/// SDKs ask anew where credentials have less than 15 minutes left, and we hand out what has more than half
/// of its life left: in what lives less than twice that time, they run us for each request.
const SHORT_SECONDS: i64 = 2 * FRESH_SECONDS;

/// As many faults are shown of one policy.
const MAX_TOLD: usize = 3;

/// What follows where a policy cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// It is for agents, and none asks now.
    Later,
    /// Nothing is handed out.
    Now,
}

/// Looks at the profiles' policies, at their lives and at who asks.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let agent = recognised_agent(scene.context.env());
    for (profile, scope) in scopes(scene) {
        let subject = format!("profile {profile}");
        if let (Some(AgentRule::Deny), Some(agent)) = (&scope.agent_rule, &agent) {
            findings.push(denied(&subject, agent, scene));
        }
        if let Some(seconds) =
            scope.duration_seconds.filter(|seconds| i64::from(*seconds) < SHORT_SECONDS)
        {
            findings.push(Check::ScopePolicy.warning(
                subject,
                format!("credentials live {seconds} s, and SDKs run the helper for each request in their last {FRESH_SECONDS} s"),
                "write `sso_cp_scope_duration_seconds = 3600`, or leave it away",
            ));
        }
    }
    for (path, weight) in policies(scene) {
        findings.push(of_policy(&path, weight, scene));
    }
}

/// The files with the policies of the profiles that are looked at.
pub(super) fn policy_files(scene: &Scene<'_>) -> impl Iterator<Item = PathBuf> {
    policies(scene).into_keys()
}

fn policies(scene: &Scene<'_>) -> BTreeMap<PathBuf, Weight> {
    let is_agent = recognised_agent(scene.context.env()).is_some();
    let of_agents = if is_agent { Weight::Now } else { Weight::Later };
    let mut found: BTreeMap<PathBuf, Weight> = BTreeMap::new();
    let mut note = |path: PathBuf, weight| {
        let known = found.entry(path).or_insert(weight);
        *known = weight.max(*known);
    };
    for (_, scope) in scopes(scene) {
        if let Some(path) = scope.policy {
            note(path, Weight::Now);
        }
        if let Some(AgentRule::Policy(path)) = scope.agent_rule {
            note(path, of_agents);
        }
    }
    found
}

/// What is wrong with a profile's own section is reported elsewhere.
fn scopes<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = (&'a str, Scope)> {
    let of = |name: &str| scene.listing.as_ref()?.scope(name).ok()?;
    scene.listed().filter_map(move |profile| Some((profile.name, *of(profile.name)?)))
}

fn denied(subject: &str, agent: &str, scene: &Scene<'_>) -> Finding {
    // The subject stands before it.
    let reason = ScopeError::AgentDenied { agent: agent.to_owned() }.sentence("it");
    let fix = "let a person run it in a terminal of their own";
    match scene.context.selection {
        Some(_) => Check::ScopePolicy.failure(Class::Refused, subject, reason, fix),
        None => Check::ScopePolicy.warning(subject, reason, fix),
    }
}

fn of_policy(path: &Path, weight: Weight, scene: &Scene<'_>) -> Finding {
    let home = scene.context.home();
    let subject = shown_path(path, home);
    let check = format!("sso-cp scope check {}", shell_word(&path.to_string_lossy()));
    let reviewed = policy_text(path).and_then(|bytes| {
        review(&bytes).map_err(|flaw| ScopeError::PolicyFlawed { path: path.to_owned(), flaw })
    });
    match reviewed {
        Ok((policy, findings)) if findings.is_empty() => {
            let characters = count(policy.characters(), "character");
            let reason = format!("fits: {characters} of {}", sso_cp_policy::MAX_CHARACTERS);
            Check::ScopePolicy.ok(subject, reason)
        }
        Ok((_, findings)) => {
            let said = |finding: &Fault| format!("line {}: {}", finding.line, finding.fault);
            let reasons: Vec<String> = findings.iter().take(MAX_TOLD).map(said).collect();
            Check::ScopePolicy.warning(subject, reasons.join("; "), check)
        }
        Err(error) => {
            let (reason, fix) = match &error {
                ScopeError::NoPolicy { .. } => {
                    let file = shell_word(&path.to_string_lossy());
                    let fix = format!("sso-cp scope examples read-only > {file}");
                    ("does not exist".to_owned(), fix)
                }
                ScopeError::PolicyFlawed { flaw, .. } => {
                    let line = flaw.line.map_or_else(String::new, |line| format!("line {line}: "));
                    (line + &flaw.problem.to_string(), check)
                }
                error => (scope_message(error, "", home).fact, check),
            };
            match weight {
                Weight::Now => Check::ScopePolicy.failure(Class::Config, subject, reason, fix),
                Weight::Later => {
                    let reason = format!("agents get nothing: {reason}");
                    Check::ScopePolicy.warning(subject, reason, fix)
                }
            }
        }
    }
}
