//! The profiles for people.

use std::collections::HashMap;

use super::entry::Entry;
use super::json;
use crate::context::Context;
use crate::messages::page::Page;
use crate::messages::table::{self, Cell, Tone};
use crate::messages::text::{clean, count, grouped, shown_path, some_of};
use crate::process::output;
use sso_cp_types::sort_by_text;

/// As many names are shown of those with the same reason.
const NAMES: usize = 3;
/// Of the lines that a note goes on in.
const INDENT: usize = 9;

/// The table, and below it why some of the profiles would not work now.
pub(super) fn page(entries: &[Entry], filter: Option<&str>, context: &Context) -> String {
    if entries.is_empty() {
        return empty(filter, context);
    }
    let mut by_name: Vec<&Entry> = entries.iter().collect();
    sort_by_text(&mut by_name, |entry| entry.name.clone());
    let unusable: Vec<&Entry> =
        by_name.iter().copied().filter(|entry| entry.reason.is_some()).collect();
    let reasons = grouped(unusable, |entry| entry.shared_reason.clone().unwrap_or_default());
    let places: HashMap<&str, usize> =
        reasons.iter().enumerate().map(|(at, (reason, _))| (reason.as_str(), at)).collect();
    let rows: Vec<_> = by_name
        .iter()
        .map(|entry| {
            let of = entry.shared_reason.as_deref().and_then(|reason| places.get(reason));
            row(entry, of.map(|at| at + 1).filter(|_| reasons.len() > 1))
        })
        .collect();
    let heads = ["PROFILE", "ACCOUNT", "ROLE", "SESSION", "KIND", "USABLE"];
    let page = output::page(context.env());
    table::lines(&heads, &rows, &page) + &notes(&reasons, &page)
}

fn empty(filter: Option<&str>, context: &Context) -> String {
    let config = shown_path(&context.files().config, context.home());
    match filter {
        None => format!("no profile with SSO settings is in {config}; run `sso-cp configure`\n"),
        Some(text) => {
            format!("no profile has `{}`; run `sso-cp profiles` to see all\n", clean(text))
        }
    }
}

fn row(entry: &Entry, note: Option<usize>) -> Vec<Cell> {
    let known = |text: &Option<String>| Cell::plain(text.as_deref().unwrap_or("-"));
    let usable = match (&entry.reason, note) {
        (None, _) => Cell::new("yes", Tone::Good),
        (Some(_), None) => Cell::new("no", Tone::Bad),
        (Some(_), Some(note)) => Cell::new(&format!("no ({note})"), Tone::Bad),
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

/// Each reason once, with its command where all have the same.
fn notes(reasons: &[(String, Vec<&Entry>)], page: &Page) -> String {
    let mut text = String::new();
    for (at, (reason, entries)) in reasons.iter().enumerate() {
        let number =
            if reasons.len() > 1 { format!("no ({}): ", at + 1) } else { "no: ".to_owned() };
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        let who = match names.len() {
            ..=NAMES => some_of(&names, NAMES),
            many => count(many, "profile"),
        };
        let reason = match entries[..] {
            [only] => clean(only.reason.as_deref().unwrap_or_default()),
            _ => clean(reason),
        };
        text.push_str(&page.wrapped(&format!("{number}{who}: {reason}"), 0, INDENT));
        if let Some(hint) = entries.first().and_then(|entry| entry.hint.as_deref()) {
            text.push_str(&page.wrapped(&format!("hint: {}", clean(hint)), INDENT, INDENT));
        }
    }
    if text.is_empty() { text } else { format!("\n{text}") }
}
