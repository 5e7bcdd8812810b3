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

use serde::{Deserialize, Serialize};
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

#[derive(Serialize, Deserialize)]
struct Wire {
    version: u32,
    id: String,
    source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    argon2id: Option<WireArgon2id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrapped: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    former: Option<WireFormer>,
}

#[derive(Serialize, Deserialize)]
struct WireArgon2id {
    #[serde(rename = "memoryKiB")]
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: String,
}

#[derive(Serialize, Deserialize)]
struct WireFormer {
    id: String,
    wrapped: String,
}

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
        let wire: Wire = serde_json::from_slice(bytes).ok()?;
        if wire.version != VERSION {
            return None;
        }
        let kept = match wire.source.as_str() {
            "passphrase" => {
                let wrapped = unwrapped(&wire.wrapped?)?;
                Kept::Passphrase(Box::new(wire.argon2id?.read(wrapped)?))
            }
            "secret-service" => Kept::SecretService(SecretService),
            "command" => Kept::Command(KeyCommand::new(wire.command?)?),
            _ => return None,
        };
        let former = match wire.former {
            Some(former) => Some(former.read()?),
            None => None,
        };
        Some(KeyFile { id: KeyId::parse(&wire.id)?, kept, former })
    }

    /// The file's content. No key is in it that could be read without another secret.
    pub fn content(&self) -> String {
        let mut wire = Wire {
            version: VERSION,
            id: self.id.to_string(),
            source: self.kept.source().to_owned(),
            argon2id: None,
            wrapped: None,
            command: None,
            former: self.former.as_ref().map(WireFormer::of),
        };
        match &self.kept {
            Kept::Passphrase(key) => {
                wire.argon2id = Some(WireArgon2id::of(key));
                wire.wrapped = Some(text(&key.wrapped.0));
            }
            Kept::SecretService(_) => {}
            Kept::Command(command) => wire.command = Some(command.words().to_vec()),
        }
        // A struct of texts and numbers can always be written.
        serde_json::to_string(&wire).unwrap_or_default() + "\n"
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

impl WireArgon2id {
    fn of(key: &PassphraseKey) -> WireArgon2id {
        WireArgon2id {
            memory_kib: key.memory_kib,
            passes: key.passes,
            lanes: key.lanes,
            salt: text(&key.salt),
        }
    }

    fn read(self, wrapped: Wrapped) -> Option<PassphraseKey> {
        let salt = decode(&self.salt)?.as_slice().try_into().ok()?;
        let WireArgon2id { memory_kib, passes, lanes, .. } = self;
        let key = PassphraseKey { memory_kib, passes, lanes, salt, wrapped };
        key.is_bearable().then_some(key)
    }
}

impl WireFormer {
    fn of(former: &Former) -> WireFormer {
        WireFormer { id: former.id.to_string(), wrapped: text(&former.wrapped.0) }
    }

    fn read(self) -> Option<Former> {
        Some(Former { id: KeyId::parse(&self.id)?, wrapped: unwrapped(&self.wrapped)? })
    }
}

fn unwrapped(text: &str) -> Option<Wrapped> {
    let bytes: Zeroizing<Vec<u8>> = decode(text)?;
    Some(Wrapped(bytes.as_slice().try_into().ok()?))
}

fn text(bytes: &[u8]) -> String {
    encode(bytes).to_string()
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
