//! What a target's credentials are scoped down to, and where.

use crate::endpoint::{GLOBAL, GLOBAL_SIGNS_AS, is_region};
use crate::resolve::Target;
use crate::scope::{Scope, ScopeFlags};
use crate::{Env, Error, Service, StsEndpoint, keys};

impl Target {
    /// What the credentials are scoped down to; `None` where they are not.
    pub fn scope(&self) -> Option<&Scope> {
        match self {
            Target::Role(role) => role.scope.as_deref(),
            Target::Chain(chain) => chain.scope.as_deref(),
        }
    }

    /// The same target with what flags say.
    #[must_use]
    pub fn scoped_by(mut self, flags: &ScopeFlags) -> Target {
        let own = match &mut self {
            Target::Role(role) => &mut role.scope,
            Target::Chain(chain) => &mut chain.scope,
        };
        let scope = own.get_or_insert_default();
        if flags.policy.is_some() {
            scope.policy.clone_from(&flags.policy);
        }
        scope.duration_seconds = flags.duration_seconds.or(scope.duration_seconds);
        scope.agent.clone_from(&flags.agent);
        self
    }

    /// Where its credentials are scoped down. The global endpoint does not know the call, so it is always
    /// a region's: the profile's, else the one of the sign-in, which is of the right partition.
    ///
    /// # Errors
    ///
    /// The region or the endpoint cannot be used.
    pub fn scoping_sts(&self, env: &Env) -> Result<StsEndpoint, Error> {
        let session = self.session();
        let region = match self {
            Target::Role(role) => role.region.as_deref().unwrap_or(&session.region),
            Target::Chain(chain) => &chain.sts.region,
        };
        let region = if region == GLOBAL { GLOBAL_SIGNS_AS } else { region };
        if !is_region(region) {
            let problem = format!("is not a region: `{region}`");
            return Err(Error::BadInput { name: keys::REGION.to_owned(), problem });
        }
        let url = session.endpoints.resolve(Service::Sts, region, env)?.url;
        Ok(StsEndpoint { url, region: region.to_owned() })
    }
}
