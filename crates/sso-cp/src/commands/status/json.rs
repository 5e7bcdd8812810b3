//! The findings for programs. Fields may be added, never renamed:
//!
//! ```json
//! {"sessions": [{
//!   "name": "corp", "kind": "session", "startUrl": "...", "region": "us-east-1",
//!   "store": "plain", "locked": false,
//!   "state": "active", "expiresAt": "2026-01-31T12:00:00Z", "renewableUntil": null, "reason": null,
//!   "roles": [{"accountId": "111122223333", "roleName": "ReadOnly", "expiresAt": "..."}]
//! }]}
//! ```
//!
//! `store` is `plain`, `sealed` or `sealed-all`; `locked` says whether a call would find it locked.
//!
//! A role whose credentials are scoped down is listed once more, with `"scoped": true` and in `agent`
//! whether a coding agent has asked for them.
//!
//! `kind` is `session` or `legacy`; a legacy session has no name, so its start URL stands there.
//! `state` is `active`, `renewable`, `expired` or `signed-out`. Whatever is not known is null. No
//! secret is in it.

use serde::Serialize;
use sso_cp_cache::Asker;
use sso_cp_config::Store;
use sso_cp_provider::State;

use super::finding::{CachedRole, Finding, Kind, Scope};
use crate::messages::text::json_line;

#[derive(Serialize)]
struct Document<'a> {
    sessions: Vec<SessionEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionEntry<'a> {
    name: &'a str,
    kind: &'static str,
    start_url: Option<&'a str>,
    region: Option<&'a str>,
    store: &'static str,
    locked: bool,
    state: &'static str,
    expires_at: Option<String>,
    renewable_until: Option<String>,
    reason: Option<&'a str>,
    roles: Vec<Role<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Role<'a> {
    account_id: &'a str,
    role_name: &'a str,
    expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scoped: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<bool>,
}

/// One line of JSON.
pub(super) fn document(findings: &[Finding]) -> String {
    json_line(&Document { sessions: findings.iter().map(session).collect() })
}

fn session(finding: &Finding) -> SessionEntry<'_> {
    SessionEntry {
        name: &finding.name,
        kind: match finding.kind {
            Kind::Session => "session",
            Kind::Legacy => "legacy",
        },
        start_url: finding.start_url.as_deref(),
        region: finding.region.as_deref(),
        store: match finding.store {
            Store::Plain => "plain",
            Store::Sealed => "sealed",
            Store::SealedAll => "sealed-all",
        },
        locked: finding.is_locked,
        state: match finding.state {
            State::Active => "active",
            State::Renewable => "renewable",
            State::Expired => "expired",
            State::SignedOut => "signed-out",
        },
        expires_at: finding.expires_at.map(|moment| moment.to_string()),
        renewable_until: finding.renewable_until.map(|moment| moment.to_string()),
        reason: finding.reason.as_deref(),
        roles: finding.roles.iter().map(role).collect(),
    }
}

fn role(role: &CachedRole) -> Role<'_> {
    let (scoped, agent) = match role.scope {
        Scope::Whole => (None, None),
        Scope::Scoped(asker) => (Some(true), Some(asker == Asker::Agent)),
    };
    Role {
        scoped,
        agent,
        account_id: &role.account_id,
        role_name: &role.role_name,
        expires_at: role.expires_at.map(|moment| moment.to_string()),
    }
}
