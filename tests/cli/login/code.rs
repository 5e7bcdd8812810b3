//! The whole walk by the browser.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread::sleep;
use std::time::Duration;

use fake_identity_center::{Auto, START_URL, Seed};
use serde_json::json;

use super::running::{Running, approving, files, token};
use super::web;
use crate::harness::{Ended, Run, World, iso, now, tests};

tests! {
    quick "g18 s-16 s-17 s-19" => a_first_sign_in,
    quick "g18" => a_sign_in_by_the_buttons_of_the_page,
    quick "g07" => an_answer_that_comes_at_once,
    quick "b23" => a_client_is_registered_once,
    quick "b23" => a_client_of_the_aws_cli_is_used,
    quick "login" => who_is_signed_in_already_is_told_until_when,
    quick "login" => an_expired_token_that_can_be_renewed_counts_as_signed_in,
    quick "login" => a_token_that_is_nearly_over_and_cannot_be_renewed_does_not_count,
    quick "login" => force_ends_the_old_session_first,
    quick "login" => force_passes_over_a_session_that_has_ended,
    quick "login" => the_profile_of_the_shell_is_signed_in,
    quick "login" => a_fixed_port,
    quick "e09" => two_sign_ins_at_once,
    quick "e10" => a_sign_in_while_credentials_are_asked_for,
}

fn a_first_sign_in() {
    let world = approving();
    let sign_in = Running::start(&world, &[]);
    let url = sign_in.url();
    let page = sign_in.browse();
    assert!(page.status == 200 && page.body.contains("terminal"), "{page:?}");
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("signed in to sso-session `corp` until "), "{ran}");

    let operations =
        ["oidc.RegisterClient", "browser.Authorize", "oidc.CreateToken/authorization_code"];
    assert_eq!(world.fake.operations(), operations);
    let requests = world.fake.requests();
    assert_eq!(
        requests[0].json(),
        json!({
            "clientName": "sso-cp-corp",
            "clientType": "public",
            "scopes": ["sso:account:access"],
            "grantTypes": ["authorization_code", "refresh_token"],
            "redirectUris": ["http://127.0.0.1/oauth/callback"],
            "issuerUrl": START_URL,
        })
    );
    let sent = requests[2].json();
    assert_eq!(sent["redirectUri"], web::parameter(&url, "redirect_uri"));
    assert_eq!(sent["codeVerifier"].as_str().unwrap().len(), 43);
    assert!(!url.contains(sent["codeVerifier"].as_str().unwrap()));

    let path = world.home(".aws/sso/cache/{token-file corp}");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    let start = format!(
        "{{\"startUrl\": \"{START_URL}\", \"region\": \"us-east-1\", \"accessToken\": \"aoa"
    );
    assert!(text.starts_with(&start) && !text.ends_with('\n'), "{text}");
    for member in ["expiresAt", "clientId", "clientSecret", "registrationExpiresAt", "refreshToken"]
    {
        assert!(token(&world)[member].is_string(), "{member}");
    }
    assert_eq!(files(&world).len(), 3, "the config, the token and the client");
    // And it is good for what it is there for.
    world.dev().document();
}

fn a_sign_in_by_the_buttons_of_the_page() {
    let world = World::new();
    let sign_in = Running::start(&world, &[]);
    let page = web::get(&sign_in.url());
    let page = web::browse(&format!("{}{}", world.fake.sso_url(), page.link("approve")));
    assert!(page.body.contains("terminal"), "{page:?}");
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

/// A warm browser answers before anything is read: here a `BROWSER` that is done when the program has hardly begun to wait.
fn an_answer_that_comes_at_once() {
    let mut world = approving();
    let script = world.root().join("browser");
    fs::write(&script, "#!/bin/sh\nexec curl -s -L -o /dev/null \"$1\"\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    world.set("BROWSER", &script.to_string_lossy());
    let ran = Running::start(&world, &[]).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.took < Duration::from_secs(5), "{ran}");
}

fn a_client_is_registered_once() {
    let world = approving();
    for _ in 0..2 {
        let sign_in = Running::start(&world, &[]);
        sign_in.browse();
        assert_eq!(sign_in.end().ended, Ended::Code(0));
        fs::remove_file(world.home(".aws/sso/cache/{token-file corp}")).unwrap();
    }
    let operations = world.fake.operations();
    assert_eq!(operations.iter().filter(|name| *name == "oidc.RegisterClient").count(), 1);
}

fn a_client_of_the_aws_cli_is_used() {
    let world = approving();
    let seeded = world.fake.seed_token(&Seed::default());
    // The name that the AWS CLI gives it, by its own rule.
    let key = "{\"region\": \"us-east-1\", \"scopes\": [\"sso:account:access\"], \"session_name\": \"corp\", \"startUrl\": \"https://example.awsapps.com/start\", \"tool\": \"botocore\"}";
    let name = crate::harness::sha1_hex(key);
    let file = world
        .put_bytes(&format!(".aws/sso/cache/{name}.json"), seeded.registration_file().as_bytes());
    let sign_in = Running::start(&world, &[]);
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    assert_eq!(token(&world)["clientId"], seeded.client_id);
    assert_eq!(fs::read_to_string(file).unwrap(), seeded.registration_file());
    assert_eq!(
        world.fake.operations(),
        ["browser.Authorize", "oidc.CreateToken/authorization_code"]
    );
}

fn who_is_signed_in_already_is_told_until_when() {
    let world = World::new();
    world.put_token("+1h");
    let before = files(&world);
    let ran = Running::start(&world, &[]).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let said = ran.stderr();
    assert!(said.contains("already signed in to sso-session `corp` until "), "{ran}");
    assert!(said.contains("--force") && !said.contains("://"), "{ran}");
    assert_eq!(world.fake.operations(), [""; 0]);
    assert_eq!(files(&world), before);
}

fn an_expired_token_that_can_be_renewed_counts_as_signed_in() {
    let world = World::new();
    world.put_token("-1h");
    let ran = Running::start(&world, &[]).end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(ran.stderr().contains("already signed in"), "{ran}");
    assert_eq!(world.fake.operations(), ["oidc.CreateToken/refresh_token"]);
    assert!(token(&world)["expiresAt"].as_str().unwrap() > iso(now() + 3000).as_str());
}

fn a_token_that_is_nearly_over_and_cannot_be_renewed_does_not_count() {
    let world = approving();
    world.put_token("+30s no-refresh");
    let sign_in = Running::start(&world, &[]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    assert!(token(&world)["refreshToken"].is_string(), "{ran}");
}

fn force_ends_the_old_session_first() {
    let world = approving();
    world.put_token("+1h");
    let old = token(&world);
    let (access, refresh) =
        (old["accessToken"].as_str().unwrap(), old["refreshToken"].as_str().unwrap());
    let sign_in = Running::start(&world, &["--force"]);
    sign_in.url();
    assert!(!world.fake.is_live(access), "the old session ends before the new one begins");
    assert!(!world.home(".aws/sso/cache/{token-file corp}").exists());
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    assert!(!world.fake.is_refreshable(refresh));
    assert!(world.fake.is_live(token(&world)["accessToken"].as_str().unwrap()));
    let logout =
        world.fake.requests().into_iter().find(|request| request.operation == "portal.Logout");
    assert_eq!(logout.unwrap().header("x-amz-sso_bearer_token"), Some(access));
}

fn force_passes_over_a_session_that_has_ended() {
    let world = approving();
    world.put_token("-1h");
    world.script("portal.Logout: error=UnauthorizedException");
    let sign_in = Running::start(&world, &["--force"]);
    sign_in.browse();
    let ran = sign_in.end();
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    // Where nobody can say whether it has ended, the old token stays.
    world.script("portal.Logout: drop repeat=forever");
    let before = files(&world);
    Running::start(&world, &["--force"]).end().failed(6, "hint: ");
    let token_file = |files: &[(String, Vec<u8>)]| {
        files
            .iter()
            .find(|(path, _)| {
                *path == world.home(".aws/sso/cache/{token-file corp}").to_string_lossy()
            })
            .cloned()
    };
    assert_eq!(token_file(&files(&world)), token_file(&before));
}

fn the_profile_of_the_shell_is_signed_in() {
    for (variables, selected) in [
        (&[("AWS_PROFILE", "dev")][..], true),
        (&[("AWS_DEFAULT_PROFILE", "dev")], true),
        (&[("AWS_PROFILE", ""), ("AWS_DEFAULT_PROFILE", "dev")], true),
        // Without any, the only session that there is.
        (&[], false),
    ] {
        let mut world = approving();
        variables.iter().for_each(|(name, value)| world.set(name, value));
        let sign_in = Running::of(Run::new(["login".into()]).command(&world));
        sign_in.browse();
        let ran = sign_in.end();
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        let next = if selected { "--profile dev" } else { "--sso-session corp" };
        assert!(ran.stderr().contains(next), "{ran}");
    }
}

fn a_fixed_port() {
    let world = approving();
    let port = crate::harness::closed_port().port();
    let sign_in = Running::start(&world, &["--redirect-port", &port.to_string()]);
    assert_eq!(sign_in.redirect_uri(), format!("http://127.0.0.1:{port}/oauth/callback"));
    sign_in.browse();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
}

fn two_sign_ins_at_once() {
    let world = approving();
    let both = [(); 2].map(|()| Running::start(&world, &[]));
    let urls = both.each_ref().map(Running::url);
    assert_ne!(web::parameter(&urls[0], "state"), web::parameter(&urls[1], "state"));
    both.iter().rev().for_each(|sign_in| {
        sign_in.browse();
    });
    for ran in both.map(Running::end) {
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    }
    let token = token(&world);
    assert!(world.fake.is_live(token["accessToken"].as_str().unwrap()));
    assert!(
        world.fake.is_refreshable(token["refreshToken"].as_str().unwrap()),
        "both parts are of one sign-in"
    );
    world.dev().document();
}

fn a_sign_in_while_credentials_are_asked_for() {
    let world = World::new();
    world.fake.set_auto(Auto::Approve);
    let sign_in = Running::start(&world, &[]);
    sign_in.url();
    let callers: Vec<_> = (0..20)
        .map(|index| {
            if index == 10 {
                sign_in.browse();
            }
            sleep(Duration::from_millis(5));
            Running::of(Run::new(["--profile", "dev"].map(Into::into)).command(&world))
        })
        .collect();
    assert_eq!(sign_in.end().ended, Ended::Code(0));
    for caller in callers {
        let ran = caller.end_without_rules();
        match ran.ended {
            Ended::Code(0) => drop(ran.document()),
            _ => ran.failed(4, "nobody is signed in"),
        }
    }
    world.dev().document();
}
