//! The lines of `--debug`: events and timings from an allow-list. There is no way to put a header, a body,
//! a token or a key into one of them.

use std::path::Path;
use std::time::Duration;

use sso_cp_http::{Event as HttpEvent, RootsInUse};
use sso_cp_provider::Event;

use super::failure::cause;

/// A step of a call.
pub(crate) fn words(event: &Event<'_>) -> String {
    match event {
        Event::Role { account_id, role_name, region } => {
            format!("account {account_id}, role {role_name}, region {region}")
        }
        Event::RoleCached { until } => format!("cached until {until}"),
        Event::FailedJustNow { until } => {
            format!("the last try has just failed; cached credentials serve, until {until}")
        }
        Event::OthersAtWork { until } => {
            format!("another process fetches new ones; cached credentials serve, until {until}")
        }
        Event::ForeignRoleFile => {
            "another provider's credentials have this role's name in the cache, and stay".to_owned()
        }
        Event::NotCached { error, home } => {
            format!("the credentials could not be cached: {}", file(error, home))
        }
        Event::AssumedRoleCached { role_arn, until } => {
            format!("{role_arn} is cached until {until}")
        }
        Event::Assuming { role_arn } => format!("assuming {role_arn}"),
        Event::ServiceTokenKept { until } => format!("the token is kept until {until}"),
        Event::ScopedCached { until } => format!("scoped and cached until {until}"),
        Event::Scoping { region } => format!("scoping down in {region}"),
        Event::ScopingAgain { error } => format!("once more with newer credentials: {error}"),
        Event::CallerUnknown { error } => format!("AWS does not say who this is: {error}"),
        Event::SessionNameNotNoted { error } => format!("the session's name is not noted: {error}"),
        Event::TokenFresh { until } => format!("token good until {until}"),
        Event::TokenRejected => "the portal turns the token down".to_owned(),
        Event::SessionLocked => "holding the session's lock".to_owned(),
        Event::SessionNotLocked => "going on without the session's lock".to_owned(),
        Event::TokenKept { error } => format!("the token is not renewed: {error}"),
        Event::TokenRenewed { until } => format!("token renewed until {until}"),
        Event::TokenAdopted => "adopting the token of another process".to_owned(),
        Event::Throttled { asked } => format!("too many requests; asked to wait {asked:?}"),
        Event::SessionOver { error } => format!("the session was over already: {error}"),
        Event::ClientKnown { until } => format!("client known until {until}"),
        Event::ClientRegistered { until } => format!("client registered until {until}"),
        Event::ClientNotKept { error, home } => {
            format!("the client registration is not kept: {}", file(error, home))
        }
        Event::AskingAgain { error } => format!("asking again later: {error}"),
    }
}

fn file(error: &sso_cp_cache::Error, home: &Path) -> String {
    cause(error, Some(home))
}

/// A step of a request.
pub(crate) fn http_words(event: &HttpEvent<'_>) -> String {
    match event {
        HttpEvent::Attempt { number, method, host, path } => {
            format!("attempt {number}: {method} {host}{path}")
        }
        HttpEvent::Resolved { host, addresses: 1, took } => {
            format!("{host} has 1 address ({})", shown(took))
        }
        HttpEvent::Resolved { host, addresses, took } => {
            format!("{host} has {addresses} addresses ({})", shown(took))
        }
        HttpEvent::Connected { host, took } => format!("connected to {host} ({})", shown(took)),
        HttpEvent::Ahead { host } => format!("connecting to {host} ahead of the request"),
        HttpEvent::TakenAhead { host, took } => {
            format!("using the connection to {host} made ahead (waited {})", shown(took))
        }
        HttpEvent::Tunnelled { proxy, took } => format!("tunnel through {proxy} ({})", shown(took)),
        HttpEvent::Verifying { host, roots } => {
            format!("{host} is verified by {}", authorities(roots))
        }
        HttpEvent::Secured { host, took } => format!("TLS with {host} ({})", shown(took)),
        HttpEvent::Answered { status, request_id, bytes, took } => format!(
            "status {status}, {bytes} bytes, request {} ({})",
            request_id.unwrap_or("without id"),
            shown(took)
        ),
        HttpEvent::Failed { error, took } => format!("failed: {error} ({})", shown(took)),
        HttpEvent::Waiting { pause } => format!("waiting {} before the next attempt", shown(pause)),
    }
}

fn shown(took: &Duration) -> String {
    let tenths = took.as_micros() / 100;
    format!("{}.{} ms", tenths / 10, tenths % 10)
}

/// Whose certificates vouch for a host.
pub(crate) fn authorities(roots: &RootsInUse) -> String {
    match roots {
        RootsInUse::Platform => "the system's verifier".to_owned(),
        RootsInUse::File(path) => format!("the certificates in {}", path.display()),
        RootsInUse::Bundled => "the bundled certificates".to_owned(),
    }
}
