//! What the errors say, and what their sources add.

use std::error::Error as _;
use std::io;

use sso_cp_vault::{ChildProblem, Error as VaultError, Refusal};

use crate::{Error, Step, WhyLocked};

#[test]
fn each_error_is_a_sentence_and_its_source_says_the_rest() {
    let (path, why) = (|| "/a/b".into(), || io::Error::other("why"));
    let keystore = || VaultError::Child {
        program: "pass".to_owned(),
        problem: ChildProblem::NotStarted(why()),
    };
    let of_step = |step| Error::Io { step, path: path(), source: why() };
    for (error, sentence, has_source) in [
        (of_step(Step::Read), "cannot read /a/b", true),
        (of_step(Step::MakeFolder), "cannot make the folder /a/b", true),
        (of_step(Step::Write), "cannot write /a/b", true),
        (of_step(Step::Replace), "cannot replace /a/b", true),
        (of_step(Step::Delete), "cannot delete /a/b", true),
        (of_step(Step::Bind), "cannot make the socket /a/b", true),
        (Error::NotAFile { path: path() }, "/a/b is not a regular file", false),
        (
            Error::TooLarge { path: path(), limit_bytes: 8 << 20 },
            "/a/b is larger than 8 MiB",
            false,
        ),
        (
            Error::PlantedLink { part: path() },
            "/a/b is a link in another user's home, and root follows none there",
            false,
        ),
        (
            Error::OtherOwner { path: path(), owner: 7 },
            "/a/b belongs to another user (id 7)",
            false,
        ),
        (
            Error::Exposed { path: path(), folder: "/a".into() },
            "/a/b would not be safe: other users may write in /a",
            false,
        ),
        (
            Error::WritableByOthers { path: path() },
            "/a/b can be written by others, so its command is not run",
            false,
        ),
        (Error::Locked(WhyLocked::NotUnlocked), "the store is locked", false),
        (Error::Locked(WhyLocked::NoKey), "the store has no key", false),
        (
            Error::Locked(WhyLocked::Closed(Refusal::Quota)),
            "the store is locked: the quota of the kernel's keyring is used up",
            false,
        ),
        (
            Error::Locked(WhyLocked::Keystore(keystore())),
            "`pass`, which has the key of the store, cannot be started",
            true,
        ),
        (Error::Damaged { path: path() }, "/a/b is damaged", false),
        (Error::KeyFile { path: path() }, "/a/b does not say where a key is kept", false),
        (Error::Vault(VaultError::NoRandomNumbers), "the system has no random numbers", false),
    ] {
        assert_eq!(error.to_string(), sentence);
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), has_source.then_some("why"), "{sentence}");
    }
}
