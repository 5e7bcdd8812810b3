//! The one form of a request that both sides sign: ours and the service's.

use std::borrow::Cow;

use sso_cp_types::{percent_encode, push_percent_encoded};
use zeroize::Zeroizing;

use crate::Request;
use crate::hmac::{hex, sha256};

/// A request in its canonical form.
pub(crate) struct Canonical {
    pub(crate) text: Zeroizing<String>,
    pub(crate) signed_headers: String,
}

impl Canonical {
    /// The form of a request with this query and these headers, which may have more in them than the
    /// request's own.
    pub(crate) fn of(
        request: &Request<'_>,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Canonical {
        let (host, path) = host_and_path(request.url);
        let mut sorted = Vec::new();
        for header in headers.iter().copied().chain([("host", &*host)]) {
            insert(&mut sorted, header, |one, other| one < other);
        }
        let headers: Vec<(&str, &str)> = sorted;
        let signed_headers = join(headers.iter().map(|(name, _)| *name));
        let query = canonical_query(query);
        let mut text = Zeroizing::new(String::new());
        let path = canonical_path(path);
        let digest = hex(&sha256(request.body.as_bytes())[..]);
        let parts = [request.method, "\n", &path, "\n", &query, "\n"];
        let lines = headers.iter().flat_map(|(name, value)| [name, ":", value, "\n"]);
        let end = ["\n", &signed_headers, "\n", &digest];
        let all = parts.into_iter().chain(lines).chain(end);
        // As long as it will be: growing would leave copies of the session token behind.
        text.reserve_exact(all.clone().map(str::len).sum());
        all.for_each(|part| text.push_str(part));
        Canonical { text, signed_headers }
    }
}

/// The names of headers, and of the host, as a signature lists them.
pub(crate) fn signed_headers<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.chain(["host"]).collect();
    names.sort_unstable();
    join(names.into_iter())
}

fn join<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(";")
}

/// Names and values as a query, in the order given.
pub(crate) fn query<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone,
) -> Zeroizing<String> {
    let longest = pairs.clone().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
    let mut text = Zeroizing::new(String::with_capacity(longest));
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        push_percent_encoded(&mut text, name);
        text.push('=');
        push_percent_encoded(&mut text, value);
    }
    text
}

/// Sorted by name and then by value, each as it is encoded: the joined text sorts otherwise, for `-`
/// comes before `=`.
fn canonical_query(pairs: &[(&str, &str)]) -> Zeroizing<String> {
    let encoded = |text: &str| Zeroizing::new(percent_encode(text));
    let mut sorted = Vec::new();
    for pair in pairs {
        insert(&mut sorted, *pair, |one, other| {
            let by_name = encoded(one.0).cmp(&encoded(other.0));
            by_name.then_with(|| encoded(one.1).cmp(&encoded(other.1))).is_lt()
        });
    }
    query(sorted.iter().copied())
}

/// Puts one more into a sorted list of a few.
fn insert<'a>(
    sorted: &mut Vec<(&'a str, &'a str)>,
    one: (&'a str, &'a str),
    is_less: impl Fn((&str, &str), (&str, &str)) -> bool,
) {
    let at = sorted.iter().position(|other| is_less(one, *other)).unwrap_or(sorted.len());
    sorted.insert(at, one);
}

/// The `Host` header of a request to this URL, and its path. A port that goes without saying does not
/// travel, and hosts have no capitals.
fn host_and_path(url: &str) -> (Cow<'_, str>, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let usual_port = if scheme == "http" { ":80" } else { ":443" };
    let host = host.strip_suffix(usual_port).unwrap_or(host);
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return (host.to_ascii_lowercase().into(), path);
    }
    (host.into(), path)
}

/// The path encoded once more, without empty and dot segments (RFC 3986, 5.2.4): services other than
/// S3 normalise it so.
fn canonical_path(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let mut canonical: String =
        segments.iter().map(|segment| format!("/{}", percent_encode(segment))).collect();
    if canonical.is_empty() || ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) {
        canonical.push('/');
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_normalised_and_encoded_once_more() {
        for (path, canonical) in [
            ("/", "/"),
            ("//", "/"),
            ("/svc/", "/svc/"),
            ("/a%20b//c~/", "/a%2520b/c~/"),
            ("/./x", "/x"),
            ("/a/../b", "/b"),
            ("/../..", "/"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/a..", "/a.."),
        ] {
            assert_eq!(canonical_path(path), canonical, "{path}");
        }
    }

    #[test]
    fn a_host_has_no_capitals_and_no_port_that_goes_without_saying() {
        for (url, host, path) in [
            ("http://127.0.0.1:8080/svc/", "127.0.0.1:8080", "/svc/"),
            ("https://sts.amazonaws.com", "sts.amazonaws.com", "/"),
            ("https://DB.Example.com:443/", "db.example.com", "/"),
            ("http://h:443/", "h:443", "/"),
            ("http://h:80/", "h", "/"),
            ("https://h:80/", "h:80", "/"),
        ] {
            assert_eq!(host_and_path(url), (host.into(), path), "{url}");
        }
    }
}
