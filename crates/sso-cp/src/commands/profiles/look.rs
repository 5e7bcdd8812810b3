//! Whether a profile would give credentials now, and why not.

use std::collections::HashMap;

use sso_cp_cache::{RoleFolder, WhyLocked};
use sso_cp_config::{ListedProfile, Listing, Role, Selection, SessionName, Store, Target};
use sso_cp_provider::limits::STALE_SECONDS;
use sso_cp_provider::{SignInReason, State, role_key};
use sso_cp_types::Timestamp;

use super::entry::Entry;
use crate::context::Context;
use crate::messages::failure::{
    config_fact, config_message, login_command, scope_message, session_words,
};
use crate::messages::message::Message;
use crate::messages::text::clean;

/// Thousands of profiles share a few sign-ins, each of which is looked at once.
pub(crate) struct Look<'a> {
    pub(crate) context: &'a Context,
    now: Timestamp,
    states: HashMap<String, Standing>,
    folder: RoleFolder,
}

/// How a sign-in stands.
#[derive(Debug, Clone, Copy)]
struct Standing {
    state: State,
    is_locked: bool,
}

impl<'a> Look<'a> {
    pub(crate) fn new(context: &'a Context, now: Timestamp) -> Look<'a> {
        let folder = RoleFolder::look(context.folders());
        Look { context, now, states: HashMap::new(), folder }
    }

    pub(super) fn at(&mut self, profile: &ListedProfile<'_>, listing: &Listing) -> Entry {
        let home = self.context.home();
        let target = listing.target(profile.name, self.context.env());
        let of_scope = target.as_ref().ok().and_then(|target| self.of_scope(target, profile.name));
        let role = target.map(Target::into_source);
        let reason = match (&role, &of_scope) {
            (Ok(_), Some(message)) => Some(message.fact.clone()),
            (Ok(role), None) => self.obstacle(role, profile.name),
            (Err(error), _) => Some(config_fact(error, home)),
        };
        let hint = || match (&role, of_scope) {
            (Ok(_), Some(message)) => message.hint,
            (Ok(role), None) if self.waits_for_unlock(role) => "run `sso-cp unlock`".to_owned(),
            (Ok(role), None) => {
                let selection = Selection::Profile(profile.name.to_owned());
                format!("run `{}`", login_command(&role.session.name, Some(&selection)))
            }
            (Err(error), _) => config_message(error, home).hint,
        };
        let start_url = role.as_ref().ok().map(|role| role.session.start_url.as_str());
        let shared = |reason: &String| shared(reason, profile.name, start_url);
        let arn = profile.role_arn.map(account_and_role).unwrap_or_default();
        let of_source = || Some(session_title(&role.as_ref().ok()?.session));
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Entry {
            name: profile.name.to_owned(),
            account_id: owned(profile.account_id).or(arn.0),
            role_name: owned(profile.role_name).or(arn.1),
            session: owned(profile.session).or_else(of_source),
            kind: profile.kind,
            shared_reason: reason.as_ref().map(shared),
            hint: reason.is_some().then(hint),
            reason,
        }
    }

    /// Whether unlocking the store is all that a role, which does not come now, is in want of.
    fn waits_for_unlock(&self, role: &Role) -> bool {
        let standing = self.states.get(&session_title(&role.session));
        standing.is_some_and(|standing| standing.is_locked && standing.state.is_usable())
    }

    /// What keeps a scope from being honoured, whatever is cached.
    fn of_scope(&self, target: &Target, profile: &str) -> Option<Message> {
        let error = self.context.provider.scope_name(target).err()?;
        Some(scope_message(&error, profile, self.context.home()))
    }

    /// Why a role would not come now without a browser. Credentials that are cached are handed out
    /// also after the sign-in has ended.
    pub(crate) fn obstacle(&mut self, role: &Role, profile: &str) -> Option<String> {
        let (context, now) = (self.context, self.now);
        let name = session_title(&role.session);
        let look = || Standing {
            state: context.provider.token_state(&role.session, now).state,
            is_locked: context.provider.is_locked(&role.session),
        };
        let Standing { state, is_locked } = *self.states.entry(name).or_insert_with(look);
        let hides_credentials = is_locked && role.session.settings().store == Store::SealedAll;
        if !hides_credentials && self.is_cached(role) {
            return None;
        }
        if state.is_usable() && is_locked {
            let session = session_words(&role.session.name, None);
            return Some(WhyLocked::NotUnlocked.sentence(&format!("the store of {session}")));
        }
        if state.is_usable() {
            let endpoint = role.session.portal(context.env()).err()?;
            return Some(config_fact(&endpoint, context.home()));
        }
        let selection = Selection::Profile(profile.to_owned());
        let session = session_words(&role.session.name, Some(&selection));
        let reason = match state {
            State::Expired => SignInReason::Expired,
            _ => SignInReason::NoToken,
        };
        Some(reason.sentence(&session))
    }

    fn is_cached(&self, role: &Role) -> bool {
        let key = role_key(role);
        if !self.folder.may_have(&key) {
            return false;
        }
        let end = self.context.provider.role_file(&role.session, &key).expires_at().flatten();
        end.is_some_and(|end| end.seconds_after(self.now) >= STALE_SECONDS)
    }
}

/// A reason without the profile's own name: its sign-in goes by its start URL.
fn shared(reason: &str, profile: &str, start_url: Option<&str>) -> String {
    let profile = clean(profile);
    let sign_in = start_url.map_or("this profile".to_owned(), |url| format!("`{}`", clean(url)));
    reason
        .replace(&format!("profile `{profile}`"), &sign_in)
        .replace(&format!("[profile {profile}]"), "this profile")
}

/// How a listing calls a sign-in: by its section, or by its start URL.
fn session_title(session: &sso_cp_config::Session) -> String {
    match &session.name {
        SessionName::Named(name) => name.clone(),
        SessionName::Legacy => session.start_url.clone(),
    }
}

/// `arn:aws:iam::444455556666:role/path/Deploy`: the account, and the role's path and name.
pub(crate) fn account_and_role(arn: &str) -> (Option<String>, Option<String>) {
    let mut parts = arn.splitn(6, ':').skip(4);
    let account = parts.next().filter(|account| !account.is_empty()).map(str::to_owned);
    let role = parts.next().and_then(|rest| rest.strip_prefix("role/")).map(str::to_owned);
    (account, role)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_account_and_role() {
        let found = account_and_role("arn:aws-cn:iam::444455556666:role/team/Deploy");
        assert_eq!(found, (Some("444455556666".to_owned()), Some("team/Deploy".to_owned())));
        for odd in ["", "x", "arn:aws:iam::", "arn:aws:iam:::user/x"] {
            assert_eq!(account_and_role(odd), (None, None), "{odd}");
        }
    }
}
