//! The roles that account access manager gives, which the portal does not list.

use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_config::{Listing, Session, Tenant};
use sso_cp_http::{BadReply, CallError};
use sso_cp_portal::{AccountAccess, EntitledRole};
use sso_cp_types::sort_by_text;

use crate::call::Call;
use crate::error::{Error, SignInReason};
use crate::limits;
use crate::provider::Provider;
use crate::token::TokenProvider;

/// How often one request is made where AWS fails, throttles or cannot be reached.
const MAX_ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);
/// Pages of up to a hundred roles, empty ones among them. Who answers with more goes on for ever.
const MAX_PAGES: u32 = 5_000;

/// The roles that a tenant gives.
#[derive(Debug)]
pub struct TenantRoles {
    /// Whose.
    pub tenant: Tenant,
    /// All of them, by account and name, or why they are not known.
    pub roles: Result<Vec<EntitledRole>, Error>,
}

impl Provider {
    /// The account access managers that the configuration names for a session.
    pub fn tenants(&self, session: &Session) -> Vec<Tenant> {
        let listing = Listing::read(self.files(), self.env());
        listing.map(|listing| listing.tenants(session, self.env())).unwrap_or_default()
    }
}

/// Lists the roles of every tenant of the session.
pub(super) fn list(session: &Session, call: &Call<'_>) -> Vec<TenantRoles> {
    let tenants = call.provider.tenants(session).into_iter();
    tenants
        .map(|tenant| {
            let roles = all(&tenant, session, call).map(|mut roles| {
                sort_by_text(&mut roles, |role| {
                    format!("{}\0{}", role.account_id.0, role.role_arn)
                });
                roles.dedup_by(|a, b| a.role_arn == b.role_arn);
                roles
            });
            TenantRoles { tenant, roles }
        })
        .collect()
}

fn all(tenant: &Tenant, session: &Session, call: &Call<'_>) -> Result<Vec<EntitledRole>, Error> {
    let client = call.provider.client(session);
    let endpoint = tenant.endpoint(session, call.provider.env())?;
    let tokens = TokenProvider::of(session, call, &client);
    let mut token = tokens.get(None)?;
    let (mut has_renewed, mut attempt, mut pages) = (false, 1, 0);
    let (mut roles, mut from) = (Vec::new(), None::<String>);
    loop {
        let deadline = Instant::now() + limits::REQUEST;
        let access = AccountAccess { client: &client, url: &endpoint.url, deadline };
        match access.roles(&token, &tenant.id, from.as_deref()) {
            Ok(page) => {
                roles.extend(page.items);
                (attempt, pages) = (1, pages + 1);
                match page.next {
                    None => return Ok(roles),
                    Some(next) if from.as_ref() == Some(&next) || pages > MAX_PAGES => {
                        return Err(endless().into());
                    }
                    next => from = next,
                }
            }
            Err(error) if error.status() == Some(401) && has_renewed => {
                return Err(tokens.sign_in(SignInReason::TokenRefused(Box::new(error))));
            }
            Err(error) if error.status() == Some(401) => {
                (token, has_renewed) = (tokens.get(Some(&token))?, true);
            }
            Err(error) if error.is_passing() && attempt < MAX_ATTEMPTS => {
                sleep(PAUSE * attempt);
                attempt += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn endless() -> CallError {
    let (field, expected) = ("nextToken", "that of a page which is still to come");
    CallError::BadReply {
        problem: BadReply::WrongType { field, expected },
        awaited: "the list of roles",
        request_id: None,
    }
}
