//! What a profile, or flags, scope credentials down to.

use std::path::{Path, PathBuf};

use crate::section::{Section, bad_value};
use crate::{Error, Files, keys};

/// The shortest life that may be asked for: SDKs run a helper for each request where credentials have
/// less than 15 minutes left.
pub const MIN_SCOPE_SECONDS: u32 = 900;
/// The longest that STS takes.
pub const MAX_SCOPE_SECONDS: u32 = 129_600;

/// What credentials are scoped down to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Scope {
    /// `sso_cp_scope_policy` or `--scope-policy`: a file with the policy that always holds.
    pub policy: Option<PathBuf>,
    /// `sso_cp_scope_duration_seconds` or `--scope-duration`.
    pub duration_seconds: Option<u32>,
    /// `sso_cp_agent_policy`: what holds for a coding agent.
    pub agent_rule: Option<AgentRule>,
    /// `--agent`: an agent asks, whatever the environment says.
    pub agent: Option<AskingAgent>,
}

/// What a profile says about coding agents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AgentRule {
    /// A file with the policy that holds for them.
    Policy(PathBuf),
    /// `deny`: nothing is handed out to them.
    Deny,
}

/// An agent that a flag names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AskingAgent {
    /// By this name.
    Named(String),
    /// Whichever is recognised, or one without a name.
    Unnamed,
}

/// What flags say about a scope. A policy and a life of theirs count in place of the profile's; the
/// profile's rule for agents holds in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ScopeFlags {
    /// `--scope-policy`, relative to the working directory.
    pub policy: Option<PathBuf>,
    /// `--scope-duration`, within its limits.
    pub duration_seconds: Option<u32>,
    /// `--agent`
    pub agent: Option<AskingAgent>,
}

impl Scope {
    /// Reads a profile's section. `None` where it has no such key: nearly every call comes by here, and
    /// nearly no profile has one.
    pub(crate) fn read(profile: &Section, files: &Files) -> Result<Option<Box<Scope>>, Error> {
        match profile.settings().any(|(key, _)| is_about_scopes(key)) {
            true => read(profile, files),
            false => Ok(None),
        }
    }
}

/// Whether a key is meant to scope something down, known or not.
fn is_about_scopes(key: &str) -> bool {
    key.starts_with("sso_cp_scope") || key.starts_with("sso_cp_agent")
}

#[cold]
fn read(profile: &Section, files: &Files) -> Result<Option<Box<Scope>>, Error> {
    check_keys(profile)?;
    let path = |key| profile.get(key).map(|text| below(text, files));
    let agent_rule = match profile.get(keys::SSO_CP_AGENT_POLICY) {
        Some(word) if word.eq_ignore_ascii_case("deny") => Some(AgentRule::Deny),
        _ => path(keys::SSO_CP_AGENT_POLICY).map(AgentRule::Policy),
    };
    let scope = Scope {
        policy: path(keys::SSO_CP_SCOPE_POLICY),
        duration_seconds: duration(profile)?,
        agent_rule,
        agent: None,
    };
    Ok((scope != Scope::default()).then(|| Box::new(scope)))
}

/// A slip in the name of a key, or a value that went missing, would hand out everything. So neither is
/// passed over, as others are.
fn check_keys(profile: &Section) -> Result<(), Error> {
    const KEYS: [&str; 3] =
        [keys::SSO_CP_SCOPE_POLICY, keys::SSO_CP_SCOPE_DURATION_SECONDS, keys::SSO_CP_AGENT_POLICY];
    for (key, _) in profile.settings().filter(|(key, _)| is_about_scopes(key)) {
        let problem = match KEYS.contains(&key) {
            true if profile.get(key).is_some() => continue,
            true => "has no value, and so nothing would be scoped down",
            false => "is not known, and so nothing would be scoped down by it",
        };
        return Err(bad_value(profile, key, problem.to_owned()));
    }
    Ok(())
}

/// `~/` is the home directory; what is not absolute is looked for beside the config file.
fn below(text: &str, files: &Files) -> PathBuf {
    match text.strip_prefix("~/") {
        Some(rest) => files.home.join(rest),
        None => files.config.parent().unwrap_or(Path::new("")).join(text),
    }
}

fn duration(profile: &Section) -> Result<Option<u32>, Error> {
    const KEY: &str = keys::SSO_CP_SCOPE_DURATION_SECONDS;
    let Some(text) = profile.get(KEY) else { return Ok(None) };
    scope_seconds(text).map(Some).map_err(|problem| bad_value(profile, KEY, problem))
}

/// The life of scoped credentials.
///
/// # Errors
///
/// What it must be: digits within the limits.
pub fn scope_seconds(text: &str) -> Result<u32, String> {
    let seconds = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match seconds {
        Some(seconds @ MIN_SCOPE_SECONDS..=MAX_SCOPE_SECONDS) => Ok(seconds),
        _ => Err(format!("must be {MIN_SCOPE_SECONDS} to {MAX_SCOPE_SECONDS} seconds")),
    }
}

/// The name of an agent in the letters that STS allows in a text for CloudTrail, and short.
pub fn agent_name(name: &str) -> String {
    const LONGEST: usize = 64;
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "._@/+-".contains(*letter);
    let letters = name.trim().chars().map(|letter| if is_plain(&letter) { letter } else { '-' });
    letters.take(LONGEST).collect()
}
