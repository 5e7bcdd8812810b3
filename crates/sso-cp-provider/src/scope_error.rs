//! Why there are no scoped credentials, as facts.

use std::fmt;
use std::path::PathBuf;

use sso_cp_cache::Error as CacheError;
use sso_cp_http::CallError;
use sso_cp_policy::Flaw;
use sso_cp_sts::ScopingProblem;

use crate::called::THIS_PROFILE;

/// Why there are no scoped credentials. Whole ones are never given in their place.
#[derive(Debug)]
pub enum ScopeError {
    /// There is no file with the policy. A person must write one, or correct the name.
    NoPolicy {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file with the policy cannot be read.
    PolicyUnreadable(CacheError),
    /// What the file says cannot be sent. A person must correct it.
    PolicyFlawed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and in which line.
        flaw: Flaw,
    },
    /// A coding agent asks, and the profile hands nothing out to those. A person may ask.
    AgentDenied {
        /// Its name.
        agent: String,
    },
    /// An agent is said to ask, and nothing says what it may do. A person must write a rule.
    NoAgentRule,
    /// STS does not scope the credentials down.
    Refused {
        /// What its answer means.
        problem: ScopingProblem,
        /// What it says.
        error: Box<CallError>,
        /// The files with the policies; none where only a shorter life was asked for.
        policies: Vec<PathBuf>,
    },
}

impl ScopeError {
    /// The sentence, with what the host calls the profile or session whose rule it is.
    #[cold]
    pub fn sentence(&self, profile: &str) -> String {
        match self {
            ScopeError::NoPolicy { path } => format!("there is no policy {}", path.display()),
            ScopeError::PolicyUnreadable(error) => {
                format!("the policy cannot be honoured: {error}")
            }
            ScopeError::PolicyFlawed { path, flaw: Flaw { line, problem } } => {
                let line = line.map_or(String::new(), |line| format!(":{line}"));
                format!("the policy {}{line} cannot be used: {problem}", path.display())
            }
            ScopeError::AgentDenied { agent } => format!(
                "{profile} gives nothing to a coding agent (`sso_cp_agent_policy = deny`), and `{agent}` is one"
            ),
            ScopeError::NoAgentRule => {
                format!("nothing says what an agent may do as {profile}")
            }
            ScopeError::Refused { problem, error, policies } => {
                Self::refused(*problem, &error.said(), policies)
            }
        }
    }

    fn refused(problem: ScopingProblem, said: &str, policies: &[PathBuf]) -> String {
        let paths: Vec<String> = policies.iter().map(|path| path.display().to_string()).collect();
        let policy = match paths.is_empty() {
            true => "the shorter life".to_owned(),
            false => format!("the policy {}", paths.join(" and ")),
        };
        match problem {
            ScopingProblem::Policy => format!("AWS does not take {policy}: {said}"),
            ScopingProblem::TooLarge => format!(
                "{policy} is too large for a session, together with its tags and other policies: {said}"
            ),
            ScopingProblem::Denied => {
                format!("AWS does not let these credentials be scoped down: {said}")
            }
            ScopingProblem::Unknown => format!(
                "this partition of AWS, or a proxy before it, does not know GetScopedCredentials yet: {said}"
            ),
            ScopingProblem::Lifetime | ScopingProblem::Subject => {
                format!("AWS does not scope the credentials down: {said}")
            }
        }
    }
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(THIS_PROFILE))
    }
}

impl std::error::Error for ScopeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ScopeError::PolicyUnreadable(error) => error.source(),
            ScopeError::Refused { error, .. } => error.source(),
            _ => None,
        }
    }
}
