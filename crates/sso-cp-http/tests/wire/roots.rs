use std::io::Write;
use std::path::PathBuf;

use rcgen::{CertificateParams, date_time_ymd};
use sso_cp_http::{Client, Error, Roots, Settings, TlsReason};

use crate::server::{Authority, Identity, Server, file, once, once_by};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

fn client(roots: Roots) -> Client {
    Client::new(Settings { roots, ..Settings::default() })
}

fn refusal(roots: Roots, identity: Identity) -> TlsReason {
    let server = Server::https(identity, OK);
    match once_by(&client(roots), &server.https_url(), 3000).unwrap_err() {
        Error::Tls { host, reason } if host == format!("localhost:{}", server.port) => {
            assert!(server.requests().is_empty());
            reason
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bundle_of_one_s_own_is_believed() {
    let authority = Authority::new();
    let server = Server::https(authority.identity("localhost"), OK);
    let by_file = client(authority.roots("own.pem"));
    assert_eq!(once_by(&by_file, &server.https_url(), 3000).unwrap().status, 200);
    assert_eq!(once_by(&by_file, &server.https_url(), 3000).unwrap().status, 200);
    assert_eq!(server.connections(), 1, "a connection is used again");

    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("own.d");
    std::fs::create_dir_all(&directory).unwrap();
    file("own.d/a.pem", &authority.pem);
    file("own.d/README", "no certificate");
    let named_by = "SSL_CERT_FILE".to_owned();
    let by_directory = client(Roots::File { path: directory, named_by });
    assert_eq!(once_by(&by_directory, &server.https_url(), 3000).unwrap().status, 200);
}

#[test]
fn a_bad_certificate_is_refused_and_the_reason_named() {
    let authority = Authority::new();
    let roots = |name| authority.roots(name);
    let params = || CertificateParams::new(["localhost".to_owned()]).unwrap();

    let mut expired = params();
    expired.not_before = date_time_ymd(2020, 1, 1);
    expired.not_after = date_time_ymd(2021, 1, 1);
    assert_eq!(refusal(roots("expired.pem"), authority.identity_of(expired)), TlsReason::Expired);

    let mut early = params();
    early.not_before = date_time_ymd(2999, 1, 1);
    assert_eq!(refusal(roots("early.pem"), authority.identity_of(early)), TlsReason::NotYetValid);

    let wrong = TlsReason::WrongName("localhost".to_owned());
    assert_eq!(refusal(roots("wrong.pem"), authority.identity("other.example")), wrong);

    let other = Authority::named("another authority");
    let reborn = Authority::new();
    assert_eq!(
        refusal(roots("reborn.pem"), reborn.identity("localhost")),
        TlsReason::UnknownIssuer
    );
    assert_eq!(
        refusal(roots("unknown.pem"), other.identity("localhost")),
        TlsReason::UnknownIssuer
    );
    // The verifiers of macOS and Windows have words of their own for it.
    let refused = refusal(Roots::Bundled, other.identity("localhost"));
    let has_words =
        cfg!(any(target_os = "macos", windows)) && matches!(refused, TlsReason::Other(_));
    assert!(has_words || refused == TlsReason::UnknownIssuer, "{refused:?}");
}

#[test]
fn a_host_that_speaks_no_tls_is_a_tls_error() {
    let plain =
        Server::start(|mut stream, _| stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    let error = once(&format!("https://127.0.0.1:{}/", plain.port), 3000).unwrap_err();
    assert!(matches!(error, Error::Tls { .. }), "{error:?}");
    let silent = Server::start(|_, _| Ok(()));
    let error = once(&format!("https://127.0.0.1:{}/", silent.port), 3000).unwrap_err();
    assert!(matches!(error, Error::Tls { reason: TlsReason::Interrupted(_), .. }), "{error:?}");
}

#[test]
fn a_bundle_that_cannot_be_used_is_the_configuration_s_fault() {
    let server = Server::replying(OK);
    let missing = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("missing.pem");
    let empty_directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("empty.d");
    std::fs::create_dir_all(&empty_directory).unwrap();
    let garbled = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for path in [
        missing,
        empty_directory,
        PathBuf::new(),
        PathBuf::from("/dev/zero"),
        file("empty.pem", ""),
        file("text.pem", "no certificates here\n"),
        file("garbled.pem", garbled),
        file("no-certificate.pem", no_certificate),
    ] {
        let roots = Roots::File { path: path.clone(), named_by: "ca_bundle".to_owned() };
        let error = once_by(&client(roots), &server.url(), 3000).unwrap_err();
        assert!(error.is_configuration(), "{error:?}");
        let Error::BadRoots { path: seen, named_by, .. } = &error else { panic!("{error:?}") };
        assert_eq!((seen, named_by.as_str()), (&path, "ca_bundle"));
    }
    assert_eq!(server.connections(), 0);
}
