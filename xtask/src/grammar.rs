//! `cargo xtask grammar`: small odd config files, read by the tools themselves; what each made of them is committed as
//! `tests/grammar/table.json`, and a test of `sso-cp-config` holds the verdicts of `doctor` to that table.
//!
//! The tools are found as the tests find them (CONTRIBUTING.md); Ruby in `PATH`. Outside of `.ci/run`: it is run when a tool
//! has a new version, or a verdict is to be changed. The column of a tool that is missing stays as it was.

mod samples;

use crate::scratch::Scratch;
use crate::workspace::{Outcome, cargo, find_program, root, target_dir};
use argh::FromArgs;
use samples::Sample;
use serde_json::{Map, Value, json};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::{env, thread};

/// Have the AWS SDKs read odd config files, and write what they made of them to tests/grammar/table.json
#[derive(FromArgs)]
#[argh(subcommand, name = "grammar")]
pub(crate) struct Grammar {}

/// The keys that the samples use: the Rust SDK has no list of what it read.
pub(crate) const KEYS: [&str; 6] = [
    "credential_process",
    "region",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_start_url",
];

impl Grammar {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let samples = samples::all();
        let scratch = Scratch::new()?;
        let paths: Vec<PathBuf> =
            (0..samples.len()).map(|number| scratch.path().join(number.to_string())).collect();
        for (sample, path) in samples.iter().zip(&paths) {
            fs::write(path, &sample.text)?;
        }
        let table = root().join("tests/grammar/table.json");
        let before = fs::read_to_string(&table).ok();
        let before: Value = before.map_or(Ok(Value::Null), |text| serde_json::from_str(&text))?;
        let mut columns = Map::new();
        for (tool, command) in readers()? {
            let column = match command {
                Some(command) => Some(asked(command, &paths)?),
                None => None,
            };
            match (column, kept(&before, tool, &samples)) {
                (Some(column), _) => {
                    println!("{tool}: {}", column["version"].as_str().unwrap_or_default());
                    columns.insert(tool.to_owned(), column);
                }
                (None, Some(old)) => {
                    println!("{tool}: NOT INSTALLED; its column stays as it was");
                    columns.insert(tool.to_owned(), old);
                }
                (None, None) => println!("{tool}: NOT INSTALLED; it has no column"),
            }
        }
        fs::write(&table, written(&samples, &columns)?)?;
        println!("{} files of {} tools: {}", samples.len(), columns.len(), table.display());
        Ok(ExitCode::SUCCESS)
    }
}

/// The programs that read, each where its tool is installed.
fn readers() -> Outcome<[(&'static str, Option<Command>); 4]> {
    let scripts = root().join("tests/grammar");
    let run = |program: Option<PathBuf>, script: &str| {
        program.map(|program| {
            let mut command = Command::new(program);
            command.arg(scripts.join(script));
            command
        })
    };
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")));
    let cached = |path: &str| cache.as_deref().map(|cache| cache.join("sso-cp-ci").join(path));
    let found = |variable: &str, path: &str| {
        let chosen = env::var_os(variable).map(PathBuf::from);
        chosen.or_else(|| cached(path)).filter(|path| path.exists())
    };
    let python = found("SSO_CP_TEST_PYTHON", "python/bin/python");
    let modules = found("SSO_CP_TEST_NODE_MODULES", "node/node_modules");
    let js = modules.and_then(|modules| {
        let mut command = run(find_program("node"), "read.js")?;
        command.env("NODE_PATH", modules);
        Some(command)
    });
    let ruby = run(find_program("ruby"), "read.rb").filter(|_| has_ruby_sdk());
    Ok([("aws-cli", run(python, "read.py")), ("rust", Some(rust()?)), ("js", js), ("ruby", ruby)])
}

fn has_ruby_sdk() -> bool {
    let asked = Command::new("ruby").args(["-e", "require 'aws-sdk-core'"]).output();
    asked.is_ok_and(|output| output.status.success())
}

/// The reader of the Rust SDK, built.
fn rust() -> Outcome<Command> {
    let manifest = root().join("tests/real-clients/rust-sdk/Cargo.toml");
    let folder = target_dir()?.join("rust-sdk");
    let mut build = cargo();
    build.args(["build", "--quiet", "--bin", "grammar", "--manifest-path"]).arg(manifest);
    crate::workspace::run(build.arg("--target-dir").arg(&folder))?;
    let mut command = Command::new(folder.join("debug/grammar"));
    command.args(KEYS);
    Ok(command)
}

/// What a reader says of the files.
fn asked(mut command: Command, paths: &[PathBuf]) -> Outcome<Value> {
    let list = serde_json::to_vec(paths)?;
    // The readers take no settings of the person who runs this.
    command
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    let writing = thread::spawn(move || stdin.write_all(&list));
    let output = child.wait_with_output()?;
    // Who ends early has said why on stderr.
    let _ = writing.join();
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout)?),
        false => Err(format!("a reader ended with {}", output.status).into()),
    }
}

/// A tool's column of the table as it was, where it is of the same files.
fn kept(before: &Value, tool: &str, samples: &[Sample]) -> Option<Value> {
    let version = before["tools"].get(tool)?;
    let rows = before["files"].as_array()?;
    let files = samples.iter().map(|sample| {
        let row = rows.iter().find(|row| row["text"].as_str() == Some(&sample.text))?;
        row["read"].get(tool).cloned()
    });
    Some(json!({ "version": version, "files": files.collect::<Option<Vec<_>>>()? }))
}

/// The table, one line per file, so that a change of one is a change of one line.
fn written(samples: &[Sample], columns: &Map<String, Value>) -> Outcome<String> {
    let versions: Map<String, Value> =
        columns.iter().map(|(tool, column)| (tool.clone(), column["version"].clone())).collect();
    let mut text = format!("{{\"tools\":{},\"files\":[", serde_json::to_string(&versions)?);
    for (number, sample) in samples.iter().enumerate() {
        let read: Map<String, Value> = columns
            .iter()
            .map(|(tool, column)| (tool.clone(), known_keys(&column["files"][number])))
            .collect();
        let row = json!({ "what": sample.what, "text": sample.text, "read": read });
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        text.push_str(&serde_json::to_string(&row)?);
    }
    text.push_str("\n]}\n");
    Ok(text)
}

/// What was read, without the keys that no sample is about.
fn known_keys(read: &Value) -> Value {
    let Value::Object(sections) = read else { return Value::Null };
    let sections = sections.iter().map(|(title, settings)| {
        let mut settings = settings.clone();
        if let Value::Object(settings) = &mut settings {
            settings.retain(|key, _| KEYS.contains(&key.as_str()));
        }
        (title.clone(), settings)
    });
    Value::Object(sections.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_about_these_samples() {
        let table = fs::read_to_string(root().join("tests/grammar/table.json")).unwrap();
        let table: Value = serde_json::from_str(&table).unwrap();
        let texts = table["files"].as_array().unwrap().iter().map(|row| row["text"].as_str());
        let texts: Vec<_> = texts.collect();
        let samples = samples::all();
        assert_eq!(texts, samples.iter().map(|sample| Some(&*sample.text)).collect::<Vec<_>>());
        for tool in ["aws-cli", "rust", "js", "ruby"] {
            assert!(kept(&table, tool, &samples).is_some(), "{tool}");
        }
    }
}
