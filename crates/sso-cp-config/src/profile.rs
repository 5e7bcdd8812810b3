//! What a profile says: how it names its role, and the sign-in that gives it.

use std::rc::Rc;

use crate::endpoint::{EndpointSettings, is_region};
use crate::error::Conflict;
use crate::role_key::RoleKey;
use crate::scopes::parse_scopes;
use crate::section::{Section, bad_value, missing};
use crate::selection::{Role, Session, SessionName};
use crate::session_settings::SessionSettings;
use crate::shared::Shared;
use crate::start_url::check_start_url;
use crate::{Env, Error, entitled_role, keys};

/// How a profile says whose credentials it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It names a role of the access portal.
    Portal(PortalKeys),
    /// It assumes a role, on top of another profile.
    Chain,
    /// The AWS CLI signs in to it by `aws login`, which is another sign-in than ours.
    Login,
}

/// Which keys name a role of the access portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortalKeys {
    /// Keys that only `sso-cp` knows, so that SDKs run our `credential_process`.
    Private,
    /// The standard keys and an `[sso-session]`.
    Standard,
    /// Keys that only `sso-cp` knows, for a role that account access manager gives.
    Entitled,
    /// Keys of the profile's own, as before `[sso-session]` existed.
    Legacy,
}

impl Way {
    /// The order of the contract, `None` where a profile has nothing of all this. Private keys come
    /// first. `role_arn` comes before the standard keys, as in all of AWS's tools: a `sso_session`
    /// beside it is a leftover.
    pub(crate) fn of(profile: &Section) -> Option<Way> {
        Way::by(|key| profile.get(key.name()).is_some())
    }

    /// The same, of a profile that has these keys.
    pub(crate) fn by(has: impl Fn(RoleKey) -> bool) -> Option<Way> {
        let has = |keys: &[RoleKey]| keys.iter().any(|key| has(*key));
        if has(&[RoleKey::EntitledRole, RoleKey::Tenant]) {
            return Some(Way::Portal(PortalKeys::Entitled));
        }
        if has(&[RoleKey::PrivateSession, RoleKey::PrivateAccount, RoleKey::PrivateRole]) {
            return Some(Way::Portal(PortalKeys::Private));
        }
        if has(&[RoleKey::RoleArn]) {
            return Some(Way::Chain);
        }
        if has(&[RoleKey::Session]) {
            return Some(Way::Portal(PortalKeys::Standard));
        }
        if has(&[RoleKey::StartUrl, RoleKey::Region, RoleKey::Account, RoleKey::Role]) {
            return Some(Way::Portal(PortalKeys::Legacy));
        }
        has(&[RoleKey::LoginSession]).then_some(Way::Login)
    }
}

/// What gives a profile credentials without Identity Center and without a program.
const OTHER_CREDENTIALS: [&str; 4] = [
    keys::AWS_ACCESS_KEY_ID,
    keys::AWS_SECRET_ACCESS_KEY,
    keys::CREDENTIAL_SOURCE,
    keys::WEB_IDENTITY_TOKEN_FILE,
];

impl PortalKeys {
    /// Those of a profile that must name a role of the portal itself.
    pub(crate) fn of(profile: &Section) -> Result<PortalKeys, Error> {
        PortalKeys::by(Way::of(profile), profile)
    }

    /// The same, where the way is known.
    pub(crate) fn by(way: Option<Way>, profile: &Section) -> Result<PortalKeys, Error> {
        match way {
            Some(Way::Portal(keys)) => Ok(keys),
            Some(Way::Chain) => Err(Error::RoleChain {
                place: profile.place(),
                source_profile: profile.owned(keys::SOURCE_PROFILE),
            }),
            Some(Way::Login) => Err(Error::LoginProfile { place: profile.place() }),
            None => Err(Error::NoSsoSettings {
                place: profile.place(),
                line: profile.line(),
                has_credential_process: profile.get(keys::CREDENTIAL_PROCESS).is_some(),
                has_other_credentials: OTHER_CREDENTIALS
                    .iter()
                    .any(|key| profile.get(key).is_some()),
            }),
        }
    }

    pub(crate) fn session(self) -> RoleKey {
        match self {
            PortalKeys::Private | PortalKeys::Entitled => RoleKey::PrivateSession,
            PortalKeys::Standard | PortalKeys::Legacy => RoleKey::Session,
        }
    }

    pub(crate) fn account(self) -> RoleKey {
        match self {
            PortalKeys::Private | PortalKeys::Entitled => RoleKey::PrivateAccount,
            PortalKeys::Standard | PortalKeys::Legacy => RoleKey::Account,
        }
    }

    pub(crate) fn role(self) -> RoleKey {
        match self {
            PortalKeys::Private | PortalKeys::Entitled => RoleKey::PrivateRole,
            PortalKeys::Standard | PortalKeys::Legacy => RoleKey::Role,
        }
    }
}

/// The role of a profile. `selected` is the profile that says how the network is to be reached: the
/// same one, but for the source of a role chain (the AWS CLI's rule).
pub(crate) fn role_of_profile(
    by: PortalKeys,
    name: &str,
    profile: &Section,
    selected: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Role, Error> {
    let session = session_of_profile(by, name, profile, selected, shared, env)?;
    if by == PortalKeys::Entitled {
        return entitled_role::role(profile, session);
    }
    let value = |key: &'static str| {
        let value = require(profile, key)?;
        match unusable(&value) {
            None => Ok(value),
            Some(problem) => Err(bad_value(profile, key, problem.to_owned())),
        }
    };
    Ok(Role {
        account_id: value(by.account().name())?,
        role_name: value(by.role().name())?,
        session,
        region: profile.owned(keys::REGION),
        scope: None,
        entitled: None,
    })
}

pub(crate) fn session_of_profile(
    by: PortalKeys,
    name: &str,
    profile: &Section,
    selected: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Session, Error> {
    if by == PortalKeys::Legacy {
        if profile.get(keys::SSO_START_URL).is_none() && profile.get(keys::SSO_REGION).is_none() {
            // Account or role alone: the session is what is missing.
            return Err(missing(profile, keys::SSO_SESSION));
        }
        return build_session(SessionName::Legacy, profile, Some(selected), shared, env);
    }
    let session_name = require(profile, by.session().name())?;
    let session = named_section(&session_name, Some(name), shared)?;
    if by == PortalKeys::Standard {
        agree(profile, &session)?;
    }
    build_session(SessionName::Named(session_name), &session, Some(selected), shared, env)
}

pub(crate) fn named_session(
    name: &str,
    profile: Option<&Section>,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Session, Error> {
    let section = named_section(name, None, shared)?;
    build_session(SessionName::Named(name.to_owned()), &section, profile, shared, env)
}

fn named_section(
    name: &str,
    profile: Option<&str>,
    shared: &Shared<'_>,
) -> Result<Rc<Section>, Error> {
    shared.sso_session(name)?.ok_or_else(|| shared.no_session(name, profile))
}

/// A profile may repeat what its sso-session says, but not contradict it (the AWS CLI's rule).
fn agree(profile: &Section, session: &Section) -> Result<(), Error> {
    for key in [keys::SSO_START_URL, keys::SSO_REGION, keys::SSO_REGISTRATION_SCOPES] {
        if let (Some(in_profile), Some(in_session)) = (profile.get(key), session.get(key))
            && in_profile != in_session
        {
            return Err(Error::Conflict(Box::new(Conflict {
                place: profile.place(),
                session: session.title.clone(),
                key,
                in_profile: in_profile.to_owned(),
                in_session: in_session.to_owned(),
            })));
        }
    }
    Ok(())
}

fn build_session(
    name: SessionName,
    section: &Section,
    profile: Option<&Section>,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Session, Error> {
    let start_url = require(section, keys::SSO_START_URL)?;
    check_start_url(&start_url)
        .map_err(|problem| bad_value(section, keys::SSO_START_URL, problem))?;
    let region = require(section, keys::SSO_REGION)?;
    if !is_region(&region) {
        let problem = format!("is not a region: `{region}`");
        return Err(bad_value(section, keys::SSO_REGION, problem));
    }
    let services = services_of(profile, shared)?;
    let scopes = match name {
        SessionName::Named(_) => scopes_of(section)?,
        SessionName::Legacy => None,
    };
    let own_settings = match &name {
        SessionName::Named(name) => SessionSettings::read(name, section)?,
        SessionName::Legacy => None,
    };
    let ca_bundle = profile.and_then(|profile| profile.get(keys::CA_BUNDLE));
    Ok(Session {
        name,
        endpoints: EndpointSettings::read(profile, services.as_deref()),
        start_url,
        region,
        scopes,
        own_settings,
        ca_bundle: ca_bundle.map(|path| env.expand(path.as_ref(), &shared.files.home)),
    })
}

fn scopes_of(section: &Section) -> Result<Option<Vec<String>>, Error> {
    const KEY: &str = keys::SSO_REGISTRATION_SCOPES;
    let scopes = section.raw(KEY).map(parse_scopes).transpose();
    scopes.map_err(|problem| bad_value(section, KEY, problem))
}

pub(crate) fn services_of(
    profile: Option<&Section>,
    shared: &Shared<'_>,
) -> Result<Option<Rc<Section>>, Error> {
    let Some(profile) = profile else { return Ok(None) };
    let Some(services) = profile.get(keys::SERVICES) else { return Ok(None) };
    let missing = || Error::NoServices { place: profile.place(), services: services.to_owned() };
    shared.services(services)?.map(Some).ok_or_else(missing)
}

/// Account and role go into a URL, a file name's hash and messages; control characters have no
/// business in any of them. AWS's names end at 64 characters; far beyond that is a mistake.
pub(crate) fn unusable(value: &str) -> Option<&'static str> {
    const MAX_BYTES: usize = 1024;
    if value.len() > MAX_BYTES {
        return Some("is longer than 1024 bytes");
    }
    value.chars().any(char::is_control).then_some("holds control characters")
}

fn require(section: &Section, key: &'static str) -> Result<String, Error> {
    section.owned(key).ok_or_else(|| missing(section, key))
}
