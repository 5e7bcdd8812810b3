//! What is looked at: everything that is configured, or what a selection needs.

use std::collections::HashSet;

use sso_cp_config::{
    Error, ListedProfile, Listing, ProfileKeys, ProfileKind, Role, Selection, Session, SessionName,
    Tenant, survey, target,
};
use sso_cp_types::Timestamp;

use super::check::{Check, Class, Finding};
use crate::commands::profiles::Look;
use crate::context::Context;
use crate::messages::failure::{config_message, session_words};
use crate::messages::text::shown_path;

/// What all checks know.
pub(super) struct Scene<'a> {
    pub(super) context: &'a Context,
    pub(super) now: Timestamp,
    /// None where the files cannot be read at all, which is reported already.
    pub(super) listing: Option<Listing>,
    /// The keys of the profiles that are looked at.
    pub(super) keys: Vec<ProfileKeys>,
    /// The usable sign-ins that are looked at, each once.
    pub(super) sessions: Vec<Session>,
    /// The role that the selection comes to, if it is one.
    pub(super) role: Option<Role>,
    /// What is wrong with the selection.
    problem: Option<Error>,
}

impl<'a> Scene<'a> {
    /// Reads the files and tells whether they can be read.
    pub(super) fn set(context: &'a Context, findings: &mut Vec<Finding>) -> Scene<'a> {
        let mut scene = Scene {
            context,
            now: Timestamp::now(),
            listing: None,
            keys: Vec::new(),
            sessions: Vec::new(),
            role: None,
            problem: None,
        };
        let read = Listing::read(context.files(), context.env())
            .and_then(|listing| Ok((listing, survey(context.files())?)));
        match read {
            Ok((listing, keys)) => {
                scene.files_are_there(findings);
                scene.select(&listing);
                scene.keys =
                    keys.into_iter().filter(|keys| scene.has_profile(&keys.name)).collect();
                scene.listing = Some(listing);
            }
            Err(error) => {
                findings.push(scene.config_failure(Check::File, "the shared files", &error))
            }
        }
        scene
    }

    /// The selection's sign-in, or all that are configured.
    fn select(&mut self, listing: &Listing) {
        let Some(selection) = &self.context.selection else {
            let usable = listing.sessions.iter().filter_map(|listed| listed.session.as_ref().ok());
            let mut seen = HashSet::new();
            self.sessions = usable.filter(|session| seen.insert(title(session))).cloned().collect();
            return;
        };
        let (files, env) = (self.context.files(), self.context.env());
        let found = match selection {
            Selection::SsoSession(_) => {
                sso_cp_config::session(selection, files, env).map(|session| (session, None))
            }
            _ => target(selection, files, env).map(|target| {
                let role = target.into_source();
                (role.session.clone(), Some(role))
            }),
        };
        match found {
            Ok((session, role)) => {
                self.sessions.push(session);
                self.role = role;
            }
            Err(error) => self.problem = Some(error),
        }
    }

    fn files_are_there(&self, findings: &mut Vec<Finding>) {
        let (files, home) = (self.context.files(), self.context.home());
        let there = |path: &std::path::Path| path.exists();
        let config = shown_path(&files.config, home);
        findings.push(match there(&files.config) {
            true => Check::File.ok(&config, "can be read"),
            false => Check::File.failure(
                Class::Config,
                &config,
                "does not exist, so no session is configured",
                "sso-cp configure",
            ),
        });
        if there(&files.credentials) {
            findings.push(Check::File.ok(shown_path(&files.credentials, home), "can be read"));
        }
    }

    /// Whether the selected role has credentials that are handed out without any sign-in.
    pub(super) fn is_served_by_cache(&self) -> bool {
        let Some(role) = &self.role else { return false };
        Look::new(self.context, self.now).obstacle(role, "").is_none()
    }

    /// The account access managers that are looked at: the selected role's, or all of a session.
    pub(super) fn tenants(&self, session: &Session) -> Vec<Tenant> {
        match (&self.role, &self.listing) {
            (Some(role), _) => role.entitled.iter().map(|it| it.tenant.clone()).collect(),
            (None, Some(listing)) => listing.tenants(session, self.context.env()),
            (None, None) => Vec::new(),
        }
    }

    /// Whether a profile is looked at.
    pub(super) fn has_profile(&self, name: &str) -> bool {
        match &self.context.selection {
            None => true,
            Some(Selection::Profile(selected)) => selected == name,
            Some(Selection::SsoSession(_) | Selection::Role { .. }) => false,
        }
    }

    /// Whether a section of the config file is looked at, by its title.
    pub(super) fn has_section(&self, section: &str) -> bool {
        if self.context.selection.is_none() {
            return true;
        }
        let is_session = |session: &Session| match &session.name {
            SessionName::Named(name) => section == format!("sso-session {name}"),
            SessionName::Legacy => false,
        };
        let profile = section.strip_prefix("profile ");
        profile.is_some_and(|name| self.has_profile(name)) || self.sessions.iter().any(is_session)
    }

    /// Whether a session of the new kind is looked at.
    pub(super) fn has_named_session(&self) -> bool {
        self.sessions.iter().any(|session| matches!(session.name, SessionName::Named(_)))
    }

    /// The profiles that are looked at, as listed.
    pub(super) fn listed(&self) -> impl Iterator<Item = ListedProfile<'_>> {
        let all = self.listing.iter().flat_map(Listing::profiles);
        all.filter(|profile| self.has_profile(profile.name))
    }

    /// Whether profiles and sessions name what they must; a session that is misspelled is reported with
    /// the names that are near.
    pub(super) fn profiles(&self, findings: &mut Vec<Finding>) {
        match (&self.context.selection, &self.problem) {
            (Some(selection), Some(error)) => {
                findings.push(self.config_failure(check_of(selection), &subject(selection), error));
            }
            (Some(selection), None) if self.listing.is_some() => {
                findings.push(check_of(selection).ok(subject(selection), "names what it must"));
            }
            (Some(_), None) => {}
            (None, _) => self.all_profiles(findings),
        }
        // Account or role alone lack a session, which no migration finds.
        let is_legacy = |profile: &ListedProfile<'_>| {
            profile.kind == Some(ProfileKind::Legacy) && profile.session.is_some()
        };
        for profile in self.listed().filter(is_legacy) {
            findings.push(Check::Legacy.warning(
                format!("profile {}", profile.name),
                "it has the legacy form, whose sign-in is never renewed without a browser",
                "sso-cp migrate",
            ));
        }
    }

    /// The role that a profile gives, or why it gives none.
    pub(super) fn role_of(&self, profile: &str) -> Option<Result<Role, Error>> {
        Some(self.listing.as_ref()?.role(profile, self.context.env()))
    }

    fn all_profiles(&self, findings: &mut Vec<Finding>) {
        // One without SSO settings, or with those of another sign-in, is none of ours.
        let is_ours = |profile: &ListedProfile<'_>| match profile.kind {
            Some(kind) => kind != ProfileKind::Login,
            None => !profile.is_readable,
        };
        for profile in self.listed().filter(is_ours) {
            let subject = format!("profile {}", profile.name);
            match self.role_of(profile.name) {
                Some(Ok(_)) => findings.push(Check::Profile.ok(subject, "names a role")),
                // Its sign-in is sound, and a role is the next thing that it would lack.
                Some(Err(Error::MissingKey { key, .. }))
                    if profile.is_for_sign_in() && key.ends_with("account_id") =>
                {
                    findings
                        .push(Check::Profile.ok(subject, "is for signing in: it names no role"));
                }
                Some(Err(error)) => {
                    findings.push(self.config_failure(Check::Profile, &subject, &error));
                }
                None => {}
            }
        }
        for listed in self.listing.iter().flat_map(|listing| &listing.sessions) {
            let Some(name) = &listed.name else { continue };
            let subject = format!("sso-session {name}");
            match &listed.session {
                Ok(session) => findings.push(Check::Session.ok(subject, &session.start_url)),
                Err(error) => findings.push(self.config_failure(Check::Session, &subject, error)),
            }
        }
    }

    /// What is wrong with the configuration.
    pub(super) fn config_failure(&self, check: Check, subject: &str, error: &Error) -> Finding {
        let message = config_message(error, self.context.home());
        check.failure(Class::Config, subject, message.fact, message.hint)
    }

    /// A session as people know it.
    pub(super) fn session_subject(&self, session: &Session) -> String {
        match &session.name {
            SessionName::Named(name) => format!("sso-session {name}"),
            SessionName::Legacy if self.context.selection.is_some() => {
                session_words(&session.name, self.context.selection.as_ref()).replace('`', "")
            }
            SessionName::Legacy => session.start_url.clone(),
        }
    }
}

fn title(session: &Session) -> (bool, String) {
    match &session.name {
        SessionName::Named(name) => (true, name.clone()),
        SessionName::Legacy => (false, session.start_url.clone()),
    }
}

fn check_of(selection: &Selection) -> Check {
    match selection {
        Selection::Profile(_) => Check::Profile,
        Selection::SsoSession(_) | Selection::Role { .. } => Check::Session,
    }
}

fn subject(selection: &Selection) -> String {
    match selection {
        Selection::Profile(name) => format!("profile {name}"),
        Selection::SsoSession(name) | Selection::Role { sso_session: name, .. } => {
            format!("sso-session {name}")
        }
    }
}
