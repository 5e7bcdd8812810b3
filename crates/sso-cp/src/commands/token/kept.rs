//! Tokens that a call gives: asked for once by all processes, and kept until shortly before their end.

use std::time::Instant;

use sso_cp_cache::{ChainKey, Issuer, KeptToken, Lock, ServiceTokenFile, ServiceTokenKey, Turn};
use sso_cp_config::{Service, Target, Variants};
use sso_cp_provider::hop_key;
use sso_cp_provider::limits;
use sso_cp_provider::role_key;
use sso_cp_token::{Error, ServiceEndpoint};
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::context::Context;
use crate::messages::failure::{Asked, Failure, cause};
use crate::process::output::Warnings;

/// What is wanted of which service.
pub(crate) struct Wanted<'a> {
    pub(crate) service: Service,
    pub(crate) region: &'a str,
    /// Hosts that something else than the configuration asks for.
    pub(crate) variants: Variants,
    /// What tells this token from others of the same endpoint.
    pub(crate) purpose: [&'a str; 2],
    /// For the message, where it is refused.
    pub(crate) asked: Asked,
}

/// The token: as it was kept, else as the service gives it.
pub(crate) fn get(
    context: &Context,
    target: &Target,
    wanted: Wanted<'_>,
    warnings: &mut Warnings,
    ask: impl FnOnce(&ServiceEndpoint<'_>, &RoleCredentials) -> Result<KeptToken, Error>,
) -> Result<KeptToken, Failure> {
    let endpoint =
        target.service_endpoint(wanted.service, wanted.region, wanted.variants, context.env());
    let url = endpoint?.url;
    let hops = match target {
        Target::Role(_) => Vec::new(),
        Target::Chain(chain) => chain.hops.iter().map(hop_key).collect(),
    };
    let issuer = match target {
        Target::Role(role) => Issuer::Role(role_key(role)),
        Target::Chain(chain) => {
            Issuer::Chain(ChainKey { source: role_key(&chain.source), hops: &hops })
        }
    };
    let (region, purpose) = (wanted.region, wanted.purpose);
    // Before anything that is kept: what may not be handed out now must not come from there.
    let scope = context.provider.scope_name(target).map_err(sso_cp_provider::Error::from)?;
    let key = ServiceTokenKey { issuer, scope: &scope, endpoint: &url, region, purpose };
    let file = ServiceTokenFile::new(context.folders(), &key);
    let fresh = || file.read().filter(|kept| seconds_left(kept) > limits::FRESH_SECONDS);
    if let Some(kept) = fresh() {
        context.debug.tell(|| format!("the token is kept until {}", kept.expires_at));
        return Ok(kept);
    }
    let interrupt = context.interrupt();
    let locks_until = Instant::now() + limits::LOCKS;
    let _lock = match Lock::ServiceToken(key).take_unless(context.folders(), locks_until, fresh) {
        Turn::Done(kept) => return Ok(kept),
        Turn::Ours(lock) => lock,
    };
    // Whoever had the lock before has probably done the work.
    if let Some(kept) = fresh() {
        return Ok(kept);
    }
    let given = ask_service(context, target, &wanted, &url, warnings, ask);
    let kept = match given {
        Ok(kept) => kept,
        Err(failure) => return instead_of(failure, file.read(), context, warnings),
    };
    let _held = interrupt.hold();
    if let Err(error) = file.write(context.folders(), &kept) {
        let why = cause(&error, context.home());
        warnings.warn(&format!("the token is not kept, and the next run asks again: {why}"));
    }
    Ok(kept)
}

fn ask_service(
    context: &Context,
    target: &Target,
    wanted: &Wanted<'_>,
    url: &str,
    warnings: &mut Warnings,
    ask: impl FnOnce(&ServiceEndpoint<'_>, &RoleCredentials) -> Result<KeptToken, Error>,
) -> Result<KeptToken, Failure> {
    let provided = context.provided_of(target)?;
    warnings.warn_of(&provided.warnings, &context.scene());
    let client = context.provider.client(target.session());
    let deadline = Instant::now() + limits::TOTAL;
    let endpoint = ServiceEndpoint { client: &client, url, region: wanted.region, deadline };
    ask(&endpoint, &provided.credentials)
        .map_err(|error| Failure::of_service(wanted.asked.clone(), error))
}

/// A token that still lives for a moment, where a new one cannot be had for a passing reason.
fn instead_of(
    failure: Failure,
    kept: Option<KeptToken>,
    context: &Context,
    warnings: &mut Warnings,
) -> Result<KeptToken, Failure> {
    let kept =
        kept.filter(|kept| may_serve(&failure) && seconds_left(kept) >= limits::STALE_SECONDS);
    let Some(kept) = kept else { return Err(failure) };
    warnings.warn(&format!(
        "the token that is kept serves until {}, for a new one could not be had: {}",
        kept.expires_at,
        failure.summary(&context.scene())
    ));
    Ok(kept)
}

fn may_serve(failure: &Failure) -> bool {
    matches!(failure, Failure::Provider(error) if error.lets_stale_serve())
}

fn seconds_left(kept: &KeptToken) -> i64 {
    kept.expires_at.seconds_after(Timestamp::now())
}
