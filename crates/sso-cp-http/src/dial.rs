//! Opening a connection: look up, connect, ask the proxy for a tunnel, TLS.
//!
//! ureq's own connectors do the two hard parts, TCP and TLS. The rest is ours, because every step must
//! say what it was and keep one deadline, and because a proxy is chosen by our rules.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ureq::http::Uri;
use ureq::unversioned::transport::{Transport, time};

use self::race::NoConnection;
use self::step::Step;
use crate::proxy::Route;
use crate::resolve::{self, NoAddress};
use crate::tls::{self, Beliefs};
use crate::{Error, Event, Phase, Proxies, ProxyTrouble, TlsReason, tunnel};

/// For connecting, over all addresses: one SYN may be lost and sent again after a second, twice.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);

mod race;
mod step;
#[cfg(test)]
mod tests;

/// How hosts are reached: what all connections share, in whatever thread they are made.
pub(crate) struct Ways {
    pub(crate) proxies: Proxies,
    pub(crate) beliefs: Beliefs,
    pub(crate) on_event: Option<fn(&Event<'_>)>,
}

/// What went wrong on the way to one host, be it the proxy or the real one.
enum Trouble {
    Unresolved(io::Error),
    Unreachable(io::Error),
    Tls(TlsReason),
    TimedOut(Phase),
}

impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ways").finish_non_exhaustive()
    }
}

impl Ways {
    /// A connection to a URL's host, ready for a request, within a time limit.
    pub(crate) fn open(&self, uri: &Uri, limit: Duration) -> Result<Box<dyn Transport>, Error> {
        let started = Instant::now();
        let (host, port) = host_and_port(uri);
        let route = self.proxies.route(host, port)?;
        if uri.scheme_str() == Some("https") {
            self.beliefs.load();
        }
        Walk { ways: self, uri, started, until: started + limit }.whole(route.as_ref())
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(on_event) = self.on_event {
            on_event(event);
        }
    }
}

/// One way to one host, with one deadline.
struct Walk<'a> {
    ways: &'a Ways,
    uri: &'a Uri,
    started: Instant,
    until: Instant,
}

impl Walk<'_> {
    fn whole(&self, route: Option<&Route>) -> Result<Box<dyn Transport>, Error> {
        let of_host = |trouble| self.error_of_host(trouble);
        let transport = match route {
            None => self.reach(self.uri).map_err(of_host)?,
            Some(route) => self.reach_through(route)?,
        };
        match self.uri.scheme_str() {
            Some("https") => self.secure(self.uri, transport).map_err(of_host),
            _ => Ok(transport),
        }
    }

    fn reach_through(&self, route: &Route) -> Result<Box<dyn Transport>, Error> {
        let proxy = label(&route.uri);
        let of_proxy = |trouble| Error::Proxy {
            proxy: proxy.clone(),
            named_by: route.named_by.clone(),
            trouble: trouble_of_proxy(trouble),
        };
        let mut transport = self.reach(&route.uri).map_err(of_proxy)?;
        if route.uri.scheme_str() == Some("https") {
            transport = self.secure(&route.uri, transport).map_err(of_proxy)?;
        }
        let started = Instant::now();
        let (host, port) = host_and_port(self.uri);
        let authorization = route.authorization.as_ref().map(|text| text.as_str());
        let target = format!("{host}:{port}");
        let timeout = Step::until(self.until).timeout();
        let clock = Arc::new(time::Instant::now);
        let opened = tunnel::open(transport, &target, authorization, timeout, clock);
        let tunnel = opened.map_err(|trouble| Error::Proxy {
            proxy: proxy.clone(),
            named_by: route.named_by.clone(),
            trouble,
        })?;
        self.ways.tell(&Event::Tunnelled { proxy: &proxy, took: started.elapsed() });
        Ok(tunnel)
    }

    /// Looks the host up and connects to it.
    fn reach(&self, uri: &Uri) -> Result<Box<dyn Transport>, Trouble> {
        let (host, port) = host_and_port(uri);
        let started = Instant::now();
        let found = resolve::addresses(host, port, self.until).map_err(|error| match error {
            NoAddress::TimedOut => Trouble::TimedOut(Phase::Resolving),
            NoAddress::Failed(error) => Trouble::Unresolved(error),
        })?;
        self.ways.tell(&Event::Resolved { host, addresses: found.len(), took: started.elapsed() });
        self.connect(uri, &found)
    }

    /// Connects to the first address that answers.
    fn connect(&self, uri: &Uri, found: &[SocketAddr]) -> Result<Box<dyn Transport>, Trouble> {
        let started = Instant::now();
        let until = self.until.min(started + CONNECT_LIMIT);
        let transport = race::connect(uri, found, until).map_err(|error| match error {
            NoConnection::TimedOut => Trouble::TimedOut(Phase::Connecting),
            NoConnection::Failed(error) => Trouble::Unreachable(error),
        })?;
        self.ways.tell(&Event::Connected { host: &label(uri), took: started.elapsed() });
        Ok(transport)
    }

    fn secure(
        &self,
        uri: &Uri,
        transport: Box<dyn Transport>,
    ) -> Result<Box<dyn Transport>, Trouble> {
        let started = Instant::now();
        let belief = self.ways.beliefs.get();
        let named = &label(uri);
        self.ways.tell(&Event::Verifying { host: named, roots: &belief.roots });
        let (host, _) = host_and_port(uri);
        let timeout = Step::until(self.until).timeout();
        let secured =
            belief.secure(host, transport, timeout).map_err(|error| {
                match tls::reason(&error, host) {
                    Some(reason) => Trouble::Tls(reason),
                    None => Trouble::TimedOut(Phase::Handshaking),
                }
            })?;
        self.ways.tell(&Event::Secured { host: named, took: started.elapsed() });
        Ok(secured)
    }

    fn error_of_host(&self, trouble: Trouble) -> Error {
        let host = label(self.uri);
        match trouble {
            Trouble::Unresolved(source) => {
                Error::Unresolved { host: host_and_port(self.uri).0.to_owned(), source }
            }
            Trouble::Unreachable(source) => Error::Unreachable { host, source },
            Trouble::Tls(reason) => Error::Tls { host, reason },
            Trouble::TimedOut(phase) => {
                // The client knows what was awaited and fills it in.
                Error::TimedOut { phase, awaited: "", host, after: self.started.elapsed() }
            }
        }
    }
}

/// Host, in brackets if it is an IPv6 address, and port, the scheme's own if none is named.
pub(crate) fn host_and_port(uri: &Uri) -> (&str, u16) {
    let default_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    (uri.host().unwrap_or_default(), uri.port_u16().unwrap_or(default_port))
}

/// Host, and port where the URL names one: how messages call a host.
pub(crate) fn label(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    match uri.port_u16() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

fn trouble_of_proxy(trouble: Trouble) -> ProxyTrouble {
    match trouble {
        Trouble::Unresolved(error) => ProxyTrouble::Unresolved(error),
        Trouble::Unreachable(error) => ProxyTrouble::Unreachable(error),
        Trouble::Tls(reason) => ProxyTrouble::Tls(reason),
        Trouble::TimedOut(phase) => ProxyTrouble::TimedOut(phase),
    }
}
