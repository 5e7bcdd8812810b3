//! What holds for one call: the policies of a profile and of flags, read and checked, and who asks.

use std::path::{Path, PathBuf};

use sso_cp_cache::{Asker, read_file};
use sso_cp_config::{
    AgentRule, AskingAgent, Env, Error as ConfigError, Scope, Selection, Target, agent_name,
    profile_scope, recognised_agent,
};
use sso_cp_policy::{Policy, digest_unchecked};

use crate::provider::Provider;
use crate::scope_error::ScopeError;

/// What CloudTrail calls an agent that has no name.
const NAMELESS: &str = "unnamed";

/// What the credentials of one call are scoped down to, as far as it names them in the cache.
#[derive(Debug)]
pub(crate) struct Claim {
    /// The name of each policy, in the order in which they are applied: the profile's, then the one for
    /// agents.
    pub(crate) digests: Vec<String>,
    /// The life that is asked for.
    pub(crate) duration_seconds: Option<u32>,
    /// The agent that asks, if one does.
    pub(crate) agent: Option<String>,
}

/// The same with the policies themselves, which are read and checked.
#[derive(Debug)]
pub(crate) struct Holds {
    pub(crate) policies: Vec<(PathBuf, Policy)>,
    pub(crate) claim: Claim,
}

impl Claim {
    /// Reads the policies, and leaves it to who finds nothing by their names to check them: only checked
    /// ones ever name anything. `None` where nothing holds: the only rule is one for agents, and none asks.
    ///
    /// # Errors
    ///
    /// A policy cannot be read, the profile hands nothing out to agents, or an agent is said to ask and
    /// nothing says what it may do.
    pub(crate) fn glance(scope: &Scope, env: &Env) -> Result<Option<Claim>, ScopeError> {
        let agent = asking_agent(scope, env);
        let digest = |path: &PathBuf| Ok(digest_unchecked(&policy_text(path)?));
        let digests = paths(scope, agent.as_deref())?.into_iter().map(digest);
        claim(scope, agent, digests.collect::<Result<_, ScopeError>>()?)
    }

    /// Who asks, as far as the cache tells askers apart.
    pub(crate) fn asker(&self) -> Asker {
        if self.agent.is_some() { Asker::Agent } else { Asker::Person }
    }

    /// What CloudTrail is told: never a path or a secret.
    pub(crate) fn description(&self) -> Option<String> {
        self.agent.as_ref().map(|agent| format!("agent:{agent}"))
    }
}

impl Holds {
    /// Reads and checks the policies.
    ///
    /// # Errors
    ///
    /// As for [`Claim::glance`], or a policy cannot be sent. Nothing was sent.
    pub(crate) fn read(scope: &Scope, env: &Env) -> Result<Option<Holds>, ScopeError> {
        let agent = asking_agent(scope, env);
        let paths = paths(scope, agent.as_deref())?.into_iter();
        let policies = paths.map(|path| Ok((path.clone(), policy(path)?)));
        let policies = policies.collect::<Result<Vec<_>, ScopeError>>()?;
        let digests = policies.iter().map(|(_, policy)| policy.digest()).collect();
        Ok(claim(scope, agent, digests)?.map(|claim| Holds { policies, claim }))
    }
}

/// The files whose policies hold, in the order in which they are applied.
fn paths<'a>(scope: &'a Scope, agent: Option<&str>) -> Result<Vec<&'a PathBuf>, ScopeError> {
    let of_agent = match (&scope.agent_rule, agent) {
        (Some(AgentRule::Deny), Some(agent)) => {
            return Err(ScopeError::AgentDenied { agent: agent.to_owned() });
        }
        (Some(AgentRule::Policy(path)), Some(_)) => Some(path),
        _ => None,
    };
    Ok(scope.policy.iter().chain(of_agent).collect())
}

fn claim(
    scope: &Scope,
    agent: Option<String>,
    digests: Vec<String>,
) -> Result<Option<Claim>, ScopeError> {
    let duration_seconds = scope.duration_seconds;
    if !digests.is_empty() || duration_seconds.is_some() {
        return Ok(Some(Claim { digests, duration_seconds, agent }));
    }
    match scope.agent {
        Some(_) => Err(ScopeError::NoAgentRule),
        None => Ok(None),
    }
}

impl Provider {
    /// What holds for a target now, as a name for what is made with its credentials and kept: a token for
    /// one scope is not for another. Empty where nothing holds.
    ///
    /// # Errors
    ///
    /// Nothing may be handed out, kept or not.
    pub fn scope_name(&self, target: &Target) -> Result<String, ScopeError> {
        let Some(scope) = target.scope() else { return Ok(String::new()) };
        let Some(Holds { claim, .. }) = Holds::read(scope, self.env())? else {
            return Ok(String::new());
        };
        let seconds = claim.duration_seconds.map_or_else(String::new, |life| life.to_string());
        Ok(format!("{} {seconds} {:?}", claim.digests.join(","), claim.asker()))
    }

    /// The coding agent that asks, where the selected profile has a rule for those: no browser is to be
    /// opened for it, and no person waited for.
    ///
    /// # Errors
    ///
    /// The profile's section cannot be read.
    pub fn ruled_agent(
        &self,
        selection: &Selection,
        agent: Option<&AskingAgent>,
    ) -> Result<Option<String>, ConfigError> {
        let Selection::Profile(name) = selection else { return Ok(None) };
        let scope = profile_scope(name, self.files())?;
        let scope = scope.filter(|scope| scope.agent_rule.is_some());
        Ok(scope
            .and_then(|scope| asking_agent(&Scope { agent: agent.cloned(), ..*scope }, self.env())))
    }
}

/// The name of the agent that asks: as the flag says, else as the environment does.
fn asking_agent(scope: &Scope, env: &Env) -> Option<String> {
    let name = match &scope.agent {
        Some(AskingAgent::Named(name)) => name.clone(),
        Some(AskingAgent::Unnamed) => recognised_agent(env).unwrap_or_default(),
        None => recognised_agent(env)?,
    };
    let name = agent_name(&name);
    Some(if name.is_empty() { NAMELESS.to_owned() } else { name })
}

fn policy(path: &Path) -> Result<Policy, ScopeError> {
    let parsed = Policy::parse(&policy_text(path)?);
    parsed.map_err(|flaw| ScopeError::PolicyFlawed { path: path.to_owned(), flaw })
}

/// What the file of a policy says.
///
/// # Errors
///
/// There is none, or it cannot be read: it is a folder, a device, or larger than any policy.
pub fn policy_text(path: &Path) -> Result<Vec<u8>, ScopeError> {
    match read_file(path) {
        Ok(Some(bytes)) => Ok(bytes.to_vec()),
        Ok(None) => Err(ScopeError::NoPolicy { path: path.to_owned() }),
        Err(error) => Err(ScopeError::PolicyUnreadable(error)),
    }
}
