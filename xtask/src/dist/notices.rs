//! Third-party notices: who wrote what is in the program besides us, and under what licence, each text once.

use super::licences::{Accepted, texts};
use super::packages::{Key, Package, Part};
use super::source::Source;
use super::target::{System, Target};
use crate::workspace::{Outcome, stdout_of};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const RULE: &str = "========================================================================";

/// The file `THIRD-PARTY.txt`. An error where a package's licence is not accepted or its text is missing.
pub(super) fn third_party(
    source: &Source,
    target: &Target,
    packages: &BTreeMap<Key, Package>,
) -> Outcome<String> {
    let accepted = Accepted::from_deny_toml(&String::from_utf8(source.read("deny.toml")?)?)?;
    let mut components = Vec::new();
    for package in
        packages.values().filter(|package| package.part == Part::Linked && !package.is_ours)
    {
        components.push(Component {
            name: format!("{} {}", package.key.name, package.key.version),
            licence: package.licence.clone().unwrap_or_default(),
            texts: texts(package, &accepted)?,
        });
    }
    if target.system() == System::Linux {
        components.push(musl(source)?);
    }
    Ok(written(&source.name(), target.triple(), &components))
}

/// What the Rust project says about its standard library, which is in every Rust program. Every toolchain brings it.
pub(super) fn standard_library() -> Outcome<Vec<u8>> {
    let toolchain = stdout_of(Command::new("rustc").args(["--print", "sysroot"]))?;
    let file = PathBuf::from(toolchain.trim()).join("share/doc/rust/COPYRIGHT-library.html");
    fs::read(&file).map_err(|error| {
        let hint = "use a toolchain of rustup's: others leave the library's licences out";
        format!("{}: {error}; {hint}", file.display()).into()
    })
}

/// The C library of static programs, which rustup brings without its licence.
fn musl(source: &Source) -> Outcome<Component> {
    let text = String::from_utf8(source.read("packaging/musl-copyright.txt")?)?;
    let texts = vec![("COPYRIGHT".to_owned(), text.trim().to_owned())];
    Ok(Component { name: "musl".into(), licence: "MIT".into(), texts })
}

/// Something in the program that others wrote.
struct Component {
    name: String,
    licence: String,
    /// Path and text.
    texts: Vec<(String, String)>,
}

fn written(name: &str, triple: &str, components: &[Component]) -> String {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut list, mut bodies) = (String::new(), String::new());
    for component in components {
        let mut places = Vec::new();
        for (path, text) in &component.texts {
            let next = numbers.len() + 1;
            let number = *numbers.entry(text).or_insert(next);
            if number == next {
                put(&mut bodies, &format!("\n{RULE}\nText {number}\n{RULE}\n\n{text}\n"));
            }
            places.push(format!("{path}: text {number}"));
        }
        put(
            &mut list,
            &format!("{}, {}\n    {}\n", component.name, component.licence, places.join(", ")),
        );
    }
    format!(
        "{name} for {triple} contains the following work of others, besides the Rust standard library,\n\
         whose notices are in COPYRIGHT-rust-library.html. After each name stand its licence and\n\
         the texts that come with it, which follow below; where it says \"or\", we choose what\n\
         suits the program's own licence.\n\n{list}{bodies}"
    )
}

fn put(to: &mut String, text: &str) {
    to.write_str(text).expect("writing to a string cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, texts: &[(&str, &str)]) -> Component {
        let texts = texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        Component { name: name.into(), licence: "MIT".into(), texts: texts.collect() }
    }

    #[test]
    fn each_text_stands_once_and_each_component_names_its_texts() {
        let components = [
            component("a 1.0.0", &[("LICENSE-A", "Apache"), ("LICENSE-M", "Mine")]),
            component("b 2.0.0", &[("COPYING", "Apache")]),
        ];

        let text = written("sso-cp-0.1.0", "some-target", &components);

        assert!(
            text.contains("\na 1.0.0, MIT\n    LICENSE-A: text 1, LICENSE-M: text 2\n"),
            "{text}"
        );
        assert!(text.contains("\nb 2.0.0, MIT\n    COPYING: text 1\n"), "{text}");
        assert_eq!(text.matches("\nApache\n").count(), 1);
        assert_eq!(text.matches("\nMine\n").count(), 1);
    }
}
