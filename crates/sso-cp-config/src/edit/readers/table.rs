//! The verdicts about the tools, held to what the tools made of odd files: `tests/grammar/table.json`, which
//! `cargo xtask grammar` writes.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::{Contents, Settings, Tool, View};

/// What a tool read: the settings of each section, or nothing where it refused the file.
type Read = Option<BTreeMap<String, Settings>>;

#[test]
fn doctor_says_of_each_file_what_each_tool_makes_of_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/grammar/table.json");
    let table: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let rows = table["files"].as_array().unwrap();
    assert!(rows.len() > 100);
    let mut wrong = Vec::new();
    for row in rows {
        let credentials = Contents::default();
        let view =
            View::of(Path::new("config"), row["text"].as_str().unwrap().as_bytes(), &credentials)
                .unwrap();
        for (column, tool) in [
            ("aws-cli", Tool::AwsCli),
            ("rust", Tool::Rust),
            ("js", Tool::Js),
            ("ruby", Tool::Ruby),
        ] {
            let read = row["read"].get(column).unwrap().clone();
            let read: Read = serde_json::from_value(read).unwrap();
            for problem in differences(&view, tool, read.as_ref()) {
                wrong.push(format!("{column}: {}: {problem}", row["what"].as_str().unwrap()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} verdicts are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn differences(
    view: &View<'_>,
    tool: Tool,
    read: Option<&BTreeMap<String, Settings>>,
) -> Vec<String> {
    let Some(read) = read else {
        return if view.refuses(tool) {
            Vec::new()
        } else {
            vec!["it refuses the file".to_owned()]
        };
    };
    if view.refuses(tool) {
        return vec!["it reads the file".to_owned()];
    }
    let nothing = Settings::new();
    let mut differences = Vec::new();
    for section in view.contents.names() {
        let title = section.to_string();
        let ours = view.contents.settings(section).unwrap_or(&nothing);
        if view.is_unsure(tool, section) {
            continue;
        }
        let expected = view.settings(tool, section).unwrap_or_default();
        let found = read.get(&title).unwrap_or(&nothing);
        for (key, value) in ours.iter().filter(|(_, value)| !value.is_empty()) {
            if !KEYS.contains(&key.as_str()) {
                continue;
            }
            let (said, seen) = (expected.get(key), found.get(key));
            match (said, seen) {
                (Some(said), Some(seen)) if said == seen => {}
                (None, seen) if seen.map(String::as_str) != Some(meant(value)) => {}
                _ => differences.push(format!("[{title}] {key}: {said:?} and not {seen:?}")),
            }
        }
    }
    differences
}

/// What a person means by a value in quotes.
fn meant(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(value)
}

/// What the table has; the readers leave other keys out.
const KEYS: [&str; 6] = [
    "credential_process",
    "region",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_start_url",
];
