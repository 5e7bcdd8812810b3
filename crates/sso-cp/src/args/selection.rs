//! The four flags that every command takes to say what it is about.

use sso_cp_config::Selection;
use sso_cp_types::AccountId;

use super::words::command;
use crate::messages::text::shell_word;
use crate::messages::usage::{Usage, incomplete_role, usage, write};

/// The flags as they were given.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    pub(crate) profile: Option<String>,
    pub(crate) sso_session: Option<String>,
    pub(crate) account_id: Option<String>,
    pub(crate) role_name: Option<String>,
}

impl Flags {
    /// Whether none was given.
    pub(super) fn are_empty(&self) -> bool {
        let given = [&self.profile, &self.sso_session, &self.account_id, &self.role_name];
        given.into_iter().all(Option::is_none)
    }

    /// A name that was typed as a word leaves nothing to select by flags.
    pub(super) fn check_alone(&self, name: &str, words: &[&str]) -> Result<(), Usage> {
        let (account, role) = (self.account_id.as_deref(), self.role_name.as_deref());
        if self.are_empty() {
            return Ok(());
        }
        if self.profile.is_none() && (account.is_some() || role.is_some()) {
            return Err(incomplete_role(command(words), [Some(name), account, role]));
        }
        Err(usage(
            format!("`{name}` says what it is about already, so the selection flags contradict it"),
            &write(command(words), &shell_word(name)),
        ))
    }

    /// The role that the credential command needs. It never guesses: SDKs do not always pass
    /// `AWS_PROFILE` on, and a guess could hand out another account's credentials.
    pub(crate) fn role(self, words: &[&str]) -> Result<Selection, Usage> {
        match self.selection(words)? {
            Some(Selection::SsoSession(name)) => {
                Err(incomplete_role(command(words), [Some(&name), None, None]))
            }
            Some(selection) => Ok(selection),
            None => Err(usage(
                "no profile given (`AWS_PROFILE` is ignored here)".to_owned(),
                "write `sso-cp --profile NAME`, or see `sso-cp --help`",
            )),
        }
    }

    /// What the flags select, if they select anything: what other commands need. The words are for
    /// the hints, which are to be typed as they stand.
    pub(crate) fn selection(self, words: &[&str]) -> Result<Option<Selection>, Usage> {
        self.check_values(words)?;
        match (self.profile, self.sso_session, self.account_id, self.role_name) {
            (None, None, None, None) => Ok(None),
            (Some(profile), None, None, None) => Ok(Some(Selection::Profile(profile))),
            (None, Some(sso_session), Some(account_id), Some(role_name)) => {
                Ok(Some(Selection::Role { sso_session, account_id, role_name }))
            }
            (Some(profile), ..) => Err(usage(
                "`--profile` names the role already, so the other selection flags contradict it"
                    .to_owned(),
                &write(command(words), &format!("--profile {}", shell_word(&profile))),
            )),
            (None, Some(sso_session), None, None) => Ok(Some(Selection::SsoSession(sso_session))),
            (None, session, account, role) => Err(incomplete_role(
                command(words),
                [session.as_deref(), account.as_deref(), role.as_deref()],
            )),
        }
    }

    /// A forgotten value makes the next flag the value, and nobody names a profile so.
    pub(super) fn check_values(&self, words: &[&str]) -> Result<(), Usage> {
        let given = [
            ("--profile", &self.profile),
            ("--sso-session", &self.sso_session),
            ("--account-id", &self.account_id),
            ("--role-name", &self.role_name),
        ];
        let line = |wrong: &str, instead: &str| {
            let flags = given.into_iter().filter_map(|(flag, value)| {
                let value = value.as_deref()?;
                let value = if value == wrong { instead } else { value };
                Some(format!("{flag} {}", shell_word(value)))
            });
            write(command(words), &flags.collect::<Vec<_>>().join(" "))
        };
        for (flag, value) in given {
            let is_no_value = |value: &&str| value.is_empty() || value.starts_with("--");
            if let Some(value) = value.as_deref().filter(is_no_value) {
                let hint = line(value, "VALUE");
                return Err(usage(format!("`{flag}` needs a value"), &hint));
            }
        }
        if let Some(id) = &self.account_id
            && AccountId(id.clone()).is_slip()
            && !id.chars().any(char::is_control)
        {
            let hint = line(id, "ID");
            return Err(usage(
                format!("`--account-id {id}` is not an account id, which has twelve digits"),
                &hint,
            ));
        }
        Ok(())
    }
}
