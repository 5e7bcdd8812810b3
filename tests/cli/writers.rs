//! The files that other tools leave in the shared caches: one fixture for each writer that was measured (dates with fractions, with
//! `+00:00` or `UTC`, tabs, any order, members that are missing, odd modes). We read each right, renew it, and lose none of its
//! members; then the real clients, which renew by themselves.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use crate::harness::{World, iso, now, set_mode, tests};
use crate::real_clients::{Client, boto3, js_sdk, rust_sdk};

tests! {
    quick "b10 b14" => what_each_writer_leaves_is_read,
    quick "b14 b17" => what_each_writer_leaves_is_renewed,
    quick "b12" => without_a_refresh_token_it_is_not,
    quick "c03 c04" => roles_that_others_have_cached_are_handed_out,
    slow "b14 real-clients" => we_read_what_boto3_renewed,
    slow "b14 real-clients" => we_read_what_the_js_sdk_renewed,
    slow "b14 real-clients" => we_read_what_the_rust_sdk_renewed,
}

/// Written by the SDKs that lose the refresh token where the answer to a renewal has none.
const WITHOUT_REFRESH_TOKEN: [&str; 2] =
    ["go-2-without-refresh-token.json", "ruby-without-refresh-token.json"];

/// Each with its text.
fn fixtures(kind: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(kind);
    let mut found: Vec<(String, String)> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    assert!(found.len() > 4, "{}", folder.display());
    found
}

/// Its times, in seconds from now.
fn filled(text: &str, token: &str, ends_in: i64) -> String {
    let time = |seconds: i64| iso(now() + seconds).trim_end_matches('Z').to_owned();
    let text = text.replace("{token}", token);
    text.replace("{time}", &time(ends_in)).replace("{until}", &time(80 * 86_400))
}

fn put_token(world: &World, text: &str, token: &str, ends_in: i64) -> (PathBuf, String) {
    let text = world.expand(&filled(text, token, ends_in));
    (world.put_bytes(".aws/sso/cache/{token-file corp}", text.as_bytes()), text)
}

fn what_each_writer_leaves_is_read() {
    for (name, text) in fixtures("token-writers") {
        let world = World::new();
        let (path, text) = put_token(&world, &text, "{access-token}", 3000);
        let ends = iso(now() + 3000);
        world.dev().document();
        assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"], "{name}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{name}");
        let ran = world.run(&["status", "--profile", "dev", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        let session = &status["sessions"][0];
        assert_eq!(session["state"], "active", "{name}: {ran}");
        let shown = session["expiresAt"].as_str().unwrap();
        assert!(shown.ends_with('Z') && shown.len() == 20, "{name}: {ran}");
        assert_eq!(shown[..17], ends[..17], "{name}: {ran}");
        let is_renewable = !WITHOUT_REFRESH_TOKEN.contains(&&*name);
        assert_eq!(session["renewableUntil"].is_string(), is_renewable, "{name}: {ran}");
    }
}

/// In a file of any mode, behind a link as some people have it, and with what we do not know.
fn what_each_writer_leaves_is_renewed() {
    for (name, text) in fixtures("token-writers") {
        if WITHOUT_REFRESH_TOKEN.contains(&&*name) {
            continue;
        }
        let mut world = World::new();
        let (path, _) = put_token(&world, &text, "{dead-access-token}", -3000);
        set_mode(&path, 0o644);
        let behind = world.home("elsewhere/token.json");
        world.make_folder_of(&behind);
        world.also_writable.push("elsewhere".into());
        fs::rename(&path, &behind).unwrap();
        symlink(&behind, &path).unwrap();
        world.dev().document();
        let asked = ["oidc.CreateToken/refresh_token", "portal.GetRoleCredentials"];
        assert_eq!(world.fake.operations(), asked, "{name}");
        assert!(path.symlink_metadata().unwrap().is_symlink(), "{name}");
        assert_eq!(behind.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{name}");
        let text = fs::read_to_string(&behind).unwrap();
        let token: serde_json::Value = serde_json::from_str(&text).unwrap();
        let whole = text.split_whitespace().collect::<String>();
        assert!(whole.contains(r#""laterMember":{"kept":[1,2.50]}"#), "{name}: {text}");
        for member in ["expiresAt", "registrationExpiresAt"] {
            let time = token[member].as_str().unwrap();
            assert!(time.ends_with('Z') && time.len() == 20, "{name}: {member} {time}");
        }
        assert_eq!(token.as_object().unwrap().len(), 9, "{name}: {text}");
        // What we have written is what the next run reads.
        fs::remove_dir_all(world.home(".aws/cli")).unwrap();
        world.fake.clear_requests();
        world.dev().document();
        assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"], "{name}");
    }
}

fn without_a_refresh_token_it_is_not() {
    for (name, text) in fixtures("token-writers") {
        if WITHOUT_REFRESH_TOKEN.contains(&&*name) {
            let world = World::new();
            let (path, text) = put_token(&world, &text, "{dead-access-token}", -3000);
            world.dev().failed(4, "has expired");
            assert_eq!(fs::read_to_string(path).unwrap(), text, "{name}");
        }
    }
}

/// The AWS CLI and those that write under its names. The account is the profile's where the file has none.
fn roles_that_others_have_cached_are_handed_out() {
    for (name, text) in fixtures("role-writers") {
        let world = World::new();
        let text = filled(&text, "", 3000);
        let ends = iso(now() + 3000);
        let file = ".aws/cli/cache/{role-file corp 111122223333 ReadOnly}";
        let path = world.put_bytes(file, text.as_bytes());
        set_mode(&path, 0o644);
        let document = world.dev().document();
        assert_eq!(document["AccessKeyId"], "ASIAFOREIGN000000001", "{name}");
        assert_eq!(document["AccountId"], "111122223333", "{name}");
        let expires = document["Expiration"].as_str().unwrap();
        assert!(expires.ends_with('Z') && expires.len() == 20, "{name}: {expires}");
        assert_eq!(expires[..17], ends[..17], "{name}: {expires}");
        assert_eq!(world.fake.operations(), [""; 0], "{name}");
        assert_eq!(fs::read_to_string(path).unwrap(), text, "{name}");
    }
}

/// The client renews the token that is over; we then neither renew nor ask a person.
fn we_read_what_it_renewed(client: &Client) {
    let world = crate::real_clients::world();
    let path = world.put_token("-1h");
    client.succeeds(&world, "native");
    let theirs = fs::read_to_string(&path).unwrap();
    assert!(world.fake.operations().contains(&"oidc.CreateToken/refresh_token".to_owned()));
    world.fake.clear_requests();
    world.dev().document();
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials"], "{theirs}");
    assert_eq!(fs::read_to_string(&path).unwrap(), theirs);
    let ran = world.run(&["status", "--profile", "dev", "--json"]);
    assert!(ran.stdout().contains("\"state\":\"active\""), "{ran}: {theirs}");
}

fn we_read_what_boto3_renewed() {
    let Some(client) = boto3() else { return };
    we_read_what_it_renewed(&client);
}

fn we_read_what_the_js_sdk_renewed() {
    let Some(client) = js_sdk() else { return };
    we_read_what_it_renewed(&client);
}

fn we_read_what_the_rust_sdk_renewed() {
    let Some(client) = rust_sdk() else { return };
    we_read_what_it_renewed(&client);
}
