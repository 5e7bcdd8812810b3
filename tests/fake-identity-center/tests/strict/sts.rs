use crate::client::{get_with_token, post};
use fake_identity_center::{Fake, Seed, Setup};

#[test]
fn unsigned_requests_are_refused() {
    let fake = Fake::start(Setup::default()).unwrap();
    let form = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let reply = post(&fake, "/", &[form], body);
    assert_eq!(reply.status, 403);
    assert!(reply.page().contains("<Code>MissingAuthenticationToken</Code>"));
    let authorization = "AWS4-HMAC-SHA256 Credential=ASIAFAKE000000000009/20260102/eu-west-1/sts/aws4_request, \
                         SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=00";
    let reply = post(&fake, "/", &[form, ("Authorization", authorization)], body);
    assert!(reply.page().contains("<Code>InvalidClientTokenId</Code>"));
    assert_eq!(fake.operations(), ["sts.GetCallerIdentity"; 2]);
}

#[test]
fn a_wrong_signature_is_refused() {
    let fake = Fake::start(Setup::default()).unwrap();
    let token = fake.seed_token(&Seed::default()).access_token;
    let target = "/federation/credentials?role_name=ReadOnly&account_id=111122223333";
    let reply = get_with_token(&fake, target, &token);
    let date = reply.header("Date").unwrap();
    assert!(date.ends_with(" GMT"));
    let credentials = reply.json()["roleCredentials"].clone();
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("X-Amz-Date", "20200102T030405Z"),
        ("X-Amz-Security-Token", credentials["sessionToken"].as_str().unwrap()),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=ASIAFAKE000000000001/20200102/eu-west-1/sts/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=00",
        ),
    ];
    let reply = post(&fake, "/", &headers, "Action=GetCallerIdentity&Version=2011-06-15");
    assert_eq!(reply.status, 403);
    assert!(reply.page().contains("<Code>SignatureDoesNotMatch</Code>"));
    assert!(reply.page().contains("Signature expired"));
}
