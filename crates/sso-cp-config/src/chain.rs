//! Role chains: `role_arn` on top of `source_profile`, any number of times, down to a role of a
//! sign-in.
//!
//! Only the spelling that AWS's tools agree on is taken (`role_arn`, and a `source_profile` that is
//! another profile). Where they disagree on who wins, a guess could hand out another role's
//! credentials, so those spellings are refused.

use std::rc::Rc;

use crate::error::ChainProblem;
use crate::profile::Way;
use crate::role_limits::{MIN_SESSION_SECONDS, is_role_arn, session_name, text};
use crate::scope::Scope;
use crate::section::{Section, bad_value, missing};
use crate::selection::Role;
use crate::shared::Shared;
use crate::sts::StsEndpoint;
use crate::{Error, keys};

/// The way to an assumed role.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chain {
    /// Where it starts.
    pub source: Role,
    /// What is assumed after that, in this order; never empty.
    pub hops: Vec<Hop>,
    /// Where all of them are assumed: the selected profile decides, as in the AWS CLI.
    pub sts: StsEndpoint,
    /// The selected profile's `region`, for the tools that get the credentials.
    pub region: Option<String>,
    /// What the credentials of the last role are scoped down to: the selected profile decides.
    pub scope: Option<Box<Scope>>,
}

/// One role that is assumed. All values keep AWS's limits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hop {
    /// The profile that says so.
    pub profile: String,
    /// `arn:aws:iam::444455556666:role/Deploy`
    pub role_arn: String,
    /// The session's name; where there is none, the program chooses one.
    pub session_name: Option<String>,
    /// What the role's trust policy asks for.
    pub external_id: Option<String>,
    /// The session's life. A role that is assumed by a role lives an hour at most.
    pub duration_seconds: Option<u32>,
}

/// Each hop is a request of its own, and the whole call has 20 seconds; where thousands of profiles are
/// listed, each of their chains is walked.
const MAX_HOPS: usize = 32;
/// STS's longest session of a role that is assumed by a role, whatever the role itself allows.
const MAX_CHAINED_SECONDS: u32 = 3600;

/// A chain down to the profile that assumes nothing.
pub(crate) struct Walk {
    pub(crate) hops: Vec<Hop>,
    pub(crate) base_name: String,
    pub(crate) base: Rc<Section>,
}

/// Walks from a profile that assumes a role to the one that does not.
pub(crate) fn walk(name: &str, profile: &Section, shared: &Shared<'_>) -> Result<Walk, Error> {
    let mut hops = vec![hop(name, profile)?];
    let mut source_name = source_of(name, profile)?;
    let mut named_by = profile.place();
    loop {
        if hops.len() > MAX_HOPS {
            return Err(Error::ChainTooLong { place: profile.place(), most: MAX_HOPS });
        }
        if let Some(at) = hops.iter().position(|hop| hop.profile == source_name) {
            let names = hops[at..].iter().map(|hop| hop.profile.clone());
            return Err(Error::ChainCycle { profiles: names.chain([source_name]).collect() });
        }
        let source = shared.profile(&source_name)?;
        let source = source.ok_or_else(|| shared.no_source(named_by, &source_name))?;
        if [keys::AWS_ACCESS_KEY_ID, keys::AWS_SECRET_ACCESS_KEY]
            .iter()
            .any(|key| source.get(key).is_some())
        {
            return Err(problem(&source, ChainProblem::StaticKeys));
        }
        if Way::of(&source) != Some(Way::Chain) {
            hops.reverse();
            return Ok(Walk { hops, base_name: source_name, base: source });
        }
        hops.push(hop(&source_name, &source)?);
        source_name = source_of(&source_name, &source)?;
        named_by = source.place();
    }
}

/// The profile that the role is assumed from.
fn source_of(name: &str, profile: &Section) -> Result<String, Error> {
    let has = |key: &str| profile.get(key).is_some();
    let source = profile.owned(keys::SOURCE_PROFILE);
    let refused = match &source {
        _ if has(keys::WEB_IDENTITY_TOKEN_FILE) => Some(ChainProblem::WebIdentity),
        _ if has(keys::MFA_SERIAL) => Some(ChainProblem::Mfa),
        Some(_) if has(keys::CREDENTIAL_SOURCE) => Some(ChainProblem::TwoSources),
        _ if has(keys::CREDENTIAL_SOURCE) => Some(ChainProblem::CredentialSource),
        None if keys::STANDARD_SSO.into_iter().any(has) => Some(ChainProblem::SsoKeys),
        _ if has(keys::CREDENTIAL_PROCESS) => Some(ChainProblem::CredentialProcess),
        Some(source) if source == name => Some(ChainProblem::OwnSource),
        _ => None,
    };
    match (refused, source) {
        (Some(refused), _) => Err(problem(profile, refused)),
        (None, None) => Err(missing(profile, keys::SOURCE_PROFILE)),
        (None, Some(source)) => Ok(source),
    }
}

/// One profile's hop, its values held against AWS's limits (the STS API reference).
fn hop(name: &str, profile: &Section) -> Result<Hop, Error> {
    let role_arn = profile.owned(keys::ROLE_ARN).ok_or_else(|| missing(profile, keys::ROLE_ARN))?;
    if !is_role_arn(&role_arn) {
        let form = "is not an ARN of a role, such as `arn:aws:iam::111122223333:role/NAME`";
        return Err(bad_value(profile, keys::ROLE_ARN, form.to_owned()));
    }
    Ok(Hop {
        profile: name.to_owned(),
        role_arn,
        session_name: session_name(profile, keys::ROLE_SESSION_NAME)?,
        external_id: text(profile, keys::EXTERNAL_ID, "_+=,.@:/-", 1224)?,
        duration_seconds: duration(profile)?,
    })
}

fn duration(profile: &Section) -> Result<Option<u32>, Error> {
    const KEY: &str = keys::DURATION_SECONDS;
    let Some(text) = profile.get(KEY) else { return Ok(None) };
    let wrong = |problem: String| Err(bad_value(profile, KEY, problem));
    match text.parse::<u32>() {
        Ok(seconds @ MIN_SESSION_SECONDS..=MAX_CHAINED_SECONDS) => Ok(Some(seconds)),
        Ok(seconds) if seconds > MAX_CHAINED_SECONDS => wrong(format!(
            "is {seconds}, but a role that is assumed from another role lives {MAX_CHAINED_SECONDS} seconds at most"
        )),
        _ => wrong(format!("must be {MIN_SESSION_SECONDS} to {MAX_CHAINED_SECONDS}")),
    }
}

fn problem(profile: &Section, problem: ChainProblem) -> Error {
    Error::Chain { place: profile.place(), problem }
}

impl Chain {
    /// The account of the role that is assumed last, which is the one that was selected.
    pub fn account_id(&self) -> &str {
        self.hops.last().map_or(&self.source.account_id, Hop::account_id)
    }
}

impl Hop {
    /// The account of the role.
    pub fn account_id(&self) -> &str {
        self.role_arn.split(':').nth(4).unwrap_or_default()
    }
}
