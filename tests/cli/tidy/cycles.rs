//! No two files of a crate need each other, by whatever way round: each can be read, and moved, with what
//! stands below it alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::imports::{Sources, needs, source, sources};
use crate::harness::tests;

tests! {
    quick "contract tidy" => no_files_import_each_other,
    quick "contract tidy" => a_cycle_would_be_found,
}

type Needs = BTreeMap<Vec<String>, BTreeSet<Vec<String>>>;

fn no_files_import_each_other() {
    let mut found = Vec::new();
    for folder in crates() {
        let needs = needs(&sources(&folder));
        assert!(!needs.is_empty(), "{} has no sources", folder.display());
        for cycle in cycles(&needs) {
            found.push(format!("{}: {cycle}", folder.display()));
        }
    }
    assert!(found.is_empty(), "these files import each other:\n{}", found.join("\n"));
}

/// The test tests itself: what it cannot see, it would not miss.
fn a_cycle_would_be_found() {
    let found = |files: &[(&str, &str)]| {
        let path = |module: &str| -> Vec<String> {
            module.split('/').filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let below = |module: &str| -> BTreeSet<String> {
            let others = files.iter().map(|(other, _)| path(other));
            let depth = path(module).len();
            let others = others.filter(|other| other.len() == depth + 1);
            others
                .filter(|other| other.starts_with(&path(module)))
                .map(|mut o| o.pop().unwrap())
                .collect()
        };
        let sources: Sources = files
            .iter()
            .map(|(module, text)| (path(module), source(text, &below(module))))
            .collect();
        cycles(&needs(&sources))
    };
    let none: [&str; 0] = [];
    assert_eq!(found(&[("a", "use crate::b::X;"), ("b", "fn f() { crate::a::g() }")]), ["a, b"]);
    assert_eq!(
        found(&[("a", "use super::b::{self, c};"), ("b", "use crate::{a::{X as Y}};")]),
        ["a, b"]
    );
    assert_eq!(found(&[("", "pub use a::X;"), ("a", "use crate::Z;")]), none);
    assert_eq!(
        found(&[("", "pub use a::X; fn f(x: X) {}"), ("a", "use crate::Z;")]),
        ["a, the root"]
    );
    assert_eq!(
        found(&[("", "pub use a::X;"), ("a", "use crate::X;"), ("b", "use crate::X;")]),
        none
    );
    let handed_on =
        [("", "pub use a::X; pub use b::Y;"), ("a", "use crate::Y;"), ("b", "use crate::X;")];
    assert_eq!(found(&handed_on), ["a, b"]);
    assert_eq!(found(&[("p", "fn f() { q::g() }"), ("p/q", "use super::T;")]), ["p, p::q"]);
    assert_eq!(
        found(&[("p", "use crate::E; fn f() { q::g() }"), ("p/q", "use super::E;"), ("", "")]),
        none
    );
    let lifetimes =
        "fn f<'a>() -> impl Iterator<Item = &'a u8> + use<'a> { crate::b::g(); { 1; } }";
    assert_eq!(found(&[("a", lifetimes), ("b", "use crate::a;")]), ["a, b"]);
    let not_code = "// crate::b::X\n/// crate::b\n#[cfg(test)]\n#[x]\nmod tests { use crate::b; }\n\
        fn f<'a>(c: char) { \"crate::b\"; r#\"crate::b\"#; '\"'; std::b::c(); }";
    assert_eq!(found(&[("a", not_code), ("b", "use crate::a;")]), none);
}

/// The crates of the workspace.
fn crates() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let below = |folder: &str| {
        let entries = root.join(folder).read_dir().unwrap();
        let folders = entries.map(|entry| entry.unwrap().path());
        folders.filter(|path| path.join("Cargo.toml").exists()).collect::<Vec<_>>()
    };
    let mut crates = [below("crates"), below("tests"), vec![root.join("xtask")]].concat();
    crates.sort();
    crates
}

/// Files that need each other, each group as one line.
fn cycles(needs: &Needs) -> Vec<String> {
    let reach: BTreeMap<_, _> = needs.keys().map(|file| (file, reached(file, needs))).collect();
    let mut groups = BTreeSet::new();
    for (file, there) in &reach {
        let back =
            there.iter().filter(|other| reach.get(*other).is_some_and(|r| r.contains(*file)));
        let mut group: Vec<String> = back.map(|other| name(other)).collect();
        if !group.is_empty() {
            group.sort();
            groups.insert(group.join(", "));
        }
    }
    groups.into_iter().collect()
}

/// All that a file needs, by whatever way.
fn reached(file: &[String], needs: &Needs) -> BTreeSet<Vec<String>> {
    let mut reached = BTreeSet::new();
    let mut next = vec![file.to_vec()];
    while let Some(file) = next.pop() {
        for other in needs.get(&file).into_iter().flatten() {
            if reached.insert(other.clone()) {
                next.push(other.clone());
            }
        }
    }
    reached
}

fn name(module: &[String]) -> String {
    if module.is_empty() { "the root".to_owned() } else { module.join("::") }
}
