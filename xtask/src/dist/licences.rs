//! Which licences we accept, and the texts that come with a package.

use super::packages::Package;
use crate::workspace::Outcome;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The licences that `deny.toml` allows for what is in the program.
#[derive(Debug)]
pub(super) struct Accepted(BTreeSet<String>);

impl Accepted {
    /// Reads them from `deny.toml`, so that there is one list.
    pub(super) fn from_deny_toml(text: &str) -> Outcome<Self> {
        let (_, section) =
            text.split_once("\n[licenses]\n").ok_or("deny.toml has no [licenses]")?;
        let (_, list) =
            section.split_once("\nallow = [\n").ok_or("deny.toml allows no licences")?;
        let lines = list.lines().take_while(|line| !line.starts_with(']'));
        let names = lines.filter_map(|line| line.split('"').nth(1)).map(str::to_owned);
        Ok(Self(names.collect()))
    }

    /// Whether an SPDX expression can be met by accepted licences alone. `AND` binds closer than `OR`.
    fn meet(&self, expression: &str) -> bool {
        let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut rest = words.as_slice();
        self.any_of(&mut rest).is_some_and(|met| met && rest.is_empty())
    }

    fn any_of(&self, words: &mut &[&str]) -> Option<bool> {
        let mut met = self.all_of(words)?;
        while eat(words, "OR") {
            met |= self.all_of(words)?;
        }
        Some(met)
    }

    fn all_of(&self, words: &mut &[&str]) -> Option<bool> {
        let mut met = self.one(words)?;
        while eat(words, "AND") {
            met &= self.one(words)?;
        }
        Some(met)
    }

    fn one(&self, words: &mut &[&str]) -> Option<bool> {
        if eat(words, "(") {
            let met = self.any_of(words)?;
            return eat(words, ")").then_some(met);
        }
        let (name, rest) = words.split_first()?;
        *words = rest;
        // An exception only adds permissions.
        if eat(words, "WITH") {
            *words = words.split_first()?.1;
        }
        Some(self.0.contains(*name))
    }
}

fn eat(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}

/// The texts that must go with a package, by their paths within it. An error where its licence is not accepted, or no text is there.
pub(super) fn texts(package: &Package, accepted: &Accepted) -> Outcome<Vec<(String, String)>> {
    let who = format!("{} {}", package.key.name, package.key.version);
    let licence = package.licence.as_deref().ok_or(format!("{who} names no licence"))?;
    if !accepted.meet(licence) {
        return Err(format!("{who} is under `{licence}`, which deny.toml does not allow").into());
    }
    let mut texts = Vec::new();
    collect(&package.folder, "", &mut texts)?;
    texts.sort();
    if !texts.iter().any(|(path, _)| !path.contains('/') && is_licence(path)) {
        texts.push(
            text_of_its_own(licence)
                .ok_or_else(|| format!("{who} comes without the text of its licence"))?,
        );
    }
    Ok(texts)
}

/// The text that goes with a package that comes without one. That of the Apache licence names nobody, so ours is theirs too; the others
/// begin with who holds the rights.
fn text_of_its_own(licence: &str) -> Option<(String, String)> {
    const APACHE: &str = include_str!("../../../LICENSE-APACHE");
    let apache = Accepted(BTreeSet::from(["Apache-2.0".to_owned()]));
    let text = || ("LICENSE-APACHE".to_owned(), APACHE.trim_matches('\n').to_owned());
    apache.meet(licence).then(text)
}

/// All texts in a folder and below: some packages contain the code of others, with its licence beside it.
fn collect(folder: &Path, prefix: &str, texts: &mut Vec<(String, String)>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), texts)?;
        } else if kind.is_file() && (is_licence(&name) || is_notice(&name)) {
            let text = String::from_utf8_lossy(&fs::read(entry.path())?).replace("\r\n", "\n");
            texts.push((format!("{prefix}{name}"), text.trim_matches('\n').to_owned()));
        }
    }
    Ok(())
}

fn is_licence(name: &str) -> bool {
    begins_with_one_of(name, &["LICENSE", "LICENCE", "COPYING", "UNLICENSE"])
}

fn is_notice(name: &str) -> bool {
    begins_with_one_of(name, &["NOTICE", "COPYRIGHT"])
}

/// Source files may be named after what they deal with.
fn begins_with_one_of(name: &str, words: &[&str]) -> bool {
    let upper = name.to_uppercase();
    !upper.ends_with(".RS") && words.iter().any(|word| upper.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::packages::{Key, Part};
    use crate::scratch::Scratch;

    fn accepted() -> Accepted {
        let text = "# x\n[licenses]\nversion = 2\nallow = [\n    \"MIT\", # \"why\"\n    \"ISC\",\n]\nexceptions = [\n\"X\"\n]\n";
        Accepted::from_deny_toml(text).unwrap()
    }

    #[test]
    fn the_list_is_that_of_deny_toml() {
        assert_eq!(accepted().0, BTreeSet::from(["ISC".to_owned(), "MIT".to_owned()]));
        assert!(Accepted::from_deny_toml("[bans]\n").is_err());
    }

    #[test]
    fn expressions_are_met_as_spdx_says() {
        let met = [
            "MIT",
            "Unlicense OR MIT",
            "MIT AND ISC",
            "(MIT OR X) AND ISC",
            "X AND Y OR MIT",
            "MIT/X",
            "MIT WITH E OR X",
        ];
        for expression in met {
            assert!(accepted().meet(expression), "{expression}");
        }
        for expression in
            ["", "X", "MIT AND X", "MIT OR", "(MIT", "MIT ISC", "MIT WITH", "X OR Y AND MIT"]
        {
            assert!(!accepted().meet(expression), "{expression}");
        }
    }

    #[test]
    fn a_package_without_text_or_with_an_unknown_licence_is_an_error() {
        let scratch = Scratch::new().unwrap();
        let mut package = Package {
            key: Key { name: "a".into(), version: "1.0.0".into() },
            part: Part::Linked,
            is_ours: false,
            licence: Some("MIT".into()),
            description: None,
            folder: scratch.path().into(),
            checksum: None,
            needs: BTreeSet::new(),
        };
        let said = |package: &Package| texts(package, &accepted()).unwrap_err().to_string();
        assert_eq!(said(&package), "a 1.0.0 comes without the text of its licence");
        package.licence = Some("Apache-2.0 OR MIT".into());
        assert_eq!(texts(&package, &accepted()).unwrap()[0].0, "LICENSE-APACHE");
        package.licence = Some("MIT".into());

        fs::create_dir(scratch.path().join("part")).unwrap();
        fs::write(scratch.path().join("part/LICENSE"), "theirs\r\n").unwrap();
        fs::write(scratch.path().join("license.rs"), "code").unwrap();
        assert_eq!(said(&package), "a 1.0.0 comes without the text of its licence");

        fs::write(scratch.path().join("LICENSE-MIT"), "free\n").unwrap();
        let pairs = [("LICENSE-MIT", "free"), ("part/LICENSE", "theirs")];
        let expected = pairs.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(texts(&package, &accepted()).unwrap(), expected);

        package.licence = Some("Secret".into());
        assert_eq!(said(&package), "a 1.0.0 is under `Secret`, which deny.toml does not allow");
        package.licence = None;
        assert_eq!(said(&package), "a 1.0.0 names no licence");
    }
}
