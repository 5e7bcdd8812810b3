//! The profiles for programs. Fields may be added, never renamed:
//!
//! ```json
//! {"profiles": [{
//!   "name": "dev", "accountId": "111122223333", "roleName": "ReadOnly", "session": "corp",
//!   "kind": "private", "usable": true, "reason": null
//! }]}
//! ```
//!
//! `kind` is `private`, `entitled`, `session`, `legacy`, `chain` or `login`, and null where the profile cannot be read.
//! Whatever is not known is null.

use serde::Serialize;
use sso_cp_config::ProfileKind;

use super::entry::Entry;
use crate::messages::text::json_line;

#[derive(Serialize)]
struct Document<'a> {
    profiles: Vec<Profile<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    name: &'a str,
    account_id: Option<&'a str>,
    role_name: Option<&'a str>,
    session: Option<&'a str>,
    kind: Option<&'static str>,
    usable: bool,
    reason: Option<&'a str>,
}

/// One line of JSON.
pub(super) fn document(entries: &[Entry]) -> String {
    json_line(&Document { profiles: entries.iter().map(profile).collect() })
}

fn profile(entry: &Entry) -> Profile<'_> {
    Profile {
        name: &entry.name,
        account_id: entry.account_id.as_deref(),
        role_name: entry.role_name.as_deref(),
        session: entry.session.as_deref(),
        kind: entry.kind.map(word),
        usable: entry.reason.is_none(),
        reason: entry.reason.as_deref(),
    }
}

/// The contract's word for a way to name a role.
pub(super) fn word(kind: ProfileKind) -> &'static str {
    match kind {
        ProfileKind::Private => "private",
        ProfileKind::Entitled => "entitled",
        ProfileKind::Session => "session",
        ProfileKind::Legacy => "legacy",
        ProfileKind::Chain => "chain",
        ProfileKind::Login => "login",
    }
}
