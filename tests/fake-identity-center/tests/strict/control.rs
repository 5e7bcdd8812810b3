use crate::client::{get, get_with_token, post};
use fake_identity_center::{Fake, Setup};
use std::time::Duration;

#[test]
fn other_processes_have_the_same_handles() {
    let fake = Fake::start(Setup::default()).unwrap();
    let seeded = post(&fake, "/_fake/seed", &[], r#"{"flow": "device", "accessTokenSeconds": 60}"#);
    let token = seeded.text("accessToken");
    assert!(fake.is_live(&token));
    assert!(seeded.text("tokenFile").contains(&token));
    assert_eq!(post(&fake, "/_fake/script", &[], "portal.*: status=503").status, 200);
    let bad = post(&fake, "/_fake/script", &[], "portal.*: explode");
    assert_eq!(
        (bad.status, bad.text("problem").as_str()),
        (400, "line 1 of the script: unknown word explode")
    );
    assert_eq!(get_with_token(&fake, "/assignment/accounts", &token).status, 503);
    assert_eq!(get_with_token(&fake, "/assignment/accounts", &token).status, 200);
    let operations = get(&fake, "/_fake/operations").json();
    assert_eq!(operations, serde_json::json!(["portal.ListAccounts", "portal.ListAccounts"]));
    let requests = get(&fake, "/_fake/requests").json();
    assert_eq!((&requests[0]["status"], &requests[1]["status"]), (&503.into(), &200.into()));
    assert_eq!(post(&fake, "/_fake/clock", &[], "61").status, 200);
    assert!(!fake.is_live(&token));
    assert_eq!(post(&fake, "/_fake/auto", &[], "maybe").status, 400);
    assert_eq!(post(&fake, "/_fake/revoke", &[], &token).status, 200);
    assert_eq!(post(&fake, "/_fake/revoke", &[], "unknown").status, 400);
    assert_eq!(post(&fake, "/_fake/clear", &[], "").status, 200);
    assert!(fake.operations().is_empty());
}

#[test]
fn records_can_be_waited_for() {
    let fake = Fake::start(Setup::default()).unwrap();
    assert!(!fake.wait_for("portal.ListAccounts", 1, Duration::from_millis(50)));
    std::thread::scope(|scope| {
        scope.spawn(|| get(&fake, "/assignment/accounts"));
        assert!(fake.wait_for("portal.ListAccounts", 1, Duration::from_secs(10)));
    });
    let request = &fake.requests()[0];
    assert_eq!(
        (request.method.as_str(), request.path(), request.status),
        ("GET", "/assignment/accounts", 401)
    );
    assert_eq!(request.header("HOST"), Some("127.0.0.1"));
}
