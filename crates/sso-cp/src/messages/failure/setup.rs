//! When the config file cannot be set up as it should be.

use std::path::{Path, PathBuf};

use sso_cp_config::{EditError, Tool};
use sso_cp_http::CallError;
use sso_cp_provider::{Account, Error};

use super::config;
use super::near_miss::first_steps;
use super::system::fact;
use crate::messages::exit_code::Class;
use crate::messages::message::Message;
use crate::messages::scene::Scene;
use crate::messages::text::{LIST_FOLDER, count, shell_word, shown_path};
use crate::messages::tools;

/// Why nothing was set up.
#[derive(Debug)]
pub(crate) enum Setup {
    /// The file was not, or not as it should be, changed.
    Edit(EditError),
    /// Other programs change the file again and again.
    KeepsChanging { path: PathBuf },
    /// What was shown is not what would come of it any more.
    ChangedSinceShown { path: PathBuf },
    /// AWS lists nothing, so that everything would be removed.
    NothingListed { session: String, profiles: usize },
    /// AWS lists nothing that could be chosen.
    NothingToChoose { session: String },
    /// The profile has credentials of another kind, which would win, or would be lost.
    Occupied { profile: String, key: String, path: PathBuf },
    /// Some tools would not read the profile: they read nothing of it, or as something else.
    Unread { profile: String, tools: Vec<Tool>, path: PathBuf },
    /// Both `[default]` and `[profile default]` are there, and the tools do not take the same.
    TwoDefaults { path: PathBuf },
    /// There is neither an sso-session nor a profile with SSO settings.
    NothingConfigured { path: PathBuf },
    /// The portal is in another region than the file says, and the file cannot be corrected.
    RegionNotWritten { section: String, region: String, path: PathBuf, reason: String },
    /// The person ended the questions.
    Unanswered,
}

impl Setup {
    pub(super) fn class(&self) -> Class {
        match self {
            Setup::Edit(
                EditError::Io { .. } | EditError::OtherOwner { .. } | EditError::PlantedLink { .. },
            ) => Class::Files,
            Setup::Edit(_)
            | Setup::Occupied { .. }
            | Setup::Unread { .. }
            | Setup::TwoDefaults { .. }
            | Setup::NothingConfigured { .. } => Class::Config,
            Setup::NothingListed { .. } | Setup::NothingToChoose { .. } => Class::Refused,
            Setup::Unanswered => Class::Usage,
            Setup::KeepsChanging { .. }
            | Setup::ChangedSinceShown { .. }
            | Setup::RegionNotWritten { .. } => Class::Files,
        }
    }
}

pub(super) fn message(setup: &Setup, home: Option<&Path>) -> Message {
    match setup {
        Setup::Edit(error) => edit(error, home),
        Setup::KeepsChanging { path } => Message::new(
            format!("{} was not changed: other programs keep changing it", shown_path(path, home)),
            "run the same command again",
        ),
        Setup::ChangedSinceShown { path } => Message::new(
            format!(
                "{} has changed since these changes were shown, so it was not written",
                shown_path(path, home)
            ),
            "run the same command again",
        ),
        Setup::NothingListed { session, profiles } => Message::new(
            format!(
                "AWS lists no account for sso-session `{}`: {} would go",
                session,
                count(*profiles, "profile")
            ),
            format!(
                "if that is right, run `sso-cp populate --sso-session {} --yes`",
                shell_word(session)
            ),
        ),
        Setup::NothingToChoose { session } => Message::new(
            format!("AWS lists no account and role for sso-session `{}`", session),
            "ask the person who runs your AWS organisation to assign you a permission set",
        ),
        Setup::Occupied { profile, key, path } => Message::new(
            format!(
                "profile `{}` has `{}` in {}, so it is not changed",
                profile,
                key,
                shown_path(path, home)
            ),
            "name another one by `--profile`, or remove that line first",
        ),
        Setup::Unread { profile, tools, path } => Message::new(
            format!(
                "profile `{}` in {} would not be read by {}, so nothing was written",
                profile,
                shown_path(path, home),
                tools::tools(tools)
            ),
            "run `sso-cp doctor` for the lines that they do not read",
        ),
        Setup::TwoDefaults { path } => Message::new(
            format!(
                "{} has both [default] and [profile default], and not every tool takes the same",
                shown_path(path, home)
            ),
            "put the keys of both below [default], and remove [profile default]",
        ),
        Setup::NothingConfigured { path } => Message::new(
            format!(
                "nothing is configured yet: {} has no sso-session and no profile with SSO settings",
                shown_path(path, home)
            ),
            first_steps(Some(path)),
        ),
        Setup::RegionNotWritten { section, region, path, reason } => Message::new(
            format!(
                "the portal of [{}] is in {region}, which could not be written: {reason}",
                section
            ),
            format!(
                "write `sso_region = {region}` below [{}] in {}, then run the same command again",
                section,
                shown_path(path, home)
            ),
        ),
        Setup::Unanswered => Message::new(
            "the questions were ended, and nothing was written",
            "run `sso-cp configure --help` for the flags that answer them",
        ),
    }
}

fn edit(error: &EditError, home: Option<&Path>) -> Message {
    let path = |path: &Path| shown_path(path, home);
    let hint = match error {
        EditError::Read(error) => return config::message(error, home, None),
        EditError::BadName { .. } => "use letters, digits and any of `_.@/+:%-` alone".to_owned(),
        EditError::BadValue { .. } => {
            "AWS tools would not all read it alike; use a value without that".to_owned()
        }
        EditError::BrokenBlock { path: at, line, .. } => {
            format!("remove the broken block around line {line} of {}", path(at))
        }
        EditError::NotAsIntended { path: at, section } => {
            format!("see what stands around [{section}] in {}", path(at))
        }
        EditError::Io { path: at, .. } | EditError::OtherOwner { path: at, .. } => {
            format!("see `{LIST_FOLDER} {}` and the folders above it", path(at))
        }
        EditError::PlantedLink { part } => {
            format!("see `{LIST_FOLDER} {}`, and run this as the owner of that home", path(part))
        }
    };
    Message::new(fact(error, home), hint)
}

/// An account access manager whose roles AWS does not tell, for a warning.
pub(crate) fn unlisted_tenant_warning(tenant: &str, error: &Error, scene: &Scene) -> String {
    let why = super::provider_message(error, scene).fact;
    format!("the roles of account access manager `{}` could not be listed: {why}", tenant)
}

/// An account whose roles AWS does not tell, for a warning.
pub(crate) fn unlisted_warning(account: &Account, error: &CallError) -> String {
    let id = &account.id;
    format!("the roles of account `{id}` could not be listed: {}", error.words())
}
