//! `sso-cp list`: the accounts and roles that a sign-in may use.

use serde::Serialize;
use sso_cp_config::{Session, SessionName};
use sso_cp_provider::{Access, AccessListing, EntitledRole, TenantRoles};

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
    let AccessListing { access, tenants, warnings } = access::list(&session, context)?;
    let text = match flags.json {
        true => json(&session, &access, &tenants),
        false => table(&access, &tenants, context),
    };
    output::print(text.as_bytes())?;
    output::warn_of(&warnings, || context.scene());
    for (account, error) in access.unlisted() {
        output::warn(&unlisted_warning(account, error));
    }
    access::warn_of_tenants(&tenants, context);
    Ok(())
}

/// A line for each role, so that it can be searched by line. Where account access manager gives roles too, a
/// line says which kind its role is.
fn table(access: &Access, tenants: &[TenantRoles], context: &Context) -> String {
    const HEAD: [&str; 4] = ["ACCOUNT", "NAME", "ROLE", "KIND"];
    let mut rows = Vec::new();
    for known in access.accounts() {
        let account = &known.account;
        let shown = account.name.as_deref().or(account.email.as_deref()).unwrap_or("-");
        let id = account.id.0.as_str();
        let row = |role| [id, shown, role, "permission set"];
        rows.extend(known.roles.iter().map(|role| row(role.0.as_str())));
    }
    for (_, role) in access::entitled(tenants) {
        let id = role.account_id.0.as_str();
        // Below the permission sets of the same account.
        let at = rows.iter().rposition(|row| row[0] == id).map_or(rows.len(), |at| at + 1);
        let shown = role.account_name.as_deref().unwrap_or("-");
        rows.insert(at, [id, shown, access::role_path(&role.role_arn), "IAM role"]);
    }
    let columns = if tenants.is_empty() { 3 } else { 4 };
    let cells = |row: &[&str; 4]| row[..columns].iter().map(|text| Cell::plain(text)).collect();
    let rows: Vec<Vec<Cell>> = rows.iter().map(cells).collect();
    lines(&HEAD[..columns], &rows, &output::page(context.env()))
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
    /// What account access manager gives; left out where the configuration names none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entitled_roles: Vec<Entitled<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entitled<'a> {
    tenant_id: &'a str,
    role_arn: &'a str,
}

fn json(session: &Session, access: &Access, tenants: &[TenantRoles]) -> String {
    let name = match &session.name {
        SessionName::Named(name) => name,
        SessionName::Legacy => &session.start_url,
    };
    let known = access.accounts().iter().map(|known| Account {
        account_id: &known.account.id.0,
        account_name: known.account.name.as_deref(),
        email_address: known.account.email.as_deref(),
        roles: known.roles.iter().map(|role| role.0.as_str()).collect(),
        entitled_roles: Vec::new(),
    });
    let mut accounts: Vec<Account<'_>> = known.collect();
    for (tenant_id, EntitledRole { account_id, account_name, role_arn }) in
        access::entitled(tenants)
    {
        let id = account_id.0.as_str();
        let at = accounts.iter().position(|account| account.account_id == id);
        let at = at.unwrap_or_else(|| {
            let (account_name, email_address) = (account_name.as_deref(), None);
            let (roles, entitled_roles) = (Vec::new(), Vec::new());
            accounts.push(Account {
                account_id: id,
                account_name,
                email_address,
                roles,
                entitled_roles,
            });
            accounts.len() - 1
        });
        accounts[at].entitled_roles.push(Entitled { tenant_id, role_arn });
    }
    json_line(&Document { session: name, accounts })
}
