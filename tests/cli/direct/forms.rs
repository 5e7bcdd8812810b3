//! What every client can read, and some read nothing else: times that end in `Z` and are never absent (the JS and the Rust SDK and
//! MinIO for Python refuse `+00:00` at an endpoint), and an account that is a text (Go refuses a number, and a number has no nought
//! in front).

use fake_identity_center::{Account, AssumableRole, EntitledRole, Seed, Setup};
use serde_json::Value;

use super::endpoints::Endpoint;
use crate::harness::{World, iso, now, tests};

tests! {
    quick "contract c03 c04" => each_kind_of_role_has_its_time_and_its_account,
    quick "contract c01" => what_others_have_cached_without_a_time_is_not_handed_on,
}

const ACCOUNT: &str = "012345678901";

/// Where the account begins with a nought, and each kind of profile is of it.
fn world() -> World {
    let mut world = World::with(Setup {
        accounts: vec![Account::new(ACCOUNT, "nought", &["ReadOnly"])],
        assumable: vec![AssumableRole::new("arn:aws:iam::012345678901:role/Deploy")],
        entitled: vec![EntitledRole::new("arn:aws:iam::012345678901:role/Auditor", None)],
        ..Setup::default()
    });
    let config = world.expand("{config}").replace("111122223333", ACCOUNT);
    let further = "
[profile chain]
role_arn = arn:aws:iam::012345678901:role/Deploy
source_profile = dev
region = eu-west-1

[profile entitled]
sso_cp_session = corp
sso_cp_tenant_id = aa-example
sso_cp_role_arn = arn:aws:iam::012345678901:role/Auditor
region = eu-west-1
";
    world.put(".aws/config", &(config + further));
    let url = world.fake.account_access_url().to_owned();
    world.set("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", &url);
    let sign_in = world.fake.seed_token(&Seed { account_access: true, ..Seed::default() });
    world.put_bytes(".aws/sso/cache/{token-file corp}", sign_in.token_file().as_bytes());
    world
}

fn has_its_form(what: &str, document: &Value) {
    let time = document["Expiration"].as_str().unwrap_or_else(|| panic!("{what}: {document}"));
    let is_form = |(byte, form): (u8, u8)| match form {
        b'9' => byte.is_ascii_digit(),
        form => byte == form,
    };
    let form = b"9999-99-99T99:99:99Z";
    let is_well = time.len() == form.len() && time.bytes().zip(form.iter().copied()).all(is_form);
    assert!(is_well, "{what}: {time}");
    assert_eq!(document["AccountId"], ACCOUNT, "{what}");
}

fn each_form_of(what: &str, profile: &str, world: &World) {
    for round in ["fetched", "cached"] {
        let what = format!("{what}, {round}");
        has_its_form(&what, &world.run(&["--profile", profile]).document());
        let ran = world.run(&["export", "--profile", profile, "--format", "sts"]);
        let document: Value = serde_json::from_slice(&ran.stdout).unwrap();
        let time = document["Credentials"]["Expiration"].as_str().unwrap();
        assert!(time.ends_with('Z') && time.len() == 20, "{what}: {time}");
    }
    let endpoint = Endpoint::of(profile, world, &[]);
    let (status, body) = endpoint.get();
    assert_eq!(status, 200, "{what}: {body}");
    has_its_form(&format!("{what}, at the endpoint"), &body);
    endpoint.stop();
}

fn each_kind_of_role_has_its_time_and_its_account() {
    let world = world();
    each_form_of("a permission set", "dev", &world);
    each_form_of("an assumed role", "chain", &world);
    each_form_of("a role of account access manager", "entitled", &world);
    for (what, ends, account) in [
        ("with an offset", "+00:00", "\"012345678901\""),
        ("with a fraction", ".5Z", "\"012345678901\""),
        ("of an older AWS CLI", "UTC", "null"),
    ] {
        let cached = world_with(ends, account);
        each_form_of(what, "dev", &cached);
        assert_eq!(cached.fake.operations(), [""; 0], "{what}");
    }
    // A number has lost its nought: such a file is none of the AWS CLI's, and is replaced.
    each_form_of("with the account as a number", "dev", &world_with("Z", "12345678901"));
}

/// Somebody else's file for the role, which ends in some minutes less than an hour.
fn world_with(ends: &str, account: &str) -> World {
    let world = world();
    let time = iso(now() + 3000);
    let text = format!(
        "{{\"ProviderType\": \"sso\", \"Credentials\": {{\"AccessKeyId\": \"ASIAFOREIGN000000001\", \"SecretAccessKey\": \"SECRETkey\", \
         \"SessionToken\": \"SECRETtoken\", \"Expiration\": \"{}{ends}\", \"AccountId\": {account}}}}}",
        time.trim_end_matches('Z')
    );
    let file = ".aws/cli/cache/{role-file corp 012345678901 ReadOnly}";
    world.put_bytes(file, text.as_bytes());
    world
}

/// A client would take them for credentials that never end.
fn what_others_have_cached_without_a_time_is_not_handed_on() {
    for time in
        ["", ", \"Expiration\": null", ", \"Expiration\": \"\"", ", \"Expiration\": \"soon\""]
    {
        let world = world();
        let text = format!(
            "{{\"ProviderType\": \"sso\", \"Credentials\": {{\"AccessKeyId\": \"ASIAFOREIGN000000001\", \
             \"SecretAccessKey\": \"SECRETkey\", \"SessionToken\": \"SECRETtoken\"{time}}}}}"
        );
        let file = ".aws/cli/cache/{role-file corp 012345678901 ReadOnly}";
        world.put_bytes(file, text.as_bytes());
        let document = world.dev().document();
        has_its_form(time, &document);
        assert_ne!(document["AccessKeyId"], "ASIAFOREIGN000000001", "{time}");
    }
}
