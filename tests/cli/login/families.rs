//! Portals that have an IPv4 and a dual-stack name: AWS leads to the one whose hosts are asked.

use fake_identity_center::{Auto, Setup};

use super::running::Running;
use crate::harness::{Ended, Proxy, ProxyRule, World, tests};

tests! {
    quick "login" => a_device_code_is_asked_for_where_the_portal_is,
    quick "login" => a_page_of_the_other_family_is_named,
}

const DUAL: &str = "https://ssoins-1.portal.eu-west-1.app.aws";
const PLAIN: &str = "https://ssoins-1.eu-west-1.portal.amazonaws.com";

/// The host that a sign-in begins at, with no endpoint of ours.
fn asked(start_url: &str, flags: &[&str], set: &[(&str, &str)]) -> String {
    let mut world = World::new();
    let proxy = Proxy::start(ProxyRule::Refuse(403));
    world.put(
        ".aws/config",
        &format!("[sso-session corp]\nsso_start_url = {start_url}\nsso_region = eu-west-1\n"),
    );
    for name in ["AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"] {
        world.unset(name);
    }
    for (name, value) in set {
        world.set(name, value);
    }
    world.set("HTTPS_PROXY", &format!("http://{}", proxy.address()));
    let ran = Running::start(&world, flags).end();
    assert_eq!(ran.ended, Ended::Code(6), "{ran}");
    let heads = proxy.heads();
    let line = heads.first().and_then(|head| head.lines().next()).unwrap_or_default();
    line.split(' ').nth(1).unwrap_or_default().to_owned()
}

fn a_device_code_is_asked_for_where_the_portal_is() {
    const SWITCH: &str = "AWS_USE_DUALSTACK_ENDPOINT";
    let code = &["--use-device-code"][..];
    let (dual, plain) = ("oidc.eu-west-1.api.aws:443", "oidc.eu-west-1.amazonaws.com:443");
    assert_eq!(asked(DUAL, code, &[]), dual);
    assert_eq!(asked(DUAL, code, &[(SWITCH, "false")]), plain);
    assert_eq!(asked(DUAL, &[], &[]), plain, "a redirect comes back from both");
    assert_eq!(asked(PLAIN, code, &[]), plain);
    assert_eq!(asked(PLAIN, code, &[(SWITCH, "true")]), dual);
}

fn a_page_of_the_other_family_is_named() {
    for (start_url, other, words) in [
        (DUAL, PLAIN, "is of the dual-stack portal, and AWS leads to the IPv4 one"),
        (PLAIN, DUAL, "is of the IPv4 portal, and AWS leads to the dual-stack one"),
    ] {
        let world = World::with(Setup {
            start_url: start_url.to_owned(),
            region: "eu-west-1".to_owned(),
            pending_polls: 1,
            auto: Auto::Approve,
            ..Setup::default()
        });
        let config =
            format!("[sso-session corp]\nsso_start_url = {start_url}\nsso_region = eu-west-1\n");
        world.put(".aws/config", &config);
        for (page, is_named) in [(start_url, false), (other, true)] {
            let link = format!("{page}/#/device");
            world.script(&format!(
                "oidc.StartDeviceAuthorization: set=/verificationUri=\"{link}\" set=/verificationUriComplete=\"{link}?user_code=A\""
            ));
            let ran =
                Running::start(&world, &["--use-device-code", "--no-browser", "--force"]).end();
            assert_eq!(ran.ended, Ended::Code(0), "{ran}");
            assert_eq!(ran.stderr().contains(words), is_named, "{ran}");
        }
    }
}
