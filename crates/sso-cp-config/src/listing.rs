//! Everything that the shared files configure: all sign-ins, and all profiles with the role that each
//! of them names.
//!
//! One pass over each file, in time that goes with its bytes. What is wrong with one session or profile
//! stands in its own entry and hurts no other. What a profile comes to is worked out when it is asked for:
//! that is ten times the work of listing it.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::by_name::ByName;
use crate::entitled::Tenant;
use crate::everything::{Everything, ProfileSections, shown};
use crate::glance::Glance;
use crate::profile::{PortalKeys, Way, named_session, session_of_profile};
use crate::resolve::{Target, target_of_profile};
use crate::role_key::RoleKey;
use crate::scope::Scope;
use crate::section::Section;
use crate::selection::{Role, Session, SessionName};
use crate::shared::{Shared, no_profile};
use crate::{Env, Error, Files, keys};

/// What the shared files configure.
#[derive(Debug)]
pub struct Listing {
    /// Every `[sso-session]` section in the order of the config file, then the sign-ins that legacy
    /// profiles name by a start URL of their own, each once.
    pub sessions: Vec<ListedSession>,
    profiles: Vec<Entry>,
    by_name: OnceCell<ByName>,
    /// The names and values of the profiles, one after the other.
    texts: String,
    everything: Everything,
    files: Files,
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
#[derive(Debug, Clone, Copy)]
pub struct ListedProfile<'a> {
    /// The profile's name.
    pub name: &'a str,
    /// How it names its role; `None` where it has no SSO settings, or cannot be read.
    pub kind: Option<ProfileKind>,
    /// The sso-session's name as configured, there or not; the start URL of a legacy profile.
    pub session: Option<&'a str>,
    /// The account as configured.
    pub account_id: Option<&'a str>,
    /// The permission set as configured.
    pub role_name: Option<&'a str>,
    /// The role that a chain ends in, or that account access manager gives, as configured.
    pub role_arn: Option<&'a str>,
    /// Whether its lines can be read at all.
    pub is_readable: bool,
}

/// How a profile names its role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// By `sso_cp_session` and the other keys that only `sso-cp` reads.
    Private,
    /// By `sso_cp_role_arn`: a role that account access manager gives.
    Entitled,
    /// By `sso_session` and the other standard keys.
    Session,
    /// By `sso_start_url` and `sso_region` of its own.
    Legacy,
    /// By `role_arn`, on top of another profile.
    Chain,
    /// By `login_session`: by the sign-in of `aws login`, which is not ours. It is never usable here.
    Login,
}

/// A profile as it is kept. Where a name or a value stands in the listing's texts takes a third of the
/// room of a text of its own.
#[derive(Debug)]
struct Entry {
    name: Range<u32>,
    kind: Option<ProfileKind>,
    session: Option<Range<u32>>,
    account_id: Option<Range<u32>>,
    role_name: Option<Range<u32>>,
    role_arn: Option<Range<u32>>,
    is_readable: bool,
}

impl ListedProfile<'_> {
    /// Whether it names a sign-in and no part of a role: good for signing in, as `aws configure sso-session` and
    /// people leave it.
    pub fn is_for_sign_in(&self) -> bool {
        let is_of_portal =
            !matches!(self.kind, None | Some(ProfileKind::Chain | ProfileKind::Login));
        is_of_portal
            && self.session.is_some()
            && self.account_id.is_none()
            && self.role_name.is_none()
    }
}

impl Listing {
    /// Reads both files. Nothing is sent anywhere and nothing is written.
    ///
    /// # Errors
    ///
    /// A file is there and cannot be read at all. What is wrong inside of a file stands in the
    /// entries.
    pub fn read(files: &Files, env: &Env) -> Result<Listing, Error> {
        let mut listing = Listing::of_profiles(files)?;
        listing.list_sessions(env);
        Ok(listing)
    }

    /// The profiles alone.
    ///
    /// # Errors
    ///
    /// As for [`Listing::read`].
    pub(crate) fn of_profiles(files: &Files) -> Result<Listing, Error> {
        let everything = Everything::read(files)?;
        let mut listing = Listing {
            sessions: Vec::new(),
            profiles: Vec::with_capacity(everything.profile_count()),
            by_name: OnceCell::new(),
            texts: String::new(),
            everything,
            files: files.clone(),
        };
        listing.list_profiles();
        Ok(listing)
    }

    /// Every profile: those of the config file in its order, then those that only the credentials file
    /// has.
    pub fn profiles(&self) -> impl Iterator<Item = ListedProfile<'_>> {
        self.profiles.iter().map(|entry| self.listed(entry))
    }

    /// A profile by its name.
    pub fn profile(&self, name: &str) -> Option<ListedProfile<'_>> {
        let name_of = |at: usize| self.listed(&self.profiles[at]).name.as_bytes();
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = ByName::with_room_for(self.profiles.len());
            for at in 0..self.profiles.len() {
                by_name.insert(name_of(at), at, name_of);
            }
            by_name
        });
        by_name.get(name.as_bytes(), name_of).map(|at| self.listed(&self.profiles[at]))
    }

    /// The lines of a profile's sections in the config file, as they stand.
    pub(crate) fn profile_bodies(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.everything.profile_bodies(name)
    }

    /// What a profile comes to.
    ///
    /// # Errors
    ///
    /// Why it names no role, as for [`crate::target`].
    pub fn target(&self, profile: &str, env: &Env) -> Result<Target, Error> {
        let section = self.everything.profile(profile)?;
        let section = section.ok_or_else(|| no_profile(&self.files, profile))?;
        let shared = Shared::of_everything(&self.files, &self.everything);
        target_of_profile(profile, &section, &shared, env)
    }

    /// What a profile scopes its credentials down to, whatever else it lacks; `None` where it says nothing
    /// of that.
    ///
    /// # Errors
    ///
    /// Its section cannot be read, or says what cannot hold.
    pub fn scope(&self, profile: &str) -> Result<Option<Box<Scope>>, Error> {
        match self.everything.profile(profile)? {
            Some(section) => Scope::read(&section, &self.files),
            None => Ok(None),
        }
    }

    /// The role that a profile gives; of a chain, the role that it starts from.
    ///
    /// # Errors
    ///
    /// As for [`Listing::target`].
    pub fn role(&self, profile: &str, env: &Env) -> Result<Role, Error> {
        self.target(profile, env).map(Target::into_source)
    }

    /// The account access managers that give roles to anyone who is signed in to a session: its own, and those
    /// that its profiles name. What cannot be read is nobody's.
    pub fn tenants(&self, session: &Session, env: &Env) -> Vec<Tenant> {
        let SessionName::Named(name) = &session.name else { return Vec::new() };
        let mut tenants = BTreeSet::new();
        tenants.extend(session.settings().tenant.clone());
        let is_of_it = |profile: &ListedProfile<'_>| {
            profile.kind == Some(ProfileKind::Entitled) && profile.session == Some(name)
        };
        for profile in self.profiles().filter(is_of_it) {
            let role = self.role(profile.name, env).ok();
            tenants.extend(role.and_then(|role| Some(role.entitled?.tenant)));
        }
        tenants.into_iter().collect()
    }

    fn listed<'a>(&'a self, entry: &Entry) -> ListedProfile<'a> {
        let text = |range: &Range<u32>| &self.texts[range.start as usize..range.end as usize];
        let value = |range: &Option<Range<u32>>| range.as_ref().map(text);
        ListedProfile {
            name: text(&entry.name),
            kind: entry.kind,
            session: value(&entry.session),
            account_id: value(&entry.account_id),
            role_name: value(&entry.role_name),
            role_arn: value(&entry.role_arn),
            is_readable: entry.is_readable,
        }
    }

    fn list_profiles(&mut self) {
        let mut texts = Texts(String::new());
        for profile in self.everything.profiles() {
            self.profiles.push(entry(&profile, &mut texts));
        }
        self.texts = texts.0;
    }

    fn list_sessions(&mut self, env: &Env) {
        let shared = Shared::of_everything(&self.files, &self.everything);
        let names = self.everything.session_names().into_iter();
        let mut sessions: Vec<_> = names.map(|name| listed_session(name, &shared, env)).collect();
        let mut legacy = LegacySessions::default();
        for profile in self.profiles() {
            if let (Some(ProfileKind::Legacy), Some(start_url)) = (profile.kind, profile.session) {
                legacy.note(start_url, profile.name, &shared, env);
            }
        }
        sessions.append(&mut legacy.sessions);
        self.sessions = sessions;
    }
}

/// Names and values, one after the other.
struct Texts(String);

impl Texts {
    fn push(&mut self, text: &str) -> Range<u32> {
        // The files together hold less than four gigabytes.
        let end = |texts: &String| u32::try_from(texts.len()).unwrap_or(u32::MAX);
        let start = end(&self.0);
        self.0.push_str(text);
        start..end(&self.0)
    }
}

fn listed_session(name: String, shared: &Shared<'_>, env: &Env) -> ListedSession {
    let session = named_session(&name, None, shared, env);
    let section = shared.sso_session(&name).ok().flatten();
    let value = |key| section.as_ref().and_then(|section| section.owned(key));
    let (start_url, region) = (value(keys::SSO_START_URL), value(keys::SSO_REGION));
    ListedSession { name: Some(name), start_url, region, session }
}

/// Nearly every profile is one section of plain lines, and then a glance is enough.
fn entry(profile: &ProfileSections<'_>, texts: &mut Texts) -> Entry {
    let plain = profile.only_one().filter(|section| section.flaw.is_none());
    if let Some(glance) = plain.and_then(|section| Glance::at(section.body)) {
        return match str::from_utf8(profile.name()) {
            Ok(name) => entry_of(name, |key| glance.get(key), texts),
            Err(_) => entry_of(&shown(profile.name()), |key| glance.get(key), texts),
        };
    }
    let name = shown(profile.name());
    match profile.merge(&name) {
        Ok(Some(section)) => entry_of(&name, |key| section.get(key.name()), texts),
        Ok(None) | Err(_) => Entry { is_readable: false, ..entry_of(&name, |_| None, texts) },
    }
}

fn entry_of<'a>(
    name: &str,
    value: impl Fn(RoleKey) -> Option<&'a str>,
    texts: &mut Texts,
) -> Entry {
    let way = Way::by(|key| value(key).is_some());
    // The SSO keys of a chain, if it has any, are not what it goes by.
    let by = match way {
        Some(Way::Portal(by)) => Some(by),
        _ => None,
    };
    let session_key = by.map(|by| match by {
        PortalKeys::Legacy => RoleKey::StartUrl,
        by => by.session(),
    });
    let arn_key = match (way, by) {
        (Some(Way::Chain), _) => Some(RoleKey::RoleArn),
        (_, Some(PortalKeys::Entitled)) => Some(RoleKey::EntitledRole),
        _ => None,
    };
    let by_name = by.filter(|by| *by != PortalKeys::Entitled);
    let mut keep = |key: Option<RoleKey>| Some(texts.push(value(key?)?));
    Entry {
        session: keep(session_key),
        account_id: keep(by_name.map(PortalKeys::account)),
        role_name: keep(by_name.map(PortalKeys::role)),
        role_arn: keep(arn_key),
        kind: way.map(kind),
        name: texts.push(name),
        is_readable: true,
    }
}

fn kind(way: Way) -> ProfileKind {
    match way {
        Way::Portal(PortalKeys::Private) => ProfileKind::Private,
        Way::Portal(PortalKeys::Entitled) => ProfileKind::Entitled,
        Way::Portal(PortalKeys::Standard) => ProfileKind::Session,
        Way::Portal(PortalKeys::Legacy) => ProfileKind::Legacy,
        Way::Chain => ProfileKind::Chain,
        Way::Login => ProfileKind::Login,
    }
}

/// The sign-ins of legacy profiles, by start URL.
#[derive(Default)]
struct LegacySessions {
    sessions: Vec<ListedSession>,
    by_start_url: HashMap<String, usize>,
}

impl LegacySessions {
    fn note(&mut self, start_url: &str, profile: &str, shared: &Shared<'_>, env: &Env) {
        let known = self.by_start_url.get(start_url).copied();
        if known.is_some_and(|at| self.sessions[at].session.is_ok()) {
            return;
        }
        let Ok(Some(section)) = shared.profile(profile) else { return };
        let found = legacy_session(start_url, profile, &section, shared, env);
        match known {
            Some(at) if found.session.is_ok() => self.sessions[at] = found,
            Some(_) => {}
            None => {
                self.by_start_url.insert(start_url.to_owned(), self.sessions.len());
                self.sessions.push(found);
            }
        }
    }
}

fn legacy_session(
    start_url: &str,
    profile: &str,
    section: &Section,
    shared: &Shared<'_>,
    env: &Env,
) -> ListedSession {
    let by = PortalKeys::Legacy;
    ListedSession {
        name: None,
        start_url: Some(start_url.to_owned()),
        region: section.owned(keys::SSO_REGION),
        session: session_of_profile(by, profile, section, section, shared, env),
    }
}
