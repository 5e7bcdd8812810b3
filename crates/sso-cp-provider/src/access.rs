//! What a sign-in may use: all accounts and all roles, however many.
//!
//! AWS answers 20 of these requests per second and refuses what comes faster, so one place decides when
//! the next request may start ([`pace`]), and as many threads as that needs wait for the answers
//! ([`workers`]). What has been fetched is never fetched again: a request that failed for a passing
//! reason goes back into the queue.

mod found;
mod pace;
mod queue;
mod tenants;
mod workers;

use sso_cp_config::Session;
use sso_cp_portal::Account;
use sso_cp_types::sort_by_text;

use crate::call::Call;
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::provider::Provider;
pub use found::{Access, AccessListing, AccountRoles, Complete, Listed};
pub use tenants::TenantRoles;

impl Provider {
    /// Every account and role of a sign-in, and the roles that account access manager gives where the
    /// configuration names one, at 20 requests per second at most. `on_progress` is called
    /// about ten times per second, from this thread.
    ///
    /// # Errors
    ///
    /// Nobody is signed in, AWS does not answer, or there is no thread; what was fetched till then is of no
    /// use alone.
    pub fn accounts_and_roles(
        &self,
        session: &Session,
        cleanup: &Cleanup,
        on_progress: impl FnMut(Listed),
    ) -> Result<AccessListing, Error> {
        let call = Call::new(self, cleanup);
        let (mut known, unlisted) = queue::run(session, &call, on_progress)?;
        sort_by_text(&mut known, |known| sort_key(&known.account));
        for account in &mut known {
            sort_by_text(&mut account.roles, |role| format!("{}\0{role}", role.0.to_lowercase()));
            account.roles.dedup();
        }
        let access = match unlisted.is_empty() {
            true => Access::Complete(Complete(known)),
            false => Access::Partial { known, unlisted },
        };
        let tenants = tenants::list(session, &call);
        Ok(AccessListing { access, tenants, warnings: call.into_warnings() })
    }
}

/// As the AWS CLI sorts them: by name, else by address; accounts with neither come last.
fn sort_key(account: &Account) -> String {
    let shown = account.name.as_ref().or(account.email.as_ref());
    let (named, name) = match shown {
        Some(text) => ('0', text.to_lowercase()),
        None => ('1', String::new()),
    };
    format!("{named}{name}\0{}", account.id)
}
