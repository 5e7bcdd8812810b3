//! Edits of files as users have them: what changes, and that nothing else does.

use super::{HOME, Scratch};
use crate::{
    Block, Change, Document, EditError, Env, Files, Saved, SectionEdit, SectionName, is_plain_name,
    why_not_a_value,
};

fn files(scratch: &Scratch) -> Files {
    Files::locate(&Env::listed([(HOME, scratch.home())])).unwrap()
}

fn profile(name: &str) -> SectionName {
    SectionName::Profile(name.to_owned())
}

fn edit(section: SectionName, changes: &[Change]) -> SectionEdit {
    SectionEdit { section, changes: changes.to_vec() }
}

/// What becomes of a config file, after the reader has read it back.
#[track_caller]
fn edited(before: &str, edits: &[SectionEdit]) -> String {
    let scratch = Scratch::new().with("config", before);
    let mut document = Document::config(&files(&scratch)).unwrap();
    document.edit(edits).unwrap();
    let saved = document.save().unwrap();
    let after = std::fs::read_to_string(&files(&scratch).config).unwrap();
    assert_eq!(saved == Saved::Unchanged, before == after);
    after
}

fn set(key: &str, value: &str) -> Change {
    Change::set(key, value)
}

#[test]
fn a_value_is_replaced_where_it_stands() {
    let dev = |changes: &[Change]| [edit(profile("dev"), changes)];
    let region = dev(&[set("region", "eu-west-1")]);
    for (before, after) in [
        ("[profile dev]\nregion = x\n", "[profile dev]\nregion = eu-west-1\n"),
        ("[profile dev]\n  Region=x", "[profile dev]\n  region=eu-west-1"),
        ("[profile dev]\r\nregion: x\r\nb=1\r\n", "[profile dev]\r\nregion = eu-west-1\r\nb=1\r\n"),
        ("[profile dev]\rregion\t=\tx\r", "[profile dev]\rregion\t=\teu-west-1\r"),
        ("[profile \"dev\"] ; mine\nregion = x\n y\n  z\n\n# c\nb=1\n", {
            "[profile \"dev\"] ; mine\nregion = eu-west-1\n\n# c\nb=1\n"
        }),
        ("[profile dev]\nregion =\n  a = b\nc = d\n", "[profile dev]\nregion = eu-west-1\nc = d\n"),
        ("[profile dev]\nregion = x # why\n", "[profile dev]\n# why\nregion = eu-west-1\n"),
        ("[profile dev]\nregion = eu-west-1\n", "[profile dev]\nregion = eu-west-1\n"),
        (
            "[profile dev]\n#region = x\na=1\n",
            "[profile dev]\n#region = x\na=1\nregion = eu-west-1\n",
        ),
        ("[default]\nregion = x\n[profile  dev]\nregion = x\n", {
            "[default]\nregion = x\n[profile  dev]\nregion = eu-west-1\n"
        }),
    ] {
        assert_eq!(edited(before, &region), after, "{before:?}");
    }
}

#[test]
fn a_new_setting_comes_below_the_last_one() {
    let new = [edit(profile("dev"), &[set("a", "1"), set("b", "2")])];
    for (before, after) in [
        ("[profile dev]\n", "[profile dev]\na = 1\nb = 2\n"),
        ("[profile dev]", "[profile dev]\na = 1\nb = 2"),
        ("[profile dev]\nx=1", "[profile dev]\nx=1\na = 1\nb = 2"),
        ("[profile dev]\nx=1\n # c\n\n[profile z]\n", {
            "[profile dev]\nx=1\na = 1\nb = 2\n # c\n\n[profile z]\n"
        }),
        ("[profile dev]\n  x=1\n  y=\n    n=1\n# c\n", {
            "[profile dev]\n  x=1\n  y=\n    n=1\n  a = 1\n  b = 2\n# c\n"
        }),
        (
            "[profile dev]\nx=1\n[profile dev]\n\n",
            "[profile dev]\nx=1\n[profile dev]\na = 1\nb = 2\n\n",
        ),
        // Found by fuzzing: the CR of another line and the LF that follows would be one line end.
        ("[z]\r[profile dev]\r\n\n#", "[z]\r[profile dev]\r\na = 1\r\nb = 2\r\n\n#"),
    ] {
        assert_eq!(edited(before, &new), after, "{before:?}");
    }
}

#[test]
fn a_new_section_comes_last_behind_a_blank_line() {
    let new = [edit(SectionName::SsoSession("corp".to_owned()), &[set("sso_region", "us-east-1")])];
    let section = "[sso-session corp]\nsso_region = us-east-1\n";
    for (before, between) in
        [("", ""), ("# only this", "\n\n"), ("[default]\na=1\n", "\n"), ("[default]\n\n", "")]
    {
        assert_eq!(edited(before, &new), format!("{before}{between}{section}"), "{before:?}");
    }
    let default = [edit(profile("default"), &[set("region", "us-east-1")])];
    assert_eq!(edited("", &default), "[default]\nregion = us-east-1\n");
    assert_eq!(edited("[profile default]\n[default]\n", &default), {
        "[profile default]\nregion = us-east-1\n[default]\n"
    });
}

#[test]
fn keys_go_with_their_whole_value_and_can_change_their_name() {
    let rename =
        Change::Rename { old: "old".to_owned(), key: "new".to_owned(), value: "v".to_owned() };
    let changes = [edit(profile("dev"), &[rename, Change::remove("gone")])];
    for (before, after) in [
        ("[profile dev]\nold = 1\ngone = 2\n more\nz = 3\n", "[profile dev]\nnew = v\nz = 3\n"),
        ("[profile dev]\nold = 1\nnew = 2\n", "[profile dev]\nnew = v\n"),
        ("[profile dev]\nGone=1\nx=1\ngone=2\n", "[profile dev]\nx=1\nnew = v\n"),
    ] {
        assert_eq!(edited(before, &changes), after, "{before:?}");
    }
}

#[test]
fn what_not_every_tool_reads_is_refused() {
    let scratch = Scratch::new().with("config", "[profile torn]\nnonsense\n");
    let mut document = Document::config(&files(&scratch)).unwrap();
    for name in ["a b", "it's", "", "x]", "ä", "a#b", "a\nb"] {
        assert!(!is_plain_name(name), "{name:?}");
        let refused = document.edit(&[edit(profile(name), &[set("a", "1")])]);
        assert!(matches!(refused, Err(EditError::BadName { .. })), "{name:?}");
    }
    for value in
        ["a\nb", "a\r", "a\0", "x #y", "x ;y", "#x", " x", "x ", "", "\"x\"", "'", "\u{9b}"]
    {
        assert!(why_not_a_value(value).is_some(), "{value:?}");
        let refused = document.edit(&[edit(profile("dev"), &[set("a", value)])]);
        assert!(matches!(refused, Err(EditError::BadValue { .. })), "{value:?}");
    }
    for value in ["x#y", "https://x/start/#/", "C:\\x\\", "50%", "é", "a = b", "say \"x\""] {
        assert_eq!(why_not_a_value(value), None, "{value:?}");
    }
    match document.edit(&[edit(profile("torn"), &[set("a", "1")])]) {
        Err(EditError::Read(crate::Error::BadLine { line, .. })) => assert_eq!(line, 2),
        other => panic!("{other:?}"),
    }
    assert!(!document.is_changed());
}

const TITLE: &str = "populate corp";

fn block<'a>(sections: &'a [(SectionName, Vec<(&'a str, String)>)]) -> Block<'a> {
    Block { title: TITLE, note: "ours", sections, comments: &[] }
}

fn sections(names: &[&str]) -> Vec<(SectionName, Vec<(&'static str, String)>)> {
    names.iter().map(|name| (profile(name), vec![("region", "x".to_owned())])).collect()
}

#[test]
fn a_block_is_rewritten_as_a_whole_where_it_stands() {
    let scratch = Scratch::new().with("config", "[default]\r\nregion = y");
    let write = |names: &[&str]| {
        let mut document = Document::config(&files(&scratch)).unwrap();
        document.replace_block(&block(&sections(names))).unwrap();
        let saved = document.save().unwrap();
        (saved, std::fs::read_to_string(&files(&scratch).config).unwrap())
    };
    let mine = "[default]\r\nregion = y\r\n\r\n";
    let (marks, end) =
        ("# >>> sso-cp populate corp >>>\r\n# ours\r\n\r\n", "# <<< sso-cp populate corp <<<\r\n");
    let (saved, text) = write(&["a", "b"]);
    assert_eq!(saved, Saved::Written);
    let ours = "[profile a]\r\nregion = x\r\n\r\n[profile b]\r\nregion = x\r\n\r\n";
    assert_eq!(text, format!("{mine}{marks}{ours}{end}"));
    assert_eq!(write(&["a", "b"]).0, Saved::Unchanged);
    std::fs::write(&files(&scratch).config, format!("{text}\r\n[profile z]\r\nq = 1")).unwrap();
    let (_, text) = write(&["c"]);
    let after = "\r\n[profile z]\r\nq = 1";
    assert_eq!(text, format!("{mine}{marks}[profile c]\r\nregion = x\r\n\r\n{end}{after}"));
    assert_eq!(write(&[]).1, format!("{mine}{after}"));
    assert_eq!(write(&[]).0, Saved::Unchanged);
}

#[test]
fn a_broken_block_and_a_section_that_stands_elsewhere_are_refused() {
    let begin = "# >>> sso-cp populate corp >>>\n";
    for (text, line) in [
        (begin.to_owned(), 1),
        ("# <<< sso-cp populate corp <<<\n".to_owned(), 1),
        (format!("{begin}{begin}"), 2),
        (format!("# <<< sso-cp populate corp <<<\n{begin}"), 2),
    ] {
        let scratch = Scratch::new().with("config", &text);
        let mut document = Document::config(&files(&scratch)).unwrap();
        match document.replace_block(&block(&sections(&["a"]))) {
            Err(EditError::BrokenBlock { line: found, .. }) => assert_eq!(found, line, "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
    }
    let scratch = Scratch::new().with("config", "[profile a]\n");
    let mut document = Document::config(&files(&scratch)).unwrap();
    let refused = document.replace_block(&block(&sections(&["a"])));
    assert!(matches!(refused, Err(EditError::NotAsIntended { .. })));
}

#[test]
fn who_edits_the_file_meanwhile_loses_nothing() {
    let scratch = Scratch::new().with("config", "[default]\n");
    let mut document = Document::config(&files(&scratch)).unwrap();
    document.edit(&[edit(profile("dev"), &[set("a", "1")])]).unwrap();
    std::fs::write(&files(&scratch).config, "[default]\nregion = x\n").unwrap();
    assert_eq!(document.save().unwrap(), Saved::ChangedMeanwhile);
    assert_eq!(
        std::fs::read_to_string(&files(&scratch).config).unwrap(),
        "[default]\nregion = x\n"
    );
    let names: Vec<_> = std::fs::read_dir(scratch.home().join(".aws")).unwrap().collect();
    assert_eq!(names.len(), 1, "nothing is left behind");
}

#[test]
#[cfg(unix)]
fn mode_and_link_stay_and_a_new_file_is_private() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o7777;
    let new = [edit(profile("dev"), &[set("a", "1")])];
    let scratch = Scratch::new().with("dotfile", "[default]\n");
    let aws = scratch.home().join(".aws");
    std::fs::set_permissions(aws.join("dotfile"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("dotfile", aws.join("config")).unwrap();
    let mut document = Document::config(&files(&scratch)).unwrap();
    document.edit(&new).unwrap();
    assert_eq!(document.save().unwrap(), Saved::Written);
    assert!(aws.join("config").is_symlink());
    assert_eq!(mode(&aws.join("dotfile")), 0o640);
    assert!(std::fs::read_to_string(aws.join("dotfile")).unwrap().contains("[profile dev]"));

    std::fs::remove_dir_all(&aws).unwrap();
    let mut document = Document::config(&files(&scratch)).unwrap();
    document.edit(&new).unwrap();
    assert_eq!(document.save().unwrap(), Saved::Written);
    assert_eq!((mode(&aws), mode(&aws.join("config"))), (0o700, 0o600));
}

#[test]
fn a_copy_never_takes_the_place_of_another() {
    let scratch = Scratch::new().with("config", "[default]\n");
    let document = Document::config(&files(&scratch)).unwrap();
    let copies = [(); 3].map(|()| document.keep_copy("before").unwrap().unwrap());
    let names = copies.clone().map(|path| path.file_name().unwrap().to_owned());
    assert_eq!(names, ["config.before", "config.before.2", "config.before.3"]);
    assert_eq!(std::fs::read(&copies[2]).unwrap(), b"[default]\n");
}

#[test]
fn five_thousand_profiles_are_changed_at_once() {
    let names: Vec<String> = (0..5000).map(|number| format!("account-{number}.ReadOnly")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut mine = String::new();
    for number in 0..5000 {
        mine.push_str(&format!("[profile mine-{number}]\nregion = eu-west-1\noutput = json\n\n"));
    }
    let scratch = Scratch::new().with("config", mine);
    let started = std::time::Instant::now();
    let mut document = Document::config(&files(&scratch)).unwrap();
    document.replace_block(&block(&sections(&names))).unwrap();
    assert_eq!(document.save().unwrap(), Saved::Written);
    let mut document = Document::config(&files(&scratch)).unwrap();
    document.replace_block(&block(&sections(&names[1..]))).unwrap();
    assert_eq!(document.save().unwrap(), Saved::Written);
    // What grows by the square would take minutes.
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
