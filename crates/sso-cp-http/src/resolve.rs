//! Looking a name up, within a time limit.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ArrayVec, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::proxy::without_brackets;

/// More addresses than this are not tried: the time limit would leave the last of them next to nothing.
const MAX_ADDRESSES: usize = 4;

/// Why there is no address.
pub(crate) enum NoAddress {
    TimedOut,
    Failed(io::Error),
}

/// The addresses of a host, IPv4 and IPv6 by turns (RFC 8305, section 4), so that a network whose IPv6 is dead costs one
/// head start and no more.
///
/// The system's resolver cannot be stopped, so a thread waits for it; a lookup that hangs leaves that
/// thread behind.
pub(crate) fn addresses(
    host: &str,
    port: u16,
    until: Instant,
) -> Result<Vec<SocketAddr>, NoAddress> {
    let host = without_brackets(host);
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let (sender, receiver) = mpsc::sync_channel(1);
    let name = host.to_owned();
    let lookup = move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Vec::from_iter);
        // Nobody listens any more once the time is up.
        let _ = sender.send(found);
    };
    thread::Builder::new().name("resolver".to_owned()).spawn(lookup).map_err(NoAddress::Failed)?;
    match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
        Ok(Ok(found)) if found.is_empty() => Err(NoAddress::Failed(io::Error::new(
            io::ErrorKind::NotFound,
            "the name has no address",
        ))),
        Ok(Ok(found)) => Ok(by_turns(&found)),
        Ok(Err(error)) => Err(NoAddress::Failed(error)),
        Err(_) => Err(NoAddress::TimedOut),
    }
}

/// The two families by turns, beginning with the one that the system prefers.
fn by_turns(found: &[SocketAddr]) -> Vec<SocketAddr> {
    let is_preferred = |address: &&SocketAddr| address.is_ipv6() == found[0].is_ipv6();
    let (mut preferred, mut other) =
        (found.iter().filter(is_preferred), found.iter().filter(|address| !is_preferred(address)));
    let mut turns = Vec::with_capacity(MAX_ADDRESSES);
    while turns.len() < MAX_ADDRESSES {
        let before = turns.len();
        turns.extend(preferred.next());
        turns.extend(other.next());
        if turns.len() == before {
            break;
        }
    }
    turns.truncate(MAX_ADDRESSES);
    turns
}

/// Tells ureq no address: the connector does its own lookups, because behind a proxy the host's name
/// is the proxy's to resolve.
#[derive(Debug)]
pub(crate) struct NoLookup;

impl Resolver for NoLookup {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(in_ureq_form(&[]))
    }
}

/// The form in which ureq passes addresses around.
pub(crate) fn in_ureq_form(addresses: &[SocketAddr]) -> ResolvedSocketAddrs {
    let mut form = ArrayVec::from_fn(|_| SocketAddr::from(([0, 0, 0, 0], 0)));
    for address in addresses.iter().take(MAX_ADDRESSES) {
        form.push(*address);
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn families_come_by_turns() {
        let read = |list: &[&str]| -> Vec<SocketAddr> {
            list.iter().map(|address| address.parse().unwrap()).collect()
        };
        let six = ["[::1]:1", "[::2]:1", "[::3]:1", "1.1.1.1:1", "2.2.2.2:1"];
        assert_eq!(by_turns(&read(&six)), read(&["[::1]:1", "1.1.1.1:1", "[::2]:1", "2.2.2.2:1"]));
        assert_eq!(by_turns(&read(&["1.1.1.1:1"])), read(&["1.1.1.1:1"]));
        assert_eq!(by_turns(&read(&["1.1.1.1:1", "[::1]:1"])), read(&["1.1.1.1:1", "[::1]:1"]));
    }

    #[test]
    fn literals_and_localhost_resolve() {
        let until = Instant::now() + Duration::from_secs(3);
        let found = |host| addresses(host, 7, until).ok().unwrap();
        assert_eq!(found("127.0.0.1"), ["127.0.0.1:7".parse().unwrap()]);
        assert_eq!(found("[::1]"), ["[::1]:7".parse().unwrap()]);
        assert!(found("localhost").iter().all(|address| address.ip().is_loopback()));
    }
}
