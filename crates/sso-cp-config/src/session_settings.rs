//! What an `[sso-session]` section says in keys that only `sso-cp` reads: how its sign-in is kept, and how
//! one signs in.

use std::time::Duration;

use crate::command_words::command_words;
use crate::entitled::Tenant;
use crate::section::{Section, bad_value};
use crate::time::parse_time;
use crate::{Error, keys};

/// How the token, the client registration and the role credentials of a session are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Store {
    /// In the shared files, as the AWS CLI and the SDKs keep them.
    #[default]
    Plain,
    /// Token and client registration encrypted, for `sso-cp` alone.
    Sealed,
    /// Role credentials encrypted too.
    SealedAll,
}

/// Who may ask the keystore for the key of a sealed store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Unlock {
    /// `sso-cp unlock` alone.
    #[default]
    OnCommand,
    /// Any call, where the kernel's keyring is refused.
    Always,
}

/// When role credentials are fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Prefetch {
    /// When a call needs them.
    #[default]
    OnNeed,
    /// In the background, before they run short.
    Ahead,
}

/// Whether one may sign in by a code that is typed on another device.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum DeviceCode {
    /// One may.
    #[default]
    Allowed,
    /// Nobody may.
    Denied,
}

/// What the section says; what it leaves out is as it ever was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct SessionSettings {
    /// `sso_cp_store`
    pub store: Store,
    /// `sso_cp_unlock_for`: after this time the store locks itself.
    pub unlock_for: Option<Duration>,
    /// `sso_cp_unlock`
    pub unlock: Unlock,
    /// `sso_cp_fallback_session`: the name of another session. Whether there is one is asked when it is
    /// needed.
    pub fallback_session: Option<String>,
    /// `sso_cp_tenant_id`: the account access manager that gives roles to anyone who is signed in.
    pub tenant: Option<Tenant>,
    /// `sso_cp_prefetch`
    pub prefetch: Prefetch,
    /// `sso_cp_device_code`
    pub device_code: DeviceCode,
    /// `sso_cp_browser`: a program and its arguments, one at least.
    pub browser: Option<Vec<String>>,
}

impl SessionSettings {
    /// What holds for a section without such keys.
    pub(crate) const NONE: &SessionSettings = &SessionSettings {
        store: Store::Plain,
        unlock_for: None,
        unlock: Unlock::OnCommand,
        fallback_session: None,
        tenant: None,
        prefetch: Prefetch::OnNeed,
        device_code: DeviceCode::Allowed,
        browser: None,
    };

    /// Reads the section of the session with that name. `None` where it has no such key: nearly every
    /// call comes by here, and nearly no section has one.
    pub(crate) fn read(
        name: &str,
        section: &Section,
    ) -> Result<Option<Box<SessionSettings>>, Error> {
        let mut own = section.settings().filter(|(key, _)| key.starts_with(keys::OWN_PREFIX));
        match (own.next(), own.next()) {
            (None, _) => Ok(None),
            // What `sso-cp seal` writes, and mostly all that there is.
            (Some((keys::SSO_CP_STORE, _)), None) => {
                let store = store(section)?;
                Ok(Some(Box::new(SessionSettings { store, ..SessionSettings::default() })))
            }
            _ => read(name, section).map(Box::new).map(Some),
        }
    }
}

fn store(section: &Section) -> Result<Store, Error> {
    let values =
        [("plain", Store::Plain), ("sealed", Store::Sealed), ("sealed-all", Store::SealedAll)];
    one_of(section, keys::SSO_CP_STORE, &values)
}

#[cold]
fn read(name: &str, section: &Section) -> Result<SessionSettings, Error> {
    let prefetch = [("true", Prefetch::Ahead), ("false", Prefetch::OnNeed)];
    let device_code = [("deny", DeviceCode::Denied), ("allow", DeviceCode::Allowed)];
    Ok(SessionSettings {
        store: store(section)?,
        unlock_for: unlock_for(section)?,
        unlock: one_of(section, keys::SSO_CP_UNLOCK, &[("always", Unlock::Always)])?,
        fallback_session: fallback_session(name, section)?,
        tenant: Tenant::of(section, section.get(keys::SSO_REGION).unwrap_or_default())?,
        prefetch: one_of(section, keys::SSO_CP_PREFETCH, &prefetch)?,
        device_code: one_of(section, keys::SSO_CP_DEVICE_CODE, &device_code)?,
        browser: browser(section)?,
    })
}

/// The value of a key that has only these, in any case.
fn one_of<T: Copy + Default>(
    section: &Section,
    key: &str,
    values: &[(&str, T)],
) -> Result<T, Error> {
    let Some(text) = section.get(key) else { return Ok(T::default()) };
    let found = values.iter().find(|(word, _)| text.eq_ignore_ascii_case(word));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words = values.iter().map(|(word, _)| format!("`{word}`"));
        let accepted = words.collect::<Vec<_>>().join(" or ");
        bad_value(section, key, format!("must be {accepted}, and is `{text}`"))
    })
}

fn unlock_for(section: &Section) -> Result<Option<Duration>, Error> {
    const KEY: &str = keys::SSO_CP_UNLOCK_FOR;
    let Some(text) = section.get(KEY) else { return Ok(None) };
    parse_time(text).map(Some).ok_or_else(|| {
        bad_value(section, KEY, format!("must be a time such as `30m` or `8h`, and is `{text}`"))
    })
}

fn browser(section: &Section) -> Result<Option<Vec<String>>, Error> {
    const KEY: &str = keys::SSO_CP_BROWSER;
    let Some(text) = section.get(KEY) else { return Ok(None) };
    match command_words(text) {
        Some(words) if words.first().is_some_and(|program| !program.is_empty()) => Ok(Some(words)),
        _ => {
            let problem = "must be a program and its arguments, quotes in pairs";
            Err(bad_value(section, KEY, format!("{problem}, and is `{text}`")))
        }
    }
}

fn fallback_session(name: &str, section: &Section) -> Result<Option<String>, Error> {
    const KEY: &str = keys::SSO_CP_FALLBACK_SESSION;
    match section.owned(KEY) {
        Some(other) if other == name => {
            let problem = "must be the name of another `[sso-session]` section".to_owned();
            Err(bad_value(section, KEY, problem))
        }
        other => Ok(other),
    }
}
