//! What a selection says about the services that its credentials are used at.

use crate::endpoint::{EndpointSettings, GLOBAL, is_region};
use crate::resolve::Target;
use crate::selection::{Role, Session};
use crate::{Endpoint, Env, Error, Service, Variants, aws_endpoint};

impl Target {
    /// The sign-in that everything comes from.
    pub fn session(&self) -> &Session {
        match self {
            Target::Role(role) => &role.session,
            Target::Chain(chain) => &chain.source.session,
        }
    }

    /// The role of the access portal; of a chain, the one that it starts from.
    #[must_use]
    pub fn into_source(self) -> Role {
        match self {
            Target::Role(role) => role,
            Target::Chain(chain) => chain.source,
        }
    }

    /// The account of the credentials.
    pub fn account_id(&self) -> &str {
        match self {
            Target::Role(role) => &role.account_id,
            Target::Chain(chain) => chain.account_id(),
        }
    }

    /// Whether two selections come to the same credentials; the region for the tools that get them may
    /// be another.
    pub fn gives_the_same_credentials(&self, other: &Target) -> bool {
        self.clone().without_region() == other.clone().without_region()
    }

    /// What the credentials depend on: all but the region for the tools that get them.
    #[must_use]
    pub(crate) fn without_region(mut self) -> Target {
        match &mut self {
            Target::Role(role) => role.region = None,
            Target::Chain(chain) => chain.region = None,
        }
        self
    }

    /// The region that is configured for what the credentials are used at: the profile's, else that of
    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`. There is no default: SDKs do not agree on one, and a
    /// token for another region is refused without a reason.
    ///
    /// # Errors
    ///
    /// What is configured is not a region. STS's `aws-global` is none either: no cluster is there.
    pub fn service_region(&self, env: &Env) -> Result<Option<String>, Error> {
        let of_profile = match self {
            Target::Role(role) => role.region.as_deref(),
            Target::Chain(chain) => chain.region.as_deref(),
        };
        let named = |name: &'static str| Some((name, env.text(name)?));
        let found = of_profile.map(|region| ("region", region.to_owned()));
        let found = found.or_else(|| named("AWS_REGION")).or_else(|| named("AWS_DEFAULT_REGION"));
        match found {
            Some((name, region)) if !is_region(&region) || region == GLOBAL => {
                let problem = format!("is not a region: `{region}`");
                Err(Error::BadInput { name: name.to_owned(), problem })
            }
            found => Ok(found.map(|(_, region)| region)),
        }
    }

    /// Where a service is. `asked` are variants that something else than the configuration asks for,
    /// such as the name of a registry's host; an endpoint of the user's own goes before them.
    ///
    /// # Errors
    ///
    /// As for [`EndpointSettings::resolve`].
    pub fn service_endpoint(
        &self,
        service: Service,
        region: &str,
        asked: Variants,
        env: &Env,
    ) -> Result<Endpoint, Error> {
        let endpoint = self.settings().resolve(service, region, env)?;
        let Some(configured) = endpoint.variants else { return Ok(endpoint) };
        let variants = Variants {
            fips: configured.fips || asked.fips,
            dual_stack: configured.dual_stack || asked.dual_stack,
        };
        let url = aws_endpoint(service, region, variants);
        Ok(Endpoint { url, variants: Some(variants) })
    }

    /// AWS's own endpoint of a service, whatever endpoints the user has: what a token is signed for is
    /// called by AWS, which takes no other.
    pub fn aws_service_endpoint(&self, service: Service, region: &str, env: &Env) -> String {
        aws_endpoint(service, region, self.settings().variants(env))
    }

    fn settings(&self) -> &EndpointSettings {
        &self.session().endpoints
    }
}
