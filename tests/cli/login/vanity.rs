//! Start URLs on hosts that are not AWS's: asked where they lead, and never in the way.

use std::fs;

use fake_identity_center::{Auto, Setup, Tls};

use super::running::{Running, files, token};
use super::terminal::Terminal;
use super::web;
use crate::harness::{Ended, World, set_mode, tests};

tests! {
    quick "a12b" => a_vanity_url_leads_to_the_portal,
    quick "a12b" => a_host_that_knows_no_head,
    quick "a12b" => a_vanity_url_that_leads_nowhere_is_used_as_it_is,
    quick "a12b s-55" => the_portal_is_named_and_another_one_takes_a_yes,
    quick "a12b s-55" => a_yes_to_another_portal_is_remembered,
    quick "a12b s-55" => a_portal_that_the_configuration_names_needs_no_yes,
    quick "a12b" => a_portal_in_another_region_corrects_the_file,
    quick "a12b" => a_region_that_cannot_be_written,
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

fn config(world: &World) -> String {
    fs::read_to_string(world.home(".aws/config")).unwrap()
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

/// Otherwise each later call would ask the wrong region, and find nobody signed in.
fn a_portal_in_another_region_corrects_the_file() {
    let Vanity { world, host, .. } = vanity();
    let profile = "[profile dev]\n# mine\nsso_session = corp\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n";
    let before = config(&world) + profile;
    world.put(".aws/config", &before);
    host.script("unknown: redirect=https://ssoins-1.portal.eu-west-3.app.aws/");
    world.script("oidc.RegisterClient: normal");
    let ran = Running::start(&world, &[]).end();
    assert!(
        ran.stderr().contains(
            "sso-cp: the portal is in eu-west-3: `sso_region` of [sso-session corp] in ~/.aws/config is changed\n"
        ),
        "{ran}"
    );
    assert_eq!(config(&world), before.replace("us-east-1", "eu-west-3"));
}

fn a_region_that_cannot_be_written() {
    let Vanity { mut world, host, .. } = vanity();
    host.script("unknown: redirect=https://ssoins-1.portal.eu-west-3.app.aws/");
    let before = config(&world);
    world.as_ordinary_user();
    set_mode(&world.home(".aws"), 0o500);
    let ran = Running::start(&world, &[]).end();
    set_mode(&world.home(".aws"), 0o700);
    assert_eq!(ran.ended, Ended::Code(7), "{ran}");
    assert!(
        ran.stderr().contains(
            "hint: write `sso_region = eu-west-3` below [sso-session corp] in ~/.aws/config, then"
        ),
        "{ran}"
    );
    assert_eq!(config(&world), before);
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

const OURS: &str = "unknown: redirect=https://example.awsapps.com/start repeat=forever";
const FOREIGN: &str = "unknown: redirect=https://other.awsapps.com/start repeat=forever";

/// A session that was signed in to, and whose start URL led to the organisation's own portal.
fn signed_in() -> Vanity {
    let vanity = vanity();
    vanity.host.script(OURS);
    let sign_in = Running::start(&vanity.world, &[]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let named = "sso-cp: `sso_start_url` leads to the access portal `example.awsapps.com/start`\n";
    assert!(ran.stderr().starts_with(named), "before the browser: {ran}");
    vanity
}

/// The same session, as if its last sign-in had gone to another portal.
fn signed_in_elsewhere() -> Vanity {
    let vanity = signed_in();
    let folder = fs::read_dir(vanity.world.home(".aws/sso-cp")).unwrap().flatten();
    let mut notes =
        folder.filter(|entry| entry.file_name().to_string_lossy().starts_with("portal-"));
    let note = notes.next().unwrap().path();
    let text = fs::read_to_string(&note).unwrap();
    assert_eq!(text, r#"{"startUrl": "https://example.awsapps.com/start"}"#);
    fs::write(&note, text.replace("example", "other")).unwrap();
    vanity
}

fn the_portal_is_named_and_another_one_takes_a_yes() {
    let Vanity { world, host, .. } = signed_in();
    host.fake.clear_script();
    host.script(FOREIGN);
    world.fake.clear_requests();
    let before = files(&world);
    for further in [&[][..], &["--use-device-code"], &["--no-browser"]] {
        let ran = Running::start(&world, &[&["--force"], further].concat()).end();
        assert_eq!(ran.ended, Ended::Code(4), "{ran}");
        let fact = "leads to `https://other.awsapps.com/start`, and led to `https://example.awsapps.com/start`";
        assert!(ran.stderr().contains(fact), "{ran}");
    }
    let mut terminal = Terminal::start(&world, &["login", "--sso-session", "corp", "--force"]);
    terminal.wait_for("leads to the access portal `other.awsapps.com/start`");
    terminal.wait_for("at the last sign-in it led to `example.awsapps.com/start`");
    terminal.wait_for("type `yes` and press Enter");
    terminal.type_in("no\n");
    assert_eq!(terminal.end(), 4, "{}", terminal.shown());
    assert!(terminal.is_sane());
    assert_eq!(world.fake.operations(), [""; 0], "AWS was asked nothing");
    assert_eq!(files(&world), before, "the old session lives on");
}

fn a_yes_to_another_portal_is_remembered() {
    let Vanity { world, host: _host, .. } = signed_in_elsewhere();
    let mut terminal = Terminal::start(&world, &["login", "--sso-session", "corp", "--force"]);
    terminal.wait_for("type `yes` and press Enter");
    terminal.type_in("yes\n");
    terminal.wait_for("waiting for the browser");
    let shown = terminal.shown();
    web::browse(shown.lines().find(|line| line.starts_with("http")).unwrap());
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    let sign_in = Running::start(&world, &["--force"]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "the second time nobody is asked: {ran}");
}

/// Anyone who may write the config file is believed anyway.
fn a_portal_that_the_configuration_names_needs_no_yes() {
    let Vanity { world, host: _host, start_url } = signed_in_elsewhere();
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    world.put(".aws/config", &config.replace(&start_url, "https://example.awsapps.com/start"));
    let sign_in = Running::start(&world, &["--force"]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(!ran.stderr().contains("leads to"), "{ran}");
}
