//! Names that are signed: what no service could ever know is refused before it is.

use std::fmt;

/// Why a name cannot be what it is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// There is nothing.
    Empty,
    /// It has more characters than any.
    TooLong {
        /// The most that there can be.
        limit: usize,
    },
    /// It holds something that none has.
    Holds(char),
    /// It begins, or ends, with something that none does.
    Edge(char),
    /// It is a URL.
    Url,
    /// It has a port.
    Port,
    /// It is the name of a host.
    Host,
}

/// The longest name of a user; AWS's and the databases' own limits are below it.
const MAX_USER: usize = 255;
/// The longest name of a cluster (EKS's limit).
const MAX_CLUSTER: usize = 100;
/// The longest name of a domain (CodeArtifact's limit).
const MAX_DOMAIN: usize = 50;
/// The longest name of a host (RFC 1035, 2.3.4).
const MAX_HOST: usize = 253;
/// The longest label of a host, which the name of a cache is signed as.
const MAX_LABEL: usize = 63;

/// A user of a database or a cache: any text without control characters; it is encoded.
///
/// # Errors
///
/// It is empty, longer than 255 characters, or holds a control character.
pub fn user_name(text: &str) -> Result<(), Unusable> {
    check(text, MAX_USER, |c| !c.is_control())
}

/// A cluster of EKS: letters, digits, `-` and `_`, a letter or digit first (EKS's rule; the id of a
/// local cluster is of that form too).
///
/// # Errors
///
/// It is none.
pub fn cluster_name(text: &str) -> Result<(), Unusable> {
    check(text, MAX_CLUSTER, |c| c.is_ascii_alphanumeric() || c == '-' || c == '_')?;
    let first = text.chars().next().filter(|c| !c.is_ascii_alphanumeric());
    first.map_or(Ok(()), |c| Err(Unusable::Edge(c)))
}

/// The name of a replication group, a serverless cache or a MemoryDB cluster: a label of letters,
/// digits and `-`.
///
/// # Errors
///
/// It is none; a host is said to be one.
pub fn cache_name(text: &str) -> Result<(), Unusable> {
    if text.contains('.') && database_host(text).is_ok() {
        return Err(Unusable::Host);
    }
    check(text, MAX_LABEL, |c| c.is_ascii_alphanumeric() || c == '-')?;
    let edge = text.starts_with('-') || text.ends_with('-');
    if edge { Err(Unusable::Edge('-')) } else { Ok(()) }
}

/// The host of a database: labels of letters, digits, `-` and `_` between dots.
///
/// # Errors
///
/// It is none; a URL and a port are said to be one.
pub fn database_host(text: &str) -> Result<(), Unusable> {
    if text.contains("://") {
        return Err(Unusable::Url);
    }
    let port = text.rsplit_once(':').is_some_and(|(host, port)| {
        !host.contains(':') && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
    });
    if port {
        return Err(Unusable::Port);
    }
    check(text, MAX_HOST, |c| c.is_ascii_alphanumeric() || "-_.".contains(c))?;
    let edge = ['.', '-'].into_iter().find(|c| text.starts_with(*c) || text.ends_with(*c));
    let edge = edge.or_else(|| text.contains("..").then_some('.'));
    edge.map_or(Ok(()), |c| Err(Unusable::Edge(c)))
}

/// A domain of CodeArtifact: 2 to 50 small letters, digits and `-`, a letter first.
///
/// # Errors
///
/// It is none.
pub(crate) fn domain_name(text: &str) -> Result<(), Unusable> {
    check(text, MAX_DOMAIN, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')?;
    let first = text.chars().next().filter(|c| !c.is_ascii_lowercase());
    let edge = first.or_else(|| text.ends_with('-').then_some('-'));
    edge.map_or(Ok(()), |c| Err(Unusable::Edge(c)))
}

fn check(text: &str, limit: usize, is_good: impl Fn(char) -> bool) -> Result<(), Unusable> {
    if text.is_empty() {
        return Err(Unusable::Empty);
    }
    if text.chars().nth(limit).is_some() {
        return Err(Unusable::TooLong { limit });
    }
    let bad = text.chars().find(|c| !is_good(*c));
    bad.map_or(Ok(()), |c| Err(Unusable::Holds(c)))
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::Empty => f.write_str("is empty"),
            Unusable::TooLong { limit } => write!(f, "is longer than {limit} characters"),
            Unusable::Holds(c) if c.is_control() => f.write_str("holds a control character"),
            Unusable::Holds(' ') => f.write_str("holds a blank"),
            Unusable::Holds(c) => write!(f, "holds `{}`", c.escape_default()),
            Unusable::Edge(c) => write!(f, "has `{c}` at its beginning, at its end, or twice"),
            Unusable::Url => f.write_str("is a URL, not the name of a host"),
            Unusable::Port => f.write_str("holds a port"),
            Unusable::Host => f.write_str("is the name of a host, not of a cluster or cache"),
        }
    }
}

impl std::error::Error for Unusable {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_may_be_called_anything_but_a_control_character() {
        for good in
            ["app", "jane.doe+test@example.com", "a b/c&d=e%f", "jörg", "\"'", &"x".repeat(255)]
        {
            assert_eq!(user_name(good), Ok(()), "{good}");
        }
        assert_eq!(user_name(""), Err(Unusable::Empty));
        assert_eq!(user_name("a\nb"), Err(Unusable::Holds('\n')));
        assert_eq!(user_name(&"x".repeat(300)), Err(Unusable::TooLong { limit: 255 }));
    }

    #[test]
    fn a_cluster_has_the_name_that_eks_gives() {
        for good in ["demo", "Prod_Cluster-1", "f3b1c0de-1111-4222-8333-444455556666"] {
            assert_eq!(cluster_name(good), Ok(()), "{good}");
        }
        for bad in ["", "a b", "a/b", "\"a\"", "a\u{1b}", "-a", "_a", &"x".repeat(101), "é"] {
            assert!(cluster_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cache_is_named_and_no_host() {
        assert_eq!(cache_name("My-Redis"), Ok(()));
        let host = "my-redis.abc.0001.use1.cache.amazonaws.com";
        assert_eq!(cache_name(host), Err(Unusable::Host));
        for bad in ["", "a b", "a_b", "-a", "a-", "a/b", "a:6379", &"x".repeat(64)] {
            assert!(cache_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_host_is_a_name_and_nothing_more() {
        for good in
            ["prod.c0abc.us-east-1.rds.amazonaws.com", "DB.example.com", "localhost", "10.0.0.1"]
        {
            assert_eq!(database_host(good), Ok(()), "{good}");
        }
        assert_eq!(database_host("https://db.example.com/"), Err(Unusable::Url));
        assert_eq!(database_host("db.example.com:5432"), Err(Unusable::Port));
        for bad in
            ["", "a b", "a/b", "a?b", "a#b", "a@b", "::1", ".a", "a.", "a..b", "a\n", "\"a\""]
        {
            assert!(database_host(bad).is_err(), "{bad}");
        }
        assert!(database_host(&"x".repeat(254)).is_err());
    }
}
