//! The handle of a running stand-in.

use crate::pages;
use crate::presigned;
use crate::record::Recorded;
use crate::script::ScriptError;
use crate::seed::{Seed, SignIn};
use crate::server::{BackEnd, Shared};
use crate::setup::{Auto, RefreshTokens, Setup};
use crate::state::{Decision, State};
use crate::tls::certificates;
use crate::wire::Relay;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a presigned token is for.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the members are what the tokens are made of")]
pub enum TokenOf<'a> {
    /// A Kubernetes cluster.
    Eks { cluster: &'a str, region: &'a str },
    /// A database.
    Rds { host_and_port: &'a str, user: &'a str, region: &'a str },
    /// A DSQL cluster; the action says for which users.
    Dsql { host: &'a str, action: &'a str, region: &'a str },
    /// ElastiCache or MemoryDB.
    Cache { service: &'a str, name: &'a str, user: &'a str, serverless: bool, region: &'a str },
    /// Kafka's brokers.
    Msk { region: &'a str },
}

/// A running stand-in. It stops when it is dropped; open connections are closed.
pub struct Fake {
    origin: String,
    ca_pem: Option<String>,
    shared: Arc<Shared>,
    // The relay goes first, so that no request meets a back end that is gone.
    _relay: Relay,
    _back_end: BackEnd,
}

impl Fake {
    /// Starts a stand-in.
    ///
    /// # Errors
    ///
    /// The port is taken, or the machine has no sockets, threads or random numbers left.
    pub fn start(setup: Setup) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", setup.port))?;
        let certificates = certificates(setup.tls, &setup.hosts)?;
        let scheme = if certificates.is_some() { "https" } else { "http" };
        let origin = format!("{scheme}://127.0.0.1:{}", listener.local_addr()?.port());
        let (ca_pem, config) = match certificates {
            Some(certificates) => (Some(certificates.ca_pem), Some(certificates.config)),
            None => (None, None),
        };
        let mut state = State::new(setup, origin.clone());
        state.ca_pem.clone_from(&ca_pem);
        let shared = Arc::new(Shared::new(state));
        let back_end = BackEnd::start(&shared)?;
        let relay = Relay::start(listener, back_end.address, config)?;
        Ok(Self { origin, ca_pem, shared, _relay: relay, _back_end: back_end })
    }

    /// The value for `AWS_ENDPOINT_URL_SSO`.
    pub fn sso_url(&self) -> &str {
        &self.origin
    }

    /// The value for `AWS_ENDPOINT_URL_SSO_OIDC`.
    pub fn oidc_url(&self) -> &str {
        &self.origin
    }

    /// The value for `AWS_ENDPOINT_URL_STS`.
    pub fn sts_url(&self) -> &str {
        &self.origin
    }

    /// The value for `AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME`.
    pub fn account_access_url(&self) -> &str {
        &self.origin
    }

    /// The CA that clients are to trust; none for plain HTTP.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// Writes the CA's PEM, the value for `AWS_CA_BUNDLE`. Plain HTTP has none, and then nothing is written.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write_ca(&self, path: &Path) -> io::Result<()> {
        match &self.ca_pem {
            #[expect(
                clippy::disallowed_methods,
                reason = "a public certificate in a folder of the test's"
            )]
            Some(pem) => std::fs::write(path, pem),
            None => Ok(()),
        }
    }

    /// Adds rules to the script; the crate's documentation describes them.
    ///
    /// # Errors
    ///
    /// A line cannot be read; then none is added.
    pub fn script(&self, text: &str) -> Result<(), ScriptError> {
        self.shared.state().script.add(text)
    }

    /// Forgets the rules that are left.
    pub fn clear_script(&self) {
        self.shared.state().script.clear();
    }

    /// Everything that clients sent so far, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.state().recorded.clone()
    }

    /// Forgets what clients sent so far.
    pub fn clear_requests(&self) {
        self.shared.state().recorded.clear();
    }

    /// The names of the operations that clients asked for, in order of arrival.
    pub fn operations(&self) -> Vec<String> {
        self.shared.state().recorded.iter().map(|request| request.operation.clone()).collect()
    }

    /// Waits until more than `seen` requests are recorded and returns those after them; none when `within` is over.
    pub fn requests_after(&self, seen: usize, within: Duration) -> Vec<Recorded> {
        let end = Instant::now() + within;
        let mut state = self.shared.state();
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if state.recorded.len() > seen || left.is_zero() {
                return state.recorded.iter().skip(seen).cloned().collect();
            }
            let woken = self.shared.recorded.wait_timeout(state, left);
            state = woken.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    /// Waits until an operation (with or without its detail) was asked for `count` times; tells whether it was.
    pub fn wait_for(&self, operation: &str, count: usize, within: Duration) -> bool {
        let end = Instant::now() + within;
        let wanted = |name: &str| name == operation || name.split('/').next() == Some(operation);
        loop {
            let requests = self.requests();
            if requests.iter().filter(|request| wanted(&request.operation)).count() >= count {
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.requests_after(requests.len(), left);
        }
    }

    /// Makes a signed-in session without a browser.
    pub fn seed_token(&self, seed: &Seed) -> SignIn {
        self.shared.state().seed(seed)
    }

    /// Ends an access token while its session and refresh token live on. Tells whether it was known.
    pub fn expire_access_token(&self, access_token: &str) -> bool {
        self.shared.state().expire_access_token(access_token)
    }

    /// Ends the whole session of an access token: its refresh token dies too. Tells whether it was known.
    pub fn revoke(&self, access_token: &str) -> bool {
        self.shared.state().revoke(access_token)
    }

    /// Whether the portal would take this access token now.
    pub fn is_live(&self, access_token: &str) -> bool {
        self.shared.state().session_of(access_token).is_some()
    }

    /// Whether a client could still use this refresh token.
    pub fn is_refreshable(&self, refresh_token: &str) -> bool {
        let state = self.shared.state();
        let token = state.refresh_tokens_issued.get(refresh_token);
        token.is_some_and(|token| state.session_lives(token.session))
    }

    /// Forgets a client registration, as the service does with clients of long ago.
    pub fn forget_client(&self, client_id: &str) {
        self.shared.state().clients.remove(client_id);
    }

    /// Presses a button of the device page. Tells whether a request waited under that user code.
    pub fn decide_device(&self, user_code: &str, decision: Decision) -> bool {
        pages::set_device(&mut self.shared.state(), user_code, decision).is_ok()
    }

    /// Who presses the buttons from now on.
    pub fn set_auto(&self, auto: Auto) {
        self.shared.state().auto = auto;
    }

    /// What happens to used refresh tokens from now on.
    pub fn set_refresh_tokens(&self, rule: RefreshTokens) {
        self.shared.state().refresh_tokens = rule;
    }

    /// Checks a token as the service does that it is for, and gives the account and role that it speaks for.
    ///
    /// # Errors
    ///
    /// What is wrong with the token.
    pub fn speaker(&self, token: &str, of: &TokenOf<'_>) -> Result<String, String> {
        let state = self.shared.state();
        match *of {
            TokenOf::Eks { cluster, region } => presigned::eks(&state, token, cluster, region),
            TokenOf::Rds { host_and_port, user, region } => {
                presigned::rds(&state, token, host_and_port, user, region)
            }
            TokenOf::Dsql { host, action, region } => {
                presigned::dsql(&state, token, host, action, region)
            }
            TokenOf::Cache { service, name, user, serverless, region } => {
                presigned::cache(&state, token, [name, user], serverless, [service, region])
            }
            TokenOf::Msk { region } => presigned::msk(&state, token, region),
        }
    }

    /// Sets the stand-in's clock this many seconds ahead of the machine's: its `Date` header and all its expiries.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.shared.state().clock_offset_seconds = seconds;
    }
}
