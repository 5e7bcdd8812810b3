//! The list of packages in the program itself, where `cargo audit bin` and other scanners look for it: the section
//! `.dep-v0` of cargo-auditable, a JSON text packed by zlib. It is not loaded when the program runs.

use super::deflate::zlib;
use super::packages::{Key, Package, Part};
use super::target::{System, Target};
use crate::workspace::{Outcome, run};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SECTION: &str = ".dep-v0";
/// What the list may add to the program.
const LIMIT: usize = 20_000;

/// A copy of the program with the list, in a folder beside it. Only Linux programs have one: elsewhere there is no tool
/// on every machine that adds it.
pub(super) fn with_list(
    program: &Path,
    target: &Target,
    packages: &BTreeMap<Key, Package>,
) -> Outcome<PathBuf> {
    if target.system() != System::Linux {
        return Ok(program.into());
    }
    let folder = program.with_file_name("with-list");
    fs::create_dir_all(&folder)?;
    let (file, copy) = (folder.join("list"), folder.join(target.program_name()));
    let packed = list(packages)?;
    fs::write(&file, &packed)?;
    let tool = target.c_compiler().unwrap_or_default().replace("gcc", "objcopy");
    let mut command = Command::new(tool);
    command.arg(format!("--add-section={SECTION}={}", file.display()));
    command.arg(format!("--set-section-flags={SECTION}=noload,readonly"));
    run(command.arg(program).arg(&copy))?;
    let added = fs::metadata(&copy)?.len().saturating_sub(fs::metadata(program)?.len());
    match usize::try_from(added)? <= LIMIT {
        true => Ok(copy),
        false => Err(format!("the list of packages adds {added} bytes to the program").into()),
    }
}

/// The packages in the order of their names, each with the places of what it needs.
fn list(packages: &BTreeMap<Key, Package>) -> Outcome<Vec<u8>> {
    let places: BTreeMap<&Key, usize> =
        packages.keys().enumerate().map(|(place, key)| (key, place)).collect();
    let mut all = Vec::new();
    for package in packages.values() {
        let mut entry = Map::new();
        entry.insert("name".into(), json!(package.key.name));
        entry.insert("version".into(), json!(package.key.version));
        entry.insert("source".into(), json!(if package.is_ours { "local" } else { "crates.io" }));
        if package.part == Part::BuildOnly {
            entry.insert("kind".into(), json!("build"));
        }
        let needs: Vec<usize> =
            package.needs.iter().filter_map(|key| places.get(key).copied()).collect();
        if !needs.is_empty() {
            entry.insert("dependencies".into(), json!(needs));
        }
        if package.key.name == "sso-cp" {
            entry.insert("root".into(), json!(true));
        }
        all.push(Value::Object(entry));
    }
    let text = serde_json::to_vec(&json!({ "packages": all }))?;
    zlib(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;
    use crate::workspace::find_program;
    use flate2::read::ZlibDecoder;
    use std::collections::BTreeSet;
    use std::io::Read;

    fn packages() -> BTreeMap<Key, Package> {
        let key = |name: &str| Key { name: name.into(), version: "1.0.0".into() };
        let package = |name: &str, part, needs: &[&str]| Package {
            key: key(name),
            part,
            is_ours: name.starts_with("sso-cp"),
            licence: None,
            description: None,
            folder: "/".into(),
            checksum: None,
            needs: needs.iter().map(|name| key(name)).collect::<BTreeSet<_>>(),
        };
        let all = [
            package("cc", Part::BuildOnly, &[]),
            package("ring", Part::Linked, &["cc"]),
            package("sso-cp", Part::Linked, &["ring"]),
        ];
        all.into_iter().map(|package| (package.key.clone(), package)).collect()
    }

    #[test]
    fn the_list_says_who_needs_whom() {
        let packed = list(&packages()).unwrap();
        let mut text = Vec::new();
        ZlibDecoder::new(&*packed).read_to_end(&mut text).unwrap();
        let expected = json!({"packages": [
            {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
            {"name": "ring", "version": "1.0.0", "source": "crates.io", "dependencies": [0]},
            {"name": "sso-cp", "version": "1.0.0", "source": "local", "dependencies": [1], "root": true},
        ]});
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), expected);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_program_with_the_list_still_runs() {
        let target = Target::of_this_machine().unwrap();
        let (Some(program), Some(_)) = (find_program("true"), find_program("objcopy")) else {
            return println!("SKIPPED: objcopy is not installed");
        };
        let scratch = Scratch::new().unwrap();
        let copy = scratch.path().join("true");
        fs::copy(program, &copy).unwrap();
        let made = with_list(&copy, &target, &packages()).unwrap();
        assert!(Command::new(&made).status().unwrap().success());
        let (packed, bytes) = (list(&packages()).unwrap(), fs::read(&made).unwrap());
        assert!(bytes.windows(packed.len()).any(|part| part == packed));
        assert!(bytes.windows(SECTION.len()).any(|part| part == SECTION.as_bytes()));
    }
}
