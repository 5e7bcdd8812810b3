//! The sealed store of a home: how a session's files are kept, unlocking and locking, the key and the one that
//! takes its place, and the way of a session's files from plain to sealed and back.

mod change;
mod error;
mod key;
mod meanwhile;
mod state;
#[cfg(test)]
mod tests;
mod unlock;

use sso_cp_cache::{Asked, Sealing, Store};
use sso_cp_config::{Session, SessionSettings, Store as Mode, Unlock};

use crate::provider::Provider;

pub use change::{PendingChange, StoreChange};
pub use error::StoreError;
pub use key::{NewKey, Rotated};
pub use state::StoreState;
pub use unlock::{Passphrase, Unlocked};

impl Provider {
    /// How a session's files are kept, and what opens them: the kernel's keyring, and the key's command
    /// where the configuration allows that.
    pub(crate) fn store(&self, session: &Session) -> Store {
        let settings = session.settings();
        match settings.store {
            Mode::Plain => Store::Plain,
            Mode::Sealed => self.sealed(Sealing::SignIn, settings),
            Mode::SealedAll => self.sealed(Sealing::Everything, settings),
        }
    }

    /// The same for credentials, as every cached call asks for them: where the sign-in alone is sealed they
    /// are in the shared files, and no key is thought of.
    pub(crate) fn store_of_credentials(&self, session: &Session) -> Store {
        match session.settings().store {
            Mode::Plain | Mode::Sealed => Store::Plain,
            Mode::SealedAll => self.store(session),
        }
    }

    #[cold]
    fn sealed(&self, what: Sealing, settings: &SessionSettings) -> Store {
        let asked = match settings.unlock {
            Unlock::OnCommand => Asked::Kernel,
            Unlock::Always => Asked::CommandToo,
        };
        Store::Sealed { what, keys: self.keys().asking(asked) }
    }
}
