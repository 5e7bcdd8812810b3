//! What a file can make us do, in steps and bytes and never in time: each section costs the same, whatever
//! stands before it.

use std::rc::Rc;

use super::{HOME, Scratch};
use crate::everything::Everything;
use crate::scan::{MAX_SPECULATIVE_BYTES, scan};
use crate::wanted::{Want, Wanted, WantedKind};
use crate::{
    ChainProblem, Env, Error, Files, Listing, ProfileKind, Selection, registry_profiles, target,
};

const MEGABYTES: usize = 2 * 1024 * 1024;
const DEV: &str = "[profile dev]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\n\
                   [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\n\
                   sso_region = us-east-1\n";

fn files(config: &str) -> (Scratch, Files, Env) {
    let scratch = Scratch::new().with("config", config);
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    (scratch, files, env)
}

/// Two megabytes of one text, or of texts with numbers in them, around the profile.
fn around(piece: fn(usize) -> String) -> String {
    let mut text = String::new();
    let mut number = 0;
    while text.len() < MEGABYTES {
        if number == 1_000 {
            text.push_str(DEV);
        }
        text.push_str(&piece(number));
        number += 1;
    }
    text
}

/// A header is held against what is kept, so what is kept is what a header costs.
#[test]
fn no_file_of_headers_is_kept() {
    let pieces: [fn(usize) -> String; 6] = [
        |_| "[sso-session a]\n".to_owned(),
        |at| format!("[sso-session a{at}]\n"),
        |_| "[services a]\r\n".to_owned(),
        |_| "[sso-session a]\n#\n".to_owned(),
        |at| format!("[sso-session 'a {at}'] # c\n[profile p{at}]\n"),
        |_| "[sso-session corp]\n".to_owned(),
    ];
    for piece in pieces {
        let (_scratch, files, env) = files(&around(piece));
        let wanted = Wanted { kind: WantedKind::ProfileAndWhatItNames, name: b"dev" };
        let found = scan(&files.config, wanted).unwrap();
        assert!(found.bytes() <= 2 * MAX_SPECULATIVE_BYTES, "{}: {}", piece(1), found.bytes());
        let corp = Wanted { kind: WantedKind::SsoSession, name: b"corp" };
        let found = scan(&files.config, corp).unwrap();
        let count = found.occurrences(&files.config, Want::Yes).count();
        assert!(count <= 5, "{}: {count}", piece(1));
        let dev = target(&Selection::Profile("dev".to_owned()), &files, &env);
        assert!(dev.is_ok(), "{}: {dev:?}", piece(1));
    }
}

/// Where there are thousands of profiles, each of them is walked from; so no walk is long.
#[test]
fn no_chain_is_walked_for_long() {
    let config: String = (0..3_000).map(hop).collect();
    let (_scratch, files, env) = files(&(DEV.to_owned() + &config));
    let listing = Listing::read(&files, &env).unwrap();
    for (at, profile) in listing.profiles().skip(1).enumerate() {
        assert_eq!(profile.kind, Some(ProfileKind::Chain));
        match listing.target(profile.name, &env) {
            Ok(target) => assert!(at < 32, "{at}: {target:?}"),
            Err(Error::ChainTooLong { most: 32, .. }) => assert!(at >= 32, "{at}"),
            Err(error) => panic!("{at}: {error}"),
        }
        if at % 500 == 0 {
            let selection = Selection::Profile(profile.name.to_owned());
            assert_eq!(target(&selection, &files, &env).is_ok(), at < 32);
        }
    }
}

#[test]
fn a_circle_is_told_as_one_however_long_it_may_be() {
    let config: String = (0..32).map(hop).collect();
    let (_scratch, files, env) = files(&format!("{config}[profile p0]\nsource_profile = p31\n"));
    let listing = Listing::read(&files, &env).unwrap();
    assert!(matches!(listing.target("p5", &env), Err(Error::ChainCycle { .. })));
    let own = "[profile p0]\nrole_arn = arn:aws:iam::444455556666:role/x\nsource_profile = p0\n";
    let (_scratch, files, env) = self::files(own);
    let own = Listing::read(&files, &env).unwrap().target("p0", &env);
    assert!(matches!(own, Err(Error::Chain { problem: ChainProblem::OwnSource, .. })));
}

/// A profile may stand in a file a thousand times, and a thousand others may assume their roles on top of it.
#[test]
fn what_others_stand_on_is_merged_once() {
    let config = DEV.to_owned() + &"[profile dev]\n".repeat(1_000);
    let (_scratch, files, _) = files(&config);
    let everything = Everything::read(&files).unwrap();
    let source = || everything.source("dev").unwrap().unwrap();
    assert!(Rc::ptr_eq(&source(), &source()));
    assert!(everything.source("nobody").unwrap().is_none());
}

/// Profiles of one account are distinguished by what they are, and not each by each.
#[test]
fn a_registry_with_thousands_of_profiles() {
    let profile = |at: usize| {
        let role = at % 5_000;
        format!(
            "[profile p{at}]\nsso_cp_session = corp\nsso_cp_account_id = 444455556666\n\
             sso_cp_role_name = R{role}\nregion = eu-west-{}\n",
            at % 7
        )
    };
    let config: String = (0..10_000).map(profile).collect();
    let (_scratch, files, env) = files(&(DEV.to_owned() + &config));
    let found = registry_profiles(Some("444455556666"), &files, &env).unwrap();
    assert_eq!(found.len(), 5_000, "the region alone makes no other credentials");
    assert!(found.iter().enumerate().all(|(at, profile)| profile.name == format!("p{at}")));
}

/// A profile that assumes a role on top of the one before it, the first on top of `dev`.
fn hop(at: usize) -> String {
    let arn = "role_arn = arn:aws:iam::444455556666:role/Deploy";
    let source = at.checked_sub(1).map_or("dev".to_owned(), |before| format!("p{before}"));
    format!("[profile p{at}]\n{arn}\nsource_profile = {source}\nregion = eu-west-1\n")
}
