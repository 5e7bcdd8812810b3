//! The commands of a person's shell, as they are typed.

use argh::FromArgs;

/// Print one short line for a shell's prompt: the profile, and how long it still works.
///
/// Nothing where no profile is chosen, by --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE or
/// SSO_CP_PROFILE. Only files are looked at, never the network. `sso_cp_prompt = red` in a profile is
/// its colour.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "prompt", help_triggers("-h", "--help"))]
pub(crate) struct Prompt {
    #[argh(
        option,
        arg_name = "text",
        description = "the line, with any of {{profile}} {{account}} {{role}} {{session}} {{region}} {{left}} {{color}} {{on}} {{off}}"
    )]
    pub(crate) format: Option<String>,

    /// how colours are written: bash, zsh, fish, tmux or ansi; without it there are none
    #[argh(option, long = "for", arg_name = "shell")]
    pub(crate) shell: Option<String>,
}

/// Print code for a shell that switches its AWS profile: bash, zsh, fish or powershell.
///
/// bash: eval "$(sso-cp shell-init bash)" in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish:
/// sso-cp shell-init fish | source, in config.fish. PowerShell: sso-cp shell-init powershell |
/// Out-String | Invoke-Expression, in $PROFILE. Then: awsp dev, awsp (to choose), awsp - (back), awsp
/// --off.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "shell-init",
    help_triggers("-h", "--help"),
    usage = "<shell> [--name <name>]"
)]
pub(crate) struct ShellInit {
    /// bash, zsh, fish or powershell
    #[argh(positional)]
    pub(crate) shell: Option<String>,

    /// the name of the function; without it awsp
    #[argh(option, arg_name = "name")]
    pub(crate) name: Option<String>,
}

/// Print the name of one profile: the one that is named, the one before, or one that you choose.
///
/// Without a name you choose from a list on the terminal: type to narrow it, Enter takes one, Esc
/// leaves. `-` is the profile before this one. --sso-session, --account-id and --role-name leave only
/// the profiles that have them. `sso-cp shell-init` makes a shell switch to the profile.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "use", help_triggers("-h", "--help"), usage = "[<name> | -]")]
pub(crate) struct Use {
    /// a profile, or - for the one before
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// the profile before this one: what `-` is read as
    #[argh(switch, hidden_help)]
    pub(crate) previous: bool,
}
