//! What goes when somebody signs out, and what stays.

use super::*;
use crate::TokenEntry;

#[test]
fn what_stands_where_a_token_should_is_told_apart() {
    let home = Home::new();
    let place = home.place();
    assert!(matches!(place.entry().unwrap(), TokenEntry::Missing));
    home.put(&place.path, AWS_CLI_TOKEN);
    assert!(matches!(place.glance().unwrap(), TokenEntry::Found(_)));
    let other = AWS_CLI_TOKEN.replace("//example", "//other");
    home.put(&place.path, other);
    match place.glance().unwrap() {
        TokenEntry::OtherPortal { start_url } => {
            assert_eq!(start_url, "https://other.awsapps.com/start");
        }
        other => panic!("{other:?}"),
    }
    for broken in ["", "{", "[]", "{}", "{\"clientId\": \"x\"}"] {
        home.put(&place.path, broken);
        assert!(matches!(place.glance().unwrap(), TokenEntry::Broken), "{broken}");
    }
}

#[test]
fn only_credentials_of_a_sign_in_are_deleted() {
    let home = Home::new();
    let file = RoleFile::new(&home.folders(), &ROLE);
    assert!(!file.delete().unwrap());
    home.put(file.path(), AWS_CLI_ROLE);
    assert!(file.delete().unwrap());
    assert!(!file.path().exists());
    let foreign = AWS_CLI_ROLE.replace("\"sso\"", "\"login\"");
    for stays in [&foreign, &AWS_CLI_ROLE[..70], "", "{\"Credentials\": {}}"] {
        home.put(file.path(), stays);
        assert!(!file.delete().unwrap(), "{stays}");
        assert_eq!(fs::read_to_string(file.path()).unwrap(), stays);
    }
    fs::remove_file(file.path()).unwrap();
    fs::create_dir(file.path()).unwrap();
    assert!(!file.delete().unwrap());
}

#[test]
#[cfg(unix)]
fn a_linked_token_goes_with_its_link() {
    let home = Home::new();
    let (place, elsewhere) = home.linked_token();
    place.delete().unwrap();
    assert!(!elsewhere.exists());
    assert!(fs::symlink_metadata(&place.path).is_err());
    place.delete().unwrap();
}
