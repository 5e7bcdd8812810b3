//! ListAccounts and ListAccountRoles, page by page.

use serde::Deserialize;
use sso_cp_http::{BadReply, RawValue, Reply, Retry, optional_text, text};
use sso_cp_types::{AccountId, RoleName, Secret, percent_encode};

use crate::{Error, Portal};

/// The most that AWS gives at a time.
const MAX_RESULTS: u32 = 100;

/// An account that the signed-in person may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Its name, where AWS tells it.
    pub name: Option<String>,
    /// The address of its root user, where AWS tells it.
    pub email: Option<String>,
}

/// A part of a list, and where the next part begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in AWS's order.
    pub items: Vec<T>,
    /// What to ask the next page with; `None` at the end.
    pub next: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    #[serde(borrow)]
    next_token: Option<&'a RawValue>,
    #[serde(borrow)]
    account_list: Option<&'a RawValue>,
    #[serde(borrow)]
    role_list: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(borrow)]
    account_id: Option<&'a RawValue>,
    #[serde(borrow)]
    account_name: Option<&'a RawValue>,
    #[serde(borrow)]
    email_address: Option<&'a RawValue>,
    #[serde(borrow)]
    role_name: Option<&'a RawValue>,
}

impl Portal<'_> {
    /// A page of the accounts that the sign-in may use. Who lists much must pace all attempts, so
    /// nothing is repeated here.
    ///
    /// # Errors
    ///
    /// As [`Portal::role_credentials`].
    pub fn accounts(&self, token: &Secret, from: Option<&str>) -> Result<Page<Account>, Error> {
        let path = page("/assignment/accounts?", from);
        self.get(&path, token, "the list of accounts", Retry::Never, |answer| {
            read_accounts(answer.reply).map_err(answer.bad)
        })
    }

    /// A page of the roles that the sign-in has in an account. Nothing is repeated here either.
    ///
    /// # Errors
    ///
    /// As [`Portal::role_credentials`].
    pub fn roles(
        &self,
        token: &Secret,
        account_id: &AccountId,
        from: Option<&str>,
    ) -> Result<Page<RoleName>, Error> {
        let start = format!("/assignment/roles?account_id={}&", percent_encode(&account_id.0));
        self.get(&page(&start, from), token, "the list of roles", Retry::Never, |answer| {
            read_roles(answer.reply).map_err(answer.bad)
        })
    }
}

/// `max_result` is AWS's own spelling, singular.
fn page(start: &str, from: Option<&str>) -> String {
    let next = from.map(|token| format!("&next_token={}", percent_encode(token)));
    format!("{start}max_result={MAX_RESULTS}{}", next.unwrap_or_default())
}

pub(crate) fn read_accounts(reply: &Reply) -> Result<Page<Account>, BadReply> {
    let list: List<'_> = reply.json()?;
    read("accountList", list.account_list, list.next_token, |item: &Item<'_>| {
        let shown = |field, raw| optional_text(field, raw).map(|t| t.map(|t| t.to_string()));
        Ok(Account {
            id: AccountId(text("accountId", item.account_id)?.to_string()),
            name: shown("accountName", item.account_name)?,
            email: shown("emailAddress", item.email_address)?,
        })
    })
}

pub(crate) fn read_roles(reply: &Reply) -> Result<Page<RoleName>, BadReply> {
    let list: List<'_> = reply.json()?;
    read("roleList", list.role_list, list.next_token, |item: &Item<'_>| {
        Ok(RoleName(text("roleName", item.role_name)?.to_string()))
    })
}

/// One page: its items are read as `I` first.
pub(crate) fn read<'a, I: Deserialize<'a>, T>(
    field: &'static str,
    list: Option<&'a RawValue>,
    next: Option<&'a RawValue>,
    item: impl Fn(&I) -> Result<T, BadReply>,
) -> Result<Page<T>, BadReply> {
    let raw = list.ok_or(BadReply::MissingField(field))?;
    let items: Vec<I> = serde_json::from_str(raw.get())
        .map_err(|_| BadReply::WrongType { field, expected: "a list of objects" })?;
    let next = optional_text("nextToken", next)?.map(|token| token.to_string());
    Ok(Page {
        items: items.iter().map(item).collect::<Result<_, _>>()?,
        next: next.filter(|token| !token.is_empty()),
    })
}
