//! Why there are no scoped credentials, as facts.

use std::fmt;
use std::path::PathBuf;

use sso_cp_cache::Error as CacheError;
use sso_cp_http::CallError;
use sso_cp_policy::Flaw;
use sso_cp_sts::ScopingProblem;

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

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScopeError::NoPolicy { path } => write!(f, "there is no policy {}", path.display()),
            ScopeError::PolicyUnreadable(error) => error.fmt(f),
            ScopeError::PolicyFlawed { path, flaw } => write!(f, "{}: {flaw}", path.display()),
            ScopeError::AgentDenied { agent } => {
                write!(f, "nothing is handed out to coding agents, and {agent} is one")
            }
            ScopeError::NoAgentRule => f.write_str("nothing says what an agent may do"),
            ScopeError::Refused { error, .. } => {
                write!(f, "the credentials cannot be scoped down: {error}")
            }
        }
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
