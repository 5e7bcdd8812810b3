//! STS away, credentials that end, chains, layers: scoped credentials or none.

use std::fs;
use std::time::Duration;

use super::{
    CALL, LIST, READ, by_agent, calls, configure, count, end_in, kept, nothing_from, parameter,
    set_end, signer, whole_key, world,
};
use crate::harness::{Run, World, tests};

tests! {
    quick "j05" => older_scoped_ones_serve_while_sts_is_away,
    quick "j05" => whole_ones_never_stand_in,
    quick "j05" => older_scoped_ones_serve_while_the_portal_is_away,
    quick "j03 j05" => a_plain_no_is_not_made_up_for,
    quick "j03" => a_source_that_sts_does_not_take_is_fetched_anew_once,
    quick "j06" => two_policies_are_two_calls,
    quick "j" => the_end_of_a_chain_is_scoped,
    quick "j" => what_the_aws_cli_shares_is_never_scoped,
    quick "j" => files_that_were_tampered_with_count_as_missing,
    quick "j" => a_logout_meanwhile_leaves_nothing_behind,
}

fn older_scoped_ones_serve_while_sts_is_away() {
    for fault in ["drop", "status=503", "error=Throttling", "stall"] {
        let world = world("sso_cp_scope_policy = read.json");
        let key = world.dev().key();
        end_in(&world, 600);
        world.script(&format!("sts.*: {fault} repeat=forever"));
        let ran = world.dev();
        assert_eq!(ran.warned_document()["AccessKeyId"], key, "{fault}");
        assert!(ran.stderr().contains("warning: cached credentials are used until"), "{ran}");
        assert_eq!(ran.stderr().lines().count(), 1, "{ran}");
        // The minute after that nobody asks.
        let asked = count(&world, CALL);
        assert_eq!(world.dev().key(), key);
        assert_eq!(count(&world, CALL), asked);
    }
}

fn whole_ones_never_stand_in() {
    let world = world("sso_cp_scope_policy = read.json");
    world.dev().document();
    end_in(&world, 60);
    world.script("sts.*: drop repeat=forever");
    nothing_from(&world.dev(), 6, "scoped credentials");
    fs::remove_dir_all(world.home(".aws/sso-cp/scoped")).unwrap();
    nothing_from(&world.dev(), 6, "scoped credentials");
    nothing_from(&world.run(&["exec", "--profile", "dev", "--", "env"]), 6, "scoped credentials");
    nothing_from(&world.run(&["serve", "--profile", "dev"]), 6, "scoped credentials");
    nothing_from(&world.run(&["token", "msk", "--profile", "dev"]), 6, "scoped credentials");
}

fn older_scoped_ones_serve_while_the_portal_is_away() {
    let world = world("sso_cp_scope_policy = read.json");
    let key = world.dev().key();
    end_in(&world, 600);
    fs::remove_dir_all(world.home(".aws/cli/cache")).unwrap();
    world.script("portal.*: drop repeat=forever");
    let ran = world.dev();
    assert_eq!(ran.warned_document()["AccessKeyId"], key);
    // Nobody is signed in any more: as long as they live.
    fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    fs::remove_dir_all(world.home(".aws/sso-cp/scoped")).unwrap();
    world.fake.clear_script();
    nothing_from(&world.dev(), 4, "nobody is signed in");
}

/// What AWS refuses is refused, also where older credentials live.
fn a_plain_no_is_not_made_up_for() {
    let world = world("sso_cp_scope_policy = read.json");
    world.dev().document();
    for (error, code) in [
        ("MalformedPolicyDocument", 3),
        ("PackedPolicyTooLarge", 3),
        ("ValidationError", 3),
        ("AccessDenied", 5),
        ("InvalidAction", 6),
        ("InsufficientSessionLifetime", 6),
        ("InvalidSubjectCredentials", 6),
        ("ExpiredToken", 6),
        ("SignatureDoesNotMatch", 6),
    ] {
        end_in(&world, 600);
        world.fake.clear_script();
        world.script(&format!("sts.*: error={error} repeat=forever"));
        // Newer credentials of the role are fetched where these may be too old.
        let ran = Run::new(["--profile", "dev"].map(Into::into)).that_may_save().checked(&world);
        nothing_from(&ran, code, error);
    }
}

fn a_source_that_sts_does_not_take_is_fetched_anew_once() {
    for error in ["InvalidSubjectCredentials", "ExpiredToken", "InvalidClientTokenId"] {
        let world = world("sso_cp_scope_policy = read.json");
        world.script(&format!("{CALL}: error={error}"));
        world.dev().document();
        assert_eq!(count(&world, CALL), 2, "{error}");
        assert_eq!(count(&world, "portal.GetRoleCredentials"), 2, "{error}");
        let calls = calls(&world);
        assert_ne!(signer(&calls[0]), signer(&calls[1]), "{error}");
    }
}

fn two_policies_are_two_calls() {
    let keys = "sso_cp_scope_policy = read.json\nsso_cp_agent_policy = list.json\n\
                sso_cp_scope_duration_seconds = 1800";
    let world = world(keys);
    let agents = by_agent(&["--profile", "dev"]).checked(&world).key();
    let [first, second] = &calls(&world)[..] else { panic!("{:?}", world.fake.operations()) };
    let of = |call, name| parameter(call, name);
    assert_eq!(of(first, "Policy").as_deref(), Some(READ));
    assert_eq!((of(first, "DurationSeconds"), of(first, "ScopedSessionDescription")), (None, None));
    assert_eq!(of(second, "Policy").as_deref(), Some(LIST));
    assert_eq!(of(second, "DurationSeconds").as_deref(), Some("1800"));
    assert_eq!(of(second, "ScopedSessionDescription").as_deref(), Some("agent:claude-code"));
    assert_eq!(signer(first), whole_key(&world));
    assert_ne!(signer(second), signer(first), "each by the credentials of the one before");
    let persons = world.dev().key();
    assert_ne!(persons, agents);
    assert_eq!(calls(&world).len(), 3);
    assert_eq!(kept(&world).len(), 2, "what lies between is not kept");
}

const CHAIN: &str = "\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\n\
                     source_profile = dev\nregion = eu-west-1\n";

fn chain(keys: &str) -> World {
    let world = world("");
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    world.put(".aws/config", &format!("{config}{CHAIN}{keys}\n"));
    world
}

fn the_end_of_a_chain_is_scoped() {
    let world = chain("sso_cp_scope_policy = read.json");
    let ran = world.run(&["--profile", "chain"]);
    assert_eq!(ran.document()["AccountId"], "444455556666");
    let scoped = ran.key();
    assert_eq!(count(&world, "sts.AssumeRole"), 1);
    assert_eq!(calls(&world).len(), 1);
    assert_ne!(
        signer(&calls(&world)[0]),
        whole_key(&world),
        "the assumed role's, not its source's"
    );
    assert_eq!(world.run(&["--profile", "chain"]).key(), scoped);
    // A policy of the source's alone does not count, and is not needed.
    configure(&world, "sso_cp_scope_policy = read.json");
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    world.put(".aws/config", &format!("{config}{CHAIN}"));
    let whole = world.run(&["--profile", "chain"]).key();
    assert_ne!(whole, scoped);
    assert_eq!(calls(&world).len(), 1);
    // The assumed role's own file has the whole ones, and the scoped ones still have theirs.
    world.put(".aws/config", &format!("{config}{CHAIN}sso_cp_scope_policy = read.json\n"));
    assert_eq!(world.run(&["--profile", "chain"]).key(), scoped);
    // While STS is away, older scoped ones serve here too, and never the role's.
    end_in(&world, 300);
    world.script("sts.*: drop repeat=forever");
    assert_eq!(world.run(&["--profile", "chain"]).warned_document()["AccessKeyId"], scoped);
    end_in(&world, 60);
    nothing_from(&world.run(&["--profile", "chain"]), 6, "scoped credentials");
}

fn what_the_aws_cli_shares_is_never_scoped() {
    let world = world("sso_cp_agent_policy = list.json");
    let scoped = by_agent(&["--profile", "dev"]).checked(&world).key();
    assert_ne!(whole_key(&world), scoped);
    let whole = world.dev().key();
    assert_eq!(whole, whole_key(&world));
    assert_eq!(by_agent(&["--profile", "dev"]).checked(&world).key(), scoped);
    // Whichever of the two came first.
    end_in(&world, -1);
    let again = by_agent(&["--profile", "dev"]).checked(&world).key();
    assert_ne!(again, scoped);
    assert_eq!(world.dev().key(), whole);
}

/// A file under another's name, and whole credentials in the place of scoped ones.
fn files_that_were_tampered_with_count_as_missing() {
    let world = world("sso_cp_agent_policy = list.json\nsso_cp_scope_policy = read.json");
    let persons = world.dev().key();
    let file = kept(&world)[0].clone();
    let agents = by_agent(&["--profile", "dev"]).checked(&world).key();
    let other = kept(&world).into_iter().find(|path| *path != file).unwrap();
    fs::copy(&file, &other).unwrap();
    let newer = by_agent(&["--profile", "dev"]).checked(&world).key();
    assert!(newer != persons && newer != agents, "a person's are not an agent's");
    let roles = fs::read_dir(world.home(".aws/cli/cache")).unwrap().flatten();
    fs::copy(roles.map(|entry| entry.path()).next().unwrap(), &other).unwrap();
    assert_ne!(by_agent(&["--profile", "dev"]).checked(&world).key(), whole_key(&world));
    for bytes in [&b""[..], b"{", b"null", &[0; 4096]] {
        fs::write(&file, bytes).unwrap();
        let key = world.dev().key();
        assert!(key != persons && key != whole_key(&world));
    }
    set_end(&file, 3600);
}

fn a_logout_meanwhile_leaves_nothing_behind() {
    let world = world("sso_cp_scope_policy = read.json");
    world.script(&format!("{CALL}: normal delay=1500ms"));
    let mut command = Run::new(["--profile", "dev"].map(Into::into)).command(&world);
    let child = command.spawn().unwrap();
    assert!(world.fake.wait_for("portal.GetRoleCredentials", 1, Duration::from_secs(10)));
    let ran = world.run(&["logout", "--sso-session", "corp"]);
    assert!(ran.stderr().contains("signed out"), "{ran}");
    crate::direct::end(child).document();
    assert!(kept(&world).is_empty());
}
