//! From a selection to the role that it names, with everything a later step needs checked.

use crate::chain::{Chain, Walk, walk};
use crate::profile::{
    PortalKeys, Way, named_session, role_of_profile, services_of, session_of_profile, unusable,
};
use crate::scope::Scope;
use crate::section::Section;
use crate::selection::{Role, Selection, Session};
use crate::session_settings::SessionSettings;
use crate::shared::{Shared, no_profile};
use crate::sts::sts_endpoint;
use crate::{Env, Error, Files, keys};

/// What a selection comes to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A role that the access portal gives.
    Role(Role),
    /// A role that is assumed, from one that the access portal gives.
    Chain(Chain),
}

impl Target {
    /// The profile's `region`, for the tools that get the credentials.
    pub fn region(&self) -> Option<&str> {
        match self {
            Target::Role(role) => role.region.as_deref(),
            Target::Chain(chain) => chain.region.as_deref(),
        }
    }
}

/// What the selection comes to.
///
/// # Errors
///
/// As for [`role`], and everything that keeps a chain from being walked.
pub fn target(selection: &Selection, files: &Files, env: &Env) -> Result<Target, Error> {
    let Selection::Profile(name) = selection else {
        return role(selection, files, env).map(Target::Role);
    };
    let (shared, profile) = Shared::for_profile(files, name)?;
    let profile = profile.ok_or_else(|| no_profile(files, name))?;
    target_of_profile(name, &profile, &shared, env)
}

/// What a profile comes to.
pub(crate) fn target_of_profile(
    name: &str,
    profile: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Target, Error> {
    let way = Way::of(profile);
    if way != Some(Way::Chain) {
        let by = PortalKeys::by(way, profile)?;
        return scoped_role(by, name, profile, shared, env).map(Target::Role);
    }
    let Walk { hops, base_name, base } = walk(name, profile, shared)?;
    let services = services_of(Some(profile), shared)?;
    Ok(Target::Chain(Chain {
        source: role_of_profile(PortalKeys::of(&base)?, &base_name, &base, profile, shared, env)?,
        hops,
        sts: sts_endpoint(profile, services.as_deref(), env)?,
        region: profile.owned(keys::REGION),
        scope: Scope::read(profile, shared.files)?,
    }))
}

/// The role of the selected profile, with what that scopes it down to.
fn scoped_role(
    by: PortalKeys,
    name: &str,
    profile: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Role, Error> {
    let role = role_of_profile(by, name, profile, profile, shared, env)?;
    Ok(Role { scope: Scope::read(profile, shared.files)?, ..role })
}

/// The role that the selection names.
///
/// # Errors
///
/// Everything that keeps the files from naming exactly one usable role, with file, section and key.
/// Nothing is sent anywhere and nothing is written.
pub fn role(selection: &Selection, files: &Files, env: &Env) -> Result<Role, Error> {
    match selection {
        Selection::Profile(name) => {
            let (shared, profile) = Shared::for_profile(files, name)?;
            let profile = profile.ok_or_else(|| no_profile(files, name))?;
            let way = Way::of(&profile);
            if way == Some(Way::Chain) {
                // The profile that signs in, not one in the middle.
                let source_profile = match walk(name, &profile, &shared) {
                    Ok(walk) => Some(walk.base_name),
                    Err(_) => profile.owned(keys::SOURCE_PROFILE),
                };
                return Err(Error::RoleChain { place: profile.place(), source_profile });
            }
            let by = PortalKeys::by(way, &profile)?;
            scoped_role(by, name, &profile, &shared, env)
        }
        Selection::Role { sso_session, account_id, role_name } => {
            let session = named_session(sso_session, None, &Shared::for_session(files), env)?;
            let check = |flag: &str, value: &str| match unusable(value) {
                None => Ok(value.to_owned()),
                Some(problem) => {
                    Err(Error::BadInput { name: flag.to_owned(), problem: problem.to_owned() })
                }
            };
            let account_id = check("--account-id", account_id)?;
            let role_name = check("--role-name", role_name)?;
            Ok(Role { account_id, role_name, session, region: None, scope: None, entitled: None })
        }
        Selection::SsoSession(_) => Err(Error::BadInput {
            name: "--sso-session".to_owned(),
            problem: "names no role; give --account-id and --role-name too".to_owned(),
        }),
    }
}

/// What the section of a session says in our own keys, whatever else it lacks. `None` where it has none of
/// them, or is not there.
///
/// # Errors
///
/// The section cannot be read, or a key has a value that it cannot have.
pub fn session_settings(name: &str, files: &Files) -> Result<Option<Box<SessionSettings>>, Error> {
    match Shared::for_session(files).sso_session(name)? {
        Some(section) => SessionSettings::read(name, &section),
        None => Ok(None),
    }
}

/// What a profile scopes its credentials down to, whatever else it lacks. `None` where it says nothing of
/// that, or is not there.
///
/// # Errors
///
/// The section cannot be read, or a key has a value that it cannot have.
pub fn profile_scope(name: &str, files: &Files) -> Result<Option<Box<Scope>>, Error> {
    match Shared::for_profile(files, name)? {
        (_, Some(profile)) => Scope::read(&profile, files),
        (_, None) => Ok(None),
    }
}

/// The session that the selection names; account and role are not needed for it. A role chain's is
/// the one that it starts from.
///
/// # Errors
///
/// As for [`role`].
pub fn session(selection: &Selection, files: &Files, env: &Env) -> Result<Session, Error> {
    match selection {
        Selection::Profile(name) => {
            let (shared, profile) = Shared::for_profile(files, name)?;
            let profile = profile.ok_or_else(|| no_profile(files, name))?;
            if Way::of(&profile) == Some(Way::Chain) {
                let Walk { base_name, base, .. } = walk(name, &profile, &shared)?;
                let by = PortalKeys::of(&base)?;
                return session_of_profile(by, &base_name, &base, &profile, &shared, env);
            }
            session_of_profile(PortalKeys::of(&profile)?, name, &profile, &profile, &shared, env)
        }
        Selection::SsoSession(name) | Selection::Role { sso_session: name, .. } => {
            named_session(name, None, &Shared::for_session(files), env)
        }
    }
}
