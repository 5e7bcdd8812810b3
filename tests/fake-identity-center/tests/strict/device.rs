use crate::client::{Reply, get, post_json};
use fake_identity_center::{Auto, Decision, Fake, Flow, START_URL, Seed, Setup, SignIn};
use serde_json::json;
use std::thread;
use std::time::Duration;

fn quick() -> Setup {
    Setup { device_interval_seconds: 0, ..Setup::default() }
}

fn client(fake: &Fake) -> SignIn {
    fake.seed_token(&Seed { flow: Flow::Device, ..Seed::default() })
}

fn start(fake: &Fake, client: &SignIn) -> Reply {
    let body = json!({"clientId": client.client_id, "clientSecret": client.client_secret, "startUrl": START_URL});
    post_json(fake, "/device_authorization", &body)
}

fn poll(fake: &Fake, client: &SignIn, code: &str) -> Reply {
    let body = json!({
        "grantType": "urn:ietf:params:oauth:grant-type:device_code",
        "clientId": client.client_id,
        "clientSecret": client.client_secret,
        "deviceCode": code,
    });
    post_json(fake, "/token", &body)
}

#[test]
fn pending_then_approved_on_the_page_then_spent() {
    let fake = Fake::start(quick()).unwrap();
    let client = client(&fake);
    let started = start(&fake, &client);
    let code = started.text("deviceCode");
    let page = started.text("verificationUriComplete");
    assert_eq!(page, format!("{}/device?user_code={}", fake.oidc_url(), started.text("userCode")));
    let pending = poll(&fake, &client, &code);
    assert_eq!((pending.status, pending.error().as_str()), (400, "AuthorizationPendingException"));
    assert_eq!(pending.text("error"), "authorization_pending");
    let page = get(&fake, page.strip_prefix(fake.oidc_url()).unwrap()).page();
    let link = page.split("id=\"approve\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(get(&fake, &link.replace("&amp;", "&")).status, 200);
    let token = poll(&fake, &client, &code);
    assert!(fake.is_live(&token.text("accessToken")));
    assert!(token.text("refreshToken").starts_with("aorSECRET"));
    assert_eq!(poll(&fake, &client, &code).error(), "InvalidGrantException");
    assert_eq!(fake.operations()[1], "oidc.CreateToken/device_code");
}

#[test]
fn denied_expired_and_unknown_codes() {
    let fake = Fake::start(quick()).unwrap();
    let client = client(&fake);
    let started = start(&fake, &client);
    assert!(fake.decide_device(&started.text("userCode"), Decision::Denied));
    assert!(!fake.decide_device(&started.text("userCode"), Decision::Approved));
    assert_eq!(poll(&fake, &client, &started.text("deviceCode")).error(), "AccessDeniedException");
    assert_eq!(poll(&fake, &client, "unknown").error(), "InvalidGrantException");
    let other = fake.seed_token(&Seed { flow: Flow::Device, ..Seed::default() });
    let code = start(&fake, &client).text("deviceCode");
    assert_eq!(poll(&fake, &other, &code).error(), "InvalidGrantException");
    fake.set_clock_offset(601);
    assert_eq!(poll(&fake, &client, &code).error(), "ExpiredTokenException");
}

#[test]
fn polling_too_fast_slows_down() {
    let fake = Fake::start(Setup::default()).unwrap();
    let client = client(&fake);
    let started = start(&fake, &client);
    assert_eq!(started.json()["interval"], 1);
    let code = started.text("deviceCode");
    assert_eq!(poll(&fake, &client, &code).error(), "AuthorizationPendingException");
    thread::sleep(Duration::from_millis(1000));
    assert_eq!(poll(&fake, &client, &code).error(), "AuthorizationPendingException");
    assert_eq!(poll(&fake, &client, &code).error(), "SlowDownException");
    // The interval is 6 s now.
    thread::sleep(Duration::from_millis(1000));
    assert_eq!(poll(&fake, &client, &code).error(), "SlowDownException");
}

#[test]
fn nobody_at_the_page() {
    let fake = Fake::start(Setup { auto: Auto::Approve, ..quick() }).unwrap();
    let client = client(&fake);
    let code = start(&fake, &client).text("deviceCode");
    assert_eq!(poll(&fake, &client, &code).error(), "AuthorizationPendingException");
    assert_eq!(poll(&fake, &client, &code).status, 200);
    let fake = Fake::start(Setup { auto: Auto::Approve, pending_polls: 0, ..quick() }).unwrap();
    let client = fake.seed_token(&Seed { flow: Flow::Legacy, ..Seed::default() });
    let code = start(&fake, &client).text("deviceCode");
    let token = poll(&fake, &client, &code);
    assert_eq!(token.status, 200);
    assert!(token.json().get("refreshToken").is_none());
}

#[test]
fn wrong_starts_are_refused() {
    let fake = Fake::start(quick()).unwrap();
    let code_client = fake.seed_token(&Seed::default());
    assert_eq!(start(&fake, &code_client).error(), "UnauthorizedClientException");
    let mut client = client(&fake);
    let body = json!({
        "clientId": client.client_id, "clientSecret": client.client_secret, "startUrl": "https://other.awsapps.com/start"
    });
    assert_eq!(post_json(&fake, "/device_authorization", &body).error(), "InvalidRequestException");
    client.client_id.push('x');
    assert_eq!(
        (start(&fake, &client).status, start(&fake, &client).error().as_str()),
        (401, "InvalidClientException")
    );
}
