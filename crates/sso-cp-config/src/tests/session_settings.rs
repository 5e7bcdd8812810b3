//! What sections of sessions say in our own keys.

use std::time::Duration;

use super::{HOME, Scratch};
use crate::{
    DeviceCode, Env, Error, Files, Prefetch, Selection, Session, SessionSettings, Store, Unlock,
    session,
};

fn read(selection: Selection, lines: &str) -> Result<Session, Error> {
    let config = format!(
        "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
         sso_region = us-east-1\n{lines}\n\
         [profile dev]\nsso_cp_session = corp\nsso_cp_account_id = 1\nsso_cp_role_name = R\n"
    );
    let scratch = Scratch::new().with("config", config);
    let env = Env::listed([(HOME, scratch.home())]);
    session(&selection, &Files::locate(&env).unwrap(), &env)
}

fn settings(lines: &str) -> Result<SessionSettings, Error> {
    let by_session = read(Selection::SsoSession("corp".to_owned()), lines)?;
    let by_profile = read(Selection::Profile("dev".to_owned()), lines)?;
    assert_eq!(by_session.settings(), by_profile.settings());
    Ok(by_session.settings().clone())
}

#[test]
fn a_section_without_our_keys_is_as_it_ever_was() {
    let session =
        read(Selection::SsoSession("corp".to_owned()), "# sso_cp_store = sealed").unwrap();
    assert_eq!(session.own_settings, None);
    assert_eq!(*session.settings(), SessionSettings::default());
    let empty = "sso_cp_store =\nsso_cp_unlock_for =\nsso_cp_browser =\nsso_cp_future = x";
    assert_eq!(settings(empty).unwrap(), SessionSettings::default());
}

#[test]
fn every_key_is_read() {
    let lines = "sso_cp_store = sealed-all\nSSO_CP_UNLOCK_FOR = 8h\nsso_cp_unlock = always\n\
                 sso_cp_fallback_session = corp-eu\nsso_cp_prefetch = True # c\n\
                 sso_cp_device_code = deny\nsso_cp_browser = firefox -P 'my work' %s";
    let expected = SessionSettings {
        tenant: None,
        store: Store::SealedAll,
        unlock_for: Some(Duration::from_secs(8 * 3_600)),
        unlock: Unlock::Always,
        fallback_session: Some("corp-eu".to_owned()),
        prefetch: Prefetch::Ahead,
        device_code: DeviceCode::Denied,
        browser: Some(["firefox", "-P", "my work", "%s"].map(str::to_owned).to_vec()),
    };
    assert_eq!(settings(lines).unwrap(), expected);
    assert_eq!(settings("sso_cp_store = sealed").unwrap().store, Store::Sealed);
    assert_eq!(settings("sso_cp_store = plain").unwrap(), SessionSettings::default());
}

#[test]
fn other_values_are_errors_that_say_which_there_are() {
    for (line, key, words) in [
        ("sso_cp_store = seald", "sso_cp_store", &["`plain`", "`sealed`", "`sealed-all`"][..]),
        ("sso_cp_unlock = never", "sso_cp_unlock", &["`always`"]),
        ("sso_cp_unlock_for = 8", "sso_cp_unlock_for", &["`8h`"]),
        ("sso_cp_unlock_for = 0s", "sso_cp_unlock_for", &["`30m`"]),
        ("sso_cp_prefetch = yes", "sso_cp_prefetch", &["`true`", "`false`"]),
        ("sso_cp_device_code = no", "sso_cp_device_code", &["`deny`", "`allow`"]),
        ("sso_cp_browser = firefox -P 'work", "sso_cp_browser", &["quotes in pairs"]),
        ("sso_cp_browser = '' %s", "sso_cp_browser", &["a program"]),
        ("sso_cp_fallback_session = corp", "sso_cp_fallback_session", &["another"]),
    ] {
        match settings(line) {
            Err(Error::BadValue { place, key: named, problem }) => {
                assert_eq!((&*place.section, &*named), ("sso-session corp", key));
                assert!(place.path.ends_with(".aws/config"), "{place}");
                for word in words {
                    assert!(problem.contains(word), "{line}: {problem}");
                }
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}
