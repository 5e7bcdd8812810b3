//! From a selection to the role that it names, with everything a later step needs checked.

use std::path::PathBuf;
use std::rc::Rc;

use crate::chain::{Walk, is_chain, walk};
use crate::endpoint::{Endpoint, EndpointSettings, Service, is_region};
use crate::error::{Conflict, Place};
use crate::section::Section;
use crate::shared::{Shared, no_profile};
use crate::start_url::check_start_url;
use crate::{Env, Error, Files};

/// What the user wants to act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// A profile of the shared files.
    Profile(String),
    /// An `[sso-session]` section, for commands that need no role.
    SsoSession(String),
    /// A role of an `[sso-session]`, without any profile.
    Role {
        /// The section's name.
        sso_session: String,
        /// The account.
        account_id: String,
        /// The permission set.
        role_name: String,
    },
}

/// How a session is known, which decides what the AWS CLI calls its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionName {
    /// By the name of its `[sso-session]` section.
    Named(String),
    /// By the start URL that stands in the profile itself.
    Legacy,
}

/// One sign-in: a portal, and where to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Named, or legacy.
    pub name: SessionName,
    /// As configured, byte for byte; https.
    pub start_url: String,
    /// Where the Identity Center instance lives; a valid host label.
    pub region: String,
    /// The configured scopes; `None` where the key is absent, which is not the same as empty.
    pub scopes: Option<Vec<String>>,
    /// What the profile says about the endpoints of the sign-in.
    pub endpoints: EndpointSettings,
    /// The profile's `ca_bundle`.
    pub ca_bundle: Option<PathBuf>,
}

impl Session {
    /// Where one signs in and renews.
    ///
    /// # Errors
    ///
    /// The configuration names an endpoint that cannot be used.
    pub fn oidc(&self, env: &Env) -> Result<Endpoint, Error> {
        self.endpoints.resolve(Service::Oidc, &self.region, env)
    }

    /// Where the access portal is.
    ///
    /// # Errors
    ///
    /// As for [`Session::oidc`].
    pub fn portal(&self, env: &Env) -> Result<Endpoint, Error> {
        self.endpoints.resolve(Service::Portal, &self.region, env)
    }
}

/// One role in one account, and the session that gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The account, usually twelve digits, free of control characters.
    pub account_id: String,
    /// The permission set, free of control characters.
    pub role_name: String,
    /// The sign-in.
    pub session: Session,
    /// The profile's `region`, for the tools that get the credentials.
    pub region: Option<String>,
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
            role_of_profile(name, &profile, &profile, &shared, env)
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
            Ok(Role { account_id, role_name, session, region: None })
        }
        Selection::SsoSession(_) => Err(Error::BadInput {
            name: "--sso-session".to_owned(),
            problem: "names no role; give --account-id and --role-name too".to_owned(),
        }),
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
            if is_chain(&profile) {
                let Walk { base_name, base, .. } = walk(name, &profile, &shared)?;
                let way = Way::of(&base)?;
                return session_of_profile(way, &base_name, &base, &profile, &shared, env);
            }
            session_of_profile(Way::of(&profile)?, name, &profile, &profile, &shared, env)
        }
        Selection::SsoSession(name) | Selection::Role { sso_session: name, .. } => {
            named_session(name, None, &Shared::for_session(files), env)
        }
    }
}

/// How a profile names its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By keys that only `sso-cp` knows, so that SDKs run our `credential_process`.
    Private,
    /// By the standard keys and an `[sso-session]`.
    Standard,
    /// By keys of its own, as before `[sso-session]` existed.
    Legacy,
}

impl Way {
    /// The order of the contract: private keys, then the standard ones, then the legacy ones.
    pub(crate) fn of(profile: &Section) -> Result<Way, Error> {
        let has = |keys: &[&str]| keys.iter().any(|key| profile.get(key).is_some());
        if has(&["sso_cp_session", "sso_cp_account_id", "sso_cp_role_name"]) {
            return Ok(Way::Private);
        }
        if has(&["role_arn"]) {
            // Beside standard keys too: the SDKs disagree on who wins, and a wrong guess would hand
            // out another role's credentials.
            return Err(Error::RoleChain {
                place: profile.place(),
                source_profile: profile.owned("source_profile"),
            });
        }
        if has(&["sso_session"]) {
            return Ok(Way::Standard);
        }
        if has(&["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"]) {
            return Ok(Way::Legacy);
        }
        Err(Error::NoSsoSettings {
            place: profile.place(),
            line: profile.line(),
            has_credential_process: profile.get("credential_process").is_some(),
        })
    }

    pub(crate) fn session_key(self) -> &'static str {
        match self {
            Way::Private => "sso_cp_session",
            Way::Standard | Way::Legacy => "sso_session",
        }
    }

    pub(crate) fn account_key(self) -> &'static str {
        match self {
            Way::Private => "sso_cp_account_id",
            Way::Standard | Way::Legacy => "sso_account_id",
        }
    }

    pub(crate) fn role_key(self) -> &'static str {
        match self {
            Way::Private => "sso_cp_role_name",
            Way::Standard | Way::Legacy => "sso_role_name",
        }
    }
}

/// The role of a profile. `selected` is the profile that says how the network is to be reached: the
/// same one, but for the source of a role chain (the AWS CLI's rule).
pub(crate) fn role_of_profile(
    name: &str,
    profile: &Section,
    selected: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Role, Error> {
    let way = Way::of(profile)?;
    let session = session_of_profile(way, name, profile, selected, shared, env)?;
    let value = |key: &'static str| {
        let value = require(profile, key)?;
        match unusable(&value) {
            None => Ok(value),
            Some(problem) => Err(bad_value(profile, key, problem.to_owned())),
        }
    };
    Ok(Role {
        account_id: value(way.account_key())?,
        role_name: value(way.role_key())?,
        session,
        region: profile.owned("region"),
    })
}

pub(crate) fn session_of_profile(
    way: Way,
    name: &str,
    profile: &Section,
    selected: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> Result<Session, Error> {
    if way == Way::Legacy {
        if profile.get("sso_start_url").is_none() && profile.get("sso_region").is_none() {
            // Account or role alone: the session is what is missing.
            return Err(missing(profile, "sso_session"));
        }
        return build_session(SessionName::Legacy, profile, Some(selected), shared, env);
    }
    let session_name = require(profile, way.session_key())?;
    let session = named_section(&session_name, Some(name), shared)?;
    if way == Way::Standard {
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
    for key in ["sso_start_url", "sso_region", "sso_registration_scopes"] {
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
    let start_url = require(section, "sso_start_url")?;
    check_start_url(&start_url).map_err(|problem| bad_value(section, "sso_start_url", problem))?;
    let region = require(section, "sso_region")?;
    if !is_region(&region) {
        let problem = format!("is no region: `{region}`");
        return Err(bad_value(section, "sso_region", problem));
    }
    let services = services_of(profile, shared)?;
    let scopes = match name {
        SessionName::Named(_) => section.raw("sso_registration_scopes").map(scopes),
        SessionName::Legacy => None,
    };
    let ca_bundle = profile.and_then(|profile| profile.get("ca_bundle"));
    Ok(Session {
        name,
        endpoints: EndpointSettings::read(profile, services.as_deref()),
        start_url,
        region,
        scopes,
        ca_bundle: ca_bundle.map(|path| env.expand(path.as_ref(), &shared.files.home)),
    })
}

pub(crate) fn services_of(
    profile: Option<&Section>,
    shared: &Shared<'_>,
) -> Result<Option<Rc<Section>>, Error> {
    let Some(profile) = profile else { return Ok(None) };
    let Some(services) = profile.get("services") else { return Ok(None) };
    let missing = || Error::NoServices { place: profile.place(), services: services.to_owned() };
    shared.services(services)?.map(Some).ok_or_else(missing)
}

/// Comma separated, trimmed, empty items dropped, order kept (the AWS CLI's rule; the registration
/// file's name depends on it).
fn scopes(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

/// Account and role go into a URL, a file name's hash and messages; control characters have no
/// business in any of them. AWS's names end at 64 characters; far beyond that is a mistake.
fn unusable(value: &str) -> Option<&'static str> {
    const MAX_BYTES: usize = 1024;
    if value.len() > MAX_BYTES {
        return Some("is longer than 1024 bytes");
    }
    value.chars().any(char::is_control).then_some("holds control characters")
}

fn require(section: &Section, key: &'static str) -> Result<String, Error> {
    section.owned(key).ok_or_else(|| missing(section, key))
}

pub(crate) fn missing(section: &Section, key: &'static str) -> Error {
    Error::MissingKey { place: section.place(), key }
}

pub(crate) fn bad_value(section: &Section, key: &str, problem: String) -> Error {
    Error::BadValue { place: section.place(), key: key.to_owned(), problem }
}

impl Section {
    /// Where it stands, for messages.
    pub(crate) fn place(&self) -> Place {
        Place { section: self.title.clone(), path: self.path.clone() }
    }
}
