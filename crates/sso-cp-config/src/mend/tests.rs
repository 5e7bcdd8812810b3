//! Each step, and every file of the table that the SDKs made.

use super::*;
use crate::lint;

#[track_caller]
fn config(before: &str, after: &str) {
    let mended = mended(before.as_bytes(), LintedFile::Config);
    assert_eq!(String::from_utf8_lossy(&mended), after, "{before:?}");
}

#[test]
fn what_can_be_mended_is() {
    for (before, after) in [
        ("\u{feff}[default]\n", "[default]\n"),
        ("[default]\rregion = a\r", "[default]\nregion = a\n"),
        ("region = a\n[default]\n", "# region = a\n[default]\n"),
        (" [profile p]\nregion = a\n", "[profile p]\nregion = a\n"),
        ("[profile p]# c\r\nregion = a\r\n", "[profile p]\r\n# c\r\nregion = a\r\n"),
        ("[profile p] c\nregion = a\n", "[profile p]\n# c\nregion = a\n"),
        ("[ profile  p ]\n", "[profile p]\n"),
        ("[profile \"p\"]\nregion = a\n", "[profile p]\nregion = a\n"),
        ("[p]\nregion = a\n", "[profile p]\nregion = a\n"),
        ("[sso_session p]\nsso_region = a\n", "[sso-session p]\nsso_region = a\n"),
        ("[profile p]\nregion: a\n", "[profile p]\nregion = a\n"),
        ("[profile p]\nREGION = a\n", "[profile p]\nregion = a\n"),
        (
            "[profile p]\n  region = a\n  s3 =\n    x = 1\n\n",
            "[profile p]\nregion = a\ns3 =\n  x = 1\n\n",
        ),
        ("[profile p]\nregion = a # c\n", "[profile p]\n# c\nregion = a\n"),
        ("[profile p]\nregion = 'a'\n", "[profile p]\nregion = a\n"),
        ("[profile p]\nwords\nregion = a\n", "[profile p]\n# words\nregion = a\n"),
        ("[profile p]\nregion = a\n  # c\n", "[profile p]\nregion = a\n# c\n"),
        ("[profile p]\nregion = a\nregion = b\n", "[profile p]\nregion = b\n"),
        (
            "[profile p]\nregion = a\noutput = x\n\n[profile q]\n[profile p]\nregion = b\n",
            "[profile p]\noutput = x\nregion = b\n\n[profile q]\n",
        ),
        ("[profile p]\nsso_cp_sesion = x\n", "[profile p]\nsso_cp_session = x\n"),
    ] {
        config(before, after);
    }
    let credentials = mended(b"[profile p]\naws_access_key_id = x\n", LintedFile::Credentials);
    assert_eq!(credentials, b"[p]\naws_access_key_id = x\n");
}

#[test]
fn what_would_do_harm_is_left() {
    for text in [
        // A second [profile p] would blind the AWS CLI.
        "[p]\nregion = a\n[profile p]\nregion = b\n",
        "[profile \"a b\"]\nregion = a\n",
        "[profile \u{e9}]\nregion = a\n",
        "[default]\nregion = a\n[profile default]\nregion = b\n",
    ] {
        config(text, text);
    }
}

/// Whatever the file: no flaw of a kind that was not there, no section that we read otherwise, and nothing left to do.
#[test]
fn every_file_of_the_table_is_better_afterwards_and_stays_so() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/grammar/table.json");
    let table: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut clean = 0;
    for row in table["files"].as_array().unwrap() {
        let before = row["text"].as_str().unwrap().as_bytes();
        let after = mended(before, LintedFile::Config);
        let [flaws, left] = [before, &after].map(|text| lint::all_flaws(text, FileKind::Config));
        assert!(left.len() <= flaws.len(), "{row}");
        assert_eq!(mended(&after, LintedFile::Config), after, "{row}");
        clean += usize::from(left.is_empty());
    }
    assert!(clean > 100, "{clean}");
}
