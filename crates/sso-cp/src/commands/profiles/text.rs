//! The profiles for people.

use super::entry::Entry;
use super::json;
use crate::context::Context;
use crate::messages::table::{self, Cell, Tone};
use crate::messages::text::shown_path;
use crate::process::output;

/// The table.
pub(super) fn page(entries: &[Entry], context: &Context) -> String {
    if entries.is_empty() {
        let config = shown_path(&context.files().config, context.home());
        return format!("no profile with SSO settings is in {config}; run `sso-cp configure`\n");
    }
    let rows: Vec<_> = entries.iter().map(row).collect();
    let heads = ["PROFILE", "ACCOUNT", "ROLE", "SESSION", "KIND", "USABLE"];
    table::lines(&heads, &rows, output::colours_of_stdout(context.env()))
}

fn row(entry: &Entry) -> Vec<Cell> {
    let known = |text: &Option<String>| Cell::plain(text.as_deref().unwrap_or("-"));
    let usable = match &entry.reason {
        None => Cell::new("yes", Tone::Good),
        Some(reason) => Cell::new(&format!("no: {reason}"), Tone::Bad),
    };
    vec![
        Cell::plain(&entry.name),
        known(&entry.account_id),
        known(&entry.role_name),
        known(&entry.session),
        Cell::plain(entry.kind.map_or("-", json::word)),
        usable,
    ]
}
