//! Everything that the stand-in knows, behind one lock: clients, codes, tokens, sessions, role keys and the record.

use crate::names::Names;
use crate::record::Recorded;
use crate::script::Script;
use crate::setup::{Auto, RefreshTokens, Setup};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The scope without which no refresh token is given.
pub(crate) const ACCOUNT_ACCESS: &str = "sso:account:access";

pub(crate) struct State {
    pub(crate) setup: Setup,
    /// `http://127.0.0.1:PORT`, what clients talk to.
    pub(crate) origin: String,
    pub(crate) auto: Auto,
    pub(crate) refresh_tokens: RefreshTokens,
    pub(crate) script: Script,
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) names: Names,
    pub(crate) clients: HashMap<String, Client>,
    pub(crate) tickets: HashMap<String, Ticket>,
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) devices: HashMap<String, Device>,
    pub(crate) access_tokens: HashMap<String, AccessToken>,
    pub(crate) refresh_tokens_issued: HashMap<String, RefreshToken>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) keys: HashMap<String, RoleKey>,
    /// When the portal's requests of the last second came.
    pub(crate) portal_arrivals: VecDeque<Instant>,
    /// Tokens of registries and repositories that were given out.
    pub(crate) service_tokens: Vec<String>,
    /// The CA of the stand-in's own certificate, where it speaks TLS.
    pub(crate) ca_pem: Option<String>,
    /// How far the stand-in's clock is ahead of the machine's, in seconds.
    pub(crate) clock_offset_seconds: i64,
}

/// A registered client.
pub(crate) struct Client {
    pub(crate) secret: String,
    pub(crate) expires_at: i64,
    pub(crate) scopes: Vec<String>,
    /// None where the registration named none, as the AWS CLI's device flow does.
    pub(crate) grant_types: Option<Vec<String>>,
    pub(crate) redirect_uris: Vec<String>,
}

impl Client {
    pub(crate) fn may_use(&self, grant: &str) -> bool {
        match &self.grant_types {
            Some(grants) => grants.iter().any(|known| known == grant),
            None => grant != "authorization_code",
        }
    }
}

/// An authorize request that waits for a decision.
#[derive(Clone)]
pub(crate) struct Ticket {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) state: String,
}

/// An authorization code.
pub(crate) struct Code {
    pub(crate) ticket: Ticket,
    pub(crate) expires_at: i64,
    /// The session that it was exchanged for, once it was.
    pub(crate) spent: Option<usize>,
}

/// A device code.
pub(crate) struct Device {
    pub(crate) client_id: String,
    pub(crate) user_code: String,
    pub(crate) expires_at: i64,
    pub(crate) decision: Decision,
    pub(crate) polls: u32,
    pub(crate) last_poll: Option<Instant>,
    pub(crate) interval: Duration,
}

/// What became of a device code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Nobody pressed a button yet.
    Pending,
    /// Approved and not yet exchanged.
    Approved,
    /// Denied.
    Denied,
    /// Exchanged.
    Spent,
}

/// A sign-in: all its tokens die with it.
pub(crate) struct Session {
    pub(crate) ends_at: i64,
}

pub(crate) struct AccessToken {
    pub(crate) session: usize,
    pub(crate) expires_at: i64,
    /// What its client was registered for: a renewed token keeps the scopes of the sign-in.
    pub(crate) scopes: Vec<String>,
}

pub(crate) struct RefreshToken {
    pub(crate) session: usize,
    pub(crate) client_id: String,
}

/// Credentials that the portal or STS gave out.
#[derive(Clone)]
pub(crate) struct RoleKey {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) account: String,
    pub(crate) role: String,
    pub(crate) role_session: String,
    pub(crate) expires_at_ms: i64,
    /// How many scope-down policies hold for them.
    pub(crate) layers: u32,
}

impl RoleKey {
    pub(crate) fn arn(&self) -> String {
        format!("arn:aws:sts::{}:assumed-role/{}/{}", self.account, self.role, self.role_session)
    }

    pub(crate) fn id(&self) -> String {
        format!("AROAFAKE{}:{}", self.account, self.role_session)
    }
}

/// An access token and, where the client may have one, a refresh token.
pub(crate) struct Issued {
    pub(crate) access: String,
    pub(crate) expires_in: i64,
    pub(crate) refresh: Option<String>,
}

impl State {
    pub(crate) fn new(setup: Setup, origin: String) -> Self {
        Self {
            auto: setup.auto,
            refresh_tokens: setup.refresh_tokens,
            setup,
            origin,
            script: Script::default(),
            recorded: Vec::new(),
            names: Names::new(),
            clients: HashMap::new(),
            tickets: HashMap::new(),
            codes: HashMap::new(),
            devices: HashMap::new(),
            access_tokens: HashMap::new(),
            refresh_tokens_issued: HashMap::new(),
            sessions: Vec::new(),
            keys: HashMap::new(),
            portal_arrivals: VecDeque::new(),
            service_tokens: Vec::new(),
            ca_pem: None,
            clock_offset_seconds: 0,
        }
    }

    /// Unix milliseconds by the stand-in's own clock.
    pub(crate) fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since.as_millis() as i64 + self.clock_offset_seconds * 1000
    }

    pub(crate) fn now(&self) -> i64 {
        self.now_ms().div_euclid(1000)
    }

    /// Registers a client and returns its id.
    pub(crate) fn add_client(
        &mut self,
        scopes: Vec<String>,
        grant_types: Option<Vec<String>>,
        redirect_uris: Vec<String>,
    ) -> String {
        let id = self.names.client_id();
        let secret = self.names.client_secret();
        let expires_at = self.now() + seconds(self.setup.client_lifetime);
        self.clients
            .insert(id.clone(), Client { secret, expires_at, scopes, grant_types, redirect_uris });
        id
    }

    /// Starts a session and returns its number.
    pub(crate) fn add_session(&mut self) -> usize {
        let ends_at = self.now() + seconds(self.setup.session_lifetime);
        self.sessions.push(Session { ends_at });
        self.sessions.len() - 1
    }

    pub(crate) fn session_lives(&self, session: usize) -> bool {
        self.sessions[session].ends_at > self.now()
    }

    pub(crate) fn end_session(&mut self, session: usize) {
        self.sessions[session].ends_at = 0;
    }

    /// Makes an access token that lives as long as the setup says, or as its session if that ends earlier.
    pub(crate) fn issue(&mut self, session: usize, client_id: &str, refresh: NewRefresh) -> Issued {
        let lifetime = seconds(self.setup.access_token_lifetime);
        self.issue_for(session, client_id, lifetime, refresh)
    }

    /// Makes an access token that lives `lifetime` seconds, which may be over already.
    pub(crate) fn issue_for(
        &mut self,
        session: usize,
        client_id: &str,
        lifetime: i64,
        refresh: NewRefresh,
    ) -> Issued {
        let access = self.names.access_token();
        let left = self.sessions[session].ends_at - self.now();
        let expires_in = lifetime.min(left);
        let expires_at = self.now() + expires_in;
        let scopes = self.clients[client_id].scopes.clone();
        self.access_tokens.insert(access.clone(), AccessToken { session, expires_at, scopes });
        let refresh = match refresh {
            NewRefresh::None => None,
            NewRefresh::OfClient => self.may_refresh(client_id).then(|| {
                let token = self.names.refresh_token();
                let client_id = client_id.to_owned();
                self.refresh_tokens_issued
                    .insert(token.clone(), RefreshToken { session, client_id });
                token
            }),
        };
        Issued { access, expires_in, refresh }
    }

    /// Refresh tokens are for clients with the account scope alone; a registration that lists grants must list this one.
    fn may_refresh(&self, client_id: &str) -> bool {
        let client = &self.clients[client_id];
        client.scopes.iter().any(|scope| scope == ACCOUNT_ACCESS) && client.may_use("refresh_token")
    }

    /// The session of a live access token.
    pub(crate) fn session_of(&self, access_token: &str) -> Option<usize> {
        let token = self.access_tokens.get(access_token)?;
        (token.expires_at > self.now() && self.session_lives(token.session))
            .then_some(token.session)
    }

    /// What an access token may be used for.
    pub(crate) fn scopes_of(&self, access_token: &str) -> &[String] {
        self.access_tokens.get(access_token).map_or(&[], |token| &token.scopes)
    }

    /// Gives out one more token of a registry, by its number.
    pub(crate) fn add_service_token(&mut self, make: fn(usize) -> String) -> String {
        let token = make(self.service_tokens.len() + 1);
        self.service_tokens.push(token.clone());
        token
    }

    /// Makes a role key that lives `lifetime` and returns its access key id.
    pub(crate) fn add_key(
        &mut self,
        account: &str,
        role: &str,
        role_session: &str,
        lifetime: Duration,
    ) -> String {
        let (id, secret, token) = Names::role_key(self.keys.len() + 1);
        let expires_at_ms = self.now_ms() + lifetime.as_millis() as i64;
        let key = RoleKey {
            secret,
            token,
            account: account.to_owned(),
            role: role.to_owned(),
            role_session: role_session.to_owned(),
            expires_at_ms,
            layers: 0,
        };
        self.keys.insert(id.clone(), key);
        id
    }

    /// Makes another key of the same session, scoped down, and returns its access key id. Each policy makes the token
    /// longer.
    pub(crate) fn add_scoped_key(
        &mut self,
        of: &RoleKey,
        layers: u32,
        expires_at_ms: i64,
    ) -> String {
        const BYTES_PER_LAYER: usize = 400;
        let (id, secret, mut token) = Names::role_key(self.keys.len() + 1);
        token.insert_str(token.len() - 2, &"s".repeat(BYTES_PER_LAYER * layers as usize));
        let key = RoleKey { secret, token, layers, expires_at_ms, ..of.clone() };
        self.keys.insert(id.clone(), key);
        id
    }
}

/// Whether a new access token comes with a refresh token.
#[derive(Clone, Copy)]
pub(crate) enum NewRefresh {
    /// Without.
    None,
    /// With one, if its client may have one.
    OfClient,
}

/// Whole seconds as the clock counts them.
pub(crate) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX / 4)
}
