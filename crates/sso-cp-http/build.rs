//! Writes Mozilla's root certificates as one piece of bytes. As the table that their package has, they would cost each start of
//! the program three hundred relocations and the pages that those change.

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut bytes = Vec::new();
    for root in webpki_roots::TLS_SERVER_ROOTS {
        let name_constraints = root.name_constraints.as_deref().unwrap_or_default();
        for part in [&*root.subject, &*root.subject_public_key_info, name_constraints] {
            let length = u16::try_from(part.len()).map_err(io::Error::other)?;
            bytes.extend(length.to_be_bytes());
            bytes.extend(part);
        }
    }
    write(&bytes)
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script where to write")]
fn write(bytes: &[u8]) -> io::Result<()> {
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(folder.join("roots.bin"), bytes)
}
