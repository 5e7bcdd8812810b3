//! The way of a session's files from plain to sealed, and back. At each moment at least one form of each file
//! is whole: first the other form of all of them is there, then the configuration changes, then the form
//! that it does not want goes, if the two are equal.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sso_cp_cache::{Comparison, Form, Lock, Locked, RegistrationKey, RoleFolder, RoleKey, Twin};
use sso_cp_config::{Session, Store as Mode};

use super::StoreError;
use crate::cached_roles::ProfilesBySession;
use crate::cleanup::Cleanup;
use crate::limits;
use crate::provider::Provider;
use crate::session_key::session_key;

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

/// A change that has begun: both forms of all files are there, and the old ones count. The session's lock is
/// held.
#[must_use]
pub struct PendingChange<'a> {
    provider: &'a Provider,
    session: &'a Session,
    wanted: Mode,
    profiles: &'a ProfilesBySession<'a>,
    cleanup: &'a Cleanup,
    moves: Vec<Move>,
    moved: usize,
    _lock: Locked,
}

/// One file on its way.
struct Move {
    twin: Twin,
    /// The form that counts before the change, and the one that counts after it.
    from: Form,
    to: Form,
}

impl Provider {
    /// Has a session's files in the forms of another mode too. What the configuration says counts, so it is to
    /// be changed next. The store must be unlocked.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written, or the plain and the sealed token of the session are two sign-ins.
    /// Nothing that counts is lost.
    pub fn begin_store_change<'a>(
        &'a self,
        session: &'a Session,
        wanted: Mode,
        profiles: &'a ProfilesBySession<'a>,
        cleanup: &'a Cleanup,
    ) -> Result<PendingChange<'a>, StoreError> {
        let lock = Lock::Session(session_key(session));
        let lock = lock.take(self.folders(), Instant::now() + limits::LOCKS);
        let mut pending = PendingChange {
            provider: self,
            session,
            wanted,
            profiles,
            cleanup,
            moves: self.moves(session, wanted, profiles),
            moved: 0,
            _lock: lock,
        };
        match pending.write() {
            Ok(moved) => pending.moved = moved,
            Err(error) => {
                pending.undo();
                return Err(error);
            }
        }
        Ok(pending)
    }

    fn moves(
        &self,
        session: &Session,
        wanted: Mode,
        profiles: &ProfilesBySession<'_>,
    ) -> Vec<Move> {
        let mode = session.settings().store;
        let mut moves = self.sign_in_moves(session, mode, wanted);
        moves.extend(self.credential_moves(session, mode, wanted, profiles));
        moves
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

    /// After a sign-in that was saved here: removes the token's form that the session's mode does not want, whatever
    /// it holds. Another tool's sign-in of the same session is over for this one's sake. Where the wanted form could
    /// not be written, the other one is the sign-in itself, and stays.
    pub(crate) fn remove_other_form(&self, session: &Session, saved: &Path) {
        let form = form_of_sign_in(session.settings().store).other();
        let twin = Twin::token(self.folders(), self.keys(), &session_key(session));
        if twin.path(form) != saved && twin.exists(form) {
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

impl PendingChange<'_> {
    /// Writes the new forms, and gives how many there were to write.
    fn write(&self) -> Result<usize, StoreError> {
        let mut moved = 0;
        for step in &self.moves {
            let _held = self.cleanup.hold();
            moved += usize::from(step.write(self.provider)?);
        }
        Ok(moved)
    }

    /// The configuration has changed: the form that it does not want goes.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written. What it holds is there in a form that counts.
    pub fn finish(self) -> Result<StoreChange, StoreError> {
        let mut change = StoreChange { moved: self.moved, stays: None };
        // Looked for anew: a call that began before may have saved another file since. One that saves after
        // this looks at the configuration then.
        for step in self.provider.moves(self.session, self.wanted, self.profiles) {
            let _held = self.cleanup.hold();
            if !step.finish(self.provider)? && change.stays.is_none() {
                change.stays = Some(step.twin.path(Form::Plain).to_owned());
            }
        }
        Ok(change)
    }

    /// The configuration has not changed: the old forms count, as if nothing had been.
    pub fn undo(self) {
        let _held = self.cleanup.hold();
        self.moves.iter().for_each(|step| step.undo(self.provider));
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
    fn lock(&self, provider: &Provider) -> Option<Locked> {
        let until = Instant::now() + PATIENCE_WITHIN;
        (!self.twin.is_token()).then(|| self.twin.lock(provider.folders(), until))
    }
}

pub(super) fn form_of_sign_in(mode: Mode) -> Form {
    match mode {
        Mode::Plain => Form::Plain,
        Mode::Sealed | Mode::SealedAll => Form::Sealed,
    }
}

pub(super) fn form_of_credentials(mode: Mode) -> Form {
    match mode {
        Mode::Plain | Mode::Sealed => Form::Plain,
        Mode::SealedAll => Form::Sealed,
    }
}
