//! The commands of the sealed store, as they are typed: one struct each, with its flags and its help.

use argh::FromArgs;

/// Take the key of the sealed store out of the kernel's keyring.
///
/// Calls that need a sealed token end with 4 from then on, until `sso-cp unlock`. No session ends at
/// AWS by that.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "lock", help_triggers("-h", "--help"))]
pub(crate) struct Lock {}

/// Seal a session: its token and its client registration are encrypted at rest.
///
/// The AWS CLI and the SDKs are then signed in by `credential_process` profiles alone. The first time a
/// key is made; it is kept under a passphrase, by the desktop's keyring, or by a command. Which session:
/// NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the
/// only session that there is.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "seal", help_triggers("-h", "--help"))]
pub(crate) struct Seal {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// seal the credentials of roles too, and what came from them
    #[argh(switch)]
    pub(crate) all_credentials: bool,

    /// what keeps the key: passphrase (if nothing else is named), secret-service, or command
    #[argh(option, arg_name = "keystore")]
    pub(crate) key: Option<String>,

    /// with `--key command`: the program that prints the key, and its arguments, as in a shell
    #[argh(option, arg_name = "line")]
    pub(crate) command: Option<String>,

    /// make a new key, and seal everything anew
    #[argh(switch)]
    pub(crate) new_key: bool,
}

/// Fetch the key of the sealed store into the kernel's keyring.
///
/// The keystore is asked, or the person for the passphrase. The store stays unlocked until the next
/// start of the machine, or for the time that --for or the session's `sso_cp_unlock_for` says.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "unlock", help_triggers("-h", "--help"))]
pub(crate) struct Unlock {
    /// lock again after this time, such as 30m or 8h
    #[argh(option, long = "for", arg_name = "time")]
    pub(crate) time: Option<String>,
}

/// Put a sealed session back into the files that the AWS CLI and the SDKs share.
///
/// Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile
/// `default`, or the only session that there is.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "unseal", help_triggers("-h", "--help"))]
pub(crate) struct Unseal {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,
}
