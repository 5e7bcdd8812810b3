//! What `serve` and `exec --serve` share: an endpoint with its token, and keeping it supplied.

use std::path::{Path, PathBuf};
use std::thread;

use sso_cp_cache::Step;
use sso_cp_provider::{Error, Provided, Warning, limits};
use sso_cp_serve::{Cause, Endpoint, Freshness, Place, Refusal, Served, Serving};

use crate::context::Context;
use crate::messages::failure::{Direct, Failure};

/// How many roles of one endpoint are fetched at the same time: one that AWS is slow about must not keep
/// the others waiting.
const FETCHERS: usize = 4;

/// What the endpoint hands out is as fresh as what every other call hands out.
const FRESHNESS: Freshness = Freshness {
    fresh_seconds: limits::FRESH_SECONDS,
    renew_seconds: limits::AHEAD_SECONDS,
    stale_seconds: limits::STALE_SECONDS,
    retry_seconds: limits::RETRY_SECONDS,
};

/// Binds a port, with tokens that nobody has ever seen: for the one role where there are no names, else for
/// each of them.
pub(crate) fn bind(port: u16, names: &[&str]) -> Result<Endpoint, Failure> {
    let place = |name: Option<&str>| {
        let octets = sso_cp_login::random_octets()
            .map_err(|error| Failure::Direct(Direct::Random { error }))?;
        match name {
            None => Ok(Place::only(&octets)),
            Some(name) => Place::named(name, &octets).map_err(unusable),
        }
    };
    let places = match names {
        [] => vec![place(None)?],
        names => names.iter().map(|name| place(Some(name))).collect::<Result<_, Failure>>()?,
    };
    Endpoint::bind(port, places, FRESHNESS).map_err(unusable)
}

/// What is known of a role before anybody asks for it.
pub(crate) struct Known {
    /// Its profile's region.
    pub(crate) region: Option<String>,
    /// What can be handed out at once. Only the first of several is fetched for that.
    credentials: Option<Served>,
}

/// Checks what every role is, and gets the first: where nobody is signed in, no endpoint begins.
///
/// # Errors
///
/// A profile that comes to nothing, or the first one's credentials cannot be had.
pub(crate) fn at_hand(contexts: &[Context]) -> Result<(Vec<Known>, Vec<Warning>), Failure> {
    let targets = contexts.iter().map(Context::target).collect::<Result<Vec<_>, _>>()?;
    let (mut known, mut warnings) = (Vec::with_capacity(targets.len()), Vec::new());
    for (number, (context, target)) in contexts.iter().zip(&targets).enumerate() {
        let provided = match number {
            0 => {
                let mut first = context.provided_of(target)?;
                warnings.append(&mut first.warnings);
                Some(first)
            }
            _ => context.provider.cached(target),
        };
        let credentials = provided.as_ref().map(served);
        known.push(Known { region: target.region().map(str::to_owned), credentials });
    }
    Ok((known, warnings))
}

/// Begins to answer, with what is at hand.
pub(crate) fn serve(endpoint: Endpoint, known: Vec<Known>) -> Result<Serving, Failure> {
    let serving = endpoint.serve().map_err(unusable)?;
    for (role, known) in known.into_iter().enumerate() {
        if let Some(credentials) = known.credentials {
            serving.supply(role, Ok(credentials));
        }
    }
    Ok(serving)
}

/// Fetches whatever the endpoint needs, for ever, several roles at a time.
pub(crate) fn keep_all_supplied(serving: &Serving, contexts: &[Context]) -> ! {
    for _ in 1..contexts.len().min(FETCHERS) {
        let (serving, contexts) = (serving.clone(), contexts.to_vec());
        // Where there is no thread, those that there are do it.
        let _ = thread::Builder::new()
            .name("renewing".to_owned())
            .spawn(move || keep_supplied(&serving, &contexts));
    }
    keep_supplied(serving, contexts)
}

/// Fetches whatever the endpoint needs, for ever. Each time is a call of its own, with its own time,
/// that reads the files anew: a sign-in in between is found.
pub(crate) fn keep_supplied(serving: &Serving, contexts: &[Context]) -> ! {
    loop {
        let role = serving.wait_for_need();
        let context = &contexts[role];
        let supplied = context
            .provided_ahead_of_need()
            .map(|selected| served(&selected))
            .map_err(|failure| refusal(&failure, context));
        if let Err(refusal) = &supplied {
            context.debug.tell(|| refusal.message.clone());
        }
        serving.supply(role, supplied);
    }
}

/// The path from the root of the file system: what is printed is used elsewhere.
pub(crate) fn absolute(path: &Path, step: Step) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|source| {
        Failure::from(sso_cp_cache::Error::Io { step, path: path.to_owned(), source })
    })
}

fn served(selected: &Provided) -> Served {
    Served::new(&selected.credentials, &selected.account_id.0)
}

fn refusal(failure: &Failure, context: &Context) -> Refusal {
    let cause = match failure {
        Failure::Provider(Error::SignInRequired(_))
        | Failure::NoBrowser { .. }
        | Failure::Login(_) => Cause::SignIn,
        Failure::Provider(Error::Config(sso_cp_config::Error::NoProfile { .. })) => Cause::Gone,
        Failure::Provider(Error::RoleRefused { .. } | Error::Scope(_)) => Cause::Refused,
        Failure::Provider(error @ Error::Network(_)) if error.is_transient() => Cause::Passing,
        _ => Cause::Local,
    };
    Refusal { cause, message: failure.one_line(&context.scene()) }
}

pub(crate) fn unusable(error: sso_cp_serve::Error) -> Failure {
    Failure::Direct(Direct::Endpoint { error })
}
