use crate::client::{Reply, get_with, get_with_token};
use fake_identity_center::{Fake, Seed, Setup};
use serde_json::Value;

const ARN: &str = "arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fteam%2FDeveloper";

fn signed_in(account_access: bool) -> (Fake, String) {
    let fake = Fake::start(Setup::default()).unwrap();
    let token = fake.seed_token(&Seed { account_access, ..Seed::default() }).access_token;
    (fake, token)
}

fn ask(fake: &Fake, token: &str, target: &str) -> Reply {
    get_with(fake, target, &[("Authorization", &format!("Bearer {token}"))])
}

fn credentials(rest: &str) -> String {
    format!(
        "/access/credentials?tenantId=aa-example&roleArn={ARN}&accessType=PROGRAMMATIC_ACCESS{rest}"
    )
}

#[test]
fn roles_come_in_pages_of_which_the_first_is_empty() {
    let (fake, token) = signed_in(true);
    let first = ask(&fake, &token, "/access?tenantId=aa-example&maxResults=1");
    assert_eq!(first.json()["roles"], Value::Array(Vec::new()));
    let mut next = first.text("nextToken");
    let mut roles = Vec::new();
    for _ in 0..2 {
        let encoded =
            next.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D").replace('&', "%26");
        let page = ask(
            &fake,
            &token,
            &format!("/access?tenantId=aa-example&maxResults=1&nextToken={encoded}"),
        );
        roles.extend(page.json()["roles"].as_array().unwrap().clone());
        next = page.json()["nextToken"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(next, "");
    assert_eq!(roles[0]["roleArn"], "arn:aws:iam::111122223333:role/team/Developer");
    assert_eq!(roles[0]["accountName"], "alpha");
    assert_eq!(roles[1]["accountName"], Value::Null);
}

#[test]
fn credentials_end_in_seconds() {
    let (fake, token) = signed_in(true);
    let reply =
        ask(&fake, &token, &credentials("&sessionName=jane%40example.com&sessionDuration=900"));
    let given = &reply.json()["credentialsDetails"]["programmaticAccess"];
    assert!(given["secretAccessKey"].as_str().unwrap().contains("SECRET"));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let left = given["expiresAt"].as_f64().unwrap() - now.as_secs_f64();
    assert!((890.0..=900.0).contains(&left), "{left}");
}

#[test]
fn what_the_model_forbids_is_refused() {
    let (fake, token) = signed_in(true);
    let (other, narrow) = signed_in(false);
    assert_eq!(ask(&other, &narrow, "/access?tenantId=aa-example").status, 403);
    assert_eq!(ask(&other, &narrow, &credentials("")).status, 403);
    assert_eq!(get_with_token(&fake, &credentials(""), &token).status, 400);
    for (target, status, error) in [
        (credentials("&sessionDuration=899"), 400, "ValidationException"),
        (credentials("&sessionName=a"), 400, "ValidationException"),
        (credentials("&sessionName=a%20b"), 400, "ValidationException"),
        (credentials("&more=1"), 400, "ValidationException"),
        (credentials("").replace("aa-example", "aa-other"), 400, "ValidationException"),
        (credentials("").replace("PROGRAMMATIC", "CONSOLE"), 400, "ValidationException"),
        (credentials("").replace("Developer", "Root"), 403, "AccessDeniedException"),
        ("/access?tenantId=aa-example&nextToken=guess".to_owned(), 400, "ValidationException"),
        ("/access?tenantId=aa-example&maxResults=101".to_owned(), 400, "ValidationException"),
    ] {
        let reply = ask(&fake, &token, &target);
        assert_eq!((reply.status, reply.error().as_str()), (status, error), "{target}");
    }
    assert_eq!(ask(&fake, "unknown", "/access?tenantId=aa-example").status, 401);
}
