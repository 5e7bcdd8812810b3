//! `sealed/key`: which key seals, and where it is kept. JSON, so that another program can read it:
//!
//! ```json
//! {"version": 1, "id": "630dcd2966c43366", "source": "passphrase",
//!  "argon2id": {"memoryKiB": 65536, "passes": 3, "lanes": 4, "salt": "base64"}, "wrapped": "base64"}
//! {"version": 1, "id": "630dcd2966c43366", "source": "secret-service"}
//! {"version": 1, "id": "630dcd2966c43366", "source": "command", "command": ["pass", "show", "sso-cp"]}
//! ```
//!
//! While a new key takes an old one's place there is one member more, the old key under the new one:
//! `"former": {"id": "...", "wrapped": "base64"}`. Anyone who can unlock the new key so has both, and files of
//! either can be opened until the last one is sealed anew.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::base64::{decode, encode};
use crate::command::KeyCommand;
use crate::key::{Key, KeyId};
use crate::passphrase::PassphraseKey;
use crate::secret_service::SecretService;
use crate::wrapped::Wrapped;

const VERSION: u32 = 1;

/// What `sealed/key` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFile {
    /// The key that seals.
    pub id: KeyId,
    /// Where it is kept.
    pub kept: Kept,
    /// The key whose place it takes.
    pub former: Option<Former>,
}

/// Where the key is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// In the file itself, under a passphrase.
    Passphrase(Box<PassphraseKey>),
    /// By the desktop's Secret Service.
    SecretService(SecretService),
    /// By whatever prints it.
    Command(KeyCommand),
}

/// A key whose place another one takes: files may still be sealed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Former {
    /// What it is called.
    pub id: KeyId,
    /// The key, under the new one.
    pub wrapped: Wrapped,
}

/// The members of an object, each in its own spelling. The cache reads its files by the same type, so this takes
/// no code of its own; structs for serde took nine kilobytes.
struct Members<'a>(BTreeMap<Cow<'a, str>, &'a RawValue>);

impl Kept {
    /// The word for it: `passphrase`, `secret-service` or `command`.
    pub fn source(&self) -> &'static str {
        match self {
            Kept::Passphrase(_) => "passphrase",
            Kept::SecretService(_) => "secret-service",
            Kept::Command(_) => "command",
        }
    }
}

impl KeyFile {
    /// Reads the file; `None` where it is another version's, or nothing that is understood.
    pub fn parse(bytes: &[u8]) -> Option<KeyFile> {
        let members = Members::read(bytes)?;
        if members.number("version")? != VERSION {
            return None;
        }
        let kept = match members.text("source")?.as_str() {
            "passphrase" => Kept::Passphrase(Box::new(PassphraseKey::read(&members)?)),
            "secret-service" => Kept::SecretService(SecretService),
            "command" => Kept::Command(KeyCommand::new(members.list("command")?)?),
            _ => return None,
        };
        let former = match members.object("former") {
            Some(former) => Some(Former { id: former.id()?, wrapped: former.wrapped()? }),
            None if members.0.contains_key("former") => return None,
            None => None,
        };
        Some(KeyFile { id: members.id()?, kept, former })
    }

    /// The file's content. No key is in it that could be read without another secret.
    pub fn content(&self) -> String {
        let mut json = format!(
            r#"{{"version":{VERSION},"id":"{}","source":"{}""#,
            self.id,
            self.kept.source()
        );
        match &self.kept {
            Kept::Passphrase(key) => json.push_str(&key.members()),
            Kept::SecretService(_) => {}
            Kept::Command(command) => {
                // Texts can always be written.
                let words = serde_json::to_string(command.words()).unwrap_or_default();
                json.push_str(r#","command":"#);
                json.push_str(&words);
            }
        }
        if let Some(Former { id, wrapped }) = &self.former {
            let wrapped = encode(&wrapped.0);
            json.push_str(&format!(r#","former":{{"id":"{id}","wrapped":"{}"}}"#, *wrapped));
        }
        json.push_str("}\n");
        json
    }

    /// The former key, with the key in hand that took its place.
    pub fn former_key(&self, key: &Key) -> Option<Key> {
        let former = self.former.as_ref()?;
        former.wrapped.open(former.id, key)
    }
}

impl Former {
    /// Keeps a former key under the one that takes its place.
    ///
    /// # Errors
    ///
    /// [`crate::Error::NoRandomNumbers`].
    pub fn new(former: &Key, key: &Key) -> Result<Former, crate::error::Error> {
        Ok(Former { id: former.id(), wrapped: Wrapped::new(former, key)? })
    }
}

impl PassphraseKey {
    fn read(members: &Members<'_>) -> Option<PassphraseKey> {
        let parameters = members.object("argon2id")?;
        let key = PassphraseKey {
            memory_kib: parameters.number("memoryKiB")?,
            passes: parameters.number("passes")?,
            lanes: parameters.number("lanes")?,
            salt: parameters.bytes("salt")?.as_slice().try_into().ok()?,
            wrapped: members.wrapped()?,
        };
        key.is_bearable().then_some(key)
    }

    fn members(&self) -> String {
        let PassphraseKey { memory_kib, passes, lanes, salt, wrapped } = self;
        let (salt, wrapped) = (encode(salt), encode(&wrapped.0));
        format!(
            r#","argon2id":{{"memoryKiB":{memory_kib},"passes":{passes},"lanes":{lanes},"salt":"{}"}},"wrapped":"{}""#,
            *salt, *wrapped
        )
    }
}

impl<'a> Members<'a> {
    fn read(bytes: &'a [u8]) -> Option<Members<'a>> {
        serde_json::from_slice(bytes).ok().map(Members)
    }

    fn object(&self, name: &str) -> Option<Members<'a>> {
        Members::read(self.0.get(name)?.get().as_bytes())
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.0.get(name)?.get().parse().ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    fn list(&self, name: &str) -> Option<Vec<String>> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    fn bytes(&self, name: &str) -> Option<Zeroizing<Vec<u8>>> {
        decode(self.text(name)?)
    }

    fn id(&self) -> Option<KeyId> {
        KeyId::parse(&self.text("id")?)
    }

    fn wrapped(&self) -> Option<Wrapped> {
        Some(Wrapped(self.bytes("wrapped")?.as_slice().try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use sso_cp_types::Secret;

    use super::*;

    /// Computed with another implementation: the passphrase is `correct horse battery staple`, the keys are the bytes
    /// 0 to 31 and 32 to 63.
    const VECTOR: &str = r#"{"version": 1, "id": "630dcd2966c43366", "source": "passphrase",
        "argon2id": {"memoryKiB": 65536, "passes": 3, "lanes": 4, "salt": "AAECAwQFBgcICQoLDA0ODw=="},
        "wrapped": "sLGys7S1tre4ubq7YhtRIRGKY59olJxIulr0TqsgGk5SxyiZxo7sp8PAyq1A4UO9hxJQ7A2ZlC57lhH8",
        "former": {"id": "72dbb7336c767800",
        "wrapped": "sLGys7S1tre4ubq7t1wDi9nNr6BrX7ytg2f9Hx7xYJW/0Avzdyc4U8g/9B63AUXeofMlLNe6hStP5Ocp"}}"#;

    #[test]
    fn a_file_of_another_implementation_is_opened() {
        let file = KeyFile::parse(VECTOR.as_bytes()).unwrap();
        let Kept::Passphrase(kept) = &file.kept else { panic!("{file:?}") };
        let passphrase = Secret::new("correct horse battery staple".to_owned());
        let key = kept.open(file.id, &passphrase).unwrap();
        assert_eq!(key, Key::from_bytes(&std::array::from_fn::<u8, 32, _>(|at| at as u8)).unwrap());
        let former = file.former_key(&key).unwrap();
        assert_eq!(former.bytes()[0], 32);
        assert_eq!(KeyFile::parse(file.content().as_bytes()), Some(file));
    }

    #[test]
    fn what_is_written_is_read() {
        let [key, former] = std::array::from_fn(|_| Key::generate().unwrap());
        let words = ["pass", "show", "sso-cp key"].map(str::to_owned).to_vec();
        let command = Kept::Command(KeyCommand::new(words).unwrap());
        for kept in [command, Kept::SecretService(SecretService)] {
            for former in [None, Some(Former::new(&former, &key).unwrap())] {
                let file = KeyFile { id: key.id(), kept: kept.clone(), former };
                let content = file.content();
                assert!(content.ends_with("}\n") && content.lines().count() == 1, "{content}");
                assert_eq!(KeyFile::parse(content.as_bytes()), Some(file));
            }
        }
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        let good = VECTOR.replace('\n', "");
        for (from, to) in [
            ("\"version\": 1", "\"version\": 2"),
            ("65536", "4294967295"),
            ("passphrase", "tpm"),
            ("630dcd2966c43366", "630d"),
            ("ODw==", "OD"),
            ("\"wrapped\": \"sLG", "\"wrapped\": \"LG"),
            ("\"passphrase\"", "\"command\""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            assert_eq!(KeyFile::parse(bad.as_bytes()), None, "{bad}");
        }
        let empty_command =
            r#"{"version": 1, "id": "630dcd2966c43366", "source": "command", "command": []}"#;
        assert_eq!(KeyFile::parse(empty_command.as_bytes()), None);
    }
}
