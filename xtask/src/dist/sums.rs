//! SHA-256, and the file `SHA256SUMS` as `sha256sum --check` reads it.

use crate::workspace::Outcome;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

pub(super) const NAME: &str = "SHA256SUMS";

/// In hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the sums of all files in the folder.
pub(super) fn write(folder: &Path) -> Outcome<()> {
    let mut lines = Vec::new();
    for name in names(folder)?.into_iter().filter(|name| name != NAME) {
        lines.push(format!("{}  {name}\n", sha256(&fs::read(folder.join(&name))?)));
    }
    fs::write(folder.join(NAME), lines.concat())?;
    Ok(())
}

/// The names of the files in a folder, in order.
pub(super) fn names(folder: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string();
        names.push(name.map_err(|name| format!("an odd file name: {}", name.display()))?);
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn sums_are_those_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
    }

    #[test]
    fn the_file_names_every_file_but_itself_in_order() {
        let scratch = Scratch::new().unwrap();
        fs::write(scratch.path().join("b"), "").unwrap();
        fs::write(scratch.path().join("a"), "abc").unwrap();

        write(scratch.path()).unwrap();
        write(scratch.path()).unwrap();

        let text = fs::read_to_string(scratch.path().join(NAME)).unwrap();
        assert_eq!(text, format!("{}  a\n{}  b\n", sha256(b"abc"), sha256(b"")));
    }
}
