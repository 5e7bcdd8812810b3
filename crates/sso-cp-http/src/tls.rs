//! TLS: two sets of roots to try, and why a handshake failed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use rustls::CertificateError;
use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use ureq::Agent;
use ureq::config::Config;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::{ConnectionDetails, Connector, RustlsConnector, Transport};

use crate::limits::{INPUT_BUFFER_BYTES, OUTPUT_BUFFER_BYTES};
use crate::{Error, Roots, TlsReason, roots};

/// One set of root certificates and the TLS that believes in it.
#[derive(Debug)]
pub(crate) struct Belief {
    config: Config,
    connector: RustlsConnector,
}

impl Belief {
    fn new(roots: RootCerts) -> Belief {
        let config = Agent::config_builder()
            .proxy(None)
            .tls_config(tls_config(roots))
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .build();
        Belief { config, connector: RustlsConnector::default() }
    }

    /// The handshake, over a transport that stands, with the host that `details` name.
    pub(crate) fn secure(
        &self,
        details: ConnectionDetails<'_>,
        transport: Box<dyn Transport>,
    ) -> Result<Box<dyn Transport>, ureq::Error> {
        // The set-up that ureq derives from the roots is kept only where it is not of one request.
        let details = ConnectionDetails { config: &self.config, request_level: false, ..details };
        match self.connector.connect(&details, Some(transport))? {
            Some(secured) => Ok(Box::new(secured)),
            None => Err(ureq::Error::TlsRequired),
        }
    }
}

fn tls_config(roots: RootCerts) -> TlsConfig {
    let provider = CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() };
    let builder = TlsConfig::builder().root_certs(roots);
    builder.unversioned_rustls_crypto_provider(Arc::new(provider)).build()
}

/// Servers are asked who they are, and never told who we are by a certificate. What could sign with
/// a key of ours would be a fortieth of the program.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(
        &self,
        _: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("there are no client certificates here".to_owned()))
    }
}

/// The roots to begin with, and the system's to fall back on.
#[derive(Debug)]
pub(crate) struct Beliefs {
    first: Belief,
    system: OnceLock<Option<Belief>>,
    may_ask_system: bool,
    /// Once the system's roots have helped, later connections begin with them.
    system_has_helped: AtomicBool,
}

impl Beliefs {
    /// Reads the file that `roots` may name; errors: [`Error::BadRoots`].
    pub(crate) fn new(roots: &Roots) -> Result<Beliefs, Error> {
        let (first, may_ask_system) = match roots {
            Roots::Bundled => (RootCerts::WebPki, true),
            Roots::File { path, named_by } => {
                (RootCerts::new_with_certs(&roots::load(path, named_by)?), false)
            }
        };
        Ok(Beliefs {
            first: Belief::new(first),
            system: OnceLock::new(),
            may_ask_system,
            system_has_helped: AtomicBool::new(false),
        })
    }

    /// What the next connection begins with.
    pub(crate) fn current(&self) -> &Belief {
        match self.system.get() {
            Some(Some(system)) if self.system_has_helped.load(Ordering::Relaxed) => system,
            _ => &self.first,
        }
    }

    /// The system's roots, if they may be asked, exist and are not in use already.
    pub(crate) fn fallback(&self) -> Option<&Belief> {
        if !self.may_ask_system || self.system_has_helped.load(Ordering::Relaxed) {
            return None;
        }
        self.system.get_or_init(|| of_system().map(Belief::new)).as_ref()
    }

    /// Remembers that the system's roots know an issuer whom the bundled ones do not.
    pub(crate) fn remember_system(&self) {
        self.system_has_helped.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
impl Beliefs {
    /// Bundled roots, and this one as the system's.
    pub(crate) fn with_system(certificate: ureq::tls::Certificate<'static>) -> Beliefs {
        let beliefs = Beliefs::new(&Roots::Bundled).unwrap();
        let system = RootCerts::new_with_certs(&[certificate]);
        beliefs.system.set(Some(Belief::new(system))).unwrap();
        beliefs
    }
}

#[cfg(any(target_os = "macos", windows))]
fn of_system() -> Option<RootCerts> {
    Some(RootCerts::PlatformVerifier)
}

#[cfg(not(any(target_os = "macos", windows)))]
fn of_system() -> Option<RootCerts> {
    roots::of_system().map(|certificates| RootCerts::new_with_certs(&certificates))
}

/// Why a handshake failed; nothing means that it ran out of time.
pub(crate) fn reason(error: &ureq::Error, host: &str) -> Option<TlsReason> {
    match error {
        ureq::Error::Timeout(_) => None,
        ureq::Error::Rustls(error) => Some(reason_of_rustls(error, host)),
        ureq::Error::Io(error) => {
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
            Some(match inner {
                Some(inner) => reason_of_rustls(inner, host),
                None => TlsReason::Interrupted(error.to_string()),
            })
        }
        other => Some(TlsReason::Other(other.to_string())),
    }
}

fn reason_of_rustls(error: &rustls::Error, host: &str) -> TlsReason {
    let rustls::Error::InvalidCertificate(fault) = error else {
        return TlsReason::Other(error.to_string());
    };
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsReason::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsReason::NotYetValid
        }
        // A bad signature mostly means an issuer of the same name with another key: a private
        // authority that was made anew.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            TlsReason::UnknownIssuer
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsReason::WrongName(host.to_owned())
        }
        _ => TlsReason::Other(error.to_string()),
    }
}
