//! One look at the folder of credentials, and what it spares.

use super::{Home, ROLE, SESSION};
use crate::role_folder::MAX_LOOKED_INTO;
use crate::{RoleFile, RoleFolder, RoleKey};

const OTHER: RoleKey<'static> = RoleKey {
    session: SESSION,
    account_id: "444455556666",
    role_name: "ReadOnly",
    entitlement: None,
};

fn credentials(members: &str) -> String {
    format!(
        r#"{{"ProviderType": "sso", "Credentials": {{"AccessKeyId": "A", "SecretAccessKey": "B",
        "SessionToken": "C", "Expiration": "2026-01-31T12:00:00Z"{members}}}}}"#
    )
}

#[test]
fn an_empty_folder_has_no_role() {
    let folder = RoleFolder::look(&Home::new().folders());
    assert!(!folder.may_have_account("111122223333") && !folder.may_have(&ROLE));
}

#[test]
fn a_role_is_looked_for_by_its_account_and_its_name() {
    let home = Home::new();
    let folders = home.folders();
    let path = RoleFile::new(&folders, &ROLE).path().to_owned();
    home.put(&path, credentials(r#", "AccountId": "111122223333""#));
    home.put(&path.with_file_name("torn.json"), "{\"Credentials\": {");
    home.put(&path.with_file_name("chain.json"), r#"{"ProviderType": "assume-role"}"#);
    let folder = RoleFolder::look(&folders);
    assert!(folder.may_have(&ROLE));
    assert!(folder.may_have_account("111122223333"));
    assert!(!folder.may_have(&RoleKey { role_name: "Admin", ..ROLE }));
    assert!(!folder.may_have_account("444455556666") && !folder.may_have(&OTHER));
}

/// As early versions of the AWS CLI wrote them.
#[test]
fn a_file_that_does_not_say_its_account_may_be_of_any() {
    let home = Home::new();
    let folders = home.folders();
    home.put(RoleFile::new(&folders, &OTHER).path(), credentials(""));
    let folder = RoleFolder::look(&folders);
    assert!(folder.may_have_account("111122223333") && !folder.may_have(&ROLE));
    assert!(folder.may_have(&OTHER));
}

#[test]
fn many_files_are_not_looked_into() {
    let home = Home::new();
    let folders = home.folders();
    let path = RoleFile::new(&folders, &OTHER).path().to_owned();
    for number in 0..=MAX_LOOKED_INTO {
        home.put(&path.with_file_name(format!("{number}.json")), "{}");
    }
    home.put(&path, credentials(r#", "AccountId": "444455556666""#));
    let folder = RoleFolder::look(&folders);
    assert!(folder.may_have_account("111122223333") && !folder.may_have(&ROLE));
    assert!(folder.may_have(&OTHER));
}

#[test]
fn a_sealed_role_is_looked_for_by_its_name_alone() {
    let home = Home::new();
    let folders = home.folders();
    home.put(&folders.sealed().join("token-x"), "");
    assert!(!RoleFolder::look(&folders).may_have_account(ROLE.account_id));
    home.put(&folders.sealed_role_path(&ROLE), "");
    home.put(
        RoleFile::new(&folders, &OTHER).path(),
        credentials(r#", "AccountId": "444455556666""#),
    );
    let folder = RoleFolder::look(&folders);
    assert!(folder.may_have(&ROLE) && folder.may_have(&OTHER));
    assert!(folder.may_have_account("999999999999"));
    assert!(!folder.may_have(&RoleKey { role_name: "Admin", ..ROLE }));
}

/// Root sees into any folder.
#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_listed_may_have_every_role() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let folders = home.folders();
    let path = RoleFile::new(&folders, &ROLE).path().to_owned();
    home.put(&path, credentials(r#", "AccountId": "111122223333""#));
    let parent = path.parent().unwrap();
    std::fs::set_permissions(parent, std::fs::Permissions::from_mode(0o300)).unwrap();
    let can_list = std::fs::read_dir(parent).is_ok();
    let folder = RoleFolder::look(&folders);
    assert_eq!(folder.may_have(&OTHER), !can_list);
    assert!(folder.may_have(&ROLE));
    std::fs::set_permissions(parent, std::fs::Permissions::from_mode(0o700)).unwrap();
}
