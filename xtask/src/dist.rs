//! `cargo xtask dist`: the files of a release, the same bytes from the same commit.
//!
//! | module | what it owns |
//! | --- | --- |
//! | `target`, `source` | what a release is for, and what it is made from |
//! | `program` | the build, and what keeps it reproducible |
//! | `packages`, `licences`, `notices`, `sbom`, `audit` | what is in the program, and under what licence |
//! | `payload` | what a user gets, and the archive |
//! | `files`, `tar`, `zip`, `deflate`, `calendar` | the forms of archives |
//! | `deb`, `rpm`, `wheel`, `npm`, `channels`, `sums` | packages for Debian, Fedora and SUSE, Python and Node, Homebrew's formula, Scoop's manifest, `SHA256SUMS` |
//!
//! docs/releasing.md says how a release is made and verified.

mod audit;
mod calendar;
mod channels;
mod deb;
mod deflate;
mod files;
mod licences;
mod notices;
mod npm;
mod packages;
mod payload;
mod program;
mod rpm;
mod sbom;
mod source;
mod sums;
mod tar;
mod target;
mod wheel;
mod zip;

use crate::scratch::Scratch;
use crate::workspace::{Outcome, root, target_dir};
use argh::FromArgs;
use source::Source;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use target::{RELEASED, Target};

/// Make the files of a release in target/dist: archives, packages, lists and sums
#[derive(FromArgs)]
#[argh(subcommand, name = "dist")]
pub(crate) struct Dist {
    /// what to make them for, as rustc names it; may be repeated (default: machines such as this)
    #[argh(option)]
    target: Vec<String>,
    /// build once more, from a fresh clone at another place, and compare every byte
    #[argh(switch)]
    check: bool,
    /// build nothing: write what needs the archives of all targets, which are in this folder
    #[argh(option)]
    collect: Option<PathBuf>,
}

/// A file of the release: its name and its bytes.
type Artefact = (String, Vec<u8>);

impl Dist {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let target_dir = target_dir()?;
        let source = Source::at(root(), &target_dir.join("dist-build"))?;
        if let Some(folder) = self.collect {
            must_be_complete(&source, &folder)?;
            finish(&source, &folder)?;
            return Ok(ExitCode::SUCCESS);
        }
        if source.is_changed()? {
            match self.check {
                true => return Err("commit first: what is checked is the last commit".into()),
                false => {
                    println!("NOTE: the checkout has changes that its last commit does not have")
                }
            }
        }
        let targets = targets(&self.target)?;
        let folder = target_dir.join("dist");
        empty(&folder)?;
        for target in targets {
            let artefacts = make(&source, &target)?;
            if self.check {
                compare(&artefacts, &source, &target)?;
            }
            for (name, bytes) in artefacts {
                fs::write(folder.join(name), bytes)?;
            }
        }
        finish(&source, &folder)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The targets, each of which can be built here as far as rustup knows.
fn targets(triples: &[String]) -> Outcome<Vec<Target>> {
    let targets = match triples {
        [] => vec![Target::of_this_machine()?],
        triples => triples.iter().map(|name| Target::named(name)).collect::<Outcome<_>>()?,
    };
    targets.iter().try_for_each(Target::must_be_installed)?;
    Ok(targets)
}

/// What one target adds to a release.
fn make(source: &Source, target: &Target) -> Outcome<Vec<Artefact>> {
    println!("=== {} {}", source.name(), target.triple());
    let built = program::build(source, target)?;
    let packages = packages::packages(source, target)?;
    let built = audit::with_list(&built, target, &packages)?;
    let payload = payload::Payload::collect(source, target, &built, &packages)?;
    let list =
        sbom::sbom(source, target, &packages, &program::compilers(target)?, &payload.program)?;

    let mut artefacts = vec![payload.archive(source, target)?];
    artefacts.push((target.list_name(source), list));
    if let Some(architecture) = target.debian_architecture() {
        artefacts.push(deb::package(source, architecture, &payload)?);
    }
    artefacts.extend(rpm::package(source, target, &payload)?);
    artefacts.extend(wheel::wheel(source, target, &payload)?);
    Ok(artefacts)
}

/// Makes the same again from a clone elsewhere; an error unless every byte is the same.
fn compare(artefacts: &[Artefact], source: &Source, target: &Target) -> Outcome<()> {
    let scratch = Scratch::new()?;
    let clone = scratch.path().join("a-clone-of-the-commit");
    let again = make(&source.cloned_to(&clone, &scratch.path().join("built"))?, target)?;
    for ((name, one), (_, other)) in artefacts.iter().zip(&again) {
        if one != other {
            let sums = [one, other].map(|bytes| sums::sha256(bytes));
            return Err(format!("{name} is not reproducible: {} and {}", sums[0], sums[1]).into());
        }
        println!("reproduced: {name}");
    }
    Ok(())
}

/// Writes what is made from all archives, and says what there is.
fn finish(source: &Source, folder: &Path) -> Outcome<()> {
    channels::write(source, folder)?;
    npm::write(source, folder)?;
    sums::write(folder)?;
    print!("{}", fs::read_to_string(folder.join(sums::NAME))?);
    println!("these files are in {}", folder.display());
    Ok(())
}

/// An error unless everything that the targets add to a release is in the folder.
fn must_be_complete(source: &Source, folder: &Path) -> Outcome<()> {
    for triple in RELEASED {
        let target = Target::named(triple)?;
        let package = target.debian_architecture().map(|name| deb::file_name(source, name));
        let names = [target.archive_name(source), target.list_name(source)];
        let others = [rpm::file_name(source, &target), wheel::file_name(source, &target)];
        for name in names.into_iter().chain(package).chain(others.into_iter().flatten()) {
            if !folder.join(&name).is_file() {
                return Err(format!("{name} is not in {}", folder.display()).into());
            }
        }
    }
    Ok(())
}

fn empty(folder: &Path) -> Outcome<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    Ok(fs::create_dir_all(folder)?)
}

#[cfg(test)]
mod tests;
