//! The commands of the sealed store.

use super::entry::{Command, NAME, Values, option, switch};

/// What keeps a key.
const KEYSTORES: &[&str] = &["passphrase", "secret-service", "command"];

pub(super) const LOCK: Command = Command {
    word: "lock",
    about: "Take the key of the sealed store out of the kernel's keyring. Calls that need a sealed token end with 4 from then on, until `sso-cp unlock`. No session ends at AWS by that.",
    flags: &[],
    operand: None,
};

pub(super) const SEAL: Command = Command {
    word: "seal",
    about: "Seal a session: its token and its client registration are encrypted at rest. The AWS CLI and the SDKs are then signed in by `credential_process` profiles alone. The first time a key is made; it is kept under a passphrase, by the desktop's keyring, or by a command. Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session that there is.",
    flags: &[
        switch("--all-credentials", "seal the credentials of roles too, and what came from them"),
        option(
            "--key",
            "keystore",
            Values::OneOf(KEYSTORES),
            "what keeps the key: passphrase (if nothing else is named), secret-service, or command",
        ),
        option(
            "--command",
            "line",
            Values::Any,
            "with `--key command`: the program that prints the key, and its arguments, as in a shell",
        ),
        switch("--new-key", "make a new key, and seal everything anew"),
    ],
    operand: Some(NAME),
};

pub(super) const UNLOCK: Command = Command {
    word: "unlock",
    about: "Fetch the key of the sealed store into the kernel's keyring. The keystore is asked, or the person for the passphrase. The store stays unlocked until the next start of the machine, or for the time that --for or the session's `sso_cp_unlock_for` says.",
    flags: &[option("--for", "time", Values::Any, "lock again after this time, such as 30m or 8h")],
    operand: None,
};

pub(super) const UNSEAL: Command = Command {
    word: "unseal",
    about: "Put a sealed session back into the files that the AWS CLI and the SDKs share. Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session that there is.",
    flags: &[],
    operand: Some(NAME),
};
