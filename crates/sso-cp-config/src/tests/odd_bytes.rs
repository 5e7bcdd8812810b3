//! The short version of what `fuzz/` does for minutes: whatever stands in a file, no reader panics.

use super::{HOME, Scratch};
use crate::{Env, Error, Files, LintedFile, Listing, Selection, SessionName};

/// How many files; each is written and read by all readers.
const FILES: u32 = 500;

const SEEDS: [&[u8]; 3] = [
    b"[default]\nregion = us-east-1\n\n[profile dev]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\n\
      sso_cp_role_name = ReadOnly\ncredential_process = sso-cp --profile dev\n\n[sso-session corp]\n\
      sso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
    b"\xef\xbb\xbf[ profile \"dev\" ] # x\r\nrole_arn : arn:aws:iam::444455556666:role/Deploy\r\nsource_profile = old\r\n\
      s3 =\r\n    max_queue_size = 5\r\n; c\r\n[profile old]\r\nsso_start_url=https://d-1.awsapps.com/start\r\nsso_region=us-east-1\r\n\
      sso_account_id=1\r\nsso_role_name=R\r\n",
    b"[services x]\nsso =\n  endpoint_url = http://127.0.0.1:1\n[profile dev]\nservices = x\nsso_session = corp\n\
      sso_account_id = 111122223333\nsso_role_name = R\n[sso-session corp\nsso_region\n",
];

/// A file in memory is read as one that goes by piece by piece.
fn same_by_both_readers(files: &Files, env: &Env, bytes: &[u8]) {
    let listing = Listing::read(files, env).unwrap();
    let names = crate::names(files).unwrap();
    let listed: Vec<_> = listing.profiles().map(|profile| profile.name.to_owned()).collect();
    assert_eq!(listed, names.profiles, "{}", bytes.escape_ascii());
    for name in listed.iter().filter(|name| !name.contains(char::REPLACEMENT_CHARACTER)) {
        let piece_by_piece = crate::target(&Selection::Profile(name.clone()), files, env);
        let in_memory = listing.target(name, env);
        match (&piece_by_piece, &in_memory) {
            (Ok(one), Ok(other)) => assert_eq!(one, other, "{}", bytes.escape_ascii()),
            // Of several bad lines, either may be met first.
            (Err(Error::BadLine { .. }), Err(Error::BadLine { .. })) => {}
            // What was probably meant is looked up for one profile alone.
            (Err(one), Err(other)) => {
                assert!(one.to_string().starts_with(&other.to_string()), "{one} {other}");
            }
            _ => panic!("{piece_by_piece:?} {in_memory:?} {}", bytes.escape_ascii()),
        }
    }
}

#[test]
fn no_bytes_make_a_reader_panic() {
    let scratch = Scratch::new();
    let path = scratch.home().join(".aws/config");
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    let mut resolved = 0;
    mutations::each(FILES, &SEEDS, |bytes| {
        std::fs::write(&path, bytes).unwrap();
        let dev = Selection::Profile("dev".to_owned());
        resolved += usize::from(crate::target(&dev, &files, &env).is_ok());
        let corp = Selection::SsoSession("corp".to_owned());
        if let Ok(session) = crate::session(&corp, &files, &env) {
            assert_eq!(session.name, SessionName::Named("corp".to_owned()));
            assert!(crate::is_region(&session.region), "{}", bytes.escape_ascii());
        }
        let _ = crate::survey(&files);
        same_by_both_readers(&files, &env, bytes);
        let lines = 1 + bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
        for kind in [LintedFile::Config, LintedFile::Credentials] {
            for flaw in crate::lint(&path, kind).into_iter().flatten() {
                assert!((1..=lines).contains(&flaw.line), "{}", bytes.escape_ascii());
            }
        }
    });
    assert!(resolved > 0, "no file was good");
}
