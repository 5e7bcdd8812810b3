//! The sentences of the errors.

use std::error::Error as _;

use super::*;

fn io() -> io::Error {
    io::Error::other("why")
}

fn of_proxy(trouble: ProxyTrouble) -> Error {
    Error::Proxy { proxy: "p:80".to_owned(), named_by: "HTTPS_PROXY".to_owned(), trouble }
}

/// Each with its sentence, and whether the system's words follow as its source.
fn all() -> Vec<(Error, &'static str, bool)> {
    let host = || "h:443".to_owned();
    let (awaited, after) = ("the token", Duration::from_millis(1250));
    let redirected = |to| Error::Redirected { host: host(), status: 302, to };
    vec![
        (Error::BadUrl { reason: "no host" }, "the URL cannot be used: no host", false),
        (
            Error::BadValue { header: "x".to_owned() },
            "the value for the header `x` holds a forbidden character",
            false,
        ),
        (
            Error::BadRoots {
                named_by: "ca_bundle".to_owned(),
                path: "/ca".into(),
                reason: "it cannot be read",
                source: Some(io()),
            },
            "`ca_bundle` names /ca, but it cannot be read",
            true,
        ),
        (
            Error::BadProxy { named_by: "HTTPS_PROXY".to_owned(), reason: "no host" },
            "the proxy in `HTTPS_PROXY` cannot be used: no host",
            false,
        ),
        (
            Error::Unresolved { host: host(), source: io() },
            "cannot find the address of h:443",
            true,
        ),
        (Error::Unreachable { host: host(), source: io() }, "cannot connect to h:443", true),
        (
            of_proxy(ProxyTrouble::Unresolved(io())),
            "the proxy p:80 of `HTTPS_PROXY` has no address",
            true,
        ),
        (
            of_proxy(ProxyTrouble::Refused(407)),
            "the proxy p:80 of `HTTPS_PROXY` wants another user name and password (status 407)",
            false,
        ),
        (
            of_proxy(ProxyTrouble::Tls(TlsReason::WrongName("q".to_owned()))),
            "the proxy p:80 of `HTTPS_PROXY` fails at TLS: the certificate is not for `q`",
            false,
        ),
        (
            of_proxy(ProxyTrouble::TimedOut(Phase::Connecting)),
            "the proxy p:80 of `HTTPS_PROXY` keeps silent: did not answer in time",
            false,
        ),
        (
            Error::Tls { host: host(), reason: TlsReason::Expired },
            "TLS with h:443 fails: the certificate has expired",
            false,
        ),
        (
            Error::TimedOut { phase: Phase::Answer, awaited, host: host(), after },
            "timed out waiting for an answer of `h:443` for the token after 1.3 s",
            false,
        ),
        (
            Error::CutShort { awaited, host: host(), source: io() },
            "`h:443` ended the connection before the answer with the token was complete",
            true,
        ),
        (
            Error::NotHttp { host: host(), reason: "odd".to_owned() },
            "`h:443` does not answer in proper HTTP: odd",
            false,
        ),
        (
            redirected(Some("evil".to_owned())),
            "`h:443` redirects to `evil` (status 302), and no token is sent after it",
            false,
        ),
        (redirected(None), "`h:443` redirects (status 302), and no token is sent after it", false),
        (
            Error::TooLarge { host: host(), limit: 7 },
            "the reply of `h:443` is larger than 7 bytes",
            false,
        ),
    ]
}

#[test]
fn each_error_is_a_sentence_and_its_source_says_the_rest() {
    for (error, sentence, has_source) in all() {
        assert_eq!(error.to_string(), sentence);
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), has_source.then_some("why"), "{sentence}");
    }
}
