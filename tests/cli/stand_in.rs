//! A session in another Region that stands in while the Region of the first fails, and only then.

use std::time::{Duration, Instant};

use fake_identity_center::Seed;

use crate::harness::{Ended, Ran, Run, World, tests};

tests! {
    quick "contract stand-in" => it_gives_the_role_while_the_region_fails,
    quick "contract stand-in" => never_for_a_refusal,
    quick "contract stand-in" => only_with_a_live_sign_in_of_its_own,
    quick "contract stand-in" => what_is_cached_serves_first,
    quick "contract stand-in" => two_that_name_each_other,
    quick "contract stand-in" => one_that_names_itself_or_nothing,
    slow "contract stand-in" => a_region_that_says_nothing,
}

const OTHER: &str = "sso_cp_fallback_session = corp-eu\n
[sso-session corp-eu]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
";

/// Signed in to the first, and to the other with this token.
fn world(other: Option<&Seed>) -> World {
    let world = World::new();
    world.put(".aws/config", &format!("{{config}}{OTHER}"));
    world.put_token("+1h");
    if let Some(seed) = other {
        let token = world.fake.seed_token(seed).token_file().replace("us-east-1", "eu-west-1");
        world.put_bytes(".aws/sso/cache/{token-file corp-eu}", token.as_bytes());
    }
    world
}

fn dev(world: &World) -> Ran {
    Run::new(["--profile", "dev"].map(Into::into)).that_may_save().checked(world)
}

/// The tokens that the portal was asked with, one after the other.
fn tokens(world: &World) -> Vec<String> {
    let requests = world.fake.requests().into_iter();
    let portal = requests.filter(|request| request.operation == "portal.GetRoleCredentials");
    let mut tokens: Vec<String> = portal
        .filter_map(|request| Some(request.header("x-amz-sso_bearer_token")?.to_owned()))
        .collect();
    tokens.dedup();
    tokens
}

fn it_gives_the_role_while_the_region_fails() {
    for failure in ["status=500", "status=502", "status=503", "status=504", "drop"] {
        let world = world(Some(&Seed::default()));
        world.script(&format!("portal.GetRoleCredentials: {failure} repeat=3"));
        let ran = dev(&world);
        let key = ran.warned_document()["AccessKeyId"].clone();
        let said = "the credentials are from sso-session `corp-eu` in eu-west-1: ";
        assert!(ran.stderr().contains(said), "{failure} {ran}");
        assert_eq!(tokens(&world).len(), 2, "{failure}");
        // Another call within the minute asks nobody, and says whose they are.
        let before = world.fake.requests().len();
        let ran = dev(&world);
        assert_eq!(ran.warned_document()["AccessKeyId"], key);
        assert!(
            ran.stderr().contains("in eu-west-1: the other Region failed a moment ago"),
            "{ran}"
        );
        assert_eq!(world.fake.requests().len(), before);
        // They are kept by the session that gave them.
        assert!(world.home(".aws/cli/cache/{role-file corp-eu 111122223333 ReadOnly}").exists());
        assert!(!world.home(".aws/cli/cache/{role-file corp 111122223333 ReadOnly}").exists());
    }
}

fn never_for_a_refusal() {
    for (failure, code) in [
        ("error=ForbiddenException", 5),
        ("error=ResourceNotFoundException", 5),
        ("error=InvalidRequestException", 6),
        ("error=TooManyRequestsException", 6),
        ("error=UnauthorizedException", 4),
        ("body=<html></html> content-type=text/html", 6),
        ("redirect=http://127.0.0.1:1/", 6),
        ("expiration={ms-1h}", 6),
    ] {
        let world = world(Some(&Seed::default()));
        world.script(&format!("portal.GetRoleCredentials: {failure} repeat=9"));
        let ran = dev(&world);
        assert_eq!(ran.ended, Ended::Code(code), "{failure} {ran}");
        assert!(!ran.stderr().contains("corp-eu"), "{failure} {ran}");
        let other = world.home(".aws/cli/cache/{role-file corp-eu 111122223333 ReadOnly}");
        assert!(!other.exists(), "{failure}");
    }
}

fn only_with_a_live_sign_in_of_its_own() {
    let dead = Seed { flow: fake_identity_center::Flow::Legacy, ..Seed::expired() };
    for other in [None, Some(&dead)] {
        let world = world(other);
        world.script("portal.GetRoleCredentials: status=503 repeat=forever");
        let ran = dev(&world);
        assert_eq!(ran.ended, Ended::Code(6), "{ran}");
        assert!(!ran.stderr().contains("corp-eu"), "{ran}");
    }
    // One that renews itself is alive.
    let world = world(Some(&Seed::expired()));
    world.script("portal.GetRoleCredentials: status=503 repeat=3");
    assert!(dev(&world).stderr().contains("corp-eu"));
}

/// Nobody needs the other Region while there is something to hand out.
fn what_is_cached_serves_first() {
    let world = world(Some(&Seed::default()));
    world.put_role("+10m");
    world.script("portal.GetRoleCredentials: status=503 repeat=3");
    let ran = dev(&world);
    assert_eq!(ran.warned_document()["AccessKeyId"], "ASIACACHED0000000000");
    assert!(!ran.stderr().contains("corp-eu"), "{ran}");
}

fn two_that_name_each_other() {
    let world = world(Some(&Seed::default()));
    world.put(".aws/config", &format!("{{config}}{OTHER}sso_cp_fallback_session = corp\n"));
    world.script("portal.GetRoleCredentials: status=503 repeat=forever");
    dev(&world).failed(6, "503");
    assert_eq!(tokens(&world).len(), 2, "each was asked once");
}

fn one_that_names_itself_or_nothing() {
    let world = world(None);
    world.put(".aws/config", "{config}sso_cp_fallback_session = corp\n");
    dev(&world).failed(3, "`sso_cp_fallback_session` of [sso-session corp]");
    world.put(".aws/config", "{config}sso_cp_fallback_session = nowhere\n");
    dev(&world).key();
    let ran = Run::new(["doctor", "dev"].map(Into::into)).checked(&world);
    ran.failed(3, "");
    assert!(ran.stdout().contains("names `nowhere`, which cannot be used"), "{ran}");
    world.put(".aws/config", &format!("{{config}}{OTHER}"));
    let ran = Run::new(["doctor", "dev"].map(Into::into)).checked(&world);
    assert!(ran.stdout().contains("nobody is signed in to `corp-eu`"), "{ran}");
}

fn a_region_that_says_nothing() {
    let world = world(Some(&Seed::default()));
    world.script("portal.GetRoleCredentials: stall repeat=2");
    let started = Instant::now();
    let ran = dev(&world);
    ran.warned_document();
    assert!(ran.stderr().contains("corp-eu"), "{ran}");
    assert!(started.elapsed() < Duration::from_secs(20), "{ran}");
}
