//! `cargo xtask clients`: real clients run against the program and the stand-in for AWS, and the table of what they did in
//! `docs/clients.md`. A client that is missing is a row that says so; one that behaves in another way than before is a diff.
//!
//! They are installed from PyPI and npm into a folder of their own, `~/.cache/sso-cp-clients`; those that Debian has are
//! found in `PATH`. Outside of `.ci/run`: it takes minutes, and downloads some hundred megabytes at first.

mod client;
mod install;
mod s3;
mod trial;

use crate::scratch::Scratch;
use crate::workspace::{Outcome, cargo, root, run, target_dir};
use argh::FromArgs;
use client::{CLIENTS, Client, Helper};
use install::{Wanted, install};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};
use trial::{Trial, Verdict};

/// Run real clients against the program and write what they do to docs/clients.md
#[derive(FromArgs)]
#[argh(subcommand, name = "clients")]
pub(crate) struct Clients {
    /// only this client, and only its row is written
    #[argh(option)]
    only: Option<String>,
    /// install nothing
    #[argh(switch)]
    offline: bool,
    /// take the newest version of each, where others are installed
    #[argh(switch)]
    upgrade: bool,
}

const BEGIN: &str = "<!-- clients: begin -->\n";
const END: &str = "<!-- clients: end -->";

impl Clients {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        run(cargo().args(["build", "--quiet", "--package", "sso-cp"]))?;
        let program = target_dir()?.join("debug").join("sso-cp");
        let folder = cache_folder()?;
        let wanted = |client: &&Client| self.only.as_deref().is_none_or(|only| only == client.name);
        let mut rows = Vec::new();
        for client in CLIENTS.iter().filter(wanted) {
            if !self.offline {
                let wanted = if self.upgrade { Wanted::Newest } else { Wanted::Any };
                install(client, &folder, wanted);
            }
            let row = row(client, &folder, &program)?;
            println!("{row}");
            rows.push(row);
        }
        write(&rows, self.only.as_deref())?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Where clients are installed.
fn cache_folder() -> Outcome<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let folder = cache.ok_or("neither XDG_CACHE_HOME nor HOME is set")?.join("sso-cp-clients");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Everything that is tried with one client.
fn row(client: &Client, folder: &Path, program: &Path) -> Outcome<String> {
    let scratch = Scratch::new()?;
    let begin = |name: &str| Trial::new(client, folder, program, &scratch.path().join(name));
    let resolved = begin("resolve")?.signed_in()?.run(1, 1)?;
    let Some(version) = resolved.version.clone() else {
        return Ok(format!("| {} | not installed | | | | | |", client.name));
    };
    let over = begin("over")?.run(1, 1)?;
    let near = begin("near")?.signed_in()?.ending_soon()?.run(3, 1)?;
    let crowd = begin("crowd")?.signed_in()?.run(1, 8)?;
    let endpoint = match client.helper {
        Helper::Kubeconfig => "-".to_owned(),
        _ => {
            let found = begin("endpoint")?.signed_in()?.at_the_endpoint().run(1, 1)?;
            found.verdict().to_string()
        }
    };
    let by_helper = |text: String| match client.helper {
        Helper::Unknown => "-".to_owned(),
        _ => text,
    };
    Ok(format!(
        "| {} | {version} | {} | {} | {} | {} | {endpoint} |",
        client.name,
        by_helper(resolved.verdict().to_string()),
        by_helper(failing(&over.verdict())),
        by_helper(near.helper_runs.to_string()),
        by_helper(crowd.helper_runs.to_string()),
    ))
}

/// What is seen where a person has to sign in.
fn failing(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Error { has_our_words: true } => "our words".to_owned(),
        Verdict::Error { has_our_words: false } => "another error".to_owned(),
        other => other.to_string(),
    }
}

/// Writes the rows into the document, and says which of them are new. With a name it is that client's row alone, in the place of the one before.
fn write(rows: &[String], only: Option<&str>) -> Outcome<()> {
    let path = root().join("docs").join("clients.md");
    let text = fs::read_to_string(&path)?;
    let (before, rest) =
        text.split_once(BEGIN).ok_or("docs/clients.md has no place for the table")?;
    let (old, behind) = rest.split_once(END).ok_or("docs/clients.md has no end of the table")?;
    for row in rows.iter().filter(|row| !old.lines().any(|line| line == row.as_str())) {
        println!("changed: {row}");
    }
    let head = "| client | version | helper | sign-in over | runs | eight at once | endpoint |\n\
                | --- | --- | --- | --- | --- | --- | --- |";
    let table = match only.zip(rows.first()) {
        None => format!("{head}\n{}\n", rows.join("\n")),
        Some((name, row)) => {
            let start = format!("| {name} |");
            let line =
                |line: &str| if line.starts_with(&start) { row.clone() } else { line.to_owned() };
            old.lines().map(|it| line(it) + "\n").collect()
        }
    };
    Ok(fs::write(path, format!("{before}{BEGIN}{table}{END}{behind}"))?)
}
