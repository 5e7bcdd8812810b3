//! Scoped credentials: a file for each scope, never one of the AWS CLI's.

use super::*;
use crate::{Asker, CachedScope, ChainKey, HopKey, Issuer, ScopedFile, ScopedKey, Store};

const ACCOUNT: &str = ROLE.account_id;

fn credentials(access_key_id: &str, expires_at: &str) -> RoleCredentials {
    RoleCredentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new("made/up".to_owned()),
        session_token: Secret::new("IQoMadeUp".to_owned()),
        expires_at: Timestamp::parse(expires_at).unwrap(),
    }
}

fn digests(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

const KEY: ScopedKey<'static> = ScopedKey {
    issuer: Issuer::Role(ROLE),
    policies: &[],
    duration_seconds: Some(900),
    asker: Asker::Person,
};

#[test]
fn every_part_of_a_scope_makes_another_name() {
    let (one, other, both) = (digests(&["a"]), digests(&["b"]), digests(&["a", "b"]));
    let reversed = digests(&["b", "a"]);
    let hop = HopKey {
        role_arn: "arn:aws:iam::444455556666:role/Deploy",
        session_name: None,
        external_id: None,
        duration_seconds: None,
    };
    let chain = ChainKey { source: ROLE, hops: &[hop] };
    let names = [
        KEY,
        ScopedKey { duration_seconds: None, policies: &one, ..KEY },
        ScopedKey { policies: &one, ..KEY },
        ScopedKey { policies: &other, ..KEY },
        ScopedKey { policies: &both, ..KEY },
        ScopedKey { policies: &reversed, ..KEY },
        ScopedKey { policies: &one, duration_seconds: Some(901), ..KEY },
        ScopedKey { policies: &one, asker: Asker::Agent, ..KEY },
        ScopedKey { issuer: Issuer::Chain(chain), ..KEY },
    ]
    .map(|key| key.name());
    for (at, name) in names.iter().enumerate() {
        assert!(name.starts_with(&(ROLE.session.hash() + "-")) && !names[..at].contains(name));
    }
}

#[test]
fn what_is_written_reads_back_under_its_own_name_alone() {
    let home = Home::new();
    let folders = home.folders();
    let file = ScopedFile::new(&folders, &KEY, ACCOUNT, "ReadOnly");
    let agent = ScopedKey { asker: Asker::Agent, ..KEY };
    let of_agent = ScopedFile::new(&folders, &agent, ACCOUNT, "ReadOnly");
    assert_eq!(file.read(), None);
    let scoped = credentials("ASIA1", "2126-01-31T12:00:00Z");
    file.write(&folders, &scoped).unwrap();
    assert_eq!(file.read().as_ref(), Some(&scoped));
    assert!(!folders.cli().exists() && of_agent.read().is_none());
    fs::copy(file.path(), of_agent.path()).unwrap();
    assert_eq!(of_agent.read(), None, "a copy of another scope's credentials");
    assert_eq!(ScopedFile::new(&folders, &KEY, "999", "ReadOnly").read(), None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        assert_eq!((mode(file.path()), mode(file.path().parent().unwrap())), (0o600, 0o700));
    }
    for broken in ["", "{", "[]", r#"{"Credentials": {}}"#, r#"{"Scope": "x"}"#] {
        home.put(file.path(), broken);
        assert_eq!(file.read(), None, "{broken}");
    }
}

#[test]
fn what_has_ended_goes_with_the_next_write_and_all_with_a_logout() {
    let home = Home::new();
    let folders = home.folders();
    let write = |key: &ScopedKey<'_>, expires_at: &str| {
        let file = ScopedFile::new(&folders, key, ACCOUNT, "ReadOnly");
        file.write(&folders, &credentials("ASIA1", expires_at)).unwrap();
        file.path().to_owned()
    };
    let other_session = RoleKey { session: SessionKey::Named("other"), ..ROLE };
    let others =
        write(&ScopedKey { issuer: Issuer::Role(other_session), ..KEY }, "2126-01-31T12:00:00Z");
    let odd = folders.scoped().join(ROLE.session.hash() + "-odd.json");
    home.put(&odd, "not ours");
    let ended = write(&ScopedKey { duration_seconds: Some(901), ..KEY }, "2026-01-31T12:00:00Z");
    let alive = write(&ScopedKey { asker: Asker::Agent, ..KEY }, "2126-01-31T12:00:00Z");
    assert!(!ended.exists() && alive.exists() && odd.exists());
    assert_eq!(
        ScopedFile::list(&Store::Plain, &folders, &ROLE.session),
        [CachedScope {
            account_id: ACCOUNT.to_owned(),
            role_name: "ReadOnly".to_owned(),
            asker: Asker::Agent,
            expires_at: Timestamp::parse("2126-01-31T12:00:00Z").unwrap(),
        }]
    );
    assert_eq!(ScopedFile::delete_all(&folders, &ROLE.session).unwrap(), 1);
    assert!(!alive.exists() && others.exists());
    assert_eq!(ScopedFile::delete_all(&folders, &ROLE.session).unwrap(), 0);
}
