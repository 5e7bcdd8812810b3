//! Roles of account access manager: their own cache, their scopes, lists and profiles of both kinds.

use std::fs;
use std::path::PathBuf;

use fake_identity_center::{Auto, Seed};

use crate::harness::{Ran, Run, World, tests};

tests! {
    quick "contract entitled" => credentials_have_a_cache_of_their_own,
    quick "contract entitled" => a_refusal_names_the_role_and_what_to_do,
    quick "contract entitled" => a_token_that_has_ended_is_renewed_for_it,
    quick "contract entitled" => a_sign_in_has_the_scopes_only_where_they_are_needed,
    quick "contract entitled" => doctor_sees_a_sign_in_of_before,
    quick "contract entitled" => an_unknown_scope_names_the_line,
    quick "contract entitled" => both_kinds_are_listed,
    quick "contract entitled" => a_tenant_that_does_not_list_hides_nothing_else,
    quick "contract entitled" => pages_without_an_end_end,
    quick "contract entitled" => populate_writes_profiles_of_both_kinds,
    quick "contract entitled" => a_life_that_is_cut_short_is_used_for_half_of_it,
    quick "contract entitled" => the_source_of_a_chain,
    quick "contract entitled" => the_session_may_name_the_tenant,
}

pub(crate) const ARN: &str = "arn:aws:iam::111122223333:role/team/Developer";

const PROFILE: &str = "
[profile aam]
credential_process = sso-cp --profile aam
sso_cp_session = corp
sso_cp_tenant_id = aa-example
sso_cp_role_arn = arn:aws:iam::111122223333:role/team/Developer
region = eu-west-1
";

/// The standard config and a profile of account access manager.
fn world() -> World {
    let mut world = World::new();
    world.put(".aws/config", &format!("{{config}}{PROFILE}"));
    let url = world.fake.account_access_url().to_owned();
    world.set("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", &url);
    world
}

/// The same, signed in with the scopes.
pub(crate) fn signed_in() -> World {
    let world = world();
    put_token(&world, &Seed { account_access: true, ..Seed::default() });
    world
}

fn put_token(world: &World, seed: &Seed) {
    let sign_in = world.fake.seed_token(seed);
    world.put_bytes(".aws/sso/cache/{token-file corp}", sign_in.token_file().as_bytes());
}

pub(crate) fn run(words: &[&str]) -> Run {
    Run::new(words.iter().map(Into::into))
}

pub(crate) fn login(world: &World, flags: &[&str]) -> Ran {
    world.fake.set_auto(Auto::Approve);
    let words = [&["login", "corp", "--use-device-code", "--no-browser"], flags].concat();
    run(&words).run(world).0
}

/// What is kept of assumed roles.
fn own_files(world: &World) -> Vec<PathBuf> {
    let folder = world.home(".aws/sso-cp/chains");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

pub(crate) fn scopes_of_last_registration(world: &World) -> String {
    let requests = world.fake.requests();
    let of_client = requests.iter().rfind(|request| request.operation == "oidc.RegisterClient");
    let body: serde_json::Value = serde_json::from_slice(&of_client.unwrap().body).unwrap();
    body["scopes"].to_string()
}

fn credentials_have_a_cache_of_their_own() {
    let world = signed_in();
    let first = world.run(&["--profile", "aam"]).key();
    assert_eq!(world.run(&["--profile", "aam"]).key(), first);
    assert_eq!(world.fake.operations(), ["account-access.GetRoleCredentials"]);
    let request = &world.fake.requests()[0];
    assert!(request.target.contains("accessType=PROGRAMMATIC_ACCESS"), "{}", request.target);
    assert!(!request.target.contains("session"), "AWS chooses: {}", request.target);
    assert_eq!(own_files(&world).len(), 1);
    assert!(!world.home(".aws/cli/cache").exists(), "the AWS CLI has no such file");
    // The permission set of the same account is another role.
    assert_ne!(world.dev().key(), first);
    let ran = run(&["logout", "corp"]).checked(&world);
    assert!(ran.stderr().contains("2 cached roles' credentials are removed"), "{ran}");
    assert!(own_files(&world).is_empty());
}

fn a_refusal_names_the_role_and_what_to_do() {
    let world = world();
    world.put_token("+1h");
    let ran = run(&["--profile", "aam"]).checked(&world);
    ran.failed(5, &format!("AWS refuses role `{ARN}`: AccessDeniedException"));
    assert!(ran.stderr().contains("`sso-cp login --profile aam --force`"), "{ran}");
}

fn a_token_that_has_ended_is_renewed_for_it() {
    let world = world();
    put_token(&world, &Seed { account_access: true, ..Seed::expired() });
    world.run(&["--profile", "aam"]).key();
    let expected = ["oidc.CreateToken/refresh_token", "account-access.GetRoleCredentials"];
    assert_eq!(world.fake.operations(), expected);
}

fn a_sign_in_has_the_scopes_only_where_they_are_needed() {
    let world = world();
    login(&world, &[]);
    let scopes = r#"["sso:account:access","account_access:read_only","account_access:assume"]"#;
    assert_eq!(scopes_of_last_registration(&world), scopes);
    world.run(&["--profile", "aam"]).key();
    // Those that are written down are not asked for twice.
    let written = format!("{{config}}{PROFILE}").replace(
        "{config}",
        &world
            .expand("{config}")
            .replace("= sso:account:access", "= account_access:assume,sso:account:access"),
    );
    world.put(".aws/config", &written);
    login(&world, &["--force"]);
    let scopes = r#"["account_access:assume","sso:account:access","account_access:read_only"]"#;
    assert_eq!(scopes_of_last_registration(&world), scopes);
    let other = World::new();
    login(&other, &[]);
    assert_eq!(scopes_of_last_registration(&other), r#"["sso:account:access"]"#);
}

fn doctor_sees_a_sign_in_of_before() {
    let world = world();
    world.put(".aws/config", "{config}");
    login(&world, &[]);
    world.put(".aws/config", &format!("{{config}}{PROFILE}"));
    let said = |ran: &Ran| ran.stdout().contains("without the scopes of account access manager");
    let ran = run(&["doctor", "aam"]).checked(&world);
    assert!(said(&ran), "{ran}");
    assert!(ran.stdout().contains("fix: sso-cp login --sso-session corp --force"), "{ran}");
    login(&world, &["--force"]);
    let ran = run(&["doctor", "aam"]).checked(&world);
    assert!(!said(&ran), "{ran}");
    assert!(!run(&["doctor"]).checked(&World::new()).stdout().contains("account access"));
}

fn an_unknown_scope_names_the_line() {
    let refused = "oidc.RegisterClient: error=InvalidScopeException description=\"No such scope\"";
    let world = world();
    world.script(refused);
    let ran = login(&world, &[]);
    ran.failed(4, "AWS does not take the scopes of sso-session `corp`: No such scope\n");
    let hint = "hint: take out `sso_cp_tenant_id` below [profile aam]\n";
    assert!(ran.stderr().contains(hint), "{ran}");
    let written = world.expand("{config}").replace(
        "= sso:account:access",
        "= sso:account:access,account_access:read_only,account_access:assume",
    );
    world.put(".aws/config", &format!("{written}{PROFILE}"));
    world.script(refused);
    let ran = login(&world, &[]);
    let line = "take out `account_access:read_only,account_access:assume` of `sso_registration_scopes` below [sso-session corp]";
    ran.failed(4, line);
}

fn both_kinds_are_listed() {
    let world = signed_in();
    let ran = world.run(&["list", "corp"]);
    let expected = "\
ACCOUNT       NAME   ROLE                 KIND
111122223333  alpha  AdministratorAccess  permission set
111122223333  alpha  ReadOnly             permission set
111122223333  alpha  team/Developer       IAM role
444455556666  beta   ReadOnly             permission set
777788889999  -      Auditor              IAM role
";
    assert_eq!(ran.stdout(), expected, "{ran}");
    let lists =
        world.fake.operations().into_iter().filter(|name| name == "account-access.ListRoles");
    assert_eq!(lists.count(), 2, "the first page is empty and has a next one");
    let ran = world.run(&["list", "corp", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let accounts = json["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 3);
    assert_eq!(accounts[0]["roles"].as_array().unwrap().len(), 2);
    let entitled = serde_json::json!([{"tenantId": "aa-example", "roleArn": ARN}]);
    assert_eq!(accounts[0]["entitledRoles"], entitled);
    assert_eq!(accounts[1].get("entitledRoles"), None);
    assert_eq!(accounts[2]["roles"].as_array().unwrap().len(), 0);
}

/// The token lacks the scope: what the portal lists is there, and no profile is removed.
fn a_tenant_that_does_not_list_hides_nothing_else() {
    let world = world();
    world.put_token("+1h");
    let ran = world.run(&["list", "corp"]);
    assert!(ran.stdout().contains("444455556666  beta"), "{ran}");
    let said = "the roles of account access manager `aa-example` could not be listed";
    assert!(ran.stderr().contains(said), "{ran}");
    put_token(&world, &Seed { account_access: true, ..Seed::default() });
    run(&["populate", "corp"]).checked(&world);
    world.put_token("+1h");
    let before = fs::read(world.home(".aws/config")).unwrap();
    let ran = run(&["populate", "corp"]).checked(&world);
    assert!(
        ran.stderr().contains(said) && ran.stderr().contains("no profile was removed"),
        "{ran}"
    );
    assert_eq!(fs::read(world.home(".aws/config")).unwrap(), before);
}

fn pages_without_an_end_end() {
    let world = signed_in();
    world.script("account-access.ListRoles: set=/nextToken=\"again\" repeat=forever");
    let ran = world.run(&["list", "corp"]);
    assert!(ran.stderr().contains("`aa-example` could not be listed"), "{ran}");
}

fn populate_writes_profiles_of_both_kinds() {
    let world = signed_in();
    let ran = run(&["populate", "corp", "--region", "eu-west-1"]).checked(&world);
    assert!(ran.stderr().contains("has 5 profiles (5 new, 0 removed)"), "{ran}");
    let config = fs::read_to_string(world.home(".aws/config")).unwrap();
    let block = config.split("[profile alpha.Developer]\n").nth(1).unwrap();
    let expected = format!(
        "sso_cp_session = corp\nsso_cp_tenant_id = aa-example\nsso_cp_role_arn = {ARN}\nregion = eu-west-1\n"
    );
    assert!(block.starts_with("# ") && block.contains(&expected), "{config}");
    world.run(&["--profile", "alpha.Developer"]).key();
    let ran = run(&["populate", "corp", "--region", "eu-west-1"]).checked(&world);
    assert!(ran.stderr().contains("up to date"), "{ran}");
    let profiles = world.run(&["profiles", "--json"]);
    let kinds = r#""name":"alpha.Developer","accountId":"111122223333","roleName":"team/Developer","session":"corp","kind":"entitled","usable":true"#;
    assert!(profiles.stdout().contains(kinds), "{profiles}");
    // An SDK has no way to such a role of its own.
    let ran = run(&["populate", "corp", "--native", "--dry-run"]).checked(&world);
    assert!(!ran.stdout().contains(&format!("-sso_cp_role_arn = {ARN}")), "{ran}");
}

fn a_life_that_is_cut_short_is_used_for_half_of_it() {
    let world = signed_in();
    world.put(
        ".aws/config",
        &format!(
            "{{config}}{PROFILE}sso_cp_duration_seconds = 900\nsso_cp_role_session_name = jane\n"
        ),
    );
    let first = world.run(&["--profile", "aam"]).key();
    assert_eq!(world.run(&["--profile", "aam"]).key(), first);
    let request = &world.fake.requests()[0];
    assert!(request.target.contains("&sessionName=jane&sessionDuration=900"), "{}", request.target);
    assert_eq!(world.fake.operations().len(), 1);
    // Without them, it is another session of the role.
    world.put(".aws/config", &format!("{{config}}{PROFILE}"));
    assert_ne!(world.run(&["--profile", "aam"]).key(), first);
}

fn the_source_of_a_chain() {
    let world = signed_in();
    let chain = "\n[profile chain]\nrole_arn = arn:aws:iam::444455556666:role/Deploy\nsource_profile = aam\nregion = eu-west-1\n";
    world.put(".aws/config", &format!("{{config}}{PROFILE}{chain}"));
    world.run(&["--profile", "chain"]).key();
    assert!(world.fake.operations().contains(&"sts.AssumeRole".to_owned()));
}

fn the_session_may_name_the_tenant() {
    let world = signed_in();
    let config = world.expand("{config}")
        + "sso_cp_tenant_id = https://aa-example.account-access.us-east-1.app.aws/#/\n";
    let profile = PROFILE.replace("sso_cp_tenant_id = aa-example\n", "");
    world.put(".aws/config", &format!("{config}{profile}"));
    world.run(&["--profile", "aam"]).key();
    world.put(".aws/config", &config);
    let ran = world.run(&["list", "corp"]);
    assert!(ran.stdout().contains("team/Developer       IAM role"), "{ran}");
}
