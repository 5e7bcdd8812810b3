//! The flags that stand with no command of their own.

use super::entry::{Flag, flags};

const SHARED: &str = "\
--profile <name:profiles> a profile of the shared config file
--sso-session <name:sessions> an [sso-session] section of the config file; for credentials, with --account-id and --role-name
--account-id <digits> the account, with --sso-session
--role-name <name> the permission set, with --sso-session
--debug say on stderr what happens and how long it takes; never a token or a key
--version print the version
";

const CREDENTIAL: &str = "\
--auto-login open a browser if somebody has to sign in, and wait for it (credential_process only)
--wait <seconds> with --auto-login, how long to wait; the sign-in goes on for its ten minutes (default 50)
--scope-policy <file:file> scope the credentials down to the IAM policy in this file
--scope-duration <seconds> how many seconds scoped credentials live: 900 to 129600
--agent <name> a coding agent asks (its name may be left out): the profile's rule for agents holds
";

/// What asks for help, of every command.
pub(crate) const HELP: [&str; 2] = ["--help", "-h"];

/// The flags that all commands take, but for help.
pub(crate) fn shared() -> impl Iterator<Item = Flag> {
    flags(SHARED)
}

/// The flags of the credential command, which has no word.
pub(crate) fn credential() -> impl Iterator<Item = Flag> {
    flags(CREDENTIAL)
}
