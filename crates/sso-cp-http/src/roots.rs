//! Root certificates: whom we believe that a host is who it says.

use std::fs;
use std::io::{self, Read};
use std::iter;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, TrustAnchor};

use crate::Error;

/// Far more than any bundle: the usual ones have 200 to 300 KiB. A wrong path must not eat the memory.
const MAX_BUNDLE_BYTES: u64 = 16 << 20;

/// Mozilla's list, as `build.rs` writes it: one after another the subject, the key and the name constraints of each, every
/// part after its length in two bytes. In one piece there is nothing in it that each start would have to relocate.
const BUNDLED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/roots.bin"));

/// Where the system keeps its root certificates: the first of these that has any counts.
#[cfg(not(any(target_os = "macos", windows)))]
const SYSTEM_BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Arch, Gentoo, NixOS
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // Fedora, RHEL 7 and later
    "/etc/pki/tls/certs/ca-bundle.crt",   // RHEL 6, Amazon Linux
    "/etc/ssl/ca-bundle.pem",             // SUSE
    "/etc/ssl/cert.pem",                  // Alpine, OpenBSD, FreeBSD
    "/usr/local/share/certs/ca-root-nss.crt", // FreeBSD's package
    "/etc/openssl/certs/ca-certificates.crt", // NetBSD
    "/etc/certs/ca-certificates.crt",     // illumos
];

/// Which root certificates count.
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// The system's, so that an authority which it distrusts is distrusted here too; where it has none, those that are
    /// built in.
    #[default]
    System,
    /// Those that are built in (Mozilla's), whatever the system has.
    Bundled,
    /// Those of a PEM file, or of the PEM files in a directory, and no others.
    File {
        /// The file or directory.
        path: PathBuf,
        /// The variable or key that names it: `AWS_CA_BUNDLE`, `ca_bundle`, `SSL_CERT_FILE`.
        named_by: String,
    },
}

/// The root certificates that are built in.
pub(crate) fn bundled() -> RootCertStore {
    let mut rest = BUNDLED;
    let roots = iter::from_fn(|| {
        Some(TrustAnchor {
            subject: part(&mut rest)?.into(),
            subject_public_key_info: part(&mut rest)?.into(),
            name_constraints: Some(part(&mut rest)?).filter(|it| !it.is_empty()).map(Into::into),
        })
    });
    RootCertStore { roots: roots.collect() }
}

fn part(rest: &mut &'static [u8]) -> Option<&'static [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let (part, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
    *rest = after;
    Some(part)
}

/// Reads a file or directory that somebody named: it must hold at least one usable certificate.
pub(crate) fn load(path: &Path, named_by: &str) -> Result<RootCertStore, Error> {
    let bad = |reason, source| Error::BadRoots {
        named_by: named_by.to_owned(),
        path: path.to_owned(),
        reason,
        source,
    };
    if path.as_os_str().is_empty() {
        return Err(bad("the path is empty", None));
    }
    let unreadable = |error| bad("it cannot be read", Some(error));
    let metadata = fs::metadata(path).map_err(unreadable)?;
    let certificates = if metadata.is_dir() {
        of_directory(path).map_err(unreadable)?
    } else {
        let pem = read_bundle(path).map_err(unreadable)?;
        let certificates: Result<Vec<_>, _> = of_pem(&pem).collect();
        certificates.map_err(|_| bad("it is not well-formed PEM", None))?
    };
    if certificates.is_empty() {
        return Err(bad("there is no certificate in it", None));
    }
    let store = usable(certificates);
    if store.is_empty() {
        return Err(bad("no certificate in it can be used", None));
    }
    Ok(store)
}

/// Whose root certificates a client has used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RootsInUse {
    /// The system's own verifier, on macOS and Windows.
    Platform,
    /// A file in which the system keeps them, or one that the configuration names.
    File(PathBuf),
    /// Those that are built in.
    Bundled,
}

/// The system's root certificates and their file, if there are any.
#[cfg(not(any(target_os = "macos", windows)))]
pub(crate) fn of_system() -> Option<(PathBuf, RootCertStore)> {
    first_usable(SYSTEM_BUNDLES)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn first_usable(places: &[&str]) -> Option<(PathBuf, RootCertStore)> {
    places.iter().find_map(|place| {
        let pem = read_bundle(Path::new(place)).ok()?;
        let certificates: Vec<_> = of_pem(&pem).flatten().collect();
        (!certificates.is_empty()).then(|| (PathBuf::from(place), usable(certificates)))
    })
}

/// The certificates of the files in a directory; files that hold none do not matter, because such
/// directories also hold links, lists and keys.
fn of_directory(path: &Path) -> io::Result<Vec<CertificateDer<'static>>> {
    let mut certificates = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        if file.is_file() {
            let pem = read_bundle(&file)?;
            certificates.extend(of_pem(&pem).flatten());
        }
    }
    Ok(certificates)
}

/// The certificates of a text that may hold other things too (RFC 7468). What rustls has for it guards private keys against those who
/// watch its time: with a system's 145 authorities it made a whole call a quarter slower.
fn of_pem(pem: &str) -> impl Iterator<Item = Result<CertificateDer<'static>, NotPem>> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut lines = pem.split('\n').map(str::trim_ascii);
    iter::from_fn(move || {
        lines.find(|line| *line == BEGIN)?;
        let mut text = String::new();
        loop {
            match lines.next() {
                None => return Some(Err(NotPem)),
                Some(END) => break,
                Some(BEGIN) => text.clear(),
                Some(line) => text.push_str(line),
            }
        }
        let certificate = BASE64_STANDARD.decode(text).map(CertificateDer::from);
        Some(certificate.map_err(|_| NotPem))
    })
}

/// A block of PEM without its end, or with something else than base64 in it.
#[derive(Debug)]
struct NotPem;

/// Those that rustls can make use of; systems have a few old ones that it cannot.
pub(crate) fn usable(certificates: Vec<CertificateDer<'static>>) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(certificates);
    store
}

/// What is not UTF-8 is between the certificates: they are ASCII.
fn read_bundle(path: &Path) -> io::Result<String> {
    // A pipe or a terminal would wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let mut pem = Vec::new();
    fs::File::open(path)?.take(MAX_BUNDLE_BYTES + 1).read_to_end(&mut pem)?;
    if pem.len() as u64 > MAX_BUNDLE_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB"));
    }
    Ok(String::from_utf8(pem)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    #[test]
    fn a_bundle_is_read_as_rustls_reads_it() {
        let one = "-----BEGIN CERTIFICATE-----\nAQID\nBA==\n-----END CERTIFICATE-----\n";
        let key = "-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----\n";
        let system = super::SYSTEM_BUNDLES.first().and_then(|path| std::fs::read(path).ok());
        for text in [
            String::new(),
            "no certificate".to_owned(),
            one.to_owned(),
            one.replace('\n', "\r\n"),
            one.replace('\n', "  \n\n"),
            format!("# Ours\n{one}\n{key}Subject: x\n{one}{one}"),
            one.replace("-----END CERTIFICATE-----", ""),
            one.replace("AQID", "A?ID"),
            one.replace("AQID", one),
            String::from_utf8(system.unwrap_or_default()).unwrap(),
        ] {
            let read = super::of_pem(&text).map(Result::ok).collect::<Vec<_>>();
            let theirs = CertificateDer::pem_slice_iter(text.as_bytes()).map(Result::ok);
            assert_eq!(read, theirs.collect::<Vec<_>>(), "{text}");
        }
    }

    #[test]
    fn the_bundled_roots_are_all_of_mozilla_s() {
        let ours = super::bundled().roots;
        assert_eq!(ours, webpki_roots::TLS_SERVER_ROOTS);
        assert!(ours.iter().any(|root| root.name_constraints.is_some()));
    }
}
