//! The way of a session's files from plain to sealed, and back. At each moment at least one form of each file
//! is whole: first the other form of all of them is there, then the configuration changes, then the form
//! that it does not want goes, if the two are equal.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use sso_cp_cache::{Comparison, Form, Lock, RegistrationKey, RoleFolder, RoleKey, Twin};
use sso_cp_config::{Session, Store as Mode};

use super::StoreError;
use crate::cached_roles::ProfilesBySession;
use crate::cleanup::Cleanup;
use crate::provider::Provider;
use crate::session_key::session_key;

/// How long the session's lock is waited for.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long the lock of credentials is waited for, with the session's lock in hand: a call that has it may wait
/// for the session's. What is written without it is compared, and written again.
const PATIENCE_WITHIN: Duration = Duration::from_millis(100);
/// How often a file is written anew because another tool has changed it meanwhile.
const MAX_ATTEMPTS: u32 = 3;

/// What came of a change.
#[derive(Debug, Default)]
pub struct StoreChange {
    /// How many files have another form now.
    pub moved: usize,
    /// A plain token that stays, because it holds another sign-in than the sealed one.
    pub stays: Option<PathBuf>,
}

/// One file on its way.
struct Move {
    twin: Twin,
    /// The form that counts before the change, and the one that counts after it.
    from: Form,
    to: Form,
}

impl Provider {
    /// Has a session's files in the forms of another mode. `switch` changes the configuration; it is called
    /// when both forms are there. The store must be unlocked.
    ///
    /// # Errors
    ///
    /// Those of `switch`, and [`StoreError`]: a file cannot be read or written, or the plain and the sealed
    /// token of the session are two sign-ins. Nothing that counts is lost.
    pub fn change_store<E: From<StoreError>>(
        &self,
        session: &Session,
        wanted: Mode,
        profiles: &ProfilesBySession<'_>,
        cleanup: &Cleanup,
        switch: impl FnOnce() -> Result<(), E>,
    ) -> Result<StoreChange, E> {
        let key = session_key(session);
        let _lock = Lock::Session(key).take(self.folders(), Instant::now() + PATIENCE);
        let mode = session.settings().store;
        let mut moves = self.sign_in_moves(session, mode, wanted);
        moves.extend(self.credential_moves(session, mode, wanted, profiles));
        let mut change = StoreChange::default();
        for step in &moves {
            let _held = cleanup.hold();
            change.moved += usize::from(step.write(self)?);
        }
        if let Err(error) = switch() {
            // The old forms count, as if nothing had been.
            let _held = cleanup.hold();
            moves.iter().for_each(|step| step.undo(self));
            return Err(error);
        }
        for step in &moves {
            let _held = cleanup.hold();
            if !step.finish(self)? && change.stays.is_none() {
                change.stays = Some(step.twin.path(Form::Plain).to_owned());
            }
        }
        Ok(change)
    }

    /// Where a token or a client registration is in both forms and they are equal, removes the one that
    /// the session's mode does not want: what is left of a change that was interrupted. The session's lock
    /// must be held.
    pub(crate) fn settle_forms(&self, session: &Session) {
        let form = form_of_sign_in(session.settings().store);
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        if twin.exists(form.other()) {
            // What cannot be read now is looked at by the next run.
            let _ = twin.remove(self.folders(), form.other());
        }
    }

    /// After a sign-in: removes the token's form that the session's mode does not want, whatever it holds.
    /// Another tool's sign-in of the same session is over for this one's sake.
    pub(crate) fn remove_other_form(&self, session: &Session) {
        let form = form_of_sign_in(session.settings().store).other();
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        if twin.exists(form) {
            let _ = twin.remove_whatever(self.folders(), form);
        }
    }

    fn sign_in_moves(&self, session: &Session, mode: Mode, wanted: Mode) -> Vec<Move> {
        let (folders, keys) = (self.folders(), self.keys());
        let (from, to) = (form_of_sign_in(mode), form_of_sign_in(wanted));
        let scopes = self.scopes(session);
        let registration = RegistrationKey {
            session: session_key(session),
            start_url: &session.start_url,
            region: &session.region,
            scopes: scopes.as_deref(),
        };
        let twins = [
            Twin::token(folders, keys, &registration.session),
            Twin::registration(folders, keys, &registration),
        ];
        twins.map(|twin| Move { twin, from, to }).into()
    }

    fn credential_moves(
        &self,
        session: &Session,
        mode: Mode,
        wanted: Mode,
        profiles: &ProfilesBySession<'_>,
    ) -> Vec<Move> {
        let (folders, keys, key) = (self.folders(), self.keys(), session_key(session));
        let (from, to) = (form_of_credentials(mode), form_of_credentials(wanted));
        if from == to {
            return Vec::new();
        }
        let roles = profiles.roles(&key, folders, &RoleFolder::look(folders));
        let roles = roles.iter().map(|role| {
            let (account_id, role_name) = (role.account_id.as_str(), role.role_name.as_str());
            Twin::role(
                folders,
                keys,
                &RoleKey { session: key, account_id, role_name, entitlement: None },
            )
        });
        let twins = roles.chain(Twin::further(folders, keys, &key));
        twins.map(|twin| Move { twin, from, to }).collect()
    }
}

impl Move {
    /// Sees that the form is there that counts after the change. Gives whether it was made now.
    fn write(&self, provider: &Provider) -> Result<bool, StoreError> {
        let _lock = self.lock(provider);
        match self.twin.compare()? {
            Comparison::Only(form) if form != self.to => {}
            // What a change has left that was interrupted before it counted is as old as that.
            Comparison::Differ if self.from != self.to && self.to == Form::Sealed => {}
            Comparison::Differ if self.from != self.to && self.twin.is_token() => {
                let plain = self.twin.path(Form::Plain).to_owned();
                return Err(StoreError::TwoSignIns { plain });
            }
            Comparison::Differ if self.from != self.to => {}
            _ => return Ok(false),
        }
        Ok(self.twin.write(provider.folders(), self.to)?)
    }

    /// Removes the form that does not count any more. Gives whether it is gone: where the mode was the same
    /// before, the other form may be another tool's.
    fn finish(&self, provider: &Provider) -> Result<bool, StoreError> {
        let (folders, other) = (provider.folders(), self.to.other());
        let _lock = self.lock(provider);
        for _ in 0..MAX_ATTEMPTS {
            match self.twin.remove(folders, other)? {
                Comparison::Differ if self.from == self.to => return Ok(false),
                // Another tool has renewed the plain one since: what it has now is the newest there is.
                Comparison::Differ => match self.to {
                    Form::Sealed => {
                        self.twin.write(folders, self.to)?;
                    }
                    Form::Plain => return Ok(self.twin.remove_whatever(folders, other).is_ok()),
                },
                // Another tool was writing it when it was copied; it is whole by now.
                Comparison::Only(form) if form == other => {
                    self.twin.write(folders, self.to)?;
                }
                _ => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Removes what was written for a change that does not come about.
    fn undo(&self, provider: &Provider) {
        if self.from != self.to {
            let _lock = self.lock(provider);
            let _ = self.twin.remove(provider.folders(), self.to);
        }
    }

    /// The session's own lock is held for all of it.
    fn lock(&self, provider: &Provider) -> Option<sso_cp_cache::Locked> {
        let until = Instant::now() + PATIENCE_WITHIN;
        (!self.twin.is_token()).then(|| self.twin.lock(provider.folders(), until))
    }
}

fn form_of_sign_in(mode: Mode) -> Form {
    match mode {
        Mode::Plain => Form::Plain,
        Mode::Sealed | Mode::SealedAll => Form::Sealed,
    }
}

fn form_of_credentials(mode: Mode) -> Form {
    match mode {
        Mode::Plain | Mode::Sealed => Form::Plain,
        Mode::SealedAll => Form::Sealed,
    }
}
