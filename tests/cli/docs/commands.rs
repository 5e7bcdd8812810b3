//! A page for each command with its help as it is, and no flag anywhere that does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::markdown::{Page, pages, root};
use crate::harness::{Ended, World, tests};

tests! {
    quick "contract docs" => every_command_has_its_page,
    quick "contract docs" => no_page_has_a_flag_that_does_not_exist,
}

/// The page of the command that has no word.
const CREDENTIAL_PAGE: &str = "credential-process";
/// What every page has, so that a reader of one knows where to look on the next.
const HEADINGS: [&str; 4] = ["## Flags", "## Examples", "## Exit codes", "## See also"];
/// Flags that are listed with those of all commands, and are the credential command's alone.
const CREDENTIAL_FLAGS: [&str; 2] = ["--auto-login", "--wait"];

/// `UPDATE_DOCS=1 cargo test --package sso-cp --test cli docs` writes the help anew.
fn every_command_has_its_page() {
    let folder = root().join("docs/commands");
    let mut expected = BTreeSet::new();
    for (word, help) in helps() {
        let name =
            if word.is_empty() { CREDENTIAL_PAGE.to_owned() } else { word.replace(' ', "-") };
        let path = folder.join(name).with_extension("md");
        expected.insert(path.clone());
        let mut page = Page::read(path);
        let command = format!("$ {} --help", format!("sso-cp {word}").trim_end());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            page.text = with_help(&page.text, &command, &help);
            fs::write(&page.path, &page.text).unwrap();
        }
        let shown = page.path.display();
        let is_shown = page.text.contains(&block(&command, &help));
        assert!(is_shown, "{shown} has an old help: UPDATE_DOCS=1 cargo test --test cli docs");
        for heading in HEADINGS {
            assert!(page.prose().any(|line| line == heading), "{shown} has no `{heading}`");
        }
    }
    let there: BTreeSet<_> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(there, expected, "docs/commands has pages of other commands");
}

fn no_page_has_a_flag_that_does_not_exist() {
    let helps = helps();
    let flags: BTreeMap<&str, BTreeSet<&str>> =
        helps.iter().map(|(word, help)| (word.as_str(), flags_of(help))).collect();
    let (mut count, mut wrong) = (0, Vec::new());
    for page in pages() {
        for (command, flag) in page.code().into_iter().flat_map(|code| used_flags(code, &flags)) {
            count += 1;
            let of_all = flags[""].contains(flag)
                && (command.is_empty() || !CREDENTIAL_FLAGS.contains(&flag));
            if !of_all && !flags[command].contains(flag) {
                wrong.push(format!("{}: sso-cp {command} {flag}", page.path.display()));
            }
        }
    }
    assert!(count > 100, "only {count} flags were found in the pages");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each command's word, and its help; the credential command's is empty. A command's kinds have two words.
fn helps() -> BTreeMap<String, String> {
    let world = World::bare(fake_identity_center::Setup::default());
    let help = |word: &str| {
        let words: Vec<&str> = word.split_whitespace().chain(["--help"]).collect();
        let ran = world.run(&words);
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        ran.stdout()
    };
    let top = help("");
    let words = listed(&top).into_iter();
    let mut helps: BTreeMap<String, String> =
        words.map(|word| (word.to_owned(), help(word))).collect();
    let kinds: Vec<String> = helps
        .iter()
        .flat_map(|(word, help)| listed(help).into_iter().map(move |kind| format!("{word} {kind}")))
        .collect();
    helps.extend(kinds.into_iter().map(|kind| {
        let help = help(&kind);
        (kind, help)
    }));
    assert!(helps.len() > 10, "{top}");
    helps.insert(String::new(), top);
    helps
}

/// The words in the list of a help.
fn listed(help: &str) -> Vec<&str> {
    let is_word = |line: &&str| {
        let entry = line.strip_prefix("  ");
        entry.is_some_and(|entry| entry.starts_with(|letter: char| letter.is_ascii_lowercase()))
    };
    help.lines().filter(is_word).map(|line| line.split_whitespace().next().unwrap()).collect()
}

/// The help as a page shows it; lines without anything but blanks would not survive an editor.
fn block(command: &str, help: &str) -> String {
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    format!("```text\n{command}\n{}\n```\n", lines.join("\n").trim_end())
}

fn with_help(page: &str, command: &str, help: &str) -> String {
    let (before, rest) = page
        .split_once(&format!("```text\n{command}\n"))
        .unwrap_or_else(|| panic!("no block begins with `{command}`"));
    let (_, after) = rest.split_once("```\n").unwrap();
    format!("{before}{}{after}", block(command, help))
}

/// The flags that a help lists.
fn flags_of(help: &str) -> BTreeSet<&str> {
    let options = help.lines().filter(|line| line.starts_with("  -"));
    let words =
        options.flat_map(str::split_whitespace).map(|word| word.trim_end_matches([',', ';']));
    words.filter(|word| word.starts_with("--")).collect()
}

/// The flags of our commands in a piece of code, each with its command.
fn used_flags<'a>(
    code: &'a str,
    commands: &BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> Vec<(&'a str, &'a str)> {
    let mut used = Vec::new();
    for (at, name) in code.match_indices("sso-cp ") {
        // `cargo test --package sso-cp --test cli` is not a call of it.
        let before = code[..at].split_whitespace().last().unwrap_or_default();
        if before.starts_with('-') && before != "--" {
            continue;
        }
        let call = &code[at + name.len()..];
        // What follows is another program's, a comment, or the shell's.
        let ours = call.split([')', '|', '#', ';', '`', '"', '\'', '>', '&']).next().unwrap();
        let ours = ours.split(" -- ").next().unwrap();
        let words =
            ours.split_whitespace().map(|word| word.trim_matches(['[', ']', ',', ':', '.']));
        let words: Vec<&str> = words.collect();
        let at = words.iter().position(|word| commands.contains_key(word));
        let command = at.map_or("", |at| {
            let kind = words.get(at + 1).map(|kind| format!("{} {kind}", words[at]));
            let known = kind.and_then(|kind| commands.get_key_value(kind.as_str()));
            known.or(commands.get_key_value(words[at])).map_or("", |(word, _)| word)
        });
        let flags = words.iter().filter(|word| word.starts_with("--") && word.len() > 2);
        used.extend(flags.map(|flag| (command, flag.split('=').next().unwrap())));
    }
    used
}
