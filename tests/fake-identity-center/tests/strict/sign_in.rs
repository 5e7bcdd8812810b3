use crate::client::{Reply, get, post, post_json};
use fake_identity_center::{Auto, Fake, Flow, RefreshTokens, START_URL, Seed, Setup, SignIn};
use serde_json::{Value, json};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "http://127.0.0.1:49152/oauth/callback";
const REDIRECT_ENCODED: &str = "http%3A%2F%2F127.0.0.1%3A49152%2Foauth%2Fcallback";

fn approving() -> Fake {
    Fake::start(Setup { auto: Auto::Approve, ..Setup::default() }).unwrap()
}

fn registration() -> Value {
    json!({
        "clientName": "botocore-client-corp",
        "clientType": "public",
        "grantTypes": ["authorization_code", "refresh_token"],
        "redirectUris": ["http://127.0.0.1/oauth/callback"],
        "issuerUrl": START_URL,
        "scopes": ["sso:account:access"],
    })
}

fn with(mut value: Value, member: &str, new: Value) -> Value {
    value[member] = new;
    value
}

fn register(fake: &Fake) -> (String, String) {
    let reply = post_json(fake, "/client/register", &registration());
    assert_eq!(reply.status, 200);
    (reply.text("clientId"), reply.text("clientSecret"))
}

fn authorize_target(client: &str) -> String {
    format!(
        "/authorize?response_type=code&client_id={client}&redirect_uri={REDIRECT_ENCODED}&state=st%2Bate\
         &code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge={CHALLENGE}"
    )
}

fn decode(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

fn code_for(fake: &Fake, client: &str) -> String {
    let reply = get(fake, &authorize_target(client));
    assert_eq!(reply.status, 302);
    let location = reply.header("Location").unwrap();
    let query = location.strip_prefix(&format!("{REDIRECT}?code=")).unwrap();
    let (code, state) = query.split_once('&').unwrap();
    assert_eq!(state, "state=st%2Bate");
    decode(code)
}

fn exchange_body(client: &(String, String), code: &str) -> Value {
    json!({
        "grantType": "authorization_code",
        "clientId": client.0,
        "clientSecret": client.1,
        "redirectUri": REDIRECT,
        "codeVerifier": VERIFIER,
        "code": code,
    })
}

fn refresh(fake: &Fake, sign_in: &SignIn, token: &str) -> Reply {
    let body = json!({
        "grantType": "refresh_token",
        "clientId": sign_in.client_id,
        "clientSecret": sign_in.client_secret,
        "refreshToken": token,
    });
    post_json(fake, "/token", &body)
}

#[test]
fn the_whole_code_flow() {
    let fake = approving();
    let client = register(&fake);
    let code = code_for(&fake, &client.0);
    let reply = post_json(&fake, "/token", &exchange_body(&client, &code));
    assert_eq!(reply.status, 200);
    assert!(reply.text("accessToken").starts_with("aoaSECRET"));
    assert!(reply.text("refreshToken").starts_with("aorSECRET"));
    assert_eq!(reply.json()["expiresIn"], 3600);
    assert!(reply.header("Date").is_some() && reply.header("x-amzn-RequestId").is_some());
    assert!(reply.header("x-fake-wire").is_none());
    assert_eq!(
        fake.operations(),
        ["oidc.RegisterClient", "browser.Authorize", "oidc.CreateToken/authorization_code"]
    );
}

#[test]
fn a_code_is_good_once_and_its_second_use_ends_the_session() {
    let fake = approving();
    let client = register(&fake);
    let code = code_for(&fake, &client.0);
    let first = post_json(&fake, "/token", &exchange_body(&client, &code));
    assert!(fake.is_live(&first.text("accessToken")));
    let second = post_json(&fake, "/token", &exchange_body(&client, &code));
    assert_eq!((second.status, second.error().as_str()), (400, "InvalidGrantException"));
    assert!(!fake.is_live(&first.text("accessToken")));
}

#[test]
fn a_code_is_bound_to_client_redirect_uri_and_verifier() {
    let fake = approving();
    let client = register(&fake);
    let code = code_for(&fake, &client.0);
    let good = exchange_body(&client, &code);
    let other = register(&fake);
    for wrong in [
        with(good.clone(), "redirectUri", json!("http://127.0.0.1:49153/oauth/callback")),
        with(good.clone(), "redirectUri", json!("http://127.0.0.1/oauth/callback")),
        with(good.clone(), "codeVerifier", json!(VERIFIER.replace('d', "e"))),
        with(good.clone(), "code", json!("made up")),
        exchange_body(&other, &code),
    ] {
        let reply = post_json(&fake, "/token", &wrong);
        assert_eq!(
            (reply.status, reply.error().as_str()),
            (400, "InvalidGrantException"),
            "{wrong}"
        );
    }
    fake.set_clock_offset(601);
    assert_eq!(post_json(&fake, "/token", &good).status, 400);
    fake.set_clock_offset(0);
    assert_eq!(post_json(&fake, "/token", &good).status, 200);
}

#[test]
fn wrong_registrations_are_refused() {
    let fake = approving();
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let rows = [
        (
            with(registration(), "clientType", json!("confidential")),
            400,
            "InvalidClientMetadataException",
        ),
        (with(registration(), "clientName", json!("")), 400, "InvalidRequestException"),
        (
            with(registration(), "scopes", json!("sso:account:access")),
            400,
            "InvalidRequestException",
        ),
        (with(registration(), "scopes", json!(["everything"])), 400, "InvalidScopeException"),
        (
            with(registration(), "grantTypes", json!(["implicit"])),
            400,
            "UnsupportedGrantTypeException",
        ),
        (
            with(registration(), "grantTypes", json!(["authorization_code", device])),
            500,
            "InternalServerException",
        ),
        (
            with(registration(), "redirectUris", json!([REDIRECT])),
            400,
            "InvalidRedirectUriException",
        ),
        (
            with(registration(), "redirectUris", json!(["http://localhost/oauth/callback"])),
            400,
            "InvalidRedirectUriException",
        ),
        (with(registration(), "redirectUris", json!([])), 400, "InvalidRedirectUriException"),
        (
            with(registration(), "issuerUrl", json!("https://other.awsapps.com/start")),
            400,
            "InvalidRequestException",
        ),
        (with(registration(), "issuerUrl", Value::Null), 400, "InvalidRequestException"),
        (with(registration(), "surprise", json!(1)), 400, "InvalidRequestException"),
    ];
    for (body, status, error) in rows {
        let reply = post_json(&fake, "/client/register", &body);
        assert_eq!((reply.status, reply.error().as_str()), (status, error), "{body}");
        assert!(reply.json()["error"].is_string() && reply.json().get("message").is_none());
    }
}

#[test]
fn requests_are_post_with_json() {
    let fake = approving();
    let body = registration().to_string();
    assert_eq!(
        post(&fake, "/client/register", &[("Content-Type", "text/plain")], &body).status,
        400
    );
    assert_eq!(post(&fake, "/client/register", &[], &body).status, 400);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(
        post(&fake, "/client/register", &form, "clientName=a&clientType=public").status,
        400
    );
    assert_eq!(get(&fake, "/client/register").status, 400);
    assert_eq!(get(&fake, "/nowhere").status, 404);
    assert_eq!(fake.operations().last().unwrap(), "unknown");
}

#[test]
fn wrong_authorize_requests_are_refused() {
    let fake = approving();
    let (client, _) = register(&fake);
    let good = authorize_target(&client);
    // The client is not trusted with an answer: a page.
    for (from, to) in [
        (client.as_str(), "fake-client-unknown"),
        ("49152%2Foauth", "49152%2Fother"),
        ("http%3A%2F%2F127.0.0.1", "http%3A%2F%2F127.0.0.2"),
        ("redirect_uri", "redirectUri"),
        ("&state=", "&state=x&state="),
        ("sso%3A", "sso%3A+"),
    ] {
        assert_eq!(get(&fake, &good.replace(from, to)).status, 400, "{to}");
    }
    // Everything else goes back to it.
    for (from, to) in [
        ("response_type=code", "response_type=token"),
        ("&scopes=", "&scope="),
        ("S256", "plain"),
        (CHALLENGE, "short"),
        ("account%3Aaccess", "other"),
        ("state=st%2Bate&", ""),
        ("&scopes=", "&nonce=1&scopes="),
    ] {
        let reply = get(&fake, &good.replace(from, to));
        let location = reply.header("Location").unwrap_or_default();
        assert!(
            location.starts_with(&format!("{REDIRECT}?error=invalid_request")),
            "{to}: {location}"
        );
    }
    let device = fake.seed_token(&Seed { flow: Flow::Device, ..Seed::default() });
    assert_eq!(get(&fake, &authorize_target(&device.client_id)).status, 400);
}

#[test]
fn the_page_has_two_buttons_that_work_once() {
    let fake = Fake::start(Setup::default()).unwrap();
    let (client, _) = register(&fake);
    for (button, wanted) in
        [("approve", "?code=SECRETcode."), ("deny", "?error=access_denied&error_description=")]
    {
        let page = get(&fake, &authorize_target(&client)).page();
        let link = page.split(&format!("id=\"{button}\" href=\"")).nth(1).unwrap();
        let link = link.split('"').next().unwrap().replace("&amp;", "&");
        let location = get(&fake, &link).header("Location").unwrap().to_owned();
        assert!(location.starts_with(&format!("{REDIRECT}{wanted}")), "{location}");
        assert!(location.ends_with("&state=st%2Bate"));
        assert_eq!(get(&fake, &link).status, 400);
    }
    let denied = get(&fake, &format!("{}&auto=deny", authorize_target(&client)));
    assert!(denied.header("Location").unwrap().contains("error=access_denied"));
}

#[test]
fn refresh_tokens_are_good_once_and_for_their_client() {
    let fake = Fake::start(Setup::default()).unwrap();
    let sign_in = fake.seed_token(&Seed::expired());
    let token = sign_in.refresh_token.clone().unwrap();
    let stranger = fake.seed_token(&Seed::default());
    assert_eq!(refresh(&fake, &stranger, &token).error(), "InvalidGrantException");
    let mut wrong_secret = sign_in.clone();
    wrong_secret.client_secret.push('x');
    let reply = refresh(&fake, &wrong_secret, &token);
    assert_eq!((reply.status, reply.error().as_str()), (401, "InvalidClientException"));
    assert!(!fake.is_live(&sign_in.access_token));
    let first = refresh(&fake, &sign_in, &token);
    assert!(fake.is_live(&first.text("accessToken")));
    let second = refresh(&fake, &sign_in, &token);
    assert_eq!((second.status, second.error().as_str()), (400, "InvalidGrantException"));
    assert_eq!(second.text("error_description"), "Invalid refresh token provided");
    assert_eq!(refresh(&fake, &sign_in, &first.text("refreshToken")).status, 200);
}

#[test]
fn refresh_tokens_can_be_kinder() {
    let fake =
        Fake::start(Setup { refresh_tokens: RefreshTokens::OldStaysValid, ..Setup::default() })
            .unwrap();
    let sign_in = fake.seed_token(&Seed::default());
    let token = sign_in.refresh_token.clone().unwrap();
    assert_ne!(refresh(&fake, &sign_in, &token).text("refreshToken"), token);
    fake.set_refresh_tokens(RefreshTokens::NotReturned);
    let reply = refresh(&fake, &sign_in, &token);
    assert_eq!(reply.status, 200);
    assert!(reply.json().get("refreshToken").is_none());
    assert!(fake.is_refreshable(&token));
}

#[test]
fn clients_without_the_scope_get_no_refresh_token() {
    let fake = Fake::start(Setup::default()).unwrap();
    let legacy = fake.seed_token(&Seed { flow: Flow::Legacy, ..Seed::default() });
    assert_eq!(legacy.refresh_token, None);
    assert!(!legacy.token_file().contains("refreshToken"));
    assert!(!legacy.registration_file().contains("scopes"));
}

#[test]
fn client_secrets_and_sessions_end() {
    let fake = Fake::start(Setup::default()).unwrap();
    let sign_in = fake.seed_token(&Seed::default());
    let token = sign_in.refresh_token.clone().unwrap();
    fake.set_clock_offset(9 * 3600);
    assert_eq!(refresh(&fake, &sign_in, &token).error(), "InvalidGrantException");
    fake.set_clock_offset(91 * 24 * 3600);
    assert_eq!(refresh(&fake, &sign_in, &token).error(), "InvalidClientException");
    fake.set_clock_offset(0);
    fake.forget_client(&sign_in.client_id);
    assert_eq!(refresh(&fake, &sign_in, &token).error(), "InvalidClientException");
}

#[test]
fn files_are_as_the_aws_cli_writes_them() {
    let fake = Fake::start(Setup::default()).unwrap();
    let sign_in = fake.seed_token(&Seed::default());
    let file = sign_in.token_file();
    assert!(file.starts_with(
        "{\"startUrl\": \"https://example.awsapps.com/start\", \"region\": \"us-east-1\", \"accessToken\": \"aoaSECRET"
    ));
    let registration = sign_in.registration_file();
    assert!(registration.ends_with(
        "Z\", \"scopes\": [\"sso:account:access\"], \"grantTypes\": [\"authorization_code\", \"refresh_token\"]}"
    ));
    let parsed: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(parsed["refreshToken"].as_str(), sign_in.refresh_token.as_deref());
}
