//! Which `Host` a request may name.
//!
//! DNS rebinding: a page of `evil.example` whose name suddenly points to 127.0.0.1 is, to the browser,
//! of the same origin as we are. Its requests give themselves away by their `Host`.

/// Which `Host` a request may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hosts {
    /// `127.0.0.1:PORT`, to the letter: a browser that followed our own link sends nothing else.
    Exact,
    /// The names of this machine's loopback and the two addresses of containers, with any port or
    /// none. The SDKs on awscrt send no port, and `::1` without brackets; a forwarder (`ssh -R`, one
    /// inside a container) has a port of its own. None of these names can be rebound: a page has to
    /// come from a name that its author controls.
    Loopback,
}

/// Loopback, and where AWS's own container agents are (ECS and EKS Pod Identity).
const NAMES: [&str; 6] =
    ["127.0.0.1", "[::1]", "::1", "localhost", "169.254.170.2", "169.254.170.23"];

impl Hosts {
    /// Whether `host` may be asked for. `authority` is `127.0.0.1:PORT`.
    pub(crate) fn allow(self, host: &[u8], authority: &str) -> bool {
        match self {
            Hosts::Exact => host == authority.as_bytes(),
            Hosts::Loopback => std::str::from_utf8(host).is_ok_and(is_loopback),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let is_ours = |name: &str| NAMES.iter().any(|known| known.eq_ignore_ascii_case(name));
    // An IPv6 address without brackets has colons of its own, and no room for a port.
    is_ours(host)
        || host
            .rsplit_once(':')
            .is_some_and(|(name, port)| name != "::1" && is_ours(name) && is_port(port))
}

/// Digits alone: `parse` would take a sign.
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHORITY: &str = "127.0.0.1:4711";

    #[test]
    fn the_sign_in_takes_its_own_authority_to_the_letter() {
        assert!(Hosts::Exact.allow(AUTHORITY.as_bytes(), AUTHORITY));
        for bad in ["evil.example:4711", "localhost:4711", "127.0.0.1", "127.0.0.1:80", ""] {
            assert!(!Hosts::Exact.allow(bad.as_bytes(), AUTHORITY), "{bad}");
        }
    }

    #[test]
    fn the_endpoint_takes_every_name_of_loopback_with_any_port_or_none() {
        for good in [
            "127.0.0.1",
            "127.0.0.1:4711",
            "127.0.0.1:80",
            "127.0.0.1:65535",
            "[::1]",
            "[::1]:9911",
            "::1",
            "localhost",
            "LocalHost:1",
            "169.254.170.2",
            "169.254.170.2:80",
            "169.254.170.23",
        ] {
            assert!(Hosts::Loopback.allow(good.as_bytes(), AUTHORITY), "{good}");
        }
        for bad in [
            "",
            ":",
            ":80",
            "evil.example",
            "evil.example:4711",
            "localhost.evil.example",
            "localhost.",
            "127.0.0.1.evil.example:80",
            "127.0.0.1:",
            "127.0.0.1:+80",
            "127.0.0.1:65536",
            "127.0.0.1:80:80",
            "127.0.0.2",
            "::1:80",
            "[::1",
            "::2",
            "169.254.169.254",
            "0.0.0.0",
            "localhost@evil.example",
            "127.0.0.1, evil.example",
            "\u{ff11}27.0.0.1",
        ] {
            assert!(!Hosts::Loopback.allow(bad.as_bytes(), AUTHORITY), "{bad}");
        }
        assert!(!Hosts::Loopback.allow(b"\xff", AUTHORITY));
    }
}
