//! Start URLs on hosts that are not AWS's: asked where they lead, and never in the way.

use fake_identity_center::{Auto, Setup, Tls};

use super::running::{Running, token};
use crate::harness::{Ended, World, tests};

tests! {
    quick "a12b" => a_vanity_url_leads_to_the_portal,
    quick "a12b" => a_host_that_knows_no_head,
    quick "a12b" => a_vanity_url_that_leads_nowhere_is_used_as_it_is,
    quick "a12b s-18" => a_vanity_url_does_not_choose_the_host_over_a_configured_endpoint,
}

/// A stand-in that speaks TLS, so that an https start URL can be its own, beside one that AWS's calls go to.
struct Vanity {
    world: World,
    host: World,
    start_url: String,
}

fn vanity() -> Vanity {
    let host = World::with(Setup { tls: Tls::Good, ..Setup::default() });
    let start_url = format!("{}/sign-in", host.fake.sso_url());
    let mut world = World::with(Setup { auto: Auto::Approve, ..Setup::default() });
    world.put(
        ".aws/config",
        &format!("[sso-session corp]\nsso_start_url = {start_url}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"),
    );
    world.set("AWS_CA_BUNDLE", &host.root().join("fake-ca.pem").to_string_lossy());
    Vanity { world, host, start_url }
}

/// What the host was asked, and with what.
fn asked(host: &World) -> Vec<String> {
    let requests = host.fake.requests();
    for request in &requests {
        assert!(request.body.is_empty() && request.header("x-amz-sso_bearer_token").is_none());
    }
    requests.iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

fn a_vanity_url_leads_to_the_portal() {
    let Vanity { world, host, start_url } = vanity();
    host.script("unknown: redirect=https://example.awsapps.com/start/?x=y#z");
    let sign_in = Running::start(&world, &[]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(!ran.stderr().contains("warning"), "{ran}");
    assert_eq!(asked(&host), ["HEAD /sign-in"]);
    // The requests carry the portal's own address, the files the configured one.
    assert_eq!(world.fake.requests()[0].json()["issuerUrl"], "https://example.awsapps.com/start");
    assert_eq!(token(&world)["startUrl"], start_url);
}

fn a_host_that_knows_no_head() {
    for status in [405, 501] {
        let Vanity { world, host, .. } = vanity();
        host.script(&format!("unknown: status={status}\nunknown: redirect=https://example.awsapps.com/start status=307"));
        let sign_in = Running::start(&world, &[]);
        sign_in.browse();
        let ran = sign_in.end();
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        assert_eq!(asked(&host), ["HEAD /sign-in", "GET /sign-in"], "{status}");
    }
}

fn a_vanity_url_that_leads_nowhere_is_used_as_it_is() {
    for script in [
        "unknown: status=200 body=x",
        "unknown: redirect=https://login.evil.example/",
        "unknown: drop repeat=forever",
        "unknown: redirect=http://example.awsapps.com/start",
    ] {
        let Vanity { world, host, start_url } = vanity();
        host.script(script);
        // The stand-in knows no such start URL, but AWS may.
        world.script("oidc.RegisterClient: normal");
        let ran = Running::start(&world, &[]).end();
        assert!(
            ran.stderr().contains("sso-cp: warning: `sso_start_url` could not be followed"),
            "{script}: {ran}"
        );
        assert_eq!(ran.ended, Ended::Code(4), "{ran}");
        assert_eq!(world.fake.requests()[0].json()["issuerUrl"], start_url, "the sign-in goes on");
    }
}

fn a_vanity_url_does_not_choose_the_host_over_a_configured_endpoint() {
    let Vanity { world, host, .. } = vanity();
    host.script("unknown: redirect=https://ssoins-1.portal.eu-west-3.app.aws/");
    let ran = Running::start(&world, &[]).end();
    assert_eq!(world.fake.operations(), ["oidc.RegisterClient"], "{ran}");
    assert_eq!(
        world.fake.requests()[0].json()["issuerUrl"],
        "https://ssoins-1.portal.eu-west-3.app.aws"
    );
}
