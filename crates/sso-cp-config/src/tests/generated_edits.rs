//! Edits of generated odd files: every byte that is not ours stays, the reader sees the change and no
//! other, and other people's readers see what ours sees.

use std::path::Path;

use mutations::Dice;

use super::{HOME, Scratch};
use crate::{Change, Contents, Document, Env, Files, SectionEdit, SectionName, Settings};

/// How many files; each takes some tens of microseconds.
const FILES: u64 = 4000;

/// A file with one section and one key that are ours to change.
struct Odd {
    bytes: Vec<u8>,
    /// Where the key stands with its value, if it stands there at all.
    owned: Option<std::ops::Range<usize>>,
}

const HEADERS: [&[u8]; 6] = [
    b"[profile dev]",
    b"[profile  dev]",
    b"[profile \"dev\"]",
    b"[profile\tdev] # work",
    b"\t[profile dev]",
    b"[ profile dev ]",
];

const OWNED: [&[u8]; 11] = [
    b"region = x",
    b"REGIOn=x",
    b"Region : x",
    b"region\t=  x ; why",
    b"region =",
    b"region = x%",
    b"region =N    a = bN    c = d",
    b"region = xN    moreN\t# insideN   still more",
    b"region = xNN    behind a blank line",
    b"region=\"x\"",
    b"region = a\\",
];

const OTHERS: [&[u8]; 14] = [
    b"output = json",
    b"  ",
    b"",
    b"# a comment",
    b"  ; indented",
    b"#region = commented out",
    b"regional=1",
    b"s3 =N    max_queue_size = 5N    # hmN    b: c",
    b"odd_bytes = caf\xe9",
    b"# \xff\xfe",
    b"path = C:\\temp\\",
    b"quoted = \"a # b\"",
    b"KEY_WITH_%41 = 50%",
    b"long = 1N   2N   3",
];

const SECTIONS: [&[u8]; 9] = [
    b"[default]Nregion = dN",
    b"[profile devel]Nregion = dN\tmoreN",
    b"[sso-session dev]Nsso_region = rN",
    b"[services dev]Nsso =N  endpoint_url = http://127.0.0.1N",
    b"[dev]Nregion = dN",
    b"[profile 'a b']Nregion=dN",
    b"[profile a]b] tailNjunk without a delimiterN",
    b"[Profile dev]Nregion = dN",
    b"# just a commentNN",
];

fn odd(dice: &mut Dice) -> Odd {
    let line_end = dice.pick(&[&b"\n"[..], b"\n", b"\r\n", b"\r"]);
    let mut bytes = dice.pick(&[&b""[..], b"", b"", b"\xef\xbb\xbf"]).to_vec();
    let put = |text: &[u8], bytes: &mut Vec<u8>| {
        for byte in text {
            match byte {
                b'N' => bytes.extend_from_slice(line_end),
                byte => bytes.push(*byte),
            }
        }
    };
    for _ in 0..dice.roll(3) {
        put(dice.pick(&SECTIONS), &mut bytes);
    }
    put(dice.pick(&HEADERS), &mut bytes);
    put(b"N", &mut bytes);
    let mut owned = None;
    let indent = dice.pick(&[&b""[..], b"", b"  "]);
    let with = dice.roll(4) > 0;
    let (before, after) = (dice.roll(4), dice.roll(4));
    let mut left: Vec<&[u8]> = OTHERS.to_vec();
    for place in 0..=before + after {
        let text = match place == before {
            true if with => dice.pick(&OWNED),
            true => continue,
            false => left.swap_remove(dice.roll(left.len())),
        };
        let start = bytes.len();
        // What is indented deeper below a key continues its value, so nothing of ours begins so.
        let is_key = text.first().is_some_and(u8::is_ascii_alphabetic);
        put(if is_key { indent } else { b"" }, &mut bytes);
        put(text, &mut bytes);
        if place == before {
            owned = Some(start..bytes.len());
        }
        put(b"N", &mut bytes);
    }
    if dice.roll(3) == 0 {
        let end = bytes.len() - line_end.len();
        bytes.truncate(end);
    } else {
        for _ in 0..dice.roll(3) {
            put(dice.pick(&SECTIONS), &mut bytes);
        }
    }
    Odd { bytes, owned }
}

fn dev() -> SectionName {
    SectionName::Profile("dev".to_owned())
}

/// The file after one change, and what the reader saw before and sees now.
fn changed(scratch: &Scratch, bytes: &[u8], change: Change) -> (Vec<u8>, Contents, Contents) {
    let config = scratch.home().join(".aws/config");
    std::fs::write(&config, bytes).unwrap();
    let files = Files::locate(&Env::listed([(HOME, scratch.home())])).unwrap();
    let mut document = Document::config(&files).unwrap();
    let before = document.contents().clone();
    let edits = [SectionEdit { section: dev(), changes: vec![change] }];
    document.edit(&edits).unwrap_or_else(|error| panic!("{error}\n{}", shown(bytes)));
    // As [`Document::save`] does, without waiting for the disk thousands of times.
    document.check().unwrap_or_else(|error| panic!("{error}\n{}", shown(bytes)));
    std::fs::write(&config, document.after()).unwrap();
    let now = Document::config(&files).unwrap();
    (now.before().to_vec(), before, now.contents().clone())
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string().replace("\\n", "\\n\n").replace("\\r", "\\r\n")
}

/// The settings of all sections, the change made in ours.
fn settings(contents: &Contents, region: Option<&str>) -> Vec<(SectionName, Option<Settings>)> {
    let of = |name: &SectionName| {
        let mut settings = contents.settings(name).cloned();
        if let (Some(settings), true) = (&mut settings, *name == dev()) {
            settings.remove("region");
            settings.extend(region.map(|value| ("region".to_owned(), value.to_owned())));
        }
        (name.clone(), settings)
    };
    contents.names().map(of).collect()
}

#[test]
fn every_byte_that_is_not_ours_stays() {
    let mut dice = Dice(0x5eed_0f5e_ed00_0001);
    let scratch = Scratch::new();
    for _ in 0..FILES {
        let Odd { bytes, owned } = odd(&mut dice);
        let (after, was, is) = changed(&scratch, &bytes, Change::set("region", "eu-west-1"));
        assert_eq!(settings(&was, Some("eu-west-1")), settings(&is, Some("eu-west-1")));
        assert_eq!(is.settings(&dev()).unwrap()["region"], "eu-west-1", "{}", shown(&bytes));
        let context = || format!("{}\n-->\n{}", shown(&bytes), shown(&after));
        match &owned {
            Some(range) => {
                assert!(after.starts_with(&bytes[..range.start]), "{}", context());
                assert!(after.ends_with(&bytes[range.end..]), "{}", context());
            }
            None => assert!(is_inserted(&bytes, &after), "{}", context()),
        }

        let (after, was, is) = changed(&scratch, &bytes, Change::remove("region"));
        assert_eq!(settings(&was, None), settings(&is, None));
        let expected = match owned {
            Some(range) => {
                let end = after_line_end(&bytes, range.end);
                [&bytes[..range.start], &bytes[end..]].concat()
            }
            None => bytes.clone(),
        };
        assert_eq!(shown(&after), shown(&expected), "{}", shown(&bytes));
    }
}

fn after_line_end(bytes: &[u8], at: usize) -> usize {
    match &bytes[at..] {
        [b'\r', b'\n', ..] => at + 2,
        [_, ..] => at + 1,
        [] => at,
    }
}

/// Whether the one is the other with one line more.
fn is_inserted(before: &[u8], after: &[u8]) -> bool {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let rest = &before[start..];
    let inserted = after.len() - before.len();
    // Where the neighbours are alike, the line may seem to begin earlier.
    (0..=start).rev().take(inserted).any(|start| {
        let line = &after[start..start + inserted];
        let is_line = line.trim_ascii() == b"region = eu-west-1";
        is_line && [&after[..start], &after[start + inserted..]].concat() == before
    }) && rest.len() <= after.len()
}

/// What Python's configparser and botocore must see: as before, but for the change.
const PYTHON: &str = r#"
import configparser, json, sys
try:
    import botocore.configloader as botocore
except ImportError:
    print("no botocore"); sys.exit(0)
def parse(path):
    parser = configparser.RawConfigParser(default_section=None)
    try:
        parser.read(path, encoding="utf-8")
        plain = {s: dict(parser.items(s)) for s in parser.sections()}
        return plain, botocore.load_config(path)
    except Exception:
        return None
compared = 0
for number in range(int(sys.argv[2])):
    old = parse(f"{sys.argv[1]}/{number}.before")
    if old is None:
        continue
    profile = old[1]["profiles"].get("dev")
    if profile is None:
        continue
    new = parse(f"{sys.argv[1]}/{number}.after")
    assert new is not None, number
    profile["region"] = "eu-west-1"
    sections = [name for name in old[0] if name.replace('"', "").split() == ["profile", "dev"]]
    old[0][sections[0]]["region"] = "eu-west-1"
    assert new[0] == old[0], (number, old[0], new[0])
    for kind in ("profiles", "sso_sessions", "services"):
        assert new[1].get(kind) == old[1].get(kind), (number, old[1], new[1])
    compared += 1
print("compared", compared)
"#;

#[test]
fn python_and_botocore_see_what_we_wrote() {
    let Some(python) = Env::process().raw("SSO_CP_TEST_PYTHON") else {
        eprintln!(
            "SKIPPED: python_and_botocore_see_what_we_wrote: SSO_CP_TEST_PYTHON names no Python"
        );
        return;
    };
    let mut dice = Dice(0x5eed_0f5e_ed00_0002);
    let (scratch, pairs) = (Scratch::new(), Scratch::new());
    let count = FILES / 4;
    for number in 0..count {
        let Odd { bytes, .. } = odd(&mut dice);
        let (after, ..) = changed(&scratch, &bytes, Change::set("region", "eu-west-1"));
        let put = |end: &str, bytes: &[u8]| {
            std::fs::write(pairs.home().join(format!("{number}.{end}")), bytes).unwrap();
        };
        put("before", &bytes);
        put("after", &after);
    }
    assert!(compared(&python, pairs.home(), count) > count / 20);
}

fn compared(python: &std::ffi::OsStr, pairs: &Path, count: u64) -> u64 {
    let mut command = std::process::Command::new(python);
    let output = command.args(["-c", PYTHON]).arg(pairs).arg(count.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said.trim().strip_prefix("compared ").and_then(|number| number.parse().ok()).unwrap_or(count)
}
