//! The commands in a hint, and what stands for the words in capitals that a person fills in.

use crate::harness::World;

/// What a line begins with that is for a shell.
const PROGRAMS: [&str; 13] = [
    "sso-cp", "awsp", "aws", "chmod", "command", "date", "echo", "export", "keyctl", "ls", "mv",
    "openssl", "unset",
];

/// A policy that can be used.
pub(super) const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;

/// The texts in backticks that can be typed.
pub(super) fn commands(hint: &str) -> Vec<String> {
    let is_command = |text: &&str| {
        let first = text.split(' ').next().unwrap_or_default();
        PROGRAMS.contains(&first) && (text.contains(' ') || first == "sso-cp")
    };
    hint.split('`').skip(1).step_by(2).filter(is_command).map(str::to_owned).collect()
}

/// How a line is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Typing {
    /// As it is.
    Plain,
    /// It asks a person, who presses a key.
    Terminal { question: &'static str, key: &'static str },
    /// Another program's, which may not be here: it is only read.
    Syntax,
}

pub(super) fn typing(line: &str) -> Typing {
    const CONTROL_C: &str = "\u{3}";
    let ends = |question| Typing::Terminal { question, key: CONTROL_C };
    let words: Vec<&str> = line.split(' ').collect();
    let is_complete =
        ["--account-id", "--role-name", "--sso-session"].iter().all(|flag| words.contains(flag));
    match words[..] {
        _ if line.contains("--help") => Typing::Plain,
        ["sso-cp", "configure", ..] if !is_complete => ends("]: "),
        ["sso-cp", "unlock" | "seal", ..] => ends("passphrase"),
        ["sso-cp", "login", ..] if line.contains("--new-key") => ends("passphrase"),
        ["sso-cp", "doctor", "--fix"] => ends("[y/N]"),
        ["sso-cp", "use"] => ends(" of "),
        ["timeout", ..] => Typing::Plain,
        ["sso-cp" | "ls" | "date" | "unset" | "echo" | "export" | "command" | "chmod", ..] => {
            Typing::Plain
        }
        _ => Typing::Syntax,
    }
}

/// Such a line tells by its failure: nothing is there, a program of the person is missing, or something is wrong.
pub(super) fn may_fail(line: &str) -> bool {
    ["command -v ", "ls ", "sso-cp doctor"].iter().any(|start| line.starts_with(start))
}

/// The line as it is typed here: values in place of capitals, and no browser.
pub(super) fn filled(command: &str, world: &World) -> String {
    let names = |words: &[&str]| world.run(words).stdout();
    let profile = names(&["profiles", "--names"]).lines().next().unwrap_or("dev").to_owned();
    let policy = world.home("policy.json").to_string_lossy().into_owned();
    let _ = std::fs::write(&policy, POLICY);
    let mut filled: Vec<String> = Vec::new();
    for word in command.split(' ') {
        let before = filled.last().map_or("", String::as_str);
        let value = match (before, word) {
            (_, "COMMAND") => "true",
            (
                "--profile" | "use" | "login" | "awsp" | "console",
                "NAME" | "NEAR" | "VALUE" | "PROFILE",
            ) => &profile,
            ("--sso-session", "NAME" | "VALUE") => "corp",
            ("--account-id", "ID" | "VALUE") => "111122223333",
            ("--role-name", "NAME" | "VALUE" | "R") => "ReadOnly",
            ("--start-url", "VALUE" | "URL") => "https://example.awsapps.com/start",
            ("--sso-region", "VALUE" | "REGION") => "us-east-1",
            ("--cluster", "NAME") => "c",
            ("--section", "NAME") => "x",
            ("examples", "NAME") => "read-only",
            ("--scope-policy" | "check", "FILE") => &policy,
            ("--destination", "URL") => "https://console.aws.amazon.com/s3/home",
            ("--command", "PROGRAM") => "true",
            (_, "SECONDS") => "60",
            (_, "SERVICE") => "s3",
            (_, "HOST") => "db.example.com",
            (_, "PORT") => "5432",
            (_, "USER") => "u",
            (_, "FILE" | "FOLDER" | "PART" | "PROGRAM") => &policy,
            (_, word) if word.contains('|') && word.split('|').count() > 2 => {
                word.split('|').next().unwrap_or(word)
            }
            (_, word) => word,
        };
        filled.push(value.to_owned());
    }
    let line = filled.join(" ");
    let is_of =
        |word: &str| line.starts_with(&format!("sso-cp {word}")) && !line.contains("--help");
    let more = match () {
        _ if (is_of("login") || is_of("configure")) && !line.contains("--use-device-code") => {
            " --use-device-code"
        }
        _ if is_of("console") => " --print",
        // It serves until it is stopped.
        _ if is_of("serve") => return format!("timeout 1 {line}"),
        _ => "",
    };
    line + more
}

/// The variables before the program, and the line from the program on.
pub(super) fn apart(line: &str) -> (&str, &str) {
    match line.find(" sso-cp").filter(|_| !line.starts_with("sso-cp")) {
        Some(at) => (&line[..at], &line[at + 1..]),
        None => ("", line),
    }
}

/// The person chose no profile, which a picker asks for at a terminal, or typed the name that is not there.
pub(super) fn is_own_slip(line: &str, said: &str) -> bool {
    let chooses = ["--profile", "--sso-session", " dev"].iter().any(|part| line.contains(part));
    let names = |part: &str| said.split(part).nth(1).and_then(|rest| rest.split(['`', ']']).next());
    let missing = names("there is no profile `").or(names("there is no [sso-session "));
    missing.is_some_and(|name| match name {
        "default" => !chooses,
        name => line.contains(name.split('\\').next().unwrap_or(name)),
    })
}

/// Its failures are its own: a sign-in that a case makes fail fails for reasons that another one does not mend.
pub(super) fn is_about_signing_in(line: &str) -> bool {
    line.contains("sso-cp login")
        || line.contains("sso-cp logout")
        || line.contains("sso-cp auto-login")
}

pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
