//! Plain English: what stops readers whose first language is another one does not come back.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::tests;

tests! {
    quick "contract tidy" => texts_are_plain,
}

/// What is not written, in parts so that this list does not find itself, and what is written in its place.
const WORDS: [([&str; 2], &str); 16] = [
    (["whoe", "ver"], "anyone who"),
    ([" its k", "in "], "the names of all"),
    (["makes sense", " of"], "understands"),
    (["make sense", " of"], "understand"),
    (["gone on", " with"], "stopped, or continued"),
    (["at the", " longest"], "at the latest"),
    (["told", " apart"], "distinguished"),
    (["is tol", "d,"], "is said, or is reported"),
    (["been tol", "d by"], "has said"),
    (["as can be", " told"], "as is known"),
    (["` a", " line"], "` per line"),
    (["behaviour a", " file"], "per file"),
    (["renewed by", " itself"], "renewed automatically"),
    (["is not looked", " at here"], "is ignored here"),
    (["command that", " mends"], "command that fixes"),
    (["nobody known", " has"], "is unknown"),
];

/// What may stand behind "is no", where a sentence begins with something that "is not a" thing otherwise.
const AFTER_NO: [&str; 3] = ["longer", "more", "other"];

fn texts_are_plain() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    for folder in ["crates", "docs", "tests", "xtask"] {
        look(&root.join(folder), &mut found);
    }
    for file in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        look(&root.join(file), &mut found);
    }
    assert!(found.is_empty(), "say it in plain English:\n{}", found.join("\n"));
}

fn look(path: &Path, found: &mut Vec<String>) {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        let mut paths: Vec<PathBuf> = entries.filter(|path| !path.ends_with("target")).collect();
        paths.sort();
        paths.iter().for_each(|path| look(path, found));
    } else if let Ok(text) = fs::read_to_string(path) {
        for (line, number) in text.lines().zip(1..) {
            for advice in faults(line) {
                found.push(format!("{}:{number}: {advice}", path.display()));
            }
        }
    }
}

/// What is wrong with a line.
fn faults(line: &str) -> Vec<String> {
    let small = line.to_lowercase();
    let of_words = WORDS.iter().filter(|(parts, _)| small.contains(&parts.concat()));
    let mut faults: Vec<String> =
        of_words.map(|(parts, better)| format!("`{}`: {better}", parts.concat())).collect();
    let words: Vec<&str> = line.split_whitespace().collect();
    for (at, three) in words.windows(3).enumerate() {
        let before = at.checked_sub(1).map_or("", |at| words[at]);
        let noun = three[2].trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_of_things = ["is", "was", "are", "were"].contains(&three[0]) && three[1] == "no";
        if is_of_things
            && !before.to_lowercase().ends_with("there")
            && !["", "//", "///", "//!", "#"].contains(&before)
            && !AFTER_NO.contains(&noun)
        {
            faults.push(format!("`{}`: {} not a {noun}", three.join(" "), three[0]));
        }
    }
    faults
}
