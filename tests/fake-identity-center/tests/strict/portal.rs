use crate::client::{Reply, exchange, get, get_with_token, post, post_json, request};
use fake_identity_center::{Fake, Seed, Setup};
use serde_json::{Value, json};

const CREDENTIALS: &str = "/federation/credentials?role_name=ReadOnly&account_id=111122223333";

#[test]
fn role_credentials() {
    let fake = Fake::start(Setup::default()).unwrap();
    let token = fake.seed_token(&Seed::default()).access_token;
    let reply = get_with_token(&fake, CREDENTIALS, &token);
    let credentials = &reply.json()["roleCredentials"];
    assert_eq!(credentials["accessKeyId"], "ASIAFAKE000000000001");
    assert!(credentials["secretAccessKey"].as_str().unwrap().contains("SECRET"));
    assert!(credentials["sessionToken"].as_str().unwrap().contains("SECRET"));
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()
            as i64;
    let left = credentials["expiration"].as_i64().unwrap() - now;
    assert!((3_590_000..=3_600_000).contains(&left), "{left}");
}

#[test]
fn refusals_have_message_and_type() {
    let fake = Fake::start(Setup::default()).unwrap();
    let sign_in = fake.seed_token(&Seed::default());
    let token = &sign_in.access_token;
    let rows = [
        (CREDENTIALS, "unknown", 401, "UnauthorizedException"),
        (CREDENTIALS, sign_in.refresh_token.as_deref().unwrap(), 401, "UnauthorizedException"),
        (
            "/federation/credentials?role_name=Root&account_id=111122223333",
            token,
            403,
            "ForbiddenException",
        ),
        (
            "/federation/credentials?role_name=ReadOnly&account_id=999999999999",
            token,
            404,
            "ResourceNotFoundException",
        ),
        ("/assignment/roles?account_id=999999999999", token, 404, "ResourceNotFoundException"),
        ("/federation/credentials?role_name=ReadOnly", token, 400, "InvalidRequestException"),
        (
            "/federation/credentials?role_name=Read+Only&account_id=111122223333",
            token,
            400,
            "InvalidRequestException",
        ),
        ("/assignment/accounts?max_results=5", token, 400, "InvalidRequestException"),
        ("/assignment/accounts?max_result=0", token, 400, "InvalidRequestException"),
        ("/assignment/accounts?max_result=101", token, 400, "InvalidRequestException"),
        ("/assignment/accounts?next_token=guess", token, 400, "InvalidRequestException"),
    ];
    for (target, token, status, error) in rows {
        let reply = get_with_token(&fake, target, token);
        assert_eq!((reply.status, reply.error().as_str()), (status, error), "{target}");
        let kind = reply.text("__type");
        assert_eq!(kind, format!("com.amazonaws.switchboard.portal#{error}"));
        assert!(!reply.text("message").is_empty());
    }
    assert_eq!(get(&fake, CREDENTIALS).status, 401);
    let twice = [("x-amz-sso_bearer_token", token.as_str()); 2];
    assert_eq!(
        Reply::parse(&exchange(&fake, &request("GET", CREDENTIALS, &twice, "")).0).status,
        401
    );
}

#[test]
fn tokens_expire_and_are_revoked() {
    let fake = Fake::start(Setup::default()).unwrap();
    let sign_in = fake.seed_token(&Seed::default());
    assert_eq!(get_with_token(&fake, CREDENTIALS, &sign_in.access_token).status, 200);
    fake.set_clock_offset(3601);
    assert_eq!(get_with_token(&fake, CREDENTIALS, &sign_in.access_token).status, 401);
    fake.set_clock_offset(0);
    assert!(fake.expire_access_token(&sign_in.access_token));
    assert_eq!(get_with_token(&fake, CREDENTIALS, &sign_in.access_token).status, 401);
    assert!(fake.is_refreshable(sign_in.refresh_token.as_deref().unwrap()));
    assert!(fake.revoke(&sign_in.access_token));
    assert!(!fake.is_refreshable(sign_in.refresh_token.as_deref().unwrap()));
}

fn all_pages(fake: &Fake, token: &str, target: &str, member: &str) -> (Vec<Value>, usize) {
    let (mut entries, mut pages, mut next) = (Vec::new(), 0, String::new());
    loop {
        let page = get_with_token(fake, &format!("{target}{next}"), token).json();
        entries.extend(page[member].as_array().unwrap().clone());
        pages += 1;
        match page["nextToken"].as_str() {
            None => return (entries, pages),
            Some(text) => {
                assert!(text.contains('+') && text.contains('/') && text.contains('='));
                let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
                next = format!("&next_token={encoded}");
            }
        }
    }
}

#[test]
fn lists_come_in_pages() {
    let fake = Fake::start(Setup::many_accounts(250, 1000)).unwrap();
    let token = fake.seed_token(&Seed::default()).access_token;
    let (accounts, pages) =
        all_pages(&fake, &token, "/assignment/accounts?max_result=100", "accountList");
    assert_eq!((accounts.len(), pages), (250, 3));
    let mut ids: Vec<_> =
        accounts.iter().map(|account| account["accountId"].as_str().unwrap()).collect();
    assert!(ids.iter().all(|id| id.len() == 12));
    ids.dedup();
    assert_eq!(ids.len(), 250);
    let target = format!("/assignment/roles?account_id={}&max_result=3", ids[249]);
    let (roles, pages) = all_pages(&fake, &token, &target, "roleList");
    assert_eq!((roles.len(), pages), (4, 2));
    assert_eq!(roles[0]["accountId"], ids[249]);
}

#[test]
fn logout_ends_the_whole_session() {
    let fake = Fake::start(Setup::default()).unwrap();
    let sign_in = fake.seed_token(&Seed::default());
    let other = fake.seed_token(&Seed::default());
    let header = [("x-amz-sso_bearer_token", sign_in.access_token.as_str())];
    assert_eq!(post(&fake, "/logout", &header, "{}").status, 400);
    let reply = post(&fake, "/logout", &header, "");
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    assert_eq!(post(&fake, "/logout", &header, "").status, 401);
    assert!(!fake.is_live(&sign_in.access_token) && fake.is_live(&other.access_token));
    let body = json!({
        "grantType": "refresh_token",
        "clientId": sign_in.client_id,
        "clientSecret": sign_in.client_secret,
        "refreshToken": sign_in.refresh_token,
    });
    assert_eq!(post_json(&fake, "/token", &body).error(), "InvalidGrantException");
}

#[test]
fn the_rate_can_be_limited() {
    let fake =
        Fake::start(Setup { portal_requests_per_second: Some(3), ..Setup::default() }).unwrap();
    let token = fake.seed_token(&Seed::default()).access_token;
    let replies: Vec<_> = (0..12).map(|_| get_with_token(&fake, CREDENTIALS, &token)).collect();
    assert!(replies[..3].iter().all(|reply| reply.status == 200));
    let refused = replies.iter().find(|reply| reply.status == 429).unwrap();
    assert_eq!(refused.error(), "TooManyRequestsException");
    assert_eq!(refused.header("x-amz-retry-after"), Some("1"));
}

#[test]
fn other_hosts_are_not_served() {
    let fake = Fake::start(Setup::default()).unwrap();
    let token = fake.seed_token(&Seed::default()).access_token;
    let text = format!(
        "GET {CREDENTIALS} HTTP/1.1\r\nHost: evil.example\r\nx-amz-sso_bearer_token: {token}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(Reply::parse(&exchange(&fake, text.as_bytes()).0).status, 400);
}
