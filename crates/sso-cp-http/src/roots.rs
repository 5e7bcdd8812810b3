//! Root certificates: whom we believe that a host is who it says.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use ureq::tls::{Certificate, PemItem, parse_pem};

use crate::Error;

/// Far more than any bundle: the usual ones have 200 to 300 KiB. A wrong path must not eat the memory.
const MAX_BUNDLE_BYTES: u64 = 16 << 20;

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

/// Reads a file or directory that somebody named: it must hold at least one usable certificate.
pub(crate) fn load(path: &Path, named_by: &str) -> Result<Vec<Certificate<'static>>, Error> {
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
        of_pem(&pem).map_err(|_| bad("it is not well-formed PEM", None))?
    };
    if certificates.is_empty() {
        return Err(bad("there is no certificate in it", None));
    }
    match count_usable(&certificates) {
        0 => Err(bad("no certificate in it can be used", None)),
        _ => Ok(certificates),
    }
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
pub(crate) fn of_system() -> Option<(PathBuf, Vec<Certificate<'static>>)> {
    first_usable(SYSTEM_BUNDLES)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn first_usable(places: &[&str]) -> Option<(PathBuf, Vec<Certificate<'static>>)> {
    places.iter().find_map(|place| {
        let pem = read_bundle(Path::new(place)).ok()?;
        let certificates: Vec<_> =
            parse_pem(&pem).filter_map(|item| certificate(item.ok()?)).collect();
        (!certificates.is_empty()).then(|| (PathBuf::from(place), certificates))
    })
}

/// The certificates of the files in a directory; files that hold none are no matter, because such
/// directories also hold links, lists and keys.
fn of_directory(path: &Path) -> io::Result<Vec<Certificate<'static>>> {
    let mut certificates = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        if file.is_file() {
            let pem = read_bundle(&file)?;
            certificates.extend(parse_pem(&pem).filter_map(|item| certificate(item.ok()?)));
        }
    }
    Ok(certificates)
}

fn of_pem(pem: &[u8]) -> Result<Vec<Certificate<'static>>, ureq::Error> {
    let items = parse_pem(pem).collect::<Result<Vec<_>, _>>()?;
    Ok(items.into_iter().filter_map(certificate).collect())
}

fn certificate(item: PemItem<'static>) -> Option<Certificate<'static>> {
    match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    }
}

/// ureq leaves out what cannot be parsed without a word, so it is counted here.
fn count_usable(certificates: &[Certificate<'static>]) -> usize {
    let mut store = RootCertStore::empty();
    let (usable, _) =
        store.add_parsable_certificates(certificates.iter().map(|one| one.der().to_vec().into()));
    usable
}

fn read_bundle(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe or a terminal would wait for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    let mut pem = Vec::new();
    fs::File::open(path)?.take(MAX_BUNDLE_BYTES + 1).read_to_end(&mut pem)?;
    if pem.len() as u64 > MAX_BUNDLE_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB"));
    }
    Ok(pem)
}
