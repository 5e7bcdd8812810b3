//! What the files of role chains are called: ours, and the AWS CLI's.

use crate::json::{ObjectWriter, push_string};
use crate::names::{RoleKey, sha1_hex};

/// One role that is assumed, as far as it decides whose credentials come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HopKey<'a> {
    /// The role.
    pub role_arn: &'a str,
    /// The session's name, where the configuration gives one.
    pub session_name: Option<&'a str>,
    /// What the role's trust policy asks for.
    pub external_id: Option<&'a str>,
    /// The session's life, where the configuration gives one.
    pub duration_seconds: Option<u32>,
}

impl HopKey<'_> {
    /// The name of the AWS CLI's file for this role: the SHA-1 of JSON with sorted keys and a blank
    /// after each separator, over the parameters that the configuration gives (botocore's
    /// assume-role cache key). Neither source nor region is a part of it.
    pub(crate) fn aws_cli_hash(&self) -> String {
        sha1_hex(&self.json())
    }

    fn json(&self) -> String {
        let mut object = ObjectWriter::new();
        if let Some(seconds) = self.duration_seconds {
            object = object.raw("DurationSeconds", &seconds.to_string());
        }
        if let Some(id) = self.external_id {
            object = object.text("ExternalId", id);
        }
        object = object.text("RoleArn", self.role_arn);
        if let Some(name) = self.session_name {
            object = object.text("RoleSessionName", name);
        }
        object.finish().to_string()
    }
}

/// An assumed role and the whole way to it: two ways never share credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainKey<'a> {
    /// The role that the way starts from.
    pub source: RoleKey<'a>,
    /// The roles that are assumed, the one in question last.
    pub hops: &'a [HopKey<'a>],
}

impl ChainKey<'_> {
    /// The session's hash, so that a logout finds the files of its session, and the SHA-1 of the way.
    pub(crate) fn name(&self) -> String {
        let mut way = String::from("[");
        push_string(&mut way, &self.source.hash());
        for hop in self.hops {
            way.push_str(", ");
            way.push_str(&hop.json());
        }
        way.push(']');
        format!("{}-{}", self.source.session.hash(), sha1_hex(&way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionKey;

    const DEPLOY: HopKey<'static> = HopKey {
        role_arn: "arn:aws:iam::444455556666:role/Deploy",
        session_name: None,
        external_id: None,
        duration_seconds: None,
    };

    /// Computed with botocore's own functions.
    #[test]
    fn the_aws_cli_s_names() {
        assert_eq!(DEPLOY.aws_cli_hash(), "4e3c52f628c90136b8f3dc2ae583ce43fca653f0");
        let full = HopKey {
            session_name: Some("ci"),
            external_id: Some("ext id/1"),
            duration_seconds: Some(1800),
            ..DEPLOY
        };
        assert_eq!(full.aws_cli_hash(), "ad24138c24b995fbda279457395f5db5e4ce349e");
    }

    #[test]
    fn every_part_of_the_way_makes_another_name() {
        let named = HopKey { session_name: Some("ci"), ..DEPLOY };
        let source = |session, account_id, role_name| RoleKey {
            session: SessionKey::Named(session),
            account_id,
            role_name,
            entitlement: None,
        };
        let base = source("corp", "1", "R");
        let names = [
            ChainKey { source: base, hops: &[DEPLOY] },
            ChainKey { source: base, hops: &[named] },
            ChainKey { source: base, hops: &[named, DEPLOY] },
            ChainKey { source: base, hops: &[DEPLOY, named] },
            ChainKey { source: source("corp", "1", "S"), hops: &[named] },
            ChainKey { source: source("corp", "2", "R"), hops: &[named] },
            ChainKey { source: source("other", "1", "R"), hops: &[named] },
        ]
        .map(|key| key.name());
        for (at, name) in names.iter().enumerate() {
            assert!(!names[..at].contains(name));
        }
        assert!(names[0].starts_with(&SessionKey::Named("corp").hash()));
    }
}
