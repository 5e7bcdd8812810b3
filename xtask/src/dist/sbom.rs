//! The list of what is in the program, for machines: an SBOM in CycloneDX 1.5, as JSON.
//!
//! Scanners match its package URLs with advisories. What ran at build time only is in it too, marked `excluded`.

use super::calendar::Moment;
use super::packages::{Key, Package, Part};
use super::source::Source;
use super::sums::sha256;
use super::target::{System, Target};
use crate::workspace::Outcome;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The list, for a program with these bytes. `compilers` are the names and versions of what made it.
pub(super) fn sbom(
    source: &Source,
    target: &Target,
    packages: &BTreeMap<Key, Package>,
    compilers: &[(&str, String)],
    program: &[u8],
) -> Outcome<Vec<u8>> {
    let is_program = |package: &&Package| package.key.name == "sso-cp";
    let ours = packages.values().find(is_program).ok_or("the program is not among its packages")?;
    let others = packages.values().filter(|package| !is_program(package));
    let components: Vec<Value> =
        others.map(component).chain(libraries(target, compilers)).collect();
    let dependencies: Vec<Value> = packages.values().map(arrows).collect();

    let mut list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": Moment::of(source.time).rfc_3339(),
            "component": subject(ours, target, program),
            "properties": properties(source, target, compilers),
        },
        "components": components,
        "dependencies": dependencies,
    });
    // The same list has the same number: it is worked out, not rolled.
    list["serialNumber"] = serial_number(&sha256(list.to_string().as_bytes())).into();
    let mut text = serde_json::to_vec_pretty(&list)?;
    text.push(b'\n');
    Ok(text)
}

fn subject(ours: &Package, target: &Target, program: &[u8]) -> Value {
    let mut subject = component(ours);
    subject["type"] = "application".into();
    subject["name"] = target.program_name().into();
    subject["hashes"] = json!([{"alg": "SHA-256", "content": sha256(program)}]);
    subject
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(&package.key),
        "name": package.key.name,
        "version": package.key.version,
        "scope": match package.part { Part::Linked => "required", Part::BuildOnly => "excluded" },
    });
    if let Some(description) = &package.description {
        component["description"] =
            description.split_whitespace().collect::<Vec<_>>().join(" ").into();
    }
    if let Some(licence) = &package.licence {
        component["licenses"] = json!([{"expression": licence.replace('/', " OR ")}]);
    }
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
    }
    // Only the registry's packages have a package URL: ours are in no registry.
    if !package.is_ours {
        component["purl"] = reference(&package.key).into();
    }
    component
}

/// What no manifest names, but every program contains.
fn libraries(target: &Target, compilers: &[(&str, String)]) -> Vec<Value> {
    let rustc = compilers.iter().find(|(name, _)| *name == "rustc");
    let version = rustc.and_then(|(_, said)| said.split(' ').nth(1));
    let mut libraries = vec![json!({
        "type": "library",
        "bom-ref": "rust-std",
        "name": "Rust standard library",
        "version": version,
        "scope": "required",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
    })];
    if target.system() == System::Linux {
        libraries.push(json!({
            "type": "library",
            "bom-ref": "musl",
            "name": "musl",
            "description": "The C library that comes with the Rust standard library",
            "scope": "required",
            "licenses": [{"expression": "MIT"}],
        }));
    }
    libraries
}

fn properties(source: &Source, target: &Target, compilers: &[(&str, String)]) -> Vec<Value> {
    let fixed = [("commit", source.commit.clone()), ("target", target.triple().to_owned())];
    let all = fixed.into_iter().chain(compilers.iter().cloned());
    all.map(|(name, value)| json!({"name": format!("sso-cp:{name}"), "value": value})).collect()
}

fn arrows(package: &Package) -> Value {
    let needs: Vec<String> = package.needs.iter().map(reference).collect();
    json!({"ref": reference(&package.key), "dependsOn": needs})
}

/// The package URL, of the form for Rust; `+` in versions must be escaped.
fn reference(key: &Key) -> String {
    format!("pkg:cargo/{}@{}", key.name, key.version.replace('+', "%2B"))
}

/// A UUID of version 8 (RFC 9562): its bits are ours to choose.
fn serial_number(digest: &str) -> String {
    let part = |range: std::ops::Range<usize>| &digest[range];
    let (a, b, c, d, e) = (part(0..8), part(8..12), part(13..16), part(17..20), part(20..32));
    format!("urn:uuid:{a}-{b}-8{c}-8{d}-{e}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn key(name: &str) -> Key {
        Key { name: name.into(), version: "1.0.0+x".into() }
    }

    fn package(name: &str, part: Part, needs: &[&str]) -> (Key, Package) {
        let is_ours = name == "sso-cp";
        let package = Package {
            key: key(name),
            part,
            is_ours,
            licence: Some("MIT/ISC".into()),
            description: Some("does\n things".into()),
            folder: "/somewhere".into(),
            checksum: (!is_ours).then(|| "00ff".into()),
            needs: needs.iter().map(|name| key(name)).collect::<BTreeSet<_>>(),
        };
        (key(name), package)
    }

    fn list() -> Value {
        let source = Source {
            root: "/checkout".into(),
            build_dir: "/build".into(),
            version: "0.1.0".into(),
            repository: "https://example.com".into(),
            time: 0,
            commit: "abc".into(),
        };
        let target = Target::named("x86_64-unknown-linux-musl").unwrap();
        let packages = BTreeMap::from([
            package("sso-cp", Part::Linked, &["linked", "macro"]),
            package("linked", Part::Linked, &[]),
            package("macro", Part::BuildOnly, &[]),
        ]);
        let compilers = [("rustc", "rustc 1.0".to_owned())];
        serde_json::from_slice(&sbom(&source, &target, &packages, &compilers, b"abc").unwrap())
            .unwrap()
    }

    #[test]
    fn the_program_is_the_subject_with_its_own_sum() {
        let subject = list()["metadata"]["component"].clone();

        assert_eq!(subject["type"], "application");
        assert_eq!(subject["hashes"][0]["content"], sha256(b"abc"));
        assert_eq!(subject["purl"], Value::Null);
    }

    #[test]
    fn packages_are_components_with_what_scanners_need() {
        let components = list()["components"].clone();

        assert_eq!(components[0]["purl"], "pkg:cargo/linked@1.0.0%2Bx");
        assert_eq!(components[0]["scope"], "required");
        assert_eq!(components[0]["licenses"][0]["expression"], "MIT OR ISC");
        assert_eq!(components[0]["hashes"][0]["content"], "00ff");
        assert_eq!(components[0]["description"], "does things");
        assert_eq!(components[1]["scope"], "excluded");
        assert_eq!(components[2]["version"], "1.0");
        assert_eq!(components[3]["name"], "musl");
        assert_eq!(components.as_array().unwrap().len(), 4);
    }

    #[test]
    fn arrows_and_what_the_build_was_are_told() {
        let list = list();

        let of_program = list["dependencies"].as_array().unwrap().last().unwrap();
        assert_eq!(of_program["dependsOn"].as_array().unwrap().len(), 2);
        assert_eq!(list["metadata"]["timestamp"], "1970-01-01T00:00:00Z");
        assert_eq!(
            list["metadata"]["properties"][0],
            json!({"name": "sso-cp:commit", "value": "abc"})
        );
        assert_eq!(list["serialNumber"], self::list()["serialNumber"]);
        assert_eq!(list["serialNumber"].as_str().unwrap().len(), "urn:uuid:".len() + 36);
    }
}
