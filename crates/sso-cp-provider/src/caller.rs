//! Whose credentials are: STS GetCallerIdentity, which needs no permission.

use std::time::Instant;

use sso_cp_config::{Error as ConfigError, Selection, Session, StsEndpoint, Target};
use sso_cp_http::CallError;
use sso_cp_sts::{Caller, Sts};

use crate::error::Error;
use crate::limits;
use crate::provided::Provided;
use crate::provider::Provider;

impl Provider {
    /// Where STS is asked for a selection, and the session whose network settings lead there. Sends nothing.
    ///
    /// # Errors
    ///
    /// The configuration names no region, or an endpoint that cannot be used.
    pub fn sts(&self, selection: &Selection) -> Result<(StsEndpoint, Session), ConfigError> {
        Ok(match self.resolve(selection)? {
            Target::Chain(chain) => (chain.sts, chain.source.session),
            Target::Role(role) => {
                let region = &role.session.region;
                let endpoint = sso_cp_config::sts(selection, region, self.files(), self.env())?;
                (endpoint, role.session)
            }
        })
    }

    /// Whom STS takes the credentials for (GetCallerIdentity). In 18 seconds at most.
    ///
    /// # Errors
    ///
    /// [`Error::CredentialsRefused`] where STS says no: everybody may ask, so a no is about the credentials.
    pub fn caller_identity(
        &self,
        selection: &Selection,
        provided: &Provided,
    ) -> Result<Caller, Error> {
        let (endpoint, session) = self.sts(selection)?;
        let client = self.client(&session);
        let deadline = Instant::now() + limits::TOTAL;
        let sts = Sts { client: &client, url: &endpoint.url, region: &endpoint.region, deadline };
        sts.caller_identity(&provided.credentials).map_err(|error| match error {
            CallError::Refused { .. } if !error.is_passing() => {
                Error::CredentialsRefused(Box::new(error))
            }
            _ => error.into(),
        })
    }
}
