//! Credentials of what was selected: from the cache at the cost of one file, else from AWS.

use sso_cp_config::{Chain, Role, Target};
use sso_cp_types::{AccountId, RoleCredentials};

use crate::call::Call;
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::provided::Provided;
use crate::provider::Provider;
use crate::warning::Warning;
use crate::{chain, role};

impl Provider {
    /// Credentials from the cache with more than 15 minutes left, or, of an assumed role with a short
    /// session, with more than half of its life left. No socket, no lock, no write, no thread.
    pub fn cached(&self, target: &Target) -> Option<Provided> {
        Some(match target {
            Target::Role(role) => {
                let credentials = role::fresh(role, self)?;
                of_role(role, credentials, role::warning_of(role).into_iter().collect())
            }
            Target::Chain(chain) => of_chain(chain, chain::fresh(chain, self)?, Vec::new()),
        })
    }

    /// From the cache, else from AWS: in 18 seconds at most, one renewal and one fetch for all processes
    /// that ask at the same time. What is fetched is saved for the next call, of any AWS tool.
    ///
    /// # Errors
    ///
    /// Each variant of [`Error`] says what to do. Where the cache has credentials with at least two minutes
    /// left and the error may pass by itself, those are given instead, with a warning.
    #[cold]
    pub fn credentials(&self, target: &Target, cleanup: &Cleanup) -> Result<Provided, Error> {
        let call = Call::new(self, cleanup);
        Ok(match target {
            Target::Role(role) => {
                let credentials = role::get(role, &call)?;
                of_role(role, credentials, call.into_warnings())
            }
            Target::Chain(chain) => {
                let credentials = chain::get(chain, &call)?;
                of_chain(chain, credentials, call.into_warnings())
            }
        })
    }
}

fn of_role(role: &Role, credentials: RoleCredentials, warnings: Vec<Warning>) -> Provided {
    let account_id = AccountId(role.account_id.clone());
    Provided { credentials, account_id, region: role.region.clone(), warnings }
}

fn of_chain(chain: &Chain, credentials: RoleCredentials, warnings: Vec<Warning>) -> Provided {
    let account_id = AccountId(chain.account_id().to_owned());
    Provided { credentials, account_id, region: chain.region.clone(), warnings }
}
