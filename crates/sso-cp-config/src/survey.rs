//! Which keys each profile has, and whose credentials AWS's own tools take where a profile offers
//! several.
//!
//! The matrix was measured with the tools themselves. The trap is that they disagree, and that none
//! of them says whom it prefers.

use std::path::PathBuf;

use crate::everything::{Everything, ProfileSections, shown};
use crate::section::Section;
use crate::{Error, Files, Tool, keys};

/// One profile as the files have it.
#[derive(Debug, Clone)]
pub struct ProfileKeys {
    /// Its name.
    pub name: String,
    /// The file of its first section.
    pub path: PathBuf,
    /// The line of that section's header, from 1.
    pub line: usize,
    /// The command that gives its credentials to tools.
    pub credential_process: Option<String>,
    in_config: KeySet,
    in_credentials: KeySet,
}

/// Which of the keys that [`keys`] names are there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct KeySet(u64);

/// Where a tool takes a profile's credentials from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Winner {
    /// It runs `credential_process`.
    Process,
    /// It signs in by itself.
    Sso,
    /// It takes the static keys.
    Static,
    /// It takes the sign-in of `aws login`.
    Login,
    /// It fails.
    Nothing,
}

/// Every profile of both files, but for those that cannot be read.
///
/// # Errors
///
/// A file is there and cannot be read at all.
pub fn survey(files: &Files) -> Result<Vec<ProfileKeys>, Error> {
    let everything = Everything::read(files)?;
    Ok(everything.profiles().filter_map(|profile| keys_of_profile(&profile)).collect())
}

fn keys_of_profile(profile: &ProfileSections<'_>) -> Option<ProfileKeys> {
    let name = shown(profile.name());
    let [config, credentials] = profile.by_file(&name);
    let first = config.as_ref().or(credentials.as_ref())?;
    let process = |section: &Option<Section>| section.as_ref()?.owned(keys::CREDENTIAL_PROCESS);
    Some(ProfileKeys {
        path: first.path().to_owned(),
        line: first.line(),
        credential_process: process(&credentials).or_else(|| process(&config)),
        in_config: KeySet::of_section(config.as_ref()),
        in_credentials: KeySet::of_section(credentials.as_ref()),
        name,
    })
}

impl KeySet {
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> KeySet {
        KeySet(names.filter_map(keys::number).fold(0, |set, bit| set | 1 << bit))
    }

    fn of_section(section: Option<&Section>) -> KeySet {
        let settings = section.into_iter().flat_map(Section::settings);
        KeySet::of(settings.filter(|(_, value)| !value.is_empty()).map(|(key, _)| key))
    }

    fn has(self, key: &str) -> bool {
        let bit = keys::number(key);
        debug_assert!(bit.is_some(), "{key} does not have a name in `keys`");
        bit.is_some_and(|bit| self.0 & 1 << bit != 0)
    }
}

impl ProfileKeys {
    /// A profile's keys by themselves, wherever they were read.
    pub(crate) fn of<'a>(
        credential_process: Option<String>,
        config: impl Iterator<Item = &'a str>,
        credentials: impl Iterator<Item = &'a str>,
    ) -> ProfileKeys {
        let (in_config, in_credentials) = (KeySet::of(config), KeySet::of(credentials));
        let (name, path, line) = (String::new(), PathBuf::new(), 1);
        ProfileKeys { name, path, line, credential_process, in_config, in_credentials }
    }

    /// Whether it has the key, in either file. The key is one of those in [`keys`].
    pub fn has(&self, key: &str) -> bool {
        self.in_config.has(key) || self.in_credentials.has(key)
    }

    /// Whether the credentials file has the key, whose value counts then.
    pub fn is_in_credentials(&self, key: &str) -> bool {
        self.in_credentials.has(key)
    }

    /// Those of the five standard SSO keys that it has.
    pub fn sso_keys(&self) -> Vec<&'static str> {
        keys::STANDARD_SSO.into_iter().filter(|key| self.has(key)).collect()
    }

    /// Whether it has static keys.
    fn has_static_keys(&self) -> bool {
        is_static(self.in_config) || is_static(self.in_credentials)
    }

    /// Whose credentials a tool takes, where the profile assumes no role.
    pub(crate) fn source(&self, tool: Tool) -> Winner {
        match self.winner(tool) {
            Winner::Process if self.credential_process.is_some() => Winner::Process,
            Winner::Process if self.has_static_keys() => Winner::Static,
            Winner::Process if self.is_whole_sso() => Winner::Sso,
            Winner::Process => Winner::Nothing,
            winner => winner,
        }
    }

    /// Whose credentials a tool takes, where the profile has a `credential_process` and assumes no
    /// role.
    pub fn winner(&self, tool: Tool) -> Winner {
        let has_any_sso = !self.sso_keys().is_empty();
        let sso = if self.is_whole_sso() { Winner::Sso } else { Winner::Nothing };
        match tool {
            // One of these two keys is what makes it an SSO profile.
            Tool::AwsCli if self.has(keys::SSO_ACCOUNT_ID) || self.has(keys::SSO_ROLE_NAME) => sso,
            Tool::AwsCli if is_static(self.in_credentials) => Winner::Static,
            Tool::Go | Tool::Js if self.has_static_keys() => Winner::Static,
            Tool::Go | Tool::Rust if has_any_sso => sso,
            Tool::AwsCli | Tool::Go | Tool::Rust if self.has(keys::LOGIN_SESSION) => Winner::Login,
            // These two keys make it an SSO profile here too, before static keys.
            Tool::Ruby if self.has(keys::SSO_ACCOUNT_ID) || self.has(keys::SSO_ROLE_NAME) => sso,
            Tool::Ruby if self.has_static_keys() => Winner::Static,
            Tool::AwsCli | Tool::Go | Tool::Rust | Tool::Js | Tool::Ruby => Winner::Process,
        }
    }

    fn is_whole_sso(&self) -> bool {
        let has_session = self.has(keys::SSO_SESSION)
            || (self.has(keys::SSO_START_URL) && self.has(keys::SSO_REGION));
        has_session && self.has(keys::SSO_ACCOUNT_ID) && self.has(keys::SSO_ROLE_NAME)
    }
}

fn is_static(set: KeySet) -> bool {
    set.has(keys::AWS_ACCESS_KEY_ID)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The measured outcomes, row by row.
    #[test]
    fn the_matrix_is_the_measured_one() {
        use Winner::{Login, Nothing, Process, Sso, Static};
        const SESSION: &[&str] = &["sso_session", "sso_account_id", "sso_role_name"];
        const LEGACY: &[&str] = &["sso_start_url", "sso_region", "sso_account_id", "sso_role_name"];
        const KEYS: &[&str] = &["aws_access_key_id", "aws_secret_access_key"];
        for (config, credentials, outcome) in [
            (SESSION, &[][..], [Sso, Sso, Sso, Process, Sso]),
            (LEGACY, &[], [Sso, Sso, Sso, Process, Sso]),
            (&["sso_session"], &[], [Process, Nothing, Nothing, Process, Process]),
            (&["sso_start_url", "sso_region"], &[], [Process, Nothing, Nothing, Process, Process]),
            (&["sso_account_id"], &[], [Nothing, Nothing, Nothing, Process, Nothing]),
            (KEYS, &[], [Process, Static, Process, Static, Static]),
            (&[], KEYS, [Static, Static, Process, Static, Static]),
            (SESSION, KEYS, [Sso, Static, Sso, Static, Sso]),
            (&[], &[], [Process; 5]),
            (&["login_session"], &[], [Login, Login, Login, Process, Process]),
            (&["login_session", "aws_access_key_id"], &[], [Login, Static, Login, Static, Static]),
            (&["x_sso_account_id", "sso_cp_session"], &[], [Process; 5]),
        ] {
            let set = |keys: &[&'static str]| KeySet::of(keys.iter().copied());
            let profile = ProfileKeys {
                name: "p".to_owned(),
                path: PathBuf::new(),
                line: 1,
                credential_process: Some("sso-cp --profile p".to_owned()),
                in_config: set(config),
                in_credentials: set(credentials),
            };
            assert_eq!(
                Tool::ALL.map(|tool| profile.winner(tool)),
                outcome,
                "{config:?} {credentials:?}"
            );
        }
    }
}
