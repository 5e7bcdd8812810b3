//! Listing everything that is configured.

use super::{HOME, Scratch};
use crate::{Env, Error, Files, ListedProfile, Listing, ProfileKind, Role, SessionName};

fn listing(config: &str, credentials: &str) -> (Listing, Scratch) {
    let scratch = Scratch::new().with("config", config).with("credentials", credentials);
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    (Listing::read(&files, &env).unwrap(), scratch)
}

fn profile<'a>(listing: &'a Listing, name: &str) -> ListedProfile<'a> {
    listing.profiles().find(|profile| profile.name == name).unwrap()
}

fn role(listing: &Listing, name: &str) -> Result<Role, Error> {
    listing.role(name, &Env::listed([("X", "")]))
}

const SESSION: &str = "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
                       sso_region = us-east-1\n";

#[test]
fn every_way_to_name_a_role_is_listed() {
    let (listing, _scratch) = listing(
        &format!(
            "[default]\nregion = eu-west-1\n\
             [profile own]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = A\n\
             [profile standard]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = B\n{SESSION}\
             [profile old]\nsso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1\n\
             sso_account_id = 2\nsso_role_name = C\n\
             [profile chain]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = own\n"
        ),
        "[static]\naws_access_key_id = AKIAEXAMPLE\n[own]\nsso_cp_role_name = D\n",
    );
    let seen: Vec<_> = listing
        .profiles()
        .map(|profile| {
            let role = role(&listing, profile.name).ok().map(|role| role.role_name);
            (profile.name, profile.kind, profile.session, role)
        })
        .collect();
    let old = "https://old.awsapps.com/start";
    let named = |role: &str| Some(role.to_owned());
    assert_eq!(
        seen,
        [
            ("default", None, None, None),
            ("own", Some(ProfileKind::Private), Some("corp"), named("D")),
            ("standard", Some(ProfileKind::Session), Some("corp"), named("B")),
            ("old", Some(ProfileKind::Legacy), Some(old), named("C")),
            ("chain", Some(ProfileKind::Chain), None, None),
            ("static", None, None, None),
        ]
    );
    let names: Vec<_> = listing.sessions.iter().map(|session| session.name.as_deref()).collect();
    assert_eq!(names, [Some("corp"), None]);
    let legacy = &listing.sessions[1];
    assert_eq!(legacy.start_url.as_deref(), Some(old));
    assert_eq!(legacy.session.as_ref().unwrap().name, SessionName::Legacy);
}

#[test]
fn a_bad_section_hurts_no_other() {
    let (listing, _scratch) = listing(
        &format!(
            "[profile torn]\nnonsense\n\
             [profile lost]\nsso_session = nope\nsso_account_id = 1\nsso_role_name = A\n\
             [profile before]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = A\n\
             [profile unclosed\nsso_session = corp\n{SESSION}\
             [sso-session half]\nsso_start_url = https://half.awsapps.com/start\n\
             [profile good]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = A\n"
        ),
        "",
    );
    let line = |name: &str| match role(&listing, name) {
        Err(Error::BadLine { line, .. }) => line,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!([line("torn"), line("before"), line("unclosed")], [2, 11, 11]);
    match role(&listing, "lost") {
        Err(Error::NoSession { session, .. }) => assert_eq!(session, "nope"),
        other => panic!("{other:?}"),
    }
    assert_eq!(profile(&listing, "lost").session, Some("nope"));
    let readable: Vec<_> = listing.profiles().map(|profile| profile.is_readable).collect();
    assert_eq!(readable, [false, true, false, false, true]);
    assert!(role(&listing, "good").is_ok());
    let sessions: Vec<_> = listing
        .sessions
        .iter()
        .map(|session| (session.name.as_deref(), session.session.is_ok()))
        .collect();
    assert_eq!(sessions, [(Some("corp"), true), (Some("half"), false)]);
    assert_eq!(listing.sessions[1].start_url.as_deref(), Some("https://half.awsapps.com/start"));
}

#[test]
fn a_legacy_sign_in_is_listed_once_by_its_first_usable_profile() {
    let url = "https://old.awsapps.com/start";
    let (listing, _scratch) = listing(
        &format!(
            "[profile a]\nsso_start_url = {url}\n\
             [profile b]\nsso_start_url = {url}\nsso_region = eu-west-1\n\
             [profile c]\nsso_start_url = {url}\nsso_region = us-east-1\n\
             [profile d]\nsso_account_id = 1\n"
        ),
        "",
    );
    let regions: Vec<_> =
        listing.sessions.iter().map(|session| session.region.as_deref()).collect();
    assert_eq!(regions, [Some("eu-west-1")]);
}

#[test]
fn duplicates_and_both_spellings_of_default_are_one() {
    let (listing, _scratch) = listing(
        &format!(
            "[default]\nsso_session = nope\n{SESSION}\
             [profile default]\nsso_session = corp\nsso_account_id = 1\n\
             [profile default]\nsso_role_name = A\n\
             [sso-session corp]\nsso_region = eu-central-1\n"
        ),
        "[default]\nsso_account_id = 2\n",
    );
    assert_eq!(listing.profiles().count(), 1);
    assert_eq!(profile(&listing, "default").account_id, Some("2"));
    let role = role(&listing, "default").unwrap();
    assert_eq!((&*role.account_id, &*role.session.region), ("2", "eu-central-1"));
    assert_eq!(listing.sessions.len(), 1);
}

#[test]
fn lines_are_numbered_whatever_ends_them() {
    let settings =
        "sso_session = nope\n\n\n[profile a]\r\nx = 1\r\r\n[profile b]\rb = 2\n\n".repeat(3000);
    let (listing, scratch) = listing(&format!("{settings}[profile z]\nx = 1\n"), "");
    let lines = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").lines().count();
    let text = std::fs::read_to_string(scratch.home().join(".aws/config")).unwrap();
    match role(&listing, "z") {
        Err(Error::NoSsoSettings { line, .. }) => assert_eq!(line, lines(&text) - 1),
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_files_are_empty_files_and_a_folder_is_an_error() {
    let scratch = Scratch::new();
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    let listing = Listing::read(&files, &env).unwrap();
    assert!(listing.sessions.is_empty() && listing.profiles().next().is_none());
    std::fs::create_dir(&files.config).unwrap();
    assert!(matches!(Listing::read(&files, &env), Err(Error::NotAFile { .. })));
}
