//! Tokens that a service gives for a role's credentials: asked for once by all processes, and kept until
//! shortly before their end. They live longer than the credentials, so a cached one needs no sign-in.

use sso_cp_cache::{
    ChainKey, HopKey, Issuer, KeptToken, Lock, ServiceTokenFile, ServiceTokenKey, Turn,
};
use sso_cp_config::{Service, Target, Variants};
use sso_cp_http::CallError;
use sso_cp_token::{
    Cluster, Domain, PUBLIC_REGION, Registry, RegistryPassword, RegistryTokenFor, ServiceEndpoint,
    ServiceToken,
};
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::call::Call;
use crate::chain::hop_key;
use crate::cleanup::Cleanup;
use crate::error::Error;
use crate::event::Event;
use crate::limits;
use crate::provider::Provider;
use crate::service_refused::{ServiceAsked, ServiceRefused};
use crate::session_key::{role_key, session_key};
use crate::warning::Warning;

/// A token, and what a person should know although there is one.
#[derive(Debug)]
pub struct ProvidedToken {
    /// The token. It lives for at least two minutes, nearly always for more than fifteen.
    pub token: KeptToken,
    /// What a person should know although all went well.
    pub warnings: Vec<Warning>,
}

/// What is wanted of which service.
struct Wanted<'a> {
    service: Service,
    region: &'a str,
    /// Hosts that something else than the configuration asks for.
    variants: Variants,
    /// What tells this token from others of the same endpoint and region.
    purpose: [&'a str; 2],
    asked: ServiceAsked,
}

impl Provider {
    /// The user's name and the password for a registry of ECR; without one, for all private ones of a
    /// region that the role may use. `region` is the registry's; the public registry has none.
    ///
    /// # Errors
    ///
    /// As for [`Provider::credentials`], where no password is kept; [`Error::ServiceRefused`] where ECR
    /// gives none.
    pub fn registry_password(
        &self,
        target: &Target,
        registry: Option<&Registry>,
        region: &str,
        cleanup: &Cleanup,
    ) -> Result<ProvidedToken, Error> {
        if registry == Some(&Registry::Public) {
            let wanted = Wanted {
                service: Service::EcrPublic,
                region: PUBLIC_REGION,
                variants: Variants::default(),
                purpose: ["ecr-public", ""],
                asked: ServiceAsked::PublicRegistryPassword,
            };
            return self.service_token(target, &wanted, cleanup, |service, signer| {
                service.registry_password(signer, RegistryTokenFor::Public).map(of_registry)
            });
        }
        let variants = match registry {
            Some(Registry::Private { fips, dual_stack, .. }) => {
                Variants { fips: *fips, dual_stack: *dual_stack }
            }
            _ => Variants::default(),
        };
        let asked = ServiceAsked::RegistryPassword;
        let wanted =
            Wanted { service: Service::Ecr, region, variants, purpose: ["ecr", ""], asked };
        self.service_token(target, &wanted, cleanup, |service, signer| {
            let account_id = target.account_id();
            service
                .registry_password(signer, RegistryTokenFor::Private { account_id })
                .map(of_registry)
        })
    }

    /// The token for a domain of CodeArtifact.
    ///
    /// # Errors
    ///
    /// As for [`Provider::registry_password`].
    pub fn package_token(
        &self,
        target: &Target,
        domain: &Domain,
        region: &str,
        cleanup: &Cleanup,
    ) -> Result<ProvidedToken, Error> {
        let name = domain.to_string();
        let wanted = Wanted {
            service: Service::CodeArtifact,
            region,
            variants: Variants::default(),
            purpose: ["codeartifact", &name],
            asked: ServiceAsked::PackageToken { domain: name.clone(), region: region.to_owned() },
        };
        self.service_token(target, &wanted, cleanup, |service, signer| {
            service.package_token(signer, domain).map(of_packages)
        })
    }

    /// What EKS says of a cluster, and what a person should know although it does. It is not kept.
    ///
    /// # Errors
    ///
    /// As for [`Provider::credentials`]; [`Error::ServiceRefused`] where EKS says nothing.
    pub fn cluster(
        &self,
        target: &Target,
        name: &str,
        region: &str,
        cleanup: &Cleanup,
    ) -> Result<(Cluster, Vec<Warning>), Error> {
        let wanted = Wanted {
            service: Service::Eks,
            region,
            variants: Variants::default(),
            purpose: ["eks", name],
            asked: ServiceAsked::Cluster { name: name.to_owned(), region: region.to_owned() },
        };
        let call = Call::new(self, cleanup);
        let url = self.url_of(target, &wanted)?;
        let cluster =
            call.ask(target, &wanted, &url, |service, signer| service.cluster(signer, name))?;
        Ok((cluster, call.into_warnings()))
    }

    fn url_of(&self, target: &Target, wanted: &Wanted<'_>) -> Result<String, Error> {
        let Wanted { service, region, variants, .. } = wanted;
        Ok(target.service_endpoint(*service, region, *variants, self.env())?.url)
    }

    /// The token: as it was kept, else as the service gives it.
    fn service_token(
        &self,
        target: &Target,
        wanted: &Wanted<'_>,
        cleanup: &Cleanup,
        ask: impl FnOnce(&ServiceEndpoint<'_>, &RoleCredentials) -> Result<KeptToken, CallError>,
    ) -> Result<ProvidedToken, Error> {
        let call = Call::new(self, cleanup);
        let (url, scope, hops) =
            (self.url_of(target, wanted)?, self.scope_name(target)?, hops(target));
        let key = ServiceTokenKey {
            issuer: issuer(target, &hops),
            scope: &scope,
            endpoint: &url,
            region: wanted.region,
            purpose: wanted.purpose,
        };
        let file = self.service_token_file(target.session(), &key);
        let token =
            call.kept_or_given(target, &key, &file, || call.ask(target, wanted, &url, ask))?;
        Ok(ProvidedToken { token, warnings: call.into_warnings() })
    }
}

impl Call<'_> {
    fn kept_or_given(
        &self,
        target: &Target,
        key: &ServiceTokenKey<'_>,
        file: &ServiceTokenFile,
        ask: impl FnOnce() -> Result<KeptToken, Error>,
    ) -> Result<KeptToken, Error> {
        let fresh = || file.read().filter(|kept| seconds_left(kept) > limits::FRESH_SECONDS);
        if let Some(kept) = fresh() {
            self.tell(|| Event::ServiceTokenKept { until: kept.expires_at });
            return Ok(kept);
        }
        let folders = self.provider.folders();
        let lock = Lock::ServiceToken(*key);
        let _lock = match lock.take_unless(folders, self.locks_until(), fresh) {
            Turn::Done(kept) => return Ok(kept),
            Turn::Ours(lock) => lock,
        };
        // Anyone who had the lock before has probably done the work.
        if let Some(kept) = fresh() {
            return Ok(kept);
        }
        let session = session_key(target.session());
        let sign_in = self.provider.token_place(target.session());
        let was_signed_in = sign_in.exists();
        let given = match ask() {
            Ok(given) => given,
            Err(error) => return self.stale_token(error, file.read()),
        };
        let _held = self.cleanup.hold();
        let save = || file.write(folders, &given);
        let delete = || drop(ServiceTokenFile::delete_all(folders, &session));
        if let Err(error) = self.provider.save_of_credentials(target.session(), save, delete) {
            self.warn(Warning::ServiceTokenNotKept(error));
        }
        if was_signed_in && !sign_in.exists() {
            // A logout has removed the sign-in meanwhile; what came from it goes too.
            let _ = ServiceTokenFile::delete_all(folders, &session);
        }
        Ok(given)
    }

    /// A token that still lives for a moment, where a new one cannot be had for a passing reason.
    fn stale_token(&self, error: Error, kept: Option<KeptToken>) -> Result<KeptToken, Error> {
        let serves = |kept: &KeptToken| {
            error.lets_stale_serve() && seconds_left(kept) >= limits::STALE_SECONDS
        };
        let Some(kept) = kept.filter(serves) else { return Err(error) };
        let (expires_at, error) = (kept.expires_at, Box::new(error));
        self.warn_of_stale(Warning::StaleServiceToken { expires_at, error });
        Ok(kept)
    }

    /// Asks a service, with the credentials of the target.
    fn ask<T>(
        &self,
        target: &Target,
        wanted: &Wanted<'_>,
        url: &str,
        ask: impl FnOnce(&ServiceEndpoint<'_>, &RoleCredentials) -> Result<T, CallError>,
    ) -> Result<T, Error> {
        let provided = match self.provider.cached(target) {
            Some(provided) => provided,
            None => self.provider.credentials(target, self.cleanup)?,
        };
        provided.warnings.into_iter().for_each(|warning| self.warn(warning));
        let client = self.provider.client(target.session());
        let (region, deadline) = (wanted.region, self.deadline());
        let service = ServiceEndpoint { client: &client, url, region, deadline };
        ask(&service, &provided.credentials).map_err(|error| match error {
            CallError::Refused { .. } if !error.is_passing() => {
                Error::ServiceRefused(ServiceRefused {
                    asked: wanted.asked.clone(),
                    error: Box::new(error),
                })
            }
            error => error.into(),
        })
    }
}

fn hops(target: &Target) -> Vec<HopKey<'_>> {
    match target {
        Target::Role(_) => Vec::new(),
        Target::Chain(chain) => chain.hops.iter().map(hop_key).collect(),
    }
}

fn issuer<'a>(target: &'a Target, hops: &'a [HopKey<'a>]) -> Issuer<'a> {
    match target {
        Target::Role(role) => Issuer::Role(role_key(role)),
        Target::Chain(chain) => Issuer::Chain(ChainKey { source: role_key(&chain.source), hops }),
    }
}

fn of_registry(given: RegistryPassword) -> KeptToken {
    let RegistryPassword { user, password, expires_at } = given;
    KeptToken { user: Some(user), token: password, expires_at }
}

fn of_packages(given: ServiceToken) -> KeptToken {
    KeptToken { user: None, token: given.token, expires_at: given.expires_at }
}

fn seconds_left(kept: &KeptToken) -> i64 {
    kept.expires_at.seconds_after(Timestamp::now())
}
