//! The findings for people.

use sso_cp_cache::Asker;
use sso_cp_provider::State;
use sso_cp_types::{Timestamp, sort_by_text};

use super::finding::{CachedRole, Finding, Scope};
use crate::context::Context;
use crate::messages::page::{News, Page, painted};
use crate::messages::table::{self, Cell, Tone};
use crate::messages::text::{clean, grouped, shown_path, some_of};
use crate::process::output;

/// As many names are shown of those with the same oddity.
const NAMES: usize = 3;
/// Of the lines that a note goes on in.
const INDENT: usize = 6;

/// The whole page: the sessions, what is odd about them, what to do next, the cached roles.
pub(super) fn page(findings: &[Finding], context: &Context, now: Timestamp) -> String {
    if findings.is_empty() {
        let config = shown_path(&context.files().config, context.home());
        return format!("no sso-session is configured in {config}; run `sso-cp configure`\n");
    }
    let made_for = output::page(context.env());
    let mut by_name: Vec<&Finding> = findings.iter().collect();
    sort_by_text(&mut by_name, |finding| finding.name.clone());
    let mut page = sessions(&by_name, &made_for, now);
    let odd: Vec<&Finding> =
        by_name.iter().copied().filter(|finding| finding.reason.is_some()).collect();
    for (reason, of_it) in grouped(odd, |finding| finding.reason.clone().unwrap_or_default()) {
        let names: Vec<&str> = of_it.iter().map(|finding| finding.name.as_str()).collect();
        let note = format!("note: {}: {}", some_of(&names, NAMES), clean(&reason));
        page.push_str(&made_for.wrapped(&note, 0, INDENT));
    }
    if findings.iter().any(|finding| finding.is_locked) {
        page.push_str("hint: run `sso-cp unlock`\n");
    }
    // With many sessions at hand most may be signed out on purpose.
    if let [Finding { state: State::Expired | State::SignedOut, login: Some(login), .. }] = findings
    {
        let hint = format!("hint: run `{login}`\n");
        page.push_str(&painted(&hint, News::Good, made_for.colours));
    }
    if findings.iter().any(|finding| !finding.roles.is_empty()) {
        page.push('\n');
        page.push_str(&roles(&by_name, &made_for, now));
    }
    page
}

fn sessions(findings: &[&Finding], page: &Page, now: Timestamp) -> String {
    let row = |finding: &Finding| {
        let (state, tone) = match finding.state {
            State::Active => ("active", Tone::Good),
            State::Renewable => ("renewable", Tone::Fair),
            State::Expired => ("expired", Tone::Bad),
            State::SignedOut => ("signed out", Tone::Bad),
        };
        let (state, tone) = match finding.is_locked {
            true => (format!("{state}, locked"), Tone::Bad),
            false => (state.to_owned(), tone),
        };
        vec![
            Cell::plain(&finding.name),
            Cell::new(&state, tone),
            moment(finding.expires_at, page, now),
            moment(finding.renewable_until, page, now),
        ]
    };
    let rows: Vec<_> = findings.iter().copied().map(row).collect();
    table::lines(&["SESSION", "STATE", "TOKEN UNTIL", "RENEWABLE UNTIL"], &rows, page)
}

fn roles(findings: &[&Finding], page: &Page, now: Timestamp) -> String {
    let row = |finding: &Finding, role: &CachedRole| {
        vec![
            Cell::plain(&role.account_id),
            Cell::plain(&match role.scope {
                Scope::Whole => role.role_name.clone(),
                Scope::Scoped(Asker::Person) => format!("{} (scoped)", role.role_name),
                Scope::Scoped(Asker::Agent) => format!("{} (scoped, agent)", role.role_name),
            }),
            Cell::plain(&finding.name),
            moment(role.expires_at, page, now),
        ]
    };
    let mut all: Vec<(&Finding, &CachedRole)> = findings
        .iter()
        .flat_map(|finding| finding.roles.iter().map(move |role| (*finding, role)))
        .collect();
    sort_by_text(&mut all, |(_, role)| format!("{}\0{}", role.account_id, role.role_name));
    let rows: Vec<_> = all.into_iter().map(|(finding, role)| row(finding, role)).collect();
    table::lines(&["ACCOUNT", "ROLE", "SESSION", "CREDENTIALS UNTIL"], &rows, page)
}

fn moment(moment: Option<Timestamp>, page: &Page, now: Timestamp) -> Cell {
    match moment {
        Some(moment) => Cell::plain(&page.local.shown(moment, now)),
        None => Cell::plain("-"),
    }
}
