//! One package for `npm` with the programs of all targets of a release: `npm install --global FILE`, or a dependency of a project.
//!
//! What npm links into the PATH is a script for Node that starts the right program, which costs a start of Node each time.
//! After the installation another script puts the program itself into its place; where scripts are not run
//! (`--ignore-scripts`) or the system is Windows, the first one stays and does the same more slowly.

use super::deflate::{gunzip, gzip};
use super::files::Entry;
use super::source::Source;
use super::tar::{from_tar, tar};
use super::target::{RELEASED, System, Target};
use super::zip::from_zip;
use crate::workspace::Outcome;
use serde_json::json;
use std::fs;
use std::path::Path;

/// As `npm pack` calls it.
pub(super) fn file_name(source: &Source) -> String {
    format!("sso-cp-{}.tgz", source.version)
}

/// Writes it from the archives in the folder, if there are some.
pub(super) fn write(source: &Source, folder: &Path) -> Outcome<()> {
    let mut programs = Vec::new();
    for triple in RELEASED {
        let target = Target::named(triple)?;
        if let Ok(archive) = fs::read(folder.join(target.archive_name(source))) {
            let program = match target.system() {
                System::Windows => from_zip(&archive, target.program_name()),
                _ => from_tar(&gunzip(&archive)?, target.program_name()),
            };
            let program = program.ok_or(format!("there is no program in the one for {triple}"))?;
            programs.push((target, program));
        }
    }
    if programs.is_empty() {
        return Ok(());
    }
    fs::write(folder.join(file_name(source)), package(source, &programs)?)?;
    Ok(())
}

/// The package of these programs.
pub(super) fn package(source: &Source, programs: &[(Target, Vec<u8>)]) -> Outcome<Vec<u8>> {
    let manifest = json!({
        "name": "sso-cp",
        "version": source.version,
        "description": "AWS credentials from IAM Identity Center, for everything that can run a program",
        "license": "(MIT OR Apache-2.0)",
        "homepage": source.repository,
        "repository": {"type": "git", "url": format!("git+{}.git", source.repository)},
        "bin": {"sso-cp": "bin/sso-cp"},
        "scripts": {"postinstall": "node install.js"},
        "engines": {"node": ">=16"},
    });
    let mut files = vec![
        Entry::document("package/package.json", serde_json::to_string_pretty(&manifest)? + "\n"),
        Entry::program("package/bin/sso-cp", START),
        Entry::document("package/find.js", FIND),
        Entry::document("package/install.js", INSTALL),
    ];
    let root = |name: &str| source.read(name);
    for name in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        files.push(Entry::document(format!("package/{name}"), root(name)?));
    }
    for (target, program) in programs {
        let path = format!("package/programs/{}/{}", place(target), target.program_name());
        files.push(Entry::program(path, program.as_slice()));
    }
    Ok(gzip(&tar(&files, "", source.time)?))
}

/// As Node names system and processor.
fn place(target: &Target) -> String {
    let system = match target.system() {
        System::Linux => "linux",
        System::MacOs => "darwin",
        System::Windows => "win32",
    };
    let processor = if target.processor() == "aarch64" { "arm64" } else { "x64" };
    format!("{system}-{processor}")
}

/// Where the program of this machine is.
const FIND: &str = "\
'use strict';
const path = require('path');
const fs = require('fs');

module.exports = function find() {
  const name = process.platform === 'win32' ? 'sso-cp.exe' : 'sso-cp';
  const place = `${process.platform}-${process.arch}`;
  const program = path.join(__dirname, 'programs', place, name);
  if (!fs.existsSync(program)) {
    throw new Error(`sso-cp: this package has no program for ${place}`);
  }
  return program;
};
";

/// Stands in the PATH until the program itself does.
const START: &str = "\
#!/usr/bin/env node
'use strict';
const { spawnSync } = require('child_process');
let program;
try {
  program = require('../find.js')();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
// Ctrl-C is for the program, which ends in its own time.
process.on('SIGINT', () => {});
const ran = spawnSync(program, process.argv.slice(2), { stdio: 'inherit' });
if (ran.error) {
  console.error(`sso-cp: ${ran.error.message}`);
  process.exit(1);
}
if (ran.signal) {
  process.removeAllListeners(ran.signal);
  process.kill(process.pid, ran.signal);
}
process.exit(ran.status === null ? 1 : ran.status);
";

/// Puts the program into its place. What cannot be done is left: the script there does.
const INSTALL: &str = "\
'use strict';
const fs = require('fs');
const path = require('path');
if (process.platform !== 'win32') {
  const place = path.join(__dirname, 'bin', 'sso-cp');
  try {
    const program = require('./find.js')();
    fs.copyFileSync(program, place + '.new');
    fs.chmodSync(place + '.new', 0o755);
    fs.renameSync(place + '.new', place);
  } catch (error) {
    console.error(`sso-cp: a start of Node more each time: ${error.message}`);
  }
}
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist::payload::tests::example;
    use crate::dist::tests::source;

    #[test]
    fn programs_are_found_in_the_archives_of_a_release() {
        for triple in RELEASED {
            let target = Target::named(triple).unwrap();
            let (_, archive) = example().archive(&source(), &target).unwrap();
            let found = match target.system() {
                System::Windows => from_zip(&archive, "sso-cp.exe"),
                _ => from_tar(&gunzip(&archive).unwrap(), "sso-cp"),
            };
            assert_eq!(found.as_deref(), Some(&b"program"[..]), "{triple}");
        }
    }
}
