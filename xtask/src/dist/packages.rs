//! The packages that a release is made of, from cargo: which are linked, where their files are, who needs whom.

use super::source::{Source, cargo_in, cargo_json};
use super::target::Target;
use crate::workspace::{Outcome, stdout_of};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Name and version: what tells packages of one registry apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) version: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Its code is in the program.
    Linked,
    /// It ran when the program was built.
    BuildOnly,
}

#[derive(Debug, Clone)]
pub(super) struct Package {
    pub(super) key: Key,
    pub(super) part: Part,
    pub(super) is_ours: bool,
    /// An SPDX expression.
    pub(super) licence: Option<String>,
    pub(super) description: Option<String>,
    /// Where its sources are on this machine.
    pub(super) folder: PathBuf,
    /// SHA-256 of what the registry holds, in hexadecimal digits, from the lock file.
    pub(super) checksum: Option<String>,
    pub(super) needs: BTreeSet<Key>,
}

/// What the program for this target is made of, itself included.
pub(super) fn packages(source: &Source, target: &Target) -> Outcome<BTreeMap<Key, Package>> {
    // The graph has the features that any of our crates asks for; only `cargo tree` tells what one of them is built with.
    let linked = tree(source, target, "normal,no-proc-macro")?;
    let all = tree(source, target, "normal,build")?;
    let metadata = cargo_json(&source.root, &["metadata", "--filter-platform", target.triple()])?;
    let checksums = checksums(&String::from_utf8(source.read("Cargo.lock")?)?);
    let needs = needs(&metadata)?;

    let mut packages = BTreeMap::new();
    for value in array(&metadata["packages"])? {
        let key = key(value)?;
        if !all.contains(&key) {
            continue;
        }
        let part = if linked.contains(&key) { Part::Linked } else { Part::BuildOnly };
        let mut package = package(value, part)?;
        package.checksum = checksums.get(&key).cloned();
        package.needs = needs
            .get(&key)
            .into_iter()
            .flatten()
            .filter(|key| all.contains(key))
            .cloned()
            .collect();
        packages.insert(key, package);
    }
    match packages.len() == all.len() {
        true => Ok(packages),
        false => Err("cargo metadata does not know all packages of cargo tree".into()),
    }
}

/// What `cargo tree` shows for the program along these edges.
fn tree(source: &Source, target: &Target, edges: &str) -> Outcome<BTreeSet<Key>> {
    let mut command = cargo_in(&source.root);
    command.args(["tree", "--locked", "--package", "sso-cp", "--target", target.triple()]);
    command.args(["--prefix", "none", "--format", "{p}", "--edges", edges]);
    stdout_of(&mut command)?.lines().filter(|line| !line.is_empty()).map(shown_key).collect()
}

/// `name v1.2.3`, and perhaps more in brackets.
fn shown_key(line: &str) -> Outcome<Key> {
    let mut words = line.split(' ');
    match (words.next(), words.next().and_then(|word| word.strip_prefix('v'))) {
        (Some(name), Some(version)) => Ok(Key { name: name.into(), version: version.into() }),
        _ => Err(format!("cargo tree said something odd: {line}").into()),
    }
}

fn key(value: &Value) -> Outcome<Key> {
    match (value["name"].as_str(), value["version"].as_str()) {
        (Some(name), Some(version)) => Ok(Key { name: name.into(), version: version.into() }),
        _ => Err("cargo metadata has a package without name or version".into()),
    }
}

fn package(value: &Value, part: Part) -> Outcome<Package> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    let manifest = PathBuf::from(text("manifest_path").ok_or("a package without a manifest")?);
    Ok(Package {
        key: key(value)?,
        part,
        is_ours: value["source"].is_null(),
        licence: text("license"),
        description: text("description"),
        folder: manifest.parent().ok_or("a manifest without a folder")?.into(),
        checksum: None,
        needs: BTreeSet::new(),
    })
}

/// The arrows between packages, without those for tests.
fn needs(metadata: &Value) -> Outcome<BTreeMap<Key, BTreeSet<Key>>> {
    let mut keys = BTreeMap::new();
    for value in array(&metadata["packages"])? {
        keys.insert(value["id"].as_str().unwrap_or_default(), key(value)?);
    }
    let key_of = |id: &Value| id.as_str().and_then(|id| keys.get(id)).cloned();
    let mut needs = BTreeMap::new();
    for node in array(&metadata["resolve"]["nodes"])? {
        let from = key_of(&node["id"]).ok_or("the graph names an unknown package")?;
        let serves = |edge: &&Value| {
            edge["dep_kinds"]
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"] != "dev"))
        };
        let to =
            array(&node["deps"])?.iter().filter(serves).filter_map(|edge| key_of(&edge["pkg"]));
        needs.insert(from, to.collect());
    }
    Ok(needs)
}

fn array(value: &Value) -> Outcome<&Vec<Value>> {
    value.as_array().ok_or_else(|| "cargo metadata has another form than we know".into())
}

/// The checksums of a lock file.
fn checksums(lock_file: &str) -> BTreeMap<Key, String> {
    let field = |package: &str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.strip_prefix(" = \"")?.strip_suffix('"')?.to_owned())
    };
    let packages = lock_file.split("[[package]]").filter_map(|package| {
        let key = Key { name: field(package, "name")?, version: field(package, "version")? };
        Some((key, field(package, "checksum")?))
    });
    packages.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cargo_tree_name_packages() {
        let ours = shown_key("sso-cp v0.1.0 (/somewhere)").unwrap();
        assert_eq!((ours.name.as_str(), ours.version.as_str()), ("sso-cp", "0.1.0"));
        assert_eq!(shown_key("ring v0.17.14 (*)").unwrap().version, "0.17.14");
        assert!(shown_key("[build-dependencies]").is_err());
    }

    #[test]
    fn a_lock_file_has_checksums_of_the_registrys_packages() {
        let lock_file = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"r\"\n\
                         checksum = \"00ff\"\n\n[[package]]\nname = \"ours\"\nversion = \"0.1.0\"\n";

        let found = checksums(lock_file);

        let key = Key { name: "a".into(), version: "1.0.0".into() };
        assert_eq!(found, BTreeMap::from([(key, "00ff".to_owned())]));
    }

    #[test]
    fn arrows_for_tests_are_left_out() {
        let metadata = serde_json::json!({
            "packages": [{"id": "A", "name": "a", "version": "1.0.0"}, {"id": "B", "name": "b", "version": "2.0.0"},
                         {"id": "C", "name": "c", "version": "3.0.0"}],
            "resolve": {"nodes": [{"id": "A", "deps": [{"pkg": "B", "dep_kinds": [{"kind": null}]},
                                                       {"pkg": "C", "dep_kinds": [{"kind": "dev"}]}]}]},
        });

        let needs = needs(&metadata).unwrap();

        let names: Vec<_> = needs.values().flatten().map(|key| key.name.as_str()).collect();
        assert_eq!(names, ["b"]);
    }
}
