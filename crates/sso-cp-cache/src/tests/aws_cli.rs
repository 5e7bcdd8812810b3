//! What the AWS CLI writes in some cases alone.

use std::fs;

use sso_cp_types::Token;

use super::{AWS_CLI_ROLE, AWS_CLI_TOKEN, Home, ROLE, client, role_credentials, token};
use crate::{Origin, RoleEntry, RoleFile};

/// The AWS CLI writes its client wherever it has signed in, and others look for it there.
#[test]
fn a_token_that_cannot_be_renewed_names_its_client_too() {
    let home = Home::new();
    let place = home.place();
    let (folders, token) = (home.folders(), Token { renewal: None, ..token() });
    place
        .finish(&folders, place.begin(&folders).unwrap(), &token, Origin::Granted(&client()))
        .unwrap();
    let text = fs::read_to_string(&place.path).unwrap();
    assert_eq!(text, AWS_CLI_TOKEN.replace(", \"refreshToken\": \"aorMadeUp\"", ""));
    assert_eq!(place.read().unwrap().unwrap().token, token);
}

/// As the AWS CLI wrote them before it named the kind of provider.
#[test]
fn credentials_without_a_provider_are_used_and_deleted() {
    let home = Home::new();
    let file = RoleFile::new(&home.folders(), &ROLE);
    home.put(file.path(), AWS_CLI_ROLE.replace("\"ProviderType\": \"sso\", ", ""));
    let RoleEntry::Found(credentials) = file.read() else { panic!("not found") };
    assert_eq!(credentials.expires_at, role_credentials().expires_at);
    assert!(file.delete().unwrap());
    home.put(file.path(), "{\"Credentials\": {}}");
    assert!(!file.delete().unwrap(), "it holds no credentials");
}
