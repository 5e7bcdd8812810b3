//! The shared config file: every reader of it, and the editor, which must keep what is not ours.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use sso_cp_config::{
    Change, Document, Env, Files, LintedFile, Listing, SectionEdit, SectionName, Selection,
};

/// A folder in memory, one for each fuzzing process.
fn home() -> &'static PathBuf {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| {
        let shared_memory = PathBuf::from("/dev/shm");
        let parent = if shared_memory.is_dir() { shared_memory } else { std::env::temp_dir() };
        let home = parent.join(format!("sso-cp-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(home.join(".aws")).expect("memory is to be had");
        home
    })
}

fuzz_target!(|bytes: &[u8]| {
    let path = home().join(".aws/config");
    std::fs::write(&path, bytes).expect("memory is to be had");
    let env = Env::listed([("HOME", home().as_os_str())]);
    let files = Files::locate(&env).expect("there is a home");
    let dev = || Selection::Profile("dev".to_owned());
    let _ = sso_cp_config::target(&dev(), &files, &env);
    let _ = sso_cp_config::session(&Selection::SsoSession("corp".to_owned()), &files, &env);
    let _ = sso_cp_config::settings_as_default("dev", &files);
    let _ = Listing::read(&files, &env);
    let _ = sso_cp_config::survey(&files);
    let _ = sso_cp_config::lint(&path, LintedFile::Config);
    let Ok(mut document) = Document::config(&files) else { return };
    assert_eq!(document.before(), bytes);
    let edit = SectionEdit {
        section: SectionName::Profile("dev".to_owned()),
        changes: vec![Change::set("region", "eu-west-1")],
    };
    if document.edit(&[edit]).is_ok() {
        // The change is there for the reader too.
        std::fs::write(&path, document.after()).expect("memory is to be had");
        let contents = document.contents();
        assert!(contents.has(&SectionName::Profile("dev".to_owned())));
    }
});
