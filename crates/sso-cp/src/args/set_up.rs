//! The commands that set things up and look after them, as they are typed.

use argh::FromArgs;

/// Configure a session and a profile.
///
/// On a terminal it asks for what the flags do not say, signs in and lists the accounts and roles to
/// choose from. Without one it needs --sso-session, --account-id and --role-name, and for a new session
/// --start-url and --sso-region. The profile is --profile, without it ROLE-ACCOUNT. A role of account
/// access manager is --tenant-id and --role-arn instead.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "configure", help_triggers("-h", "--help"))]
pub(crate) struct Configure {
    #[argh(
        option,
        arg_name = "url",
        description = "the address of the access portal: https://example.awsapps.com/start"
    )]
    pub(crate) start_url: Option<String>,

    /// the region of IAM Identity Center
    #[argh(option, arg_name = "name")]
    pub(crate) sso_region: Option<String>,

    /// what the sign-in is good for, separated by commas; without it sso:account:access
    #[argh(option, arg_name = "list")]
    pub(crate) scopes: Option<String>,

    /// the tenant of account access manager, or its portal's address
    #[argh(option, arg_name = "id")]
    pub(crate) tenant_id: Option<String>,

    /// the role that account access manager gives
    #[argh(option, arg_name = "arn")]
    pub(crate) role_arn: Option<String>,

    /// the region for the tools that use the profile
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,

    /// open no browser to sign in, only print the address
    #[argh(switch)]
    pub(crate) no_browser: bool,

    /// sign in by a code that is typed in any browser, on any device
    #[argh(switch)]
    pub(crate) use_device_code: bool,

    /// only write: do not sign in, and ask nothing of AWS
    #[argh(switch)]
    pub(crate) no_login: bool,
}

/// Print the manual page, or put it where man finds it.
///
/// `sso-cp manual | man -l -` shows it; with --install it is in ~/.local/share/man, for `man sso-cp`.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "manual", help_triggers("-h", "--help"))]
pub(crate) struct Manual {
    /// put it where man finds it
    #[argh(switch)]
    pub(crate) install: bool,
}

/// Turn legacy profiles into profiles of an sso-session.
///
/// Profiles with a start URL of their own, and those of aws-sso-util and granted, get an [sso-session],
/// one for each start URL and region. The file as it was is kept beside the new one.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "migrate", help_triggers("-h", "--help"))]
pub(crate) struct Migrate {
    /// only show what would change
    #[argh(switch)]
    pub(crate) dry_run: bool,
}

/// Write a profile for every account and role of an sso-session.
///
/// The profiles stand in a block of the config file between two comment lines, which is rewritten as a
/// whole each time; everything outside of it stays as it is. Profiles whose access is gone are removed
/// after a complete listing. What is chosen by flags is kept for the next runs.
#[derive(FromArgs, Debug, Clone, Default)]
#[argh(subcommand, name = "populate", help_triggers("-h", "--help"))]
pub(crate) struct Populate {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// how profiles are named; without it {account_name}.{role_name}
    #[argh(option, arg_name = "text")]
    pub(crate) name_template: Option<String>,

    /// the region for the tools that use the profiles
    #[argh(option, arg_name = "name")]
    pub(crate) region: Option<String>,

    #[argh(
        option,
        arg_name = "account=region",
        description = "the region of one account, by its id or name; may be repeated"
    )]
    pub(crate) region_for: Vec<String>,

    /// this account alone, by its id or name; * and ? stand for anything; may be repeated
    #[argh(option, arg_name = "text")]
    pub(crate) account: Vec<String>,

    /// not this account; may be repeated
    #[argh(option, arg_name = "text")]
    pub(crate) exclude_account: Vec<String>,

    /// this role alone; may be repeated
    #[argh(option, arg_name = "text")]
    pub(crate) role: Vec<String>,

    /// not this role; may be repeated
    #[argh(option, arg_name = "text")]
    pub(crate) exclude_role: Vec<String>,

    /// names in small letters
    #[argh(switch)]
    pub(crate) lower_case: bool,

    /// sso-cp without its path in credential_process, for a home that containers or other machines share
    #[argh(switch)]
    pub(crate) portable: bool,

    /// forget what earlier runs have chosen
    #[argh(switch)]
    pub(crate) reset: bool,

    /// write the standard keys, which tools with an SSO provider of their own read, and no
    /// credential_process
    #[argh(switch)]
    pub(crate) native: bool,

    /// only show what would change
    #[argh(switch)]
    pub(crate) dry_run: bool,

    /// remove all profiles of the block where AWS lists nothing
    #[argh(switch)]
    pub(crate) yes: bool,
}

/// Print the completions of a shell for sso-cp: bash, zsh, fish or powershell.
///
/// bash: eval "$(sso-cp completions bash)" in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit.
/// fish: sso-cp completions fish | source, in config.fish. PowerShell: sso-cp completions powershell
/// | Out-String | Invoke-Expression, in $PROFILE. With --install a file does it (not for PowerShell).
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "completions", help_triggers("-h", "--help"))]
pub(crate) struct Completions {
    /// bash, zsh, fish or powershell
    #[argh(positional)]
    pub(crate) shell: Option<String>,

    /// put the script where the shell finds it
    #[argh(switch)]
    pub(crate) install: bool,

    /// print the names of all profiles or sessions, for the scripts
    #[argh(option, arg_name = "what", hidden_help)]
    pub(crate) names: Option<String>,
}

/// Find problems and show the command that fixes each.
///
/// Without a selection, in everything that is configured. Exit code 0 only if it would work, else
/// that of the first failure. AWS is asked whether it can be reached, without any token.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "doctor", help_triggers("-h", "--help"))]
pub(crate) struct Doctor {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// make the fixes that change files and modes, after showing them and asking
    #[argh(switch)]
    pub(crate) fix: bool,

    /// with --fix: do not ask
    #[argh(switch)]
    pub(crate) yes: bool,

    /// print JSON, for programs
    #[argh(switch)]
    pub(crate) json: bool,
}
