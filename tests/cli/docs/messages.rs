//! Every message that a failing run can end with has its entry in `docs/troubleshooting.md`.
//!
//! The messages are read off the sources: `messages/failure.rs` and its folder hold nothing else, the facts are what the crates' types say of themselves (`Display`, and `sentence` where the host knows a
//! word better), and the program's other usage errors and warnings are the arguments of two functions. A message is found where a line of a block on the page
//! has its fixed parts in their order; what is filled in may be called anything there.

use std::fs;
use std::path::{Path, PathBuf};

use super::literals::{Wanted, literals};
use super::markdown::{Page, root};
use crate::harness::tests;

tests! {
    quick "contract docs" => every_failure_has_its_entry,
    quick "contract docs" => every_fact_of_a_crate_has_its_entry,
    quick "contract docs" => every_usage_error_and_warning_has_its_entry,
    quick "contract docs" => a_message_is_found_by_its_fixed_parts,
}

/// What the sources only look for in the texts of others.
const FOREIGN: [&str; 2] = [" (os error", "Error parsing option "];

/// Types of the crates whose words only end another sentence, and which the page shows there as REASON or the like.
const REASONS: [&str; 13] = [
    "BadReply ",
    "ChildProblem ",
    "Fault ",
    "Flaw ",
    "ForeignSection ",
    "KeyTextProblem ",
    "LinkDoubt ",
    "PasteProblem ",
    "Phase ",
    "Problem ",
    "StartUrlProblem ",
    "Unusable ",
    "UrlProblem ",
];

/// The functions that make messages elsewhere.
const SAYING: [&str; 2] = ["usage", "warn"];

fn every_failure_has_its_entry() {
    let program = root().join("crates/sso-cp/src");
    let mut sources = vec![program.join("messages/failure.rs")];
    sources.extend(sources_below(&program.join("messages/failure")));
    held(&sources, Wanted::All);
}

fn every_fact_of_a_crate_has_its_entry() {
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let libraries = crates.filter(|path| !path.ends_with("sso-cp"));
    let sources: Vec<PathBuf> =
        libraries.flat_map(|path| sources_below(&path.join("src"))).collect();
    held_by(&sources, |source| literals(&displays(source), Wanted::All));
}

/// The parts of a source that say what a value is.
fn displays(source: &str) -> String {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let (mut found, mut is_wanted) = (String::new(), false);
    for line in source.lines() {
        is_wanted |= line
            .strip_prefix("impl fmt::Display for ")
            .is_some_and(|rest| !REASONS.iter().any(|reason| rest.starts_with(reason)));
        is_wanted |= line.contains("fn sentence(");
        if is_wanted {
            found.push_str(line);
            found.push('\n');
        }
        is_wanted &= line != "}";
    }
    found
}

fn every_usage_error_and_warning_has_its_entry() {
    held(&sources_below(&root().join("crates/sso-cp/src")), Wanted::ArgumentsOf(&SAYING));
}

/// The test tests itself: what it cannot see, it would not miss.
fn a_message_is_found_by_its_fixed_parts() {
    let source = "// \"no\"\n#[x(reason = \"not me\")] f('\"', usage(format!(\"there is \\\n   no {it}\"), g(\"so {{x}}\")), \"else\")";
    assert_eq!(literals(source, Wanted::All), ["there is no {it}", "so {{x}}", "else"]);
    let arguments = literals(source, Wanted::ArgumentsOf(&SAYING));
    assert_eq!(arguments, ["there is no {it}", "so {{x}}"]);
    assert_eq!(fixed_parts("a {b} c {{d}} {}{e:.1}f"), ["a ", " c {d} ", "f"]);
    assert!(is_in("hint: there is no FILE here", &fixed_parts("there is no {file}")));
    assert!(!is_in("there is FILE, no", &fixed_parts("there is no {file}")));
    assert!(is_message("there is no {it}") && !is_message("--profile") && !is_message("{a} {b}"));
}

/// That every message of the sources is on the page.
fn held(sources: &[PathBuf], wanted: Wanted<'_>) {
    held_by(sources, |source| literals(source, wanted));
}

fn held_by(sources: &[PathBuf], found: impl Fn(&str) -> Vec<String>) {
    let page = Page::read(root().join("docs/troubleshooting.md"));
    let entries = page.block_lines();
    let mut missing = Vec::new();
    let mut count = 0;
    for path in sources {
        let source = fs::read_to_string(path).unwrap();
        for message in found(&source).iter().filter(|text| is_message(text)) {
            count += 1;
            let parts = fixed_parts(message);
            if !entries.iter().any(|line| is_in(line, &parts)) {
                missing.push(format!("{}: {message}", path.display()));
            }
        }
    }
    assert!(count > 10, "only {count} messages were found in the sources");
    let list = missing.join("\n");
    assert!(missing.is_empty(), "no block of docs/troubleshooting.md has these:\n{list}");
}

/// Whether a text is words, or a part of a sentence at least: names of flags and codes are not.
fn is_message(text: &str) -> bool {
    const LETTERS: usize = 4;
    let has_letters = |part: &String| part.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS;
    let is_sentence = text.trim().contains(' ') && !text.contains('\n') && !FOREIGN.contains(&text);
    is_sentence && fixed_parts(text).iter().any(has_letters)
}

/// A format string without what is filled in.
fn fixed_parts(format: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = format.chars().peekable();
    while let Some(character) = characters.next() {
        let is_doubled = characters.peek() == Some(&character);
        match character {
            '{' | '}' if is_doubled => {
                characters.next();
                parts.last_mut().unwrap().push(character);
            }
            '{' => {
                characters.by_ref().take_while(|c| *c != '}').for_each(drop);
                parts.push(String::new());
            }
            _ => parts.last_mut().unwrap().push(character),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_in(line: &str, parts: &[String]) -> bool {
    let mut rest = line;
    parts.iter().all(|part| match rest.split_once(part.as_str()) {
        Some((_, after)) => {
            rest = after;
            true
        }
        None => false,
    })
}

fn sources_below(folder: &Path) -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match path.is_dir() {
            true if name != "tests" => sources.extend(sources_below(&path)),
            false if name.ends_with(".rs") && name != "tests.rs" => sources.push(path),
            _ => {}
        }
    }
    sources.sort();
    sources
}
