//! Every command and every flag, once: what completions and the manual page are made of. A test holds
//! it to the definitions that the arguments are read by.

mod entry;
mod flags;
#[cfg(test)]
mod page;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use entry::{Command, Flag, Operand, Values};
use entry::{NAME, option, switch};
use flags::{AGENT, FORMATS, JSON, SCOPE_DURATION, SCOPE_POLICY};
pub(crate) use flags::{CREDENTIAL, HELP, SHARED, SHELLS};

/// Whether a flag takes no value, in whatever command. A name that is none of ours is no switch.
pub(crate) fn is_switch(name: &str) -> bool {
    name == "--help" || flag(name).is_some_and(|flag| flag.value.is_none())
}

/// What all `--profile` of `serve` but the first are read as. Nobody types it.
pub(crate) const ALSO_PROFILE: &str = "--also-profile";

/// Whether a flag takes a value, in whatever command.
pub(crate) fn takes_value(name: &str) -> bool {
    name == ALSO_PROFILE || flag(name).is_some_and(|flag| flag.value.is_some())
}

/// Whether a flag is one of all commands that takes a value: those that select something.
pub(crate) fn is_shared_option(name: &str) -> bool {
    SHARED.iter().any(|flag| flag.name == name && flag.value.is_some())
}

fn flag(name: &str) -> Option<&'static Flag> {
    SHARED.iter().chain(CREDENTIAL).chain(own_flags()).find(|flag| flag.name == name)
}

/// The flags of all commands, and of their kinds.
pub(crate) fn own_flags() -> impl Iterator<Item = &'static Flag> {
    let kinds = COMMANDS.iter().flat_map(Command::kinds);
    COMMANDS.iter().chain(kinds).flat_map(|command| command.flags)
}

/// What a command is about that needs a role, by its name.
const PROFILE: Operand = Operand { name: "name", about: "a profile", values: Values::Profiles };

/// The commands that have a word, in the order of their words.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        word: "completions",
        about: "Print the completions of a shell for sso-cp: bash, zsh, fish or powershell. bash: eval \"$(sso-cp completions bash)\" in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: sso-cp completions fish | source, in config.fish. PowerShell: sso-cp completions powershell | Out-String | Invoke-Expression, in $PROFILE.",
        flags: &[],
        operand: Some(Operand {
            name: "shell",
            about: "bash, zsh, fish or powershell",
            values: Values::OneOf(SHELLS),
        }),
    },
    Command {
        word: "configure",
        about: "Configure a session and a profile. On a terminal it asks for what the flags do not say, signs in and lists the accounts and roles to choose from. Without one it needs --sso-session, --account-id and --role-name, and for a new session --start-url and --sso-region. The profile is --profile, without it ROLE-ACCOUNT.",
        flags: &[
            option(
                "--start-url",
                "url",
                Values::Any,
                "the address of the access portal: https://example.awsapps.com/start",
            ),
            option("--sso-region", "name", Values::Any, "the region of IAM Identity Center"),
            option(
                "--scopes",
                "list",
                Values::Any,
                "what the sign-in is good for, separated by commas; without it sso:account:access",
            ),
            option(
                "--region",
                "name",
                Values::Any,
                "the region for the tools that use the profile",
            ),
            switch("--no-browser", "open no browser to sign in, only print the address"),
            switch(
                "--use-device-code",
                "sign in by a code that is typed in any browser, on any device",
            ),
            switch("--no-login", "only write: do not sign in, and ask nothing of AWS"),
        ],
        operand: None,
    },
    Command {
        word: "console",
        about: "Open the AWS console as the selected role, at a service's page. sso-cp console dev s3: what is a profile counts as a profile first. Opens the access portal's shortcut link in the browser, which signs you in there if need be. The link holds no secret. Where there is no browser, the link is printed.",
        flags: &[
            option(
                "--destination",
                "url",
                Values::Any,
                "another page of the console to open, such as https://console.aws.amazon.com/s3/home",
            ),
            switch("--print", "print the link instead of opening it"),
        ],
        operand: Some(Operand {
            name: "profile, service",
            about: "a profile, a service (s3, ec2, iam, ...), or both",
            values: Values::ProfilesAndServices,
        }),
    },
    Command {
        word: "docker-credential",
        about: "Docker's credential helper for image registries in ECR; also by the name docker-credential-sso-cp. get reads a registry's host on stdin and prints its user and password. The profile is the one of the registry's account; of several, the one with sso_cp_registry = true; of none, AWS_PROFILE. store and erase change nothing, list is empty.",
        flags: &[],
        operand: Some(Operand {
            name: "action",
            about: "get, store, erase, list or version",
            values: Values::OneOf(&["get", "store", "erase", "list", "version"]),
        }),
    },
    Command {
        word: "doctor",
        about: "Find what is wrong, and say the command that mends it. Without a selection, in everything that is configured. Exit code 0 only if it would work, else that of the first failure. AWS is asked whether it can be reached, without any token.",
        flags: &[JSON],
        operand: Some(NAME),
    },
    Command {
        word: "exec",
        about: "Run a command with credentials in its environment. sso-cp exec dev -- COMMAND ...: the command gets the credentials, their expiry and the profile's region in the variables that every AWS tool reads, takes our place and ends with its own status. What would win over them (AWS_PROFILE and others) is removed. They do not renew; with --serve they do, for as long as the command runs. With --agent they are scoped down too.",
        flags: &[
            switch(
                "--serve",
                "hand out credentials at an endpoint on 127.0.0.1 and renew them there; the command sees that one role and no other profile",
            ),
            SCOPE_POLICY,
            SCOPE_DURATION,
            option(
                "--agent",
                "name",
                Values::Any,
                "a coding agent runs the command (its name may be left out): as --serve, by the profile's rule for agents",
            ),
        ],
        operand: Some(Operand {
            name: "command",
            about: "after `--`: the command and its arguments",
            values: Values::Program,
        }),
    },
    Command {
        word: "export",
        about: "Print credentials for a shell or a tool. eval \"$(sso-cp export dev --format env)\" puts them into sh, bash and zsh. They are good for an hour or so and do not renew; `sso-cp exec --serve` does.",
        flags: &[
            option(
                "--format",
                "name",
                Values::OneOf(FORMATS),
                "process (JSON, if nothing else is named; also json), sts ({\"Credentials\": ...}), env (bash, zsh), env-no-export (dotenv), fish, powershell (pwsh), windows-cmd, or ini (a section of a credentials file)",
            ),
            switch(
                "--unset",
                "print what takes the variables of a shell back, without any credentials",
            ),
            switch(
                "--write",
                "with `--format ini`: put the section into the credentials file instead of printing it",
            ),
            option(
                "--section",
                "name",
                Values::Any,
                "with `--format ini`: the section's name, if not the profile's",
            ),
            SCOPE_POLICY,
            SCOPE_DURATION,
            AGENT,
        ],
        operand: Some(PROFILE),
    },
    Command {
        word: "list",
        about: "List the accounts and roles that a sign-in may use. AWS is asked, at most 20 times a second. Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session that there is.",
        flags: &[JSON],
        operand: Some(NAME),
    },
    store::LOCK,
    Command {
        word: "login",
        about: "Sign in to the session of a profile, or to an sso-session. Opens the access portal in the browser and keeps the token where the AWS CLI and the SDKs find it too. If you are signed in already, it says until when. Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session that there is.",
        flags: &[
            switch(
                "--use-device-code",
                "sign in by a code that is typed in any browser, on any device",
            ),
            switch("--no-browser", "open no browser, only print the address"),
            switch("--force", "sign in anew: the old session is ended first"),
            switch("--new-key", "make a new key for the sealed store, where the old one is lost"),
            option(
                "--redirect-port",
                "port",
                Values::Any,
                "the port of 127.0.0.1 that the browser comes back to, for forwarded ports; without it, any",
            ),
        ],
        operand: Some(NAME),
    },
    Command {
        word: "logout",
        about: "Sign out of the session of a profile, or of an sso-session. Ends the session at AWS and deletes its token and the role credentials that came from it, nothing else. Which session: NAME, --profile or --sso-session, else AWS_PROFILE, AWS_DEFAULT_PROFILE, the profile `default`, or the only session that there is.",
        flags: &[switch("--all", "sign out of every session of the config file")],
        operand: Some(NAME),
    },
    Command {
        word: "migrate",
        about: "Turn legacy profiles into profiles of an sso-session. Profiles with a start URL of their own, and those of aws-sso-util and granted, get an [sso-session], one for each start URL and region. The file as it was is kept beside the new one.",
        flags: &[switch("--dry-run", "only show what would change")],
        operand: None,
    },
    Command {
        word: "populate",
        about: "Write a profile for every account and role of an sso-session. The profiles stand in a block of the config file between two comment lines, which is rewritten as a whole each time; everything outside of it stays as it is. Profiles whose access is gone are removed after a complete listing. What is chosen by flags is kept for the next runs.",
        flags: &[
            option(
                "--name-template",
                "text",
                Values::Any,
                "how profiles are named; without it {account_name}.{role_name}",
            ),
            option(
                "--region",
                "name",
                Values::Any,
                "the region for the tools that use the profiles",
            ),
            option(
                "--region-for",
                "account=region",
                Values::Any,
                "the region of one account, by its id or name; may be repeated",
            ),
            option(
                "--account",
                "text",
                Values::Any,
                "this account alone, by its id or name; * and ? stand for anything; may be repeated",
            ),
            option("--exclude-account", "text", Values::Any, "not this account; may be repeated"),
            option("--role", "text", Values::Any, "this role alone; may be repeated"),
            option("--exclude-role", "text", Values::Any, "not this role; may be repeated"),
            switch("--lower-case", "names in small letters"),
            switch(
                "--portable",
                "sso-cp without its path in credential_process, for a home that containers or other machines share",
            ),
            switch("--reset", "forget what earlier runs have chosen"),
            switch(
                "--native",
                "write the standard keys, which tools with an SSO provider of their own read, and no credential_process",
            ),
            switch("--dry-run", "only show what would change"),
            switch("--yes", "remove all profiles of the block where AWS lists nothing"),
        ],
        operand: Some(NAME),
    },
    Command {
        word: "profiles",
        about: "Show the profiles that are configured: account, role, session, and whether each would work now. Only files are looked at, never the network. TEXT shows those alone that have it in their name, account, role or session.",
        flags: &[
            switch("--names", "print the names of all profiles alone, in the order of the files"),
            JSON,
        ],
        operand: Some(Operand {
            name: "text",
            about: "a part of the name, account, role or session",
            values: Values::Any,
        }),
    },
    Command {
        word: "prompt",
        about: "Print one short line for a shell's prompt: the profile, and how long it still works. Nothing where no profile is chosen, by --profile, AWS_PROFILE, AWS_DEFAULT_PROFILE or SSO_CP_PROFILE. Only files are looked at, never the network. `sso_cp_prompt = red` in a profile is its colour.",
        flags: &[
            option(
                "--format",
                "text",
                Values::Any,
                "the line, with any of {profile} {account} {role} {session} {region} {left} {color} {on} {off}",
            ),
            option(
                "--for",
                "shell",
                Values::OneOf(&["bash", "zsh", "fish", "tmux", "ansi"]),
                "how colours are written: bash, zsh, fish, tmux or ansi; without it there are none",
            ),
        ],
        operand: None,
    },
    Command {
        word: "scope",
        about: "Check a policy that credentials are to be scoped down to, or print one to start from. sso-cp scope check FILE: IAM's grammar, the size without blanks, the characters, and whether any role may be assumed from there. sso-cp scope examples: the examples, or with a name one of them. AWS is not asked.",
        flags: &[switch("--print", "print the policy without blanks, as it is sent")],
        operand: Some(Operand {
            name: "action",
            about: "check with a file, or examples with a name or without",
            values: Values::OneOf(&["check", "examples"]),
        }),
    },
    store::SEAL,
    Command {
        word: "serve",
        about: "Serve credentials at an endpoint on 127.0.0.1, and renew them. Prints the variables by which AWS SDKs find it, then serves until Ctrl-C or SIGTERM. --profile may stand several times: each role has a path and a token of its own, and whoever has the token gets the credentials of that role, and of no other.",
        flags: &[
            option("--port", "port", Values::Any, "the port of 127.0.0.1; without it, any"),
            option(
                "--token-file",
                "file",
                Values::File,
                "keep the token in this file, 0600, for as long as the endpoint serves, and print the file's name instead of the token",
            ),
            option(
                "--unix-socket",
                "path",
                Values::File,
                "answer at a Unix socket too, 0600, for containers",
            ),
            SCOPE_POLICY,
            SCOPE_DURATION,
            AGENT,
        ],
        operand: Some(PROFILE),
    },
    Command {
        word: "shell-init",
        about: "Print code for a shell that switches its AWS profile: bash, zsh, fish or powershell. bash: eval \"$(sso-cp shell-init bash)\" in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: sso-cp shell-init fish | source, in config.fish. PowerShell: sso-cp shell-init powershell | Out-String | Invoke-Expression, in $PROFILE. Then: awsp dev, awsp (to choose), awsp - (back), awsp --off.",
        flags: &[option(
            "--name",
            "name",
            Values::Any,
            "the name of the function; without it awsp",
        )],
        operand: Some(Operand {
            name: "shell",
            about: "bash, zsh, fish or powershell",
            values: Values::OneOf(SHELLS),
        }),
    },
    Command {
        word: "status",
        about: "Show who is signed in to what, until when, and whose credentials are cached. Without a name, --profile or --sso-session, every session that is configured, with exit code 0. With one of them that session alone, with exit code 0 if it can be used without a browser, else 4. Only files are looked at, never the network.",
        flags: &[JSON],
        operand: Some(NAME),
    },
    Command {
        word: "token",
        about: "Print a token for what is not an AWS API: Kubernetes, databases, caches, Kafka, registries. A database or a cluster takes it in place of a password. Most kinds need no network where the role's credentials are cached. Each kind has flags of its own: sso-cp token eks --help.",
        flags: &[],
        operand: Some(Operand {
            name: "kind",
            about: "eks, rds, dsql, elasticache, memorydb, msk, ecr or codeartifact",
            values: Values::Kinds(token::KINDS),
        }),
    },
    store::UNLOCK,
    store::UNSEAL,
    Command {
        word: "use",
        about: "Print the name of one profile: the one that is named, the one before, or one that you choose. Without a name you choose from a list on the terminal: type to narrow it, Enter takes one, Esc leaves. `-` is the profile before this one. --sso-session, --account-id and --role-name leave only the profiles that have them. `sso-cp shell-init` makes a shell switch to the profile.",
        flags: &[],
        operand: Some(Operand {
            name: "name",
            about: "a profile, or - for the one before",
            values: Values::Profiles,
        }),
    },
    Command {
        word: "whoami",
        about: "Ask AWS who the credentials are: account, ARN and user id. The credentials come from the cache, else from AWS; the question is STS GetCallerIdentity, which needs no permission.",
        flags: &[JSON],
        operand: Some(PROFILE),
    },
];
