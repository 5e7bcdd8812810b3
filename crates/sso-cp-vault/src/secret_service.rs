//! A key that the desktop keeps: `org.freedesktop.secrets`, which gnome-keyring and KWallet serve,
//! spoken to by the program `secret-tool` of libsecret. The secret goes by way of stdin and stdout.

use crate::child::run;
use crate::command::Patience;
use crate::error::{ChildProblem, Error};
use crate::key::{Key, KeyId};

const PROGRAM: &str = "secret-tool";

/// The Secret Service. A key is an item with the attributes `service` = `sso-cp` and `key` = its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretService;

impl SecretService {
    /// The program that is asked.
    pub fn program(self) -> &'static str {
        PROGRAM
    }

    /// Keeps a key, beside others.
    ///
    /// # Errors
    ///
    /// [`Error::Child`].
    pub fn keep(self, key: &Key, patience: Patience) -> Result<(), Error> {
        let label = format!("--label=sso-cp: key {} of the sealed store", key.id());
        let id = key.id().to_string();
        let words = [PROGRAM, "store", &label, "service", "sso-cp", "key", &id];
        let text = key.to_text();
        let done = run(&words, Some(text.as_bytes()), patience.group(), patience.time());
        done.map(drop).map_err(failed)
    }

    /// The key of that name. Where the collection is locked the service asks the person to unlock it.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] where the service does not know it, [`Error::Locked`] where the person has not unlocked
    /// it, [`Error::OtherKey`], or [`Error::Child`].
    pub fn key_of(self, id: KeyId, patience: Patience) -> Result<Key, Error> {
        let id_text = id.to_string();
        let words = [PROGRAM, "lookup", "service", "sso-cp", "key", &id_text];
        let printed = match run(&words, None, patience.group(), patience.time()) {
            Err(ChildProblem::Failed { code: Some(1) }) => {
                return Err(self.missing(&id_text, patience));
            }
            printed => printed.map_err(failed)?,
        };
        let problem = |problem| failed(ChildProblem::NoKey(problem));
        let key = Key::from_printed(&printed).map_err(problem)?;
        match key.id() == id {
            true => Ok(key),
            false => Err(Error::OtherKey { program: PROGRAM.to_owned() }),
        }
    }

    /// Forgets a key that is not needed any more.
    ///
    /// # Errors
    ///
    /// [`Error::Child`].
    pub fn forget(self, id: KeyId, patience: Patience) -> Result<(), Error> {
        let id = id.to_string();
        let words = [PROGRAM, "clear", "service", "sso-cp", "key", &id];
        run(&words, None, patience.group(), patience.time()).map(drop).map_err(failed)
    }

    /// `secret-tool lookup` ends with 1 for everything. A search asks nobody to unlock anything, ends well
    /// where nothing is found, and finds what is locked too.
    fn missing(self, id: &str, patience: Patience) -> Error {
        let words = [PROGRAM, "search", "service", "sso-cp", "key", id];
        let program = PROGRAM.to_owned();
        match run(&words, None, patience.group(), patience.time()) {
            Ok(found) if found.is_empty() => Error::Gone { program },
            Ok(_) => Error::Locked { program },
            Err(problem) => failed(problem),
        }
    }
}

fn failed(problem: ChildProblem) -> Error {
    Error::Child { program: PROGRAM.to_owned(), problem }
}
