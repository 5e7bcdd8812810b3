//! TLS: whose certificates count, and why a handshake failed.

use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use rustls::crypto::{CryptoProvider, KeyProvider, ring};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::SigningKey;
use rustls::{ALL_VERSIONS, CertificateError, ClientConfig, ConfigBuilder, RootCertStore};
use ureq::unversioned::transport::{NextTimeout, Transport};

use crate::secured::Secured;
use crate::{Error, Roots, RootsInUse, TlsReason, roots};

/// One set of root certificates and the TLS that believes in it.
#[derive(Debug)]
pub(crate) struct Belief {
    /// Whose roots they are.
    pub(crate) roots: RootsInUse,
    config: Result<Arc<ClientConfig>, rustls::Error>,
}

impl Belief {
    fn new(roots: RootsInUse, certificates: RootCertStore) -> Belief {
        let believing = |builder: Builder| builder.with_root_certificates(certificates);
        let config = builder().map(|builder| Arc::new(believing(builder).with_no_client_auth()));
        Belief { roots, config }
    }

    /// The handshake with the host of a URL, in brackets if it is an IPv6 address, over a transport that stands.
    pub(crate) fn secure(
        &self,
        host: &str,
        transport: Box<dyn Transport>,
        timeout: NextTimeout,
    ) -> Result<Box<dyn Transport>, ureq::Error> {
        let config = Arc::clone(self.config.as_ref().map_err(Clone::clone)?);
        Ok(Box::new(Secured::new(config, host, transport, timeout)?))
    }
}

type Builder = ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn builder() -> Result<Builder, rustls::Error> {
    let provider = CryptoProvider { key_provider: &NoKeys, ..ring::default_provider() };
    ClientConfig::builder_with_provider(Arc::new(provider)).with_protocol_versions(ALL_VERSIONS)
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

/// The roots that count, made once. The system's are read in a thread of their own while the name is looked up and the
/// connection is made, and by plain http not at all: decoding them takes half a millisecond.
#[derive(Debug)]
pub(crate) struct Beliefs {
    belief: OnceLock<Belief>,
    loading: Mutex<Loading>,
}

/// How far the system's roots are. The one that has taken them makes a belief of them, so they are not read anew.
#[derive(Debug, Default)]
enum Loading {
    #[default]
    NotYet,
    Begun(JoinHandle<Belief>),
    Taken,
}

impl Beliefs {
    /// Reads the file that `roots` may name; errors: [`Error::BadRoots`].
    pub(crate) fn new(roots: &Roots) -> Result<Beliefs, Error> {
        let belief = match roots {
            Roots::System => return Ok(Beliefs::of(OnceLock::new())),
            Roots::Bundled => bundled(),
            Roots::File { path, named_by } => {
                Belief::new(RootsInUse::File(path.clone()), roots::load(path, named_by)?)
            }
        };
        Ok(Beliefs::of(OnceLock::from(belief)))
    }

    fn of(belief: OnceLock<Belief>) -> Beliefs {
        Beliefs { belief, loading: Mutex::default() }
    }

    /// Begins to read the system's roots, if that has not begun. Where no thread can be had, they are read when they
    /// are needed.
    pub(crate) fn load(&self) {
        let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if self.belief.get().is_none()
            && matches!(*loading, Loading::NotYet)
            && let Ok(thread) = thread::Builder::new().name("roots".to_owned()).spawn(of_system)
        {
            *loading = Loading::Begun(thread);
        }
    }

    /// What a handshake goes by.
    pub(crate) fn get(&self) -> &Belief {
        self.belief.get_or_init(|| {
            let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
            match mem::replace(&mut *loading, Loading::Taken) {
                Loading::Begun(thread) => thread.join().unwrap_or_else(|_| of_system()),
                Loading::NotYet | Loading::Taken => of_system(),
            }
        })
    }
}

fn bundled() -> Belief {
    Belief::new(RootsInUse::Bundled, roots::bundled())
}

/// The system's own verifier, which knows what an administrator trusts.
#[cfg(any(target_os = "macos", windows))]
fn of_system() -> Belief {
    let config = builder().and_then(|builder| {
        let verifier =
            rustls_platform_verifier::Verifier::new(Arc::clone(builder.crypto_provider()))?;
        let builder = builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Arc::new(builder.with_no_client_auth()))
    });
    Belief { roots: RootsInUse::Platform, config }
}

/// A minimal container has no store: there the bundled roots serve.
#[cfg(not(any(target_os = "macos", windows)))]
fn of_system() -> Belief {
    of_store(roots::of_system())
}

#[cfg(not(any(target_os = "macos", windows)))]
fn of_store(store: Option<(PathBuf, RootCertStore)>) -> Belief {
    store.map_or_else(bundled, |(path, certificates)| {
        Belief::new(RootsInUse::File(path), certificates)
    })
}

#[cfg(test)]
impl Beliefs {
    /// As if the system's store had this one certificate.
    pub(crate) fn with_system(certificate: rustls::pki_types::CertificateDer<'static>) -> Beliefs {
        let store = roots::usable(vec![certificate]);
        Beliefs::of(OnceLock::from(of_store(Some((PathBuf::from("/store"), store)))))
    }

    /// As if the system had no store.
    pub(crate) fn without_system() -> Beliefs {
        Beliefs::of(OnceLock::from(of_store(None)))
    }
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
