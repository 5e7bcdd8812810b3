//! The commands that have a word, as they are typed: one argh struct each, with its flags and its help.
//! What a flag does stands in the file of its command.

use std::path::PathBuf;

use argh::FromArgs;

use super::format::Format;
pub(crate) use super::set_up::{Completions, Configure, Doctor, Manual, Migrate, Populate};
pub(crate) use super::shell::{Prompt, ShellInit, Use};
pub(crate) use super::store::{Lock, Seal, Unlock, Unseal};
pub(crate) use super::token::{DockerCredential, Token};

/// The commands that have a word. Without one, it is the credential command.
#[derive(FromArgs, Debug)]
#[argh(subcommand)]
pub(crate) enum Command {
    Completions(Completions),
    Configure(Configure),
    Console(Console),
    DockerCredential(DockerCredential),
    Doctor(Doctor),
    Exec(Exec),
    Export(Export),
    List(List),
    Lock(Lock),
    Login(Login),
    Logout(Logout),
    Manual(Manual),
    Migrate(Migrate),
    Populate(Populate),
    Profiles(Profiles),
    Prompt(Prompt),
    Scope(Scope),
    Seal(Seal),
    Serve(Serve),
    ShellInit(ShellInit),
    Status(Status),
    Token(Token),
    Unlock(Unlock),
    Unseal(Unseal),
    Use(Use),
    Whoami(Whoami),
}

impl Command {
    /// The profile or session that was named by a word, if one was.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Command::Doctor(Doctor { name, .. })
            | Command::Exec(Exec { name, .. })
            | Command::Export(Export { name, .. })
            | Command::List(List { name, .. })
            | Command::Login(Login { name, .. })
            | Command::Logout(Logout { name, .. })
            | Command::Populate(Populate { name, .. })
            | Command::Seal(Seal { name, .. })
            | Command::Serve(Serve { name, .. })
            | Command::Status(Status { name, .. })
            | Command::Unseal(Unseal { name, .. })
            | Command::Whoami(Whoami { name, .. }) => name.as_deref(),
            Command::Completions(_)
            | Command::Configure(_)
            // Which of its words is a profile, the files know.
            | Command::Console(_)
            | Command::DockerCredential(_)
            | Command::Lock(_)
            | Command::Manual(_)
            | Command::Migrate(_)
            | Command::Profiles(_)
            | Command::Prompt(_)
            | Command::ShellInit(_)
            | Command::Scope(_)
            | Command::Token(_)
            | Command::Unlock(_)
            | Command::Use(_) => None,
        }
    }
}

/// Open the AWS console as the selected role, at a service's page.
///
/// sso-cp console dev s3: what is a profile counts as a profile first. Opens the access portal's shortcut link in the browser, which signs you in there if need be. The
/// link holds no secret. Where there is no browser, the link is printed.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "console", help_triggers("-h", "--help"))]
pub(crate) struct Console {
    /// a profile, a service (s3, ec2, iam, ...), or both
    #[argh(positional)]
    pub(crate) words: Vec<String>,

    #[argh(
        option,
        arg_name = "url",
        description = "another page of the console to open, such as https://console.aws.amazon.com/s3/home"
    )]
    pub(crate) destination: Option<String>,

    /// print the link instead of opening it
    #[argh(switch)]
    pub(crate) print: bool,
}

/// Run a command with credentials in its environment.
///
/// sso-cp exec dev -- COMMAND ...: the command gets the credentials, their expiry and the
/// profile's region in the variables that every AWS tool reads, takes our place and ends with its own
/// status. What would win over them (AWS_PROFILE and others) is removed. They do not renew; with
/// --serve they do, for as long as the command runs. With --agent they are scoped down too.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "exec", help_triggers("-h", "--help"))]
pub(crate) struct Exec {
    /// a profile
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// hand out credentials at an endpoint on 127.0.0.1 and renew them there; the command sees that
    /// one role and no other profile
    #[argh(switch)]
    pub(crate) serve: bool,

    /// scope the credentials down to the IAM policy in this file
    #[argh(option, arg_name = "file")]
    pub(crate) scope_policy: Option<PathBuf>,

    /// how many seconds scoped credentials live: 900 to 129600
    #[argh(option, arg_name = "seconds")]
    pub(crate) scope_duration: Option<String>,

    /// a coding agent runs the command (its name may be left out): as --serve, by the profile's rule for
    /// agents
    #[argh(option, arg_name = "name")]
    pub(crate) agent: Option<String>,
}

/// Print credentials for a shell or a tool.
///
/// eval "$(sso-cp export dev --format env)" puts them into sh, bash and zsh. They are good
/// for an hour or so and do not renew; `sso-cp exec --serve` does.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "export", help_triggers("-h", "--help"))]
pub(crate) struct Export {
    /// a profile
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// process (JSON, if nothing else is named; also json), sts ({"Credentials": ...}), env (bash,
    /// zsh), env-no-export (dotenv), fish, powershell (pwsh), windows-cmd, or ini (a section of a
    /// credentials file)
    #[argh(option, arg_name = "name")]
    pub(crate) format: Option<Format>,

    /// print what takes the variables of a shell back, without any credentials
    #[argh(switch)]
    pub(crate) unset: bool,

    /// with `--format ini`: put the section into the credentials file instead of printing it
    #[argh(switch)]
    pub(crate) write: bool,

    /// with `--format ini`: the section's name, if not the profile's
    #[argh(option, arg_name = "name")]
    pub(crate) section: Option<String>,

    /// scope the credentials down to the IAM policy in this file
    #[argh(option, arg_name = "file")]
    pub(crate) scope_policy: Option<PathBuf>,

    /// how many seconds scoped credentials live: 900 to 129600
    #[argh(option, arg_name = "seconds")]
    pub(crate) scope_duration: Option<String>,

    /// a coding agent asks (its name may be left out): the profile's rule for agents holds
    #[argh(option, arg_name = "name")]
    pub(crate) agent: Option<String>,
}

/// List the accounts and roles that a sign-in may use.
///
/// AWS is asked, at most 20 times per second. Which session: NAME, --profile or --sso-session, else
/// AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session that there is.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "list", help_triggers("-h", "--help"))]
pub(crate) struct List {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// print JSON, for programs
    #[argh(switch)]
    pub(crate) json: bool,
}

/// Sign in to the session of a profile, or to an sso-session.
///
/// Opens the access portal in the browser and keeps the token where the AWS CLI and the SDKs find it
/// too. If you are signed in already, it says until when. Which session: NAME, --profile or
/// --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session
/// that there is.
#[derive(FromArgs, Debug, Default)]
#[argh(subcommand, name = "login", help_triggers("-h", "--help"))]
pub(crate) struct Login {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// sign in by a code that is typed in any browser, on any device
    #[argh(switch)]
    pub(crate) use_device_code: bool,

    /// open no browser, only print the address
    #[argh(switch)]
    pub(crate) no_browser: bool,

    /// sign in anew: the old session is ended first
    #[argh(switch)]
    pub(crate) force: bool,

    /// make a new key for the sealed store, where the old one is lost
    #[argh(switch)]
    pub(crate) new_key: bool,

    /// the port of 127.0.0.1 that the browser comes back to, for forwarded ports; without it, any
    #[argh(option, arg_name = "port")]
    pub(crate) redirect_port: Option<u16>,

    /// nobody reads what is said: a browser opens or it is over
    #[argh(switch, hidden_help)]
    pub(crate) in_background: bool,
}

/// Sign out of the session of a profile, or of an sso-session.
///
/// Ends the session at AWS and deletes its token and the role credentials that came from it, nothing
/// else. Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the
/// profile `default`, or the only session that there is.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "logout", help_triggers("-h", "--help"))]
pub(crate) struct Logout {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// sign out of every session of the config file
    #[argh(switch)]
    pub(crate) all: bool,
}

/// Show the profiles that are configured: account, role, session, and whether each would work now.
///
/// Only files are looked at, never the network. TEXT shows those alone that have it in their name,
/// account, role or session.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "profiles", help_triggers("-h", "--help"))]
pub(crate) struct Profiles {
    /// a part of the name, account, role or session
    #[argh(positional)]
    pub(crate) text: Option<String>,

    /// print the names of all profiles alone, in the order of the files
    #[argh(switch)]
    pub(crate) names: bool,

    /// print JSON, for programs
    #[argh(switch)]
    pub(crate) json: bool,
}

/// Check a policy that credentials are to be scoped down to, or print one to start from.
///
/// sso-cp scope check FILE: IAM's grammar, the size without blanks, the characters, and whether any
/// role may be assumed from there. sso-cp scope examples: the examples, or with a name one of them. AWS
/// is not asked.
#[derive(FromArgs, Debug)]
#[argh(
    subcommand,
    name = "scope",
    help_triggers("-h", "--help"),
    usage = "check <file> [--print] | examples [<name>]"
)]
pub(crate) struct Scope {
    /// check with a file, or examples with a name or without
    #[argh(positional)]
    pub(crate) action: Vec<String>,

    /// print the policy without blanks, as it is sent
    #[argh(switch)]
    pub(crate) print: bool,
}

/// Serve credentials at an endpoint on 127.0.0.1, and renew them.
///
/// Prints the variables by which AWS SDKs find it, then serves until Ctrl-C or SIGTERM. --profile may
/// stand several times: each role has a path and a token of its own, and anyone who has the token gets the
/// credentials of that role, and of no other.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "serve", help_triggers("-h", "--help"))]
pub(crate) struct Serve {
    /// a profile
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// the port of 127.0.0.1; without it, any
    #[argh(option, arg_name = "port")]
    pub(crate) port: Option<u16>,

    /// keep the token in this file, 0600, for as long as the endpoint serves, and print the file's
    /// name instead of the token
    #[argh(option, arg_name = "file")]
    pub(crate) token_file: Option<PathBuf>,

    /// answer at a Unix socket too, 0600, for containers
    #[argh(option, arg_name = "path")]
    pub(crate) unix_socket: Option<PathBuf>,

    /// the profiles behind the first
    #[argh(option, hidden_help)]
    pub(crate) also_profile: Vec<String>,

    /// scope the credentials down to the IAM policy in this file
    #[argh(option, arg_name = "file")]
    pub(crate) scope_policy: Option<PathBuf>,

    /// how many seconds scoped credentials live: 900 to 129600
    #[argh(option, arg_name = "seconds")]
    pub(crate) scope_duration: Option<String>,

    /// a coding agent asks (its name may be left out): the profile's rule for agents holds
    #[argh(option, arg_name = "name")]
    pub(crate) agent: Option<String>,
}

/// Show who is signed in to what, until when, and whose credentials are cached.
///
/// Without a name, --profile or --sso-session, every session that is configured, with exit code 0. With one
/// of them that session alone, with exit code 0 if it can be used without a browser, else 4. Only
/// files are looked at, never the network.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "status", help_triggers("-h", "--help"))]
pub(crate) struct Status {
    /// a profile, or an sso-session
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// print JSON, for programs
    #[argh(switch)]
    pub(crate) json: bool,
}

/// Ask AWS who the credentials are: account, ARN and user id.
///
/// The credentials come from the cache, else from AWS; the question is STS GetCallerIdentity, which
/// needs no permission.
#[derive(FromArgs, Debug)]
#[argh(subcommand, name = "whoami", help_triggers("-h", "--help"))]
pub(crate) struct Whoami {
    /// a profile
    #[argh(positional)]
    pub(crate) name: Option<String>,

    /// print JSON, for programs
    #[argh(switch)]
    pub(crate) json: bool,
}
