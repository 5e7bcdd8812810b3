//! The table is what the arguments are read by.

use argh::FromArgs;

use super::entry::COMMANDS;
use super::flags::{CREDENTIAL, SHARED};
use super::{Flag, Values, commands, credential, shared};
use crate::args;

/// The help of a command, or of the program, as argh has it.
fn help(word: &str) -> String {
    let words: Vec<&str> = word.split_whitespace().chain(["--help"]).collect();
    match args::TopLevel::from_args(&["sso-cp"], &words) {
        Err(argh::EarlyExit { output, status: Ok(()) }) => output,
        other => panic!("{word}: {other:?}"),
    }
}

/// The flags as argh's help has them: name, value, what it means.
fn flags_of(help: &str) -> Vec<(String, Option<String>, String)> {
    let usage = help.lines().next().unwrap();
    let value = |flag: &str| {
        let after = usage.split(&format!("{flag} <")).nth(1)?;
        // argh shows so what may be repeated.
        after.split('>').next().map(|value| value.trim_end_matches("...").to_owned())
    };
    let options = help.split("\nOptions:\n").nth(1).unwrap_or_default();
    let options = options.split("\n\n").next().unwrap();
    let mut flags: Vec<(String, Option<String>, String)> = Vec::new();
    for line in options.lines() {
        match line.trim_start().split_once(' ').filter(|_| line.starts_with("  -")) {
            Some((name, about)) => {
                flags.push((name.to_owned(), value(name), about.trim().to_owned()));
            }
            None => {
                let about = &mut flags.last_mut().unwrap().2;
                about.push_str(&format!(" {}", line.trim()));
            }
        }
    }
    flags.retain(|(name, _, _)| name != "-h,");
    flags
}

#[track_caller]
fn held(word: &str, flags: impl Iterator<Item = Flag>) {
    let table: Vec<_> = flags
        .map(|flag| {
            let value = flag.value.as_ref().map(|value| value.name.to_owned());
            (flag.name.to_owned(), value, flag.about.to_owned())
        })
        .collect();
    assert_eq!(
        table,
        flags_of(&help(word)),
        "commands.txt differs from the flags of `sso-cp {word}`"
    );
}

#[test]
fn every_flag_is_in_the_table_and_in_the_arguments() {
    held("", shared().chain(credential()));
    for command in commands() {
        held(command.word, command.flags());
        let kinds: Vec<&str> = command.kinds().map(|kind| kind.word).collect();
        if !kinds.is_empty() {
            let Some(Values::OneOf(words)) = command.operand.map(|operand| operand.values) else {
                panic!("{} has kinds and takes no word", command.word);
            };
            assert_eq!(words, kinds.join("|"), "the kinds of {}", command.word);
        }
        for kind in command.kinds() {
            held(&format!("{} {}", command.word, kind.word), kind.flags());
        }
    }
}

/// What it does, as argh's help of it has it.
fn about_of(help: &str) -> String {
    let about = help.split("\n\n").nth(1).unwrap();
    about.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text of the table with the descriptions that the arguments have.
fn described(text: &str) -> String {
    let (mut help_text, mut described) = (help(""), String::new());
    for line in text.lines() {
        let head = line.trim_start();
        let (name, rest) = head.split_once(' ').unwrap_or((head, ""));
        if name.starts_with("--") {
            let value = rest.starts_with('<').then(|| rest.split_inclusive('>').next()).flatten();
            let flag = flags_of(&help_text).into_iter().find(|(flag, _, _)| flag == name);
            let about = flag.map_or(String::new(), |(_, _, about)| about);
            described.push_str(&line[..line.len() - head.len()]);
            described
                .push_str(&[name, value.unwrap_or_default(), &about].join(" ").replace("  ", " "));
        } else if line.starts_with(' ') {
            described.push_str(&format!("  {}", about_of(&help_text)));
        } else {
            if !line.is_empty() {
                help_text = help(line.split(" <").next().unwrap());
            }
            described.push_str(line);
        }
        described.push('\n');
    }
    described
}

/// They are written once, at the arguments. `UPDATE_HELP=1 cargo test -p sso-cp every_description` copies them into the text
/// that is in the program, which has no tables of argh's.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that rewrites what it compares with")]
fn every_description_is_that_of_the_arguments() {
    let texts = [("commands", COMMANDS), ("shared", SHARED), ("credential", CREDENTIAL)];
    for (name, text) in texts {
        let described = described(text);
        if std::env::var_os("UPDATE_HELP").is_some() {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/args/manual");
            std::fs::write(format!("{folder}/{name}.txt"), &described).unwrap();
        } else {
            assert!(
                described == text,
                "{name}.txt is old: UPDATE_HELP=1 cargo test -p sso-cp every_description"
            );
        }
    }
}

#[test]
fn every_command_is_in_the_table_and_in_the_arguments() {
    let table: Vec<&str> = commands().map(|command| command.word).collect();
    let whole = help("");
    let defined = whole.split("\nCommands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let defined = defined.lines().filter_map(|line| line.strip_prefix("  "));
    let defined: Vec<&str> = defined
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(table, defined, "commands.txt has other commands than args.rs");
}

/// `UPDATE_MAN=1 cargo test -p sso-cp manual_page` writes it anew.
#[test]
#[expect(clippy::disallowed_methods, reason = "a test that rewrites what it compares with")]
fn the_manual_page_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sso-cp.1");
    let page = super::page::roff();
    if std::env::var_os("UPDATE_MAN").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "docs/sso-cp.1 is old: UPDATE_MAN=1 cargo test -p sso-cp manual_page");
}
