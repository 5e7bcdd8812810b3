//! Names first, and what a profile says only when it is asked for.

use super::{HOME, Scratch};
use crate::{Env, Error, Files, ProfileKind, Roster, check_profile};

const CONFIG: &str = "[profile dev]\n# account: Payments, Europe\r\nsso_cp_session = corp\n\
    sso_cp_account_id = 111122223333\nsso_cp_role_name = A\n\
    [profile plain]\nregion = eu-west-1\n#account:\n\
    [profile broken]\nno equals sign\n\
    [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n";

fn files() -> (Files, Env, Scratch) {
    let credentials = "[static]\naws_access_key_id = AKIAEXAMPLE\n[dev]\nregion = x\n";
    let scratch = Scratch::new().with("config", CONFIG).with("credentials", credentials);
    let env = Env::listed([(HOME, scratch.home())]);
    (Files::locate(&env).unwrap(), env, scratch)
}

#[test]
fn profiles_are_read_when_they_are_asked_for() {
    let (files, env, _scratch) = files();
    let roster = Roster::read(&files).unwrap();
    assert_eq!(roster.names(), ["dev", "plain", "broken", "static"]);
    let dev = roster.profile("dev").unwrap();
    assert_eq!((dev.kind, dev.account_id), (Some(ProfileKind::Private), Some("111122223333")));
    let role = |name| roster.role(name, &env);
    assert!(role("dev").is_ok());
    assert!(matches!(role("plain"), Err(Error::NoSsoSettings { .. })));
    assert!(matches!(role("broken"), Err(Error::BadLine { line: 10, .. })));
    assert!(matches!(role("absent"), Err(Error::NoProfile { .. })));
    let [plain, broken] = ["plain", "broken"].map(|name| roster.profile(name).unwrap());
    assert_eq!([plain.is_readable, broken.is_readable], [true, false]);
    assert!(plain.kind.is_none() && roster.profile("absent").is_none());
    assert_eq!(roster.account_name("dev").as_deref(), Some("Payments, Europe"));
    assert_eq!([roster.account_name("plain"), roster.account_name("static")], [None, None]);
}

#[test]
fn a_profile_is_there_or_near_names_are_told() {
    let (files, _env, _scratch) = files();
    for name in ["dev", "plain", "broken", "static"] {
        assert!(check_profile(&files, name).is_ok(), "{name}");
    }
    match check_profile(&files, "statics") {
        Err(Error::NoProfile { near, .. }) => assert_eq!(near.names, ["static"]),
        other => panic!("{other:?}"),
    }
    assert!(check_profile(&files, "").is_err());
}
