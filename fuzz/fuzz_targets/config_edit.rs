//! The editor of shared files: the first two bytes choose what is changed, the rest is the file. What is saved reads back as the change
//! and nothing else, a setting that is added is one line more, and taken out again it leaves the file as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_config::{Change, Contents, Document, Files, SectionEdit, SectionName, Settings};
use sso_cp_fuzz::Home;

const KEYS: [&str; 4] = ["region", "sso_region", "credential_process", "s3"];

fuzz_target!(|bytes: &[u8]| {
    let [which, how, file @ ..] = bytes else { return };
    let section = match which % 3 {
        0 => SectionName::Profile("dev".to_owned()),
        1 => SectionName::Profile("default".to_owned()),
        _ => SectionName::SsoSession("corp".to_owned()),
    };
    let home = Home::with_config(file);
    let files = Files::locate(&home.env()).expect("there is a home");
    changed(&files, file, &section, KEYS[usize::from(*how) % 4], usize::from(*how) / 4 % 3);
    home.write_config(file);
    added_and_removed(&files, file, &section);
});

/// A change of whatever stands there.
fn changed(files: &Files, file: &[u8], section: &SectionName, key: &str, how: usize) {
    let Ok(document) = Document::config(files) else { return };
    assert_eq!(document.before(), file);
    let before = document.contents().clone();
    let change = match how {
        0 => Change::set(key, "eu-west-1"),
        1 => Change::remove(key),
        _ => Change::Rename {
            old: key.to_owned(),
            key: "sso_cp_probe".to_owned(),
            value: "x".to_owned(),
        },
    };
    if !save(document, section, vec![change.clone()]) {
        return;
    }
    let after = read(files);
    assert_eq!(others(&before, section), others(&after, section), "another section has changed");
    let settings = |contents: &Contents| contents.settings(section).cloned().unwrap_or_default();
    let (mut was, mut is) = (settings(&before), settings(&after));
    match change {
        Change::Set { .. } => assert_eq!(is.remove(key).as_deref(), Some("eu-west-1")),
        Change::Remove { .. } => assert_eq!(is.get(key), None),
        Change::Rename { .. } => {
            assert_eq!(is.remove("sso_cp_probe").as_deref(), Some("x"));
            was.remove("sso_cp_probe");
        }
    }
    was.remove(key);
    assert_eq!(was, is, "another setting has changed");
}

/// A setting that nobody has, and its end.
fn added_and_removed(files: &Files, file: &[u8], section: &SectionName) {
    let Ok(document) = Document::config(files) else { return };
    let is_there = document.contents().has(section);
    let settings = document.contents().settings(section);
    if !is_there || settings.is_some_and(|settings| settings.contains_key("sso_cp_probe")) {
        return;
    }
    if !save(document, section, vec![Change::set("sso_cp_probe", "x")]) {
        return;
    }
    let document = Document::config(files).expect("what was saved can be read");
    let with = document.before().to_vec();
    let start = file.iter().zip(&with).take_while(|(one, other)| one == other).count();
    let inserted = with.len() - file.len();
    let is_one_piece =
        (0..=start).rev().take(inserted + 1).any(|start| with[start + inserted..] == file[start..]);
    assert!(is_one_piece, "more than one place has changed");
    assert!(save(document, section, vec![Change::remove("sso_cp_probe")]), "it cannot be removed");
    let without = std::fs::read(&files.config).expect("it was saved");
    let line_end: &[&[u8]] = &[b"", b"\n", b"\r\n", b"\r"];
    // A last line without its end gets one, and keeps it.
    let is_as_before = line_end.iter().any(|end| without == [file, end].concat());
    assert!(is_as_before, "{}\n-->\n{}", file.escape_ascii(), without.escape_ascii());
}

fn read(files: &Files) -> Contents {
    Document::config(files).expect("what was saved can be read").contents().clone()
}

/// Whether the change was made; one that cannot be made safely is refused.
fn save(mut document: Document, section: &SectionName, changes: Vec<Change>) -> bool {
    let edit = SectionEdit { section: section.clone(), changes };
    if document.edit(&[edit]).is_err() || document.check().is_err() {
        return false;
    }
    // As [`Document::save`] does, without waiting for the disk.
    std::fs::write(document.path(), document.after()).expect("memory is to be had");
    true
}

fn others(contents: &Contents, section: &SectionName) -> Vec<(SectionName, Option<Settings>)> {
    let others = contents.names().filter(|name| *name != section);
    others.map(|name| (name.clone(), contents.settings(name).cloned())).collect()
}
