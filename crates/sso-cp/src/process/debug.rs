//! `--debug`: events and timings from an allow-list. There is no way to put a header, a body, a
//! token or a key into one of these lines.

use std::time::Duration;

use sso_cp_http::{Event, RootsInUse};

use crate::messages::text::clean;
use crate::process::output::say;

/// Whether events are told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Debug {
    is_on: bool,
}

impl Debug {
    pub(crate) fn new(is_on: bool) -> Debug {
        Debug { is_on }
    }

    /// Tells an event; the text is made only where somebody listens.
    pub(crate) fn tell(self, event: impl FnOnce() -> String) {
        if self.is_on {
            line(&event());
        }
    }

    /// What the HTTP client is to call.
    pub(crate) fn on_event(self) -> Option<fn(&Event<'_>)> {
        self.is_on.then_some(http_event)
    }
}

fn line(event: &str) {
    say(&format!("sso-cp: debug: {}\n", clean(event)));
}

fn http_event(event: &Event<'_>) {
    let text = match event {
        Event::Attempt { number, method, host, path } => {
            format!("attempt {number}: {method} {host}{path}")
        }
        Event::Resolved { host, addresses: 1, took } => {
            format!("{host} has 1 address ({})", shown(took))
        }
        Event::Resolved { host, addresses, took } => {
            format!("{host} has {addresses} addresses ({})", shown(took))
        }
        Event::Connected { host, took } => format!("connected to {host} ({})", shown(took)),
        Event::Ahead { host } => format!("connecting to {host} ahead of the request"),
        Event::TakenAhead { host, took } => {
            format!("using the connection to {host} made ahead (waited {})", shown(took))
        }
        Event::Tunnelled { proxy, took } => format!("tunnel through {proxy} ({})", shown(took)),
        Event::Secured { host, roots, took } => {
            format!("TLS with {host}, by {} ({})", authorities(roots), shown(took))
        }
        Event::Answered { status, request_id, bytes, took } => format!(
            "status {status}, {bytes} bytes, request {} ({})",
            request_id.unwrap_or("without id"),
            shown(took)
        ),
        Event::Failed { error, took } => format!("failed: {error} ({})", shown(took)),
        Event::Waiting { pause } => format!("waiting {} before the next attempt", shown(pause)),
    };
    line(&text);
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
