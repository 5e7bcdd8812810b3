//! Credentials of what was selected: from the cache at the cost of one file, else from AWS.

use sso_cp_config::{Chain, Role, Scope, Target};
use sso_cp_types::{AccountId, RoleCredentials};

use crate::call::Call;
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::provided::Provided;
use crate::provider::Provider;
use crate::scope::{Claim, Holds};
use crate::warning::Warning;
use crate::{chain, limits, role, scoped};

impl Provider {
    /// Credentials from the cache with more than 15 minutes left, or, of an assumed role with a short
    /// session, with more than half of its life left. In the minute after a try to get fresh ones has
    /// failed, those with two minutes left too. No socket, no lock, no write, no thread.
    pub fn cached(&self, target: &Target) -> Option<Provided> {
        match target.scope() {
            Some(scope) => self.cached_scoped(target, scope),
            None => self.cached_whole(target),
        }
    }

    fn cached_whole(&self, target: &Target) -> Option<Provided> {
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
        self.fetch(target, Call::new(self, cleanup))
    }

    /// The same for a host that hands them on: cached ones count as fresh while they have more than 20
    /// minutes left, so that clients of the host find more than the 15 at which they begin to ask again.
    ///
    /// # Errors
    ///
    /// As for [`Provider::credentials`].
    #[cold]
    pub fn credentials_ahead_of_need(
        &self,
        target: &Target,
        cleanup: &Cleanup,
    ) -> Result<Provided, Error> {
        self.fetch(target, Call::new(self, cleanup).with_fresh_seconds(limits::AHEAD_SECONDS))
    }

    pub(crate) fn fetch(&self, target: &Target, call: Call<'_>) -> Result<Provided, Error> {
        let holds = match target.scope() {
            Some(scope) => Holds::read(scope, self.env())?,
            None => None,
        };
        match holds {
            Some(holds) => {
                let credentials = scoped::get(target, &holds, &call)?;
                Ok(of_scope(target, credentials, call.into_warnings()))
            }
            None => whole(target, call),
        }
    }

    /// What does not hold for anyone who asks is not a scope; what cannot be read is for
    /// [`Provider::credentials`] to tell.
    #[inline(never)]
    fn cached_scoped(&self, target: &Target, scope: &Scope) -> Option<Provided> {
        match Claim::glance(scope, self.env()).ok()? {
            Some(claim) => {
                let credentials = scoped::fresh(target, &claim, self)?;
                Some(of_scope(target, credentials, Vec::new()))
            }
            None => self.cached_whole(target),
        }
    }
}

fn whole(target: &Target, call: Call<'_>) -> Result<Provided, Error> {
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

fn of_scope(target: &Target, credentials: RoleCredentials, warnings: Vec<Warning>) -> Provided {
    match target {
        Target::Role(role) => of_role(role, credentials, warnings),
        Target::Chain(chain) => of_chain(chain, credentials, warnings),
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
