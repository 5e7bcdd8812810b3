//! `tests/FAULTS.md`: every fault has its row, and whatever a row names is there and proves it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::tests;

tests! {
    quick "contract" => no_fault_is_forgotten,
    quick "contract" => what_holds_a_fault_is_there,
    quick "contract" => what_holds_a_promise_is_there,
}

/// The last number of each kind of fault; they begin with 1.
const LAST: [(&str, u32); 14] = [
    ("A", 17),
    ("B", 23),
    ("C", 7),
    ("D", 29),
    ("E", 13),
    ("F", 17),
    ("G", 18),
    ("K", 9),
    ("P", 5),
    ("H", 10),
    ("I", 6),
    ("L", 8),
    ("W", 11),
    ("S-", 61),
];

/// Numbers between [`LAST`]'s that no attack has.
const UNUSED: [&str; 2] = ["S-28", "S-29"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What holds each fault, by its name.
fn rows() -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join("tests/FAULTS.md")).unwrap();
    let mut rows = BTreeMap::new();
    for line in text.lines() {
        let mut cells = line.trim_matches('|').splitn(3, " | ");
        let (Some(id), Some(_), Some(held)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        if id.trim() != "fault" && id.trim() != "---" {
            let before = rows.insert(id.trim().to_owned(), held.trim().to_owned());
            assert_eq!(before, None, "{id} stands there twice");
        }
    }
    rows
}

/// All tests and cases with the rows that they say they prove.
fn claims() -> BTreeMap<String, BTreeSet<String>> {
    let mut claims = BTreeMap::new();
    let mut claim = |name: String, rows: &str| {
        claims.insert(name, rows.split_whitespace().map(str::to_lowercase).collect());
    };
    for path in files(&root().join("tests")) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
            let proves = text.lines().find_map(|line| line.strip_prefix("# Proves:"));
            claim(format!("{}::{stem}", folder.to_string_lossy()), proves.unwrap_or_default());
            continue;
        }
        for line in text.lines() {
            let parts: Vec<&str> = line.trim().split('"').collect();
            let [speed, rows, name] = parts[..] else { continue };
            let name = name.strip_prefix(" => ").and_then(|name| name.strip_suffix(','));
            if let (Some(name), "quick " | "slow ") = (name, speed) {
                claim(format!("{stem}::{name}"), rows);
            }
        }
    }
    claims
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

fn no_fault_is_forgotten() {
    let rows = rows();
    for (kind, last) in LAST {
        let missing = (1..=last)
            .map(|number| format!("{kind}{number:02}"))
            .find(|id| !rows.contains_key(id) && !UNUSED.contains(&&**id));
        assert_eq!(missing, None);
    }
    let claimed: BTreeSet<String> = claims().into_values().flatten().collect();
    let is_fault = |id: &&String| {
        let number = id.trim_start_matches("s-").trim_start_matches(char::is_alphabetic);
        number.len() >= 2 && number[..2].bytes().all(|byte| byte.is_ascii_digit())
    };
    let known: BTreeSet<String> = rows.keys().map(|id| id.to_lowercase()).collect();
    let unknown: Vec<&String> =
        claimed.iter().filter(is_fault).filter(|id| !known.contains(*id)).collect();
    assert!(unknown.is_empty(), "tests prove what is not a row: {unknown:?}");
}

fn what_holds_a_fault_is_there() {
    let claims = claims();
    for (id, held) in rows() {
        let named: Vec<&str> = held.split('`').skip(1).step_by(2).collect();
        let tests = named.iter().filter(|name| name.contains("::")).count();
        let sources: Vec<String> = named
            .iter()
            .filter(|name| Path::new(name).extension().is_some())
            .map(|path| {
                fs::read_to_string(root().join(path))
                    .unwrap_or_else(|error| panic!("{id} names {path}: {error}"))
            })
            .collect();
        assert!(tests > 0 || !sources.is_empty(), "nothing holds {id}");
        for name in &named {
            if name.contains("::") {
                let rows = claims.get(*name).unwrap_or_else(|| panic!("{id}: there is no {name}"));
                assert!(
                    rows.contains(&id.to_lowercase()),
                    "{name} does not say that it proves {id}"
                );
            } else if name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_') {
                let function = format!("fn {name}(");
                let is_there = sources.iter().any(|source| source.contains(&function));
                assert!(is_there, "{id}: there is no `{function}`");
            }
        }
    }
}

/// `docs/security.md` names in brackets what holds each of its promises.
fn what_holds_a_promise_is_there() {
    let text = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let claims = claims();
    let is_name = |name: &&str| {
        name.contains("::") && !name.starts_with(char::is_uppercase) && !name.starts_with("FOLDER")
    };
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(is_name).collect();
    for name in &named {
        assert!(claims.contains_key(*name), "docs/security.md names {name}, which is not a test");
    }
    assert!(named.len() > 50, "{}", named.len());
    // A promise is a bullet of these chapters.
    let promises = [
        "From other users",
        "From what stands in the config",
        "From the network",
        "Other programs",
    ];
    for chapter in
        text.split("\n## ").filter(|text| promises.iter().any(|name| text.starts_with(name)))
    {
        for promise in chapter.split("\n- ").skip(1) {
            assert!(promise.contains("::"), "nothing holds this promise: {promise}");
        }
    }
}
