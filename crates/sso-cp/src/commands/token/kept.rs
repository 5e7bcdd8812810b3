//! Tokens that a call gives: asked for once by all processes, and kept until shortly before their end.

use sso_cp_cache::{ChainKey, Issuer, KeptToken, Lock, ServiceTokenFile, ServiceTokenKey, Turn};
use sso_cp_config::{Service, Target, Variants};
use sso_cp_token::{Error, ServiceEndpoint};
use sso_cp_types::{RoleCredentials, Timestamp};

use crate::chain::hop_key;
use crate::clock;
use crate::context::Context;
use crate::credentials::{Issued, issue, role_key};
use crate::messages::failure::{Asked, Failure, cause};
use crate::network;
use crate::process::harden;

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
    target: Target,
    wanted: Wanted<'_>,
    ask: impl FnOnce(&ServiceEndpoint<'_>, &RoleCredentials) -> Result<KeptToken, Error>,
) -> Result<KeptToken, Failure> {
    harden::forbid_core_files();
    let endpoint =
        target.service_endpoint(wanted.service, wanted.region, wanted.variants, &context.env);
    let url = endpoint.map_err(Failure::Config)?.url;
    let hops = match &target {
        Target::Role(_) => Vec::new(),
        Target::Chain(chain) => chain.hops.iter().map(hop_key).collect(),
    };
    let issuer = match &target {
        Target::Role(role) => Issuer::Role(role_key(role)),
        Target::Chain(chain) => {
            Issuer::Chain(ChainKey { source: role_key(&chain.source), hops: &hops })
        }
    };
    let (region, purpose) = (wanted.region, wanted.purpose);
    let key = ServiceTokenKey { issuer, scope: "", endpoint: &url, region, purpose };
    let file = ServiceTokenFile::new(&context.folders, &key);
    let fresh = || file.read().filter(|kept| seconds_left(kept) > clock::FRESH_SECONDS);
    if let Some(kept) = fresh() {
        context.debug.tell(|| format!("the token is kept until {}", kept.expires_at));
        return Ok(kept);
    }
    let interrupt = context.interrupt();
    let locks_until = context.started + clock::LOCKS;
    let _lock = match Lock::ServiceToken(key).take_unless(&context.folders, locks_until, fresh) {
        Turn::Done(kept) => return Ok(kept),
        Turn::Ours(lock) => lock,
    };
    // Whoever had the lock before has probably done the work.
    if let Some(kept) = fresh() {
        return Ok(kept);
    }
    let given = ask_service(context, &target, &wanted, &url, ask);
    let kept = match given {
        Ok(kept) => kept,
        Err(failure) => return instead_of(failure, file.read(), context),
    };
    let _held = interrupt.hold();
    if let Err(error) = file.write(&context.folders, &kept) {
        let why = cause(&error, &context.files.home);
        context.warn(&format!("the token is not kept, and the next run asks again: {why}"));
    }
    Ok(kept)
}

fn ask_service(
    context: &Context,
    target: &Target,
    wanted: &Wanted<'_>,
    url: &str,
    ask: impl FnOnce(&ServiceEndpoint<'_>, &RoleCredentials) -> Result<KeptToken, Error>,
) -> Result<KeptToken, Failure> {
    let Issued { credentials, .. } = issue(target.clone(), context)?;
    let client = network::client(target.session(), context);
    let deadline = context.started + clock::TOTAL;
    let endpoint = ServiceEndpoint { client: &client, url, region: wanted.region, deadline };
    ask(&endpoint, &credentials).map_err(|error| Failure::of_service(wanted.asked.clone(), error))
}

/// A token that still lives for a moment, where a new one cannot be had for a passing reason.
fn instead_of(
    failure: Failure,
    kept: Option<KeptToken>,
    context: &Context,
) -> Result<KeptToken, Failure> {
    let kept =
        kept.filter(|kept| failure.is_passing() && seconds_left(kept) >= clock::STALE_SECONDS);
    let Some(kept) = kept else { return Err(failure) };
    context.warn_of_stale(&format!(
        "the token that is kept serves until {}, for a new one could not be had: {}",
        kept.expires_at,
        failure.summary(&context.scene())
    ));
    Ok(kept)
}

fn seconds_left(kept: &KeptToken) -> i64 {
    kept.expires_at.seconds_after(Timestamp::now())
}
