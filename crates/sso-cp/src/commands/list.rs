//! `sso-cp list`: the accounts and roles that a sign-in may use.

use serde::Serialize;
use sso_cp_config::{Session, SessionName};
use sso_cp_provider::{Access, AccessListing};

use super::access;
use crate::args::commands::List;
use crate::context::Context;
use crate::messages::failure::{Failure, unlisted_warning};
use crate::messages::table::{Cell, lines};
use crate::messages::text::json_line;
use crate::process::output;

/// Prints the list.
pub(crate) fn run(context: &Context, flags: &List) -> Result<(), Failure> {
    let session = sso_cp_config::session(&context.selected(), context.files(), context.env())?;
    let AccessListing { access, warnings } = access::list(&session, context)?;
    let text = match flags.json {
        true => json(&session, &access),
        false => table(&access, context),
    };
    output::print(text.as_bytes())?;
    output::warn_of(&warnings, || context.scene());
    for (account, error) in access.unlisted() {
        output::warn(&unlisted_warning(account, error));
    }
    Ok(())
}

/// A line for each role, so that it can be searched by line.
fn table(access: &Access, context: &Context) -> String {
    let mut rows = Vec::new();
    for known in access.accounts() {
        let account = &known.account;
        let shown = account.name.as_deref().or(account.email.as_deref()).unwrap_or("-");
        for role in &known.roles {
            rows.push(vec![Cell::plain(&account.id.0), Cell::plain(shown), Cell::plain(&role.0)]);
        }
    }
    lines(&["ACCOUNT", "NAME", "ROLE"], &rows, &output::page(context.env()))
}

#[derive(Serialize)]
struct Document<'a> {
    session: &'a str,
    accounts: Vec<Account<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account<'a> {
    account_id: &'a str,
    account_name: Option<&'a str>,
    email_address: Option<&'a str>,
    roles: Vec<&'a str>,
}

fn json(session: &Session, access: &Access) -> String {
    let name = match &session.name {
        SessionName::Named(name) => name,
        SessionName::Legacy => &session.start_url,
    };
    let accounts = access.accounts().iter().map(|known| Account {
        account_id: &known.account.id.0,
        account_name: known.account.name.as_deref(),
        email_address: known.account.email.as_deref(),
        roles: known.roles.iter().map(|role| role.0.as_str()).collect(),
    });
    json_line(&Document { session: name, accounts: accounts.collect() })
}
