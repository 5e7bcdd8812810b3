//! The findings for people.

use sso_cp_cache::Asker;
use sso_cp_provider::State;
use sso_cp_types::Timestamp;

use super::finding::{CachedRole, Finding, Scope};
use crate::context::Context;
use crate::messages::span::from_now;
use crate::messages::table::{self, Cell, Colours, Tone};
use crate::messages::text::{clean, shown_path};
use crate::process::output;

/// The whole page: the sessions, what is odd about them, what to do next, the cached roles.
pub(super) fn page(findings: &[Finding], context: &Context, now: Timestamp) -> String {
    if findings.is_empty() {
        let config = shown_path(&context.files().config, context.home());
        return format!("no sso-session is configured in {config}; run `sso-cp configure`\n");
    }
    let colours = output::colours_of_stdout(context.env());
    let mut page = sessions(findings, colours, now);
    for finding in findings {
        if let Some(reason) = &finding.reason {
            page.push_str(&format!("note: `{}`: {}\n", clean(&finding.name), clean(reason)));
        }
    }
    // With many sessions at hand most may be signed out on purpose.
    if let [Finding { state: State::Expired | State::SignedOut, login: Some(login), .. }] = findings
    {
        page.push_str(&format!("hint: run `{login}`\n"));
    }
    if findings.iter().any(|finding| !finding.roles.is_empty()) {
        page.push('\n');
        page.push_str(&roles(findings, colours, now));
    }
    page
}

fn sessions(findings: &[Finding], colours: Colours, now: Timestamp) -> String {
    let row = |finding: &Finding| {
        let (state, tone) = match finding.state {
            State::Active => ("active", Tone::Good),
            State::Renewable => ("renewable", Tone::Fair),
            State::Expired => ("expired", Tone::Bad),
            State::SignedOut => ("signed out", Tone::Bad),
        };
        vec![
            Cell::plain(&finding.name),
            Cell::new(state, tone),
            moment(finding.expires_at, now),
            moment(finding.renewable_until, now),
        ]
    };
    let rows: Vec<_> = findings.iter().map(row).collect();
    table::lines(&["SESSION", "STATE", "TOKEN UNTIL", "RENEWABLE UNTIL"], &rows, colours)
}

fn roles(findings: &[Finding], colours: Colours, now: Timestamp) -> String {
    let row = |finding: &Finding, role: &CachedRole| {
        vec![
            Cell::plain(&role.account_id),
            Cell::plain(&match role.scope {
                Scope::Whole => role.role_name.clone(),
                Scope::Scoped(Asker::Person) => format!("{} (scoped)", role.role_name),
                Scope::Scoped(Asker::Agent) => format!("{} (scoped, agent)", role.role_name),
            }),
            Cell::plain(&finding.name),
            moment(role.expires_at, now),
        ]
    };
    let rows = findings
        .iter()
        .flat_map(|finding| finding.roles.iter().map(move |role| row(finding, role)))
        .collect::<Vec<_>>();
    table::lines(&["ACCOUNT", "ROLE", "SESSION", "CREDENTIALS UNTIL"], &rows, colours)
}

fn moment(moment: Option<Timestamp>, now: Timestamp) -> Cell {
    match moment {
        Some(moment) => Cell::plain(&format!("{moment} ({})", from_now(moment, now))),
        None => Cell::plain("-"),
    }
}
