//! Scopes together with what else gives, keeps or renews credentials: account access manager, endpoints of many roles, fetching ahead.

use std::fs;
use std::time::{Duration, Instant};

use fake_identity_center::Seed;

use super::{
    CALL, READ, by_agent, calls, count, end_in, kept, nothing_from, signer, whole_key, world,
};
use crate::direct::{Lines, end, get, send};
use crate::harness::{Run, World, tests};

tests! {
    quick "j contract entitled" => a_role_of_account_access_manager_is_scoped,
    quick "j contract" => each_role_of_an_endpoint_has_its_own_rule,
    slow "j contract" => what_is_fetched_ahead_is_scoped_too,
}

const ENTITLED: &str = "
[profile aam]
sso_cp_session = corp
sso_cp_tenant_id = aa-example
sso_cp_role_arn = arn:aws:iam::111122223333:role/team/Developer
region = eu-west-1
sso_cp_scope_policy = read.json
";

fn a_role_of_account_access_manager_is_scoped() {
    let mut world = World::new();
    world.put(".aws/config", &format!("{{config}}{ENTITLED}"));
    world.put_bytes(".aws/read.json", READ.as_bytes());
    let url = world.fake.account_access_url().to_owned();
    world.set("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", &url);
    let sign_in = world.fake.seed_token(&Seed { account_access: true, ..Seed::default() });
    world.put_bytes(".aws/sso/cache/{token-file corp}", sign_in.token_file().as_bytes());
    let aam = |world: &World| world.run(&["--profile", "aam"]);
    let scoped = aam(&world).key();
    assert_eq!(world.fake.operations(), ["account-access.GetRoleCredentials", CALL]);
    let whole = signer(&calls(&world)[0]);
    assert_ne!(whole, scoped);
    assert_eq!(aam(&world).key(), scoped);
    end_in(&world, 300);
    world.script("sts.*: drop repeat=forever");
    assert_eq!(aam(&world).warned_document()["AccessKeyId"], scoped);
    end_in(&world, 60);
    nothing_from(&aam(&world), 6, "scoped credentials");
    world.fake.clear_script();
    world.run(&["logout", "--sso-session", "corp"]);
    assert!(kept(&world).is_empty());
}

/// An agent's endpoint of two roles: one by its policy, one not at all.
fn each_role_of_an_endpoint_has_its_own_rule() {
    let world = world("sso_cp_agent_policy = read.json");
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let prod = "\n[profile prod]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\n\
                sso_cp_role_name = ReadOnly\nsso_cp_agent_policy = deny\n";
    world.put(".aws/config", &format!("{config}{prod}"));
    let whole = world.dev().key();
    let mut child = by_agent(&["serve", "--profile", "dev", "--profile", "prod"])
        .command(&world)
        .spawn()
        .unwrap();
    let mut lines = Lines::of(&mut child);
    let mut places = Vec::new();
    while places.len() < 2 {
        let line = lines.next();
        if let Some(url) = line.strip_prefix("export AWS_CONTAINER_CREDENTIALS_FULL_URI=") {
            let token = lines.next();
            places.push((url.to_owned(), token.split_once('=').unwrap().1.to_owned()));
        }
    }
    let [dev, prod] = &places[..] else { panic!("{places:?}") };
    let (status, body) = get(&dev.0, &dev.1);
    assert!(status == 200 && body.contains("ASIA") && !body.contains(&whole), "{status} {body}");
    let (status, body) = get(&prod.0, &prod.1);
    assert!(status >= 400 && !body.contains("ASIA"), "{status} {body}");
    assert!(body.contains("gives nothing to a coding agent"), "{body}");
    send("TERM", child.id());
    end(child);
}

fn what_is_fetched_ahead_is_scoped_too() {
    let world = world("sso_cp_scope_policy = read.json");
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let session = "[sso-session corp]\n";
    let ahead = format!("{session}sso_cp_prefetch = true\n");
    world.put(".aws/config", &config.replacen(session, &ahead, 1));
    let first = world.dev().key();
    let file = kept(&world)[0].clone();
    end_in(&world, 20 * 60);
    assert_eq!(world.dev().key(), first);
    let started = Instant::now();
    while fs::read_to_string(&file).unwrap().contains(&first) {
        assert!(started.elapsed() < Duration::from_secs(10), "nobody has fetched ahead");
        std::thread::sleep(Duration::from_millis(50));
    }
    let next = Run::new(["--profile", "dev"].map(Into::into)).run(&world).0.key();
    assert!(next != first && next != whole_key(&world), "{next}");
    assert_eq!(count(&world, CALL), 2);
    assert_eq!(kept(&world), [file]);
}
