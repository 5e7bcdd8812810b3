//! Tokens of registries, and the note of a plugin that failed.

use super::*;
use crate::{ChainKey, HopKey, Issuer, KeptToken, PluginNote, ServiceTokenFile, ServiceTokenKey};

const KEY: ServiceTokenKey<'static> = ServiceTokenKey {
    issuer: Issuer::Role(ROLE),
    scope: "",
    endpoint: "https://api.ecr.eu-west-1.amazonaws.com",
    region: "eu-west-1",
    purpose: ["ecr", ""],
};

fn kept(token: &str) -> KeptToken {
    KeptToken {
        user: Some("AWS".to_owned()),
        token: Secret::new(token.to_owned()),
        expires_at: Timestamp::parse("2026-11-21T03:00:00Z").unwrap(),
    }
}

#[test]
fn what_is_written_reads_back_and_is_private() {
    let home = Home::new();
    let file = ServiceTokenFile::new(&home.folders(), &KEY);
    assert_eq!(file.read(), None);
    file.write(&home.folders(), &kept("made-up")).unwrap();
    assert_eq!(file.read(), Some(kept("made-up")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.path()), 0o600);
        assert_eq!(mode(file.path().parent().unwrap()), 0o700);
    }
    for broken in ["", "{", "[]", "{}", r#"{"token":7}"#, r#"{"token":"a\nb"}"#, r#"{"token":""}"#]
    {
        home.put(file.path(), broken);
        assert_eq!(file.read(), None, "{broken}");
    }
    home.put(file.path(), r#"{"token": "t"}"#);
    assert_eq!(file.read().unwrap().expires_at, Timestamp::MIN);
}

#[test]
fn whatever_makes_another_token_makes_another_name() {
    let hop = HopKey {
        role_arn: "arn:aws:iam::444455556666:role/Deploy",
        session_name: None,
        external_id: None,
        duration_seconds: None,
    };
    let hops = [hop];
    let other_role = RoleKey { role_name: "Other", ..ROLE };
    let keys = [
        KEY,
        ServiceTokenKey { issuer: Issuer::Role(other_role), ..KEY },
        ServiceTokenKey { issuer: Issuer::Chain(ChainKey { source: ROLE, hops: &hops }), ..KEY },
        ServiceTokenKey { scope: "a policy", ..KEY },
        ServiceTokenKey { endpoint: "http://127.0.0.1:1", ..KEY },
        ServiceTokenKey { region: "eu-west-2", ..KEY },
        ServiceTokenKey { purpose: ["codeartifact", ""], ..KEY },
        ServiceTokenKey { purpose: ["ecr", "x"], ..KEY },
        ServiceTokenKey { purpose: ["", "ecr"], ..KEY },
    ];
    let names: std::collections::BTreeSet<String> =
        keys.iter().map(ServiceTokenKey::name).collect();
    assert_eq!(names.len(), keys.len());
    let start = ROLE.session.hash() + "-";
    assert!(names.iter().all(|name| name.starts_with(&start)), "{names:?}");
}

#[test]
fn a_logout_removes_the_tokens_of_its_session_alone() {
    let home = Home::new();
    let other_session = SessionKey::Named("other");
    let other_role = RoleKey { session: other_session, ..ROLE };
    let other_key = ServiceTokenKey { issuer: Issuer::Role(other_role), ..KEY };
    let (file, other) = (
        ServiceTokenFile::new(&home.folders(), &KEY),
        ServiceTokenFile::new(&home.folders(), &other_key),
    );
    assert_eq!(ServiceTokenFile::delete_all(&home.folders(), &ROLE.session).unwrap(), 0);
    file.write(&home.folders(), &kept("one")).unwrap();
    other.write(&home.folders(), &kept("two")).unwrap();
    assert_eq!(ServiceTokenFile::delete_all(&home.folders(), &ROLE.session).unwrap(), 1);
    assert_eq!((file.read(), other.read()), (None, Some(kept("two"))));
}

#[test]
fn a_note_of_a_plugin_reads_back_or_counts_for_nothing() {
    let home = Home::new();
    assert_eq!(PluginNote::read(&home.folders()), None);
    let note = PluginNote {
        caller: "7 token eks".to_owned(),
        told_at: Timestamp::parse("2026-11-21T03:00:00Z").unwrap(),
        failed_at: Timestamp::parse("2026-11-21T03:00:09Z").unwrap(),
        exit_code: "4".to_owned(),
    };
    note.write(&home.folders()).unwrap();
    assert_eq!(PluginNote::read(&home.folders()), Some(note));
    home.put(&home.folders().own().join("plugin.json"), "{\"caller\":");
    assert_eq!(PluginNote::read(&home.folders()), None);
}
