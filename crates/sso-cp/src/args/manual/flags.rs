//! The flags that several commands have, and the words that some of them take.

use super::entry::{Flag, Values, option, switch};

pub(super) const JSON: Flag = switch("--json", "print JSON, for programs");

pub(super) const SCOPE_POLICY: Flag = option(
    "--scope-policy",
    "file",
    Values::File,
    "scope the credentials down to the IAM policy in this file",
);
pub(super) const SCOPE_DURATION: Flag = option(
    "--scope-duration",
    "seconds",
    Values::Any,
    "how many seconds scoped credentials live: 900 to 129600",
);
pub(super) const AGENT: Flag = option(
    "--agent",
    "name",
    Values::Any,
    "a coding agent asks (its name may be left out): the profile's rule for agents holds",
);

/// The formats of `export`.
pub(super) const FORMATS: &[&str] = &[
    "process",
    "json",
    "sts",
    "env",
    "bash",
    "zsh",
    "env-no-export",
    "dotenv",
    "fish",
    "powershell",
    "pwsh",
    "windows-cmd",
    "ini",
];

/// The shells that `completions` knows.
pub(crate) const SHELLS: &[&str] = &["bash", "zsh", "fish", "powershell"];

/// What asks for help, of every command.
pub(crate) const HELP: [&str; 2] = ["--help", "-h"];

/// The flags that all commands take, but for help.
pub(crate) const SHARED: &[Flag] = &[
    option("--profile", "name", Values::Profiles, "a profile of the shared config file"),
    option(
        "--sso-session",
        "name",
        Values::Sessions,
        "an [sso-session] section of the config file; for credentials, with --account-id and --role-name",
    ),
    option("--account-id", "digits", Values::Any, "the account, with --sso-session"),
    option("--role-name", "name", Values::Any, "the permission set, with --sso-session"),
    switch("--debug", "say on stderr what happens and how long it takes; never a token or a key"),
    switch("--version", "print the version"),
];

/// The flags of the credential command, which has no word.
pub(crate) const CREDENTIAL: &[Flag] = &[
    switch(
        "--auto-login",
        "open a browser if somebody has to sign in, and wait for it (credential_process only)",
    ),
    option(
        "--wait",
        "seconds",
        Values::Any,
        "with --auto-login, how long to wait; the sign-in goes on for its ten minutes (default 50)",
    ),
    SCOPE_POLICY,
    SCOPE_DURATION,
    AGENT,
];
