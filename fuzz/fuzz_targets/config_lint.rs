//! The shared config file as the doctor looks at it, line by line, and as the completions list it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_config::{Files, LintedFile};
use sso_cp_fuzz::Home;

fuzz_target!(|bytes: &[u8]| {
    let home = Home::with_config(bytes);
    let files = Files::locate(&home.env()).expect("there is a home");
    let lines = 1 + bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    for kind in [LintedFile::Config, LintedFile::Credentials] {
        for flaw in sso_cp_config::lint(&files.config, kind).into_iter().flatten() {
            assert!((1..=lines).contains(&flaw.line), "line {} of {lines}", flaw.line);
        }
    }
    let _ = sso_cp_config::survey(&files);
    let _ = sso_cp_config::names(&files);
});
