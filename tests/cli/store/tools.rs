//! Other people's clients: by `credential_process` they get credentials of a sealed session, and by
//! themselves each says plainly that nobody is signed in.

use std::fs;

use super::scene::Home;
use crate::harness::tests;
use crate::real_clients::{Client, aws_cli, boto3, js_sdk, rust_sdk, world};

tests! {
    slow "real-clients store" => boto3_and_a_sealed_session,
    slow "real-clients store" => the_js_sdk_and_a_sealed_session,
    slow "real-clients store" => the_rust_sdk_and_a_sealed_session,
    slow "real-clients store" => the_aws_cli_and_a_sealed_session,
}

fn sealed() -> Option<Home> {
    let world = world();
    world.put_token("+1h");
    let home = Home::of(world);
    home.seal(&["--all-credentials"]);
    home.is_unlocked().then_some(home).or_else(|| {
        crate::harness::skip("the kernel's keyring is closed here");
        None
    })
}

fn works_by_us_alone(home: &Home, client: &Client, words: &[&str]) {
    assert!(
        client.succeeds(home, "dev").contains("ASIAFAKE")
            || client.succeeds(home, "dev").contains("111122223333")
    );
    let ran = client.run(home, "native");
    assert_ne!(ran.ended, crate::harness::Ended::Code(0), "{ran}");
    let said = format!("{}{}", ran.stdout(), ran.stderr());
    assert!(words.iter().any(|words| said.contains(words)), "{said}");
    assert!(!home.plain_token().exists());
    assert_eq!(home.files_with("SECRET"), [""; 0]);
    let cached = fs::read_dir(home.home(".aws/cli/cache")).map_or(0, Iterator::count);
    assert_eq!(cached, 0, "nothing is left in clear");
}

fn boto3_and_a_sealed_session() {
    let (Some(client), Some(home)) = (boto3(), sealed()) else { return };
    works_by_us_alone(&home, &client, &["Token for corp does not exist"]);
}

fn the_js_sdk_and_a_sealed_session() {
    let (Some(client), Some(home)) = (js_sdk(), sealed()) else { return };
    works_by_us_alone(
        &home,
        &client,
        &["was not found or is invalid", "could not load", "CredentialsProviderError"],
    );
}

fn the_rust_sdk_and_a_sealed_session() {
    let (Some(client), Some(home)) = (rust_sdk(), sealed()) else { return };
    works_by_us_alone(&home, &client, &["FailedToLoadToken"]);
}

fn the_aws_cli_and_a_sealed_session() {
    let Some(home) = sealed() else { return };
    let Some(client) = aws_cli(&home) else { return };
    works_by_us_alone(&home, &client, &["Token for corp does not exist"]);
}
