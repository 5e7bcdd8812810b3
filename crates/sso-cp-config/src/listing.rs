//! Everything that the shared files configure: all sign-ins, and all profiles with the role that each
//! of them names or the reason why it names none.
//!
//! One pass over each file, whatever its size: 20,000 profiles take a fraction of a second. What is
//! wrong with one session or profile stands in its own entry and hurts no other.

use std::collections::HashMap;

use crate::everything::Everything;
use crate::profile::{PortalKeys, Way, named_session, session_of_profile};
use crate::resolve::{Target, target_of_profile};
use crate::section::Section;
use crate::selection::{Role, Session};
use crate::shared::Shared;
use crate::{Env, Error, Files, keys};

/// What the shared files configure.
#[derive(Debug)]
pub struct Listing {
    /// Every `[sso-session]` section in the order of the config file, then the sign-ins that legacy
    /// profiles name by a start URL of their own, each once.
    pub sessions: Vec<ListedSession>,
    /// Every profile: those of the config file in its order, then those that only the credentials
    /// file has.
    pub profiles: Vec<ListedProfile>,
}

/// One sign-in that is configured.
#[derive(Debug)]
pub struct ListedSession {
    /// The section's name; `None` for a sign-in that is known by its start URL alone.
    pub name: Option<String>,
    /// As configured, usable or not.
    pub start_url: Option<String>,
    /// As configured, usable or not.
    pub region: Option<String>,
    /// The sign-in, or why it cannot be used. The endpoints of a named one are those of the
    /// environment or AWS's own; those of a legacy one are its first usable profile's.
    pub session: Result<Session, Error>,
}

/// One profile that is configured.
#[derive(Debug)]
pub struct ListedProfile {
    /// The profile's name.
    pub name: String,
    /// How it names its role; `None` where it has no SSO settings, or cannot be read.
    pub kind: Option<ProfileKind>,
    /// The sso-session's name as configured, there or not; the start URL of a legacy profile.
    pub session: Option<String>,
    /// The account as configured.
    pub account_id: Option<String>,
    /// The permission set as configured.
    pub role_name: Option<String>,
    /// The role that a chain ends in, as configured.
    pub role_arn: Option<String>,
    /// The role, or why the profile gives none; of a chain, the role that it starts from.
    pub role: Result<Role, Error>,
}

/// How a profile names its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// By `sso_cp_session` and the other keys that only `sso-cp` reads.
    Private,
    /// By `sso_session` and the other standard keys.
    Session,
    /// By `sso_start_url` and `sso_region` of its own.
    Legacy,
    /// By `role_arn`, on top of another profile.
    Chain,
    /// By `login_session`: by the sign-in of `aws login`, which is not ours. It is never usable here.
    Login,
}

impl Listing {
    /// Reads both files. Nothing is sent anywhere and nothing is written.
    ///
    /// # Errors
    ///
    /// A file is there and cannot be read at all. What is wrong inside of a file stands in the
    /// entries.
    pub fn read(files: &Files, env: &Env) -> Result<Listing, Error> {
        let everything = Everything::read(files)?;
        let shared = Shared::of_everything(files, &everything);
        let names = everything.session_names().into_iter();
        let mut sessions: Vec<_> = names.map(|name| listed_session(name, &shared, env)).collect();
        let mut legacy = LegacySessions::default();
        let mut profiles = Vec::new();
        for (name, section) in everything.profiles(files) {
            let profile = match section {
                Ok(Some(section)) => {
                    let profile = listed_profile(name, &section, &shared, env);
                    legacy.note(&profile, &section, &shared, env);
                    profile
                }
                // A name without a section cannot come up: names are taken from sections.
                Ok(None) => continue,
                Err(error) => unreadable_profile(name, error),
            };
            profiles.push(profile);
        }
        sessions.append(&mut legacy.sessions);
        Ok(Listing { sessions, profiles })
    }
}

fn listed_session(name: String, shared: &Shared<'_>, env: &Env) -> ListedSession {
    let session = named_session(&name, None, shared, env);
    let section = shared.sso_session(&name).ok().flatten();
    let value = |key| section.as_ref().and_then(|section| section.owned(key));
    let (start_url, region) = (value(keys::SSO_START_URL), value(keys::SSO_REGION));
    ListedSession { name: Some(name), start_url, region, session }
}

pub(crate) fn listed_profile(
    name: String,
    section: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> ListedProfile {
    let role = match target_of_profile(&name, section, shared, env) {
        Ok(Target::Role(role)) => Ok(role),
        Ok(Target::Chain(chain)) => Ok(chain.source),
        Err(error) => Err(error),
    };
    let way = Way::of(section);
    // The SSO keys of a chain, if it has any, are not what it goes by.
    let by = match way {
        Some(Way::Portal(by)) => Some(by),
        _ => None,
    };
    let session_key = by.map(|by| match by {
        PortalKeys::Legacy => keys::SSO_START_URL,
        by => by.session(),
    });
    let value = |key: Option<&str>| section.owned(key?);
    ListedProfile {
        session: value(session_key),
        account_id: value(by.map(PortalKeys::account)),
        role_name: value(by.map(PortalKeys::role)),
        role_arn: section.owned(keys::ROLE_ARN).filter(|_| way == Some(Way::Chain)),
        kind: way.map(kind),
        name,
        role,
    }
}

fn kind(way: Way) -> ProfileKind {
    match way {
        Way::Portal(PortalKeys::Private) => ProfileKind::Private,
        Way::Portal(PortalKeys::Standard) => ProfileKind::Session,
        Way::Portal(PortalKeys::Legacy) => ProfileKind::Legacy,
        Way::Chain => ProfileKind::Chain,
        Way::Login => ProfileKind::Login,
    }
}

pub(crate) fn unreadable_profile(name: String, error: Error) -> ListedProfile {
    let (kind, session, account_id, role_name) = (None, None, None, None);
    let role_arn = None;
    ListedProfile { name, kind, session, account_id, role_name, role_arn, role: Err(error) }
}

/// The sign-ins of legacy profiles, by start URL.
#[derive(Default)]
struct LegacySessions {
    sessions: Vec<ListedSession>,
    by_start_url: HashMap<String, usize>,
}

impl LegacySessions {
    fn note(&mut self, profile: &ListedProfile, section: &Section, shared: &Shared<'_>, env: &Env) {
        let (Some(ProfileKind::Legacy), Some(start_url)) = (profile.kind, &profile.session) else {
            return;
        };
        let known = self.by_start_url.get(start_url).copied();
        if known.is_some_and(|at| self.sessions[at].session.is_ok()) {
            return;
        }
        let found = ListedSession {
            name: None,
            start_url: Some(start_url.clone()),
            region: section.owned(keys::SSO_REGION),
            session: session_of_profile(
                PortalKeys::Legacy,
                &profile.name,
                section,
                section,
                shared,
                env,
            ),
        };
        match known {
            Some(at) if found.session.is_ok() => self.sessions[at] = found,
            Some(_) => {}
            None => {
                self.by_start_url.insert(start_url.clone(), self.sessions.len());
                self.sessions.push(found);
            }
        }
    }
}
