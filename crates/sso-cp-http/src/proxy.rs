//! Which proxy a request goes through, as curl and botocore read the variables.
//!
//! ureq has rules of its own, which differ (ALL_PROXY first, no sub-domains in NO_PROXY, a SOCKS proxy
//! silently bypassed), so it is told of no proxy at all, and we open the tunnel ourselves.

use std::fmt;
use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use ureq::http::Uri;
use zeroize::Zeroizing;

use crate::Error;

/// The proxy settings, read by the configuration: a lower-case variable wins over the upper-case one.
///
/// There is no field for `http_proxy`: plain `http` is spoken to this machine alone, and that never
/// goes through a proxy.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// The proxy for `https` URLs: `https_proxy` or `HTTPS_PROXY`. An empty value is none.
    pub https: Option<Named>,
    /// `no_proxy` or `NO_PROXY`: hosts that are reached directly.
    pub no_proxy: Option<String>,
}

/// The value of a variable, with the variable's name for messages.
#[derive(Clone)]
pub struct Named {
    /// The name of the variable.
    pub name: String,
    /// Its value, which may hold a password.
    pub value: String,
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A proxy that a request goes through.
pub(crate) struct Route {
    /// Scheme, host and port alone.
    pub(crate) uri: Uri,
    /// The variable that names it.
    pub(crate) named_by: String,
    /// What the header `Proxy-Authorization` says.
    pub(crate) authorization: Option<Zeroizing<String>>,
}

impl Proxies {
    /// The proxy for a host, which may be an IPv6 address in brackets; nothing means directly.
    pub(crate) fn route(&self, host: &str, port: u16) -> Result<Option<Route>, Error> {
        let named = match &self.https {
            Some(named) if !named.value.trim().is_empty() => named,
            _ => return Ok(None),
        };
        if is_loopback(host) || self.is_excepted(host, port) {
            return Ok(None);
        }
        parse(named.value.trim())
            .map(|(uri, authorization)| {
                Some(Route { uri, named_by: named.name.clone(), authorization })
            })
            .map_err(|reason| Error::BadProxy { named_by: named.name.clone(), reason })
    }

    fn is_excepted(&self, host: &str, port: u16) -> bool {
        let list = self.no_proxy.as_deref().unwrap_or_default();
        list.split([',', ' ', '\t']).any(|entry| excepts(entry, host, port))
    }
}

/// Whether a host is this very machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = without_brackets(host);
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// An IPv6 address stands in brackets in a URL, and without them everywhere else.
pub(crate) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Whether one entry of NO_PROXY covers a host: `*`, an address, or a name with its sub-domains.
fn excepts(entry: &str, host: &str, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    let (name, entry_port) = split_port(entry);
    if entry_port.is_some_and(|entry_port| entry_port != port) {
        return false;
    }
    let host = without_brackets(host).trim_end_matches('.');
    let name = without_brackets(name).trim_start_matches('*').trim_matches('.');
    if name.is_empty() {
        return false;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        return name.parse() == Ok(address);
    }
    let (host, name) = (host.to_ascii_lowercase(), name.to_ascii_lowercase());
    match host.strip_suffix(&name) {
        Some(before) => before.is_empty() || before.ends_with('.'),
        None => false,
    }
}

/// Splits `host:port`; what has more than one colon and no brackets is an IPv6 address.
fn split_port(text: &str) -> (&str, Option<u16>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            port.parse().map_or((text, None), |port| (host, Some(port)))
        }
        _ => (text, None),
    }
}

type Parsed = (Uri, Option<Zeroizing<String>>);

/// Reads `[scheme://][user[:password]@]host[:port][/...]`. Whatever stands before the last `@` is user information: people
/// write passwords as they are, and no part of one may be taken for a host, which messages show.
fn parse(value: &str) -> Result<Parsed, &'static str> {
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (scheme, rest)
        }
        _ => ("http", value),
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme.starts_with("socks") {
        return Err("SOCKS proxies are not supported");
    }
    let default_port = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return Err("only http:// and https:// proxies are supported"),
    };
    let (user_info, rest) = match rest.rsplit_once('@') {
        Some((user_info, rest)) => (Some(user_info), rest),
        None => (None, rest),
    };
    let host_and_port = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = split_port(host_and_port);
    let port = port.unwrap_or(default_port);
    let is_address =
        without_brackets(host) != host && without_brackets(host).parse::<IpAddr>().is_ok();
    if !(is_address || is_host_name(host)) || port == 0 {
        return Err("it is not a URL of the form http://host:port");
    }
    let uri = format!("{scheme}://{host}:{port}/");
    let uri = uri.parse().map_err(|_| "it is not a URL of the form http://host:port")?;
    Ok((uri, user_info.map(basic_authorization)))
}

fn is_host_name(host: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !host.is_empty() && host.bytes().all(good)
}

/// RFC 7617: the user info, percent-decoded, in base 64.
fn basic_authorization(user_info: &str) -> Zeroizing<String> {
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    // Room for all of it, so that growing leaves no copy behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(user_info.len() + 1));
    plain.extend(percent_decode_str(user));
    plain.push(b':');
    plain.extend(percent_decode_str(password));
    Zeroizing::new(STANDARD.encode(&plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies(value: &str, no_proxy: &str) -> Proxies {
        let https = Some(Named { name: "HTTPS_PROXY".to_owned(), value: value.to_owned() });
        Proxies { https, no_proxy: Some(no_proxy.to_owned()) }
    }

    #[test]
    fn no_proxy_is_read_as_curl_and_botocore_read_it() {
        let host = "portal.sso.us-east-1.amazonaws.com";
        for (list, host, port, direct) in [
            ("", host, 443, false),
            ("*", host, 443, true),
            ("amazonaws.com", host, 443, true),
            (".amazonaws.com", host, 443, true),
            ("*.amazonaws.com", host, 443, true),
            ("a.example, amazonaws.com ,b", host, 443, true),
            ("a.example amazonaws.com", host, 443, true),
            ("AmazonAWS.com", host, 443, true),
            ("azonaws.com", host, 443, false),
            ("amazonaws.com.evil", host, 443, false),
            ("com", host, 443, true),
            ("amazonaws.com:443", host, 443, true),
            ("amazonaws.com:8443", host, 443, false),
            ("amazonaws.com:x", host, 443, false),
            (",,", host, 443, false),
            (".", host, 443, false),
            ("10.1.2.3", "10.1.2.3", 443, true),
            ("2.3", "10.1.2.3", 443, false),
            ("10.1.2.3:443", "10.1.2.3", 443, true),
            ("10.1.2.3:80", "10.1.2.3", 443, false),
            ("fd00::1", "[fd00::1]", 443, true),
            ("[fd00::1]", "[fd00::1]", 443, true),
            ("[fd00:0::1]:443", "[fd00::1]", 443, true),
            ("[fd00::1]:80", "[fd00::1]", 443, false),
            ("example.com", "example.com.", 443, true),
        ] {
            let route = proxies("http://proxy.example:3128", list).route(host, port).unwrap();
            assert_eq!(route.is_none(), direct, "{list} {host}:{port}");
        }
    }

    #[test]
    fn this_machine_is_never_proxied() {
        let proxies = proxies("http://proxy.example:3128", "");
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "[::1]"] {
            assert!(proxies.route(host, 443).unwrap().is_none(), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "127.1", "[::2]"] {
            assert!(proxies.route(host, 443).unwrap().is_some(), "{host}");
        }
    }

    #[test]
    fn proxy_urls_are_read_with_and_without_scheme() {
        for (value, uri, authorization) in [
            ("proxy.example:3128", "http://proxy.example:3128/", None),
            ("http://proxy.example", "http://proxy.example:80/", None),
            ("HTTPS://proxy.example/x?y#z", "https://proxy.example:443/", None),
            ("http://[fd00::1]:8080", "http://[fd00::1]:8080/", None),
            ("http://u:p@proxy.example:1", "http://proxy.example:1/", Some("dTpw")),
            ("u:p%40%3a@proxy.example:1", "http://proxy.example:1/", Some("dTpwQDo=")),
            ("http://u:p@ss@proxy.example:1", "http://proxy.example:1/", Some("dTpwQHNz")),
            ("http://u:p#s@proxy.example:1", "http://proxy.example:1/", Some("dTpwI3M=")),
            ("http://u:1/s?@proxy.example:1/x", "http://proxy.example:1/", Some("dToxL3M/")),
            ("u:p://s@proxy.example:1", "http://proxy.example:1/", Some("dTpwOi8vcw==")),
            ("http://u@proxy.example:1", "http://proxy.example:1/", Some("dTo=")),
            ("http://u:%zz%@proxy.example:1", "http://proxy.example:1/", Some("dTolenol")),
        ] {
            let route = proxies(value, "").route("aws.example", 443).unwrap().unwrap();
            assert_eq!(route.uri.to_string(), uri, "{value}");
            assert_eq!(
                route.authorization.as_ref().map(|text| text.as_str()),
                authorization,
                "{value}"
            );
        }
    }

    #[test]
    fn a_bad_proxy_is_an_error_that_names_the_variable_and_no_secret() {
        for value in [
            "socks5://u:SECRET@proxy.example:1080",
            "socks5h://proxy.example",
            "socks://proxy.example",
            "ftp://proxy.example",
            "http://",
            "http://u:SECRET@",
            "http://u:SECRET@host:99999",
            "http://u:SECRET@host:0",
            "http://u:SECRET#/?@ho st:1",
            "http://u:SECRET@a b",
            "http://u:SECRET@host\r\nx: y",
            "http://[fd00::1",
            "://",
        ] {
            let Err(error) = proxies(value, "").route("aws.example", 443) else {
                panic!("{value}")
            };
            assert!(
                matches!(&error, Error::BadProxy { named_by, .. } if named_by == "HTTPS_PROXY")
            );
            assert!(!format!("{error} {error:?} {:?}", proxies(value, "")).contains("SECRET"));
        }
        assert!(proxies("  ", "").route("aws.example", 443).unwrap().is_none());
    }
}
