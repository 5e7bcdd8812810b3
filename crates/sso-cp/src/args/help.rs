//! The help, in 80 columns: of one command, of all by what they are for, and the short one for anyone who
//! types the bare name.

use super::manual::{self, Command, Flag, Values};
use crate::messages::text::wrapped;

/// Every terminal is as wide as this.
const WIDTH: usize = 80;
/// Where the meaning of a flag begins; a longer name has its meaning in the next line.
const INDENT: usize = 25;

/// The commands by what people want to do, in one line each. A test holds the list to the table. One text and not a table of many:
/// each text of a table costs every start of the program a relocation.
const TASKS: &str = "\
Set up
configure: a sign-in and a profile, by questions or flags
populate: a profile for each account and role of a sign-in
migrate: from legacy profiles to those of an sso-session
profiles: what is configured, and what would work now
doctor: find what does not work, and how to fix it
manual: install or print the manual page

Sign in and out
login: sign in, in the browser
logout: end the session, and remove what came from it
status: who is signed in, until when, and what is cached
list: the accounts and roles that a sign-in may use
whoami: ask AWS who the credentials are

Use credentials
exec: run a command with credentials
export: print credentials for a shell or a tool
serve: an endpoint on this machine that renews credentials
console: open the AWS console as a role
token: tokens for Kubernetes, databases, caches and registries
docker-credential: Docker's credential helper for ECR
scope: check a policy that credentials are scoped down to

In a shell
use: print the name of one profile, chosen or named
shell-init: a function that switches profiles
prompt: a short line for the shell's prompt
completions: complete commands, flags and names

Encrypt the sign-in
seal: encrypt what is kept of a session
unseal: keep it in plain files again
unlock: fetch the key for a while
lock: forget the key";

/// The flags of all commands, and those of the credential command.
const FLAGS: [(&str, &str); 7] = [
    ("--profile NAME", "what to act on: a profile"),
    ("--sso-session NAME", "or a session; with --account-id DIGITS and --role-name"),
    ("", "NAME it is a role without a profile"),
    ("--auto-login", "without a command: sign in if need be; --wait SECONDS"),
    ("--scope-policy FILE", "less than the role may do; --scope-duration, --agent"),
    ("--debug", "say on stderr what happens; never a token or a key"),
    ("-h, --help, --version", "this help, or that of a command; the version"),
];

/// What a script may go by.
const EXIT_CODES: &str =
    "\nExit codes: 2 flags, 3 configuration, 4 sign-in, 5 refused, 6 network, 7 files\n";

/// What a person needs first.
pub(crate) const SHORT: &str = "\
sso-cp gives every tool AWS credentials from IAM Identity Center

First steps:
  sso-cp configure              set up a sign-in and a profile, by questions
  sso-cp login                  sign in, in the browser
  sso-cp whoami NAME            who the credentials of a profile are
  sso-cp exec NAME -- COMMAND   run a command with them
  sso-cp status                 who is signed in, until when
  sso-cp doctor                 find what does not work, and how to fix it

Other tools ask by a line of their profile in ~/.aws/config:
  credential_process = sso-cp --profile NAME

All commands: sso-cp --help
";

/// The help of a command, of one of its kinds, or of the program.
pub(super) fn text(word: Option<&str>, kind: Option<&Command>) -> String {
    match (word.and_then(manual::command), kind) {
        (Some(command), Some(kind)) => of_command(kind, &format!("{} {}", command.word, kind.word)),
        (Some(command), None) => of_command(&command, command.word),
        (None, _) => of_program(),
    }
}

fn of_program() -> String {
    let mut text = String::from(
        "Usage: sso-cp COMMAND [NAME] [FLAGS]  NAME: a profile, or an sso-session\n\
         \x20      sso-cp --profile NAME          what other tools run, by a line such as\n\
         \x20                                     credential_process = sso-cp --profile dev\n\
         \nAWS credentials from IAM Identity Center, for everything that can run a program\n",
    );
    let is_known = |word: &str| manual::command(word).is_some();
    for block in TASKS.split("\n\n") {
        let (task, words) = block.split_once('\n').unwrap_or_default();
        let known = words.lines().filter_map(|line| line.split_once(": "));
        let known = known.filter(|(word, _)| is_known(word));
        let lines: String = known.map(|(word, about)| entry(word, about, INDENT)).collect();
        if !lines.is_empty() {
            text.push_str(&format!("\n{task}:\n{lines}"));
        }
    }
    text.push_str("\nFlags, before or after the command:\n");
    text.extend(FLAGS.iter().map(|(name, about)| entry(name, about, INDENT)));
    text.push_str(EXIT_CODES);
    text + "\nMore on each command: sso-cp COMMAND --help\n"
}

/// `name` is what is typed: `token eks`.
fn of_command(command: &Command, name: &str) -> String {
    let mut text = usage(command, name);
    let (first, rest) = match command.about.split_once(". ") {
        Some((first, rest)) => (format!("{first}."), rest),
        None => (command.about.to_owned(), ""),
    };
    text.push_str(&format!("\n{}", wrapped(&first, 0, 0, WIDTH)));
    if !rest.is_empty() {
        text.push_str(&format!("\n{}", wrapped(rest, 0, 0, WIDTH)));
    }
    text.push('\n');
    if let Some(operand) = command.operand.as_ref().filter(|_| !command.has_kinds()) {
        text.push_str(&entry(&operand.name.to_ascii_uppercase(), operand.about, INDENT));
    }
    text.extend(command.kinds().map(|kind| entry(kind.word, kind.summary(), INDENT)));
    if command.has_kinds() {
        text.push('\n');
    }
    text.extend(command.flags().map(|one| flag(&one)));
    text.push_str(&entry("-h, --help", "show this help", INDENT));
    text.push_str(notes(command.word));
    if name.starts_with("token") {
        text.push_str(SCOPE);
    }
    text + "\nAll commands also take --profile, --sso-session and others: see `sso-cp --help`\n"
}

/// `Usage: sso-cp login [NAME] [FLAGS]`
fn usage(command: &Command, name: &str) -> String {
    let mut line = format!("Usage: sso-cp {name}");
    let operand = command.operand.as_ref();
    let name = operand.map(|operand| (operand.name.to_ascii_uppercase(), operand.values));
    match &name {
        Some((_, Values::Program)) => line.push_str(" [NAME]"),
        Some((name, Values::OneOf(_))) => line.push_str(&format!(" {name}")),
        Some((name, _)) => line.push_str(&format!(" [{}]", name.replace(", ", "] ["))),
        None => {}
    }
    if command.flags().next().is_some() || command.has_kinds() {
        line.push_str(" [FLAGS]");
    }
    if let Some((_, Values::Program)) = name {
        line.push_str(" -- COMMAND ...");
    }
    line + "\n"
}

/// What all kinds of `token` take, which is declared with the flags of the credential command.
const SCOPE: &str = "\nScope its credentials down by --scope-policy FILE, --scope-duration SECONDS and\n\
                     --agent NAME: see `sso-cp exec --help`\n";

/// What a command's help has at its end.
fn notes(word: &str) -> &'static str {
    match word {
        "populate" => {
            "\nFields of a template: {account_id} {account_name} {account_email} {role_name}\n\
             {session}. Other characters than letters, digits and _.@/+:%- become dashes.\n\
             Where two roles would get one name, the account id, then the role name is\n\
             added to all of them.\n"
        }
        _ => "",
    }
}

fn flag(flag: &Flag) -> String {
    let name = match &flag.value {
        Some(value) => format!("{} {}", flag.name, value.name.to_ascii_uppercase()),
        None => flag.name.to_owned(),
    };
    entry(&name, flag.about, INDENT)
}

/// A name, and what it means beside it.
fn entry(name: &str, about: &str, indent: usize) -> String {
    let name = format!("  {name}");
    match name.len() + 1 < indent {
        true => format!("{name}{}", &wrapped(about, indent, indent, WIDTH)[name.len()..]),
        false => format!("{name}\n{}", wrapped(about, indent, indent, WIDTH)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_there_for_something() {
        let listed = TASKS.lines().filter_map(|line| Some(line.split_once(": ")?.0));
        let listed: Vec<&str> = listed.collect();
        for command in manual::commands() {
            let times = listed.iter().filter(|word| **word == command.word).count();
            assert_eq!(times, 1, "`{}` belongs to one task of help.rs", command.word);
        }
    }

    #[test]
    fn all_help_fits_a_terminal() {
        let kinds = |command: Command| {
            command.kinds().map(move |kind| text(Some(command.word), Some(&kind)))
        };
        let mut helps: Vec<String> =
            manual::commands().map(|command| text(Some(command.word), None)).collect();
        helps.extend(manual::commands().flat_map(kinds));
        assert!(SHORT.lines().count() < 24);
        let all = text(None, None);
        assert!(all.lines().count() <= 55, "one screen: {all}");
        helps.push(all);
        helps.push(SHORT.to_owned());
        for (_, about) in TASKS.lines().filter_map(|line| line.split_once(": ")) {
            assert!(about.len() + INDENT <= WIDTH, "one line: {about}");
        }
        for help in helps {
            let wide = help.lines().find(|line| line.chars().count() > WIDTH);
            assert_eq!(wide, None, "{help}");
        }
    }

    #[test]
    fn a_long_name_has_its_meaning_in_the_next_line() {
        let text = entry("--scope-duration SECONDS", "how long", 26);
        assert_eq!(text, "  --scope-duration SECONDS\n                          how long\n");
        assert_eq!(
            entry("--json", "print JSON", 26),
            format!("  --json{}print JSON\n", " ".repeat(18))
        );
    }
}
