//! The access token of a session: from the cache while it is fresh, else renewed, once, by whoever
//! holds the session's lock.

use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_cache::{Lock, Pending, SessionKey, TokenFile, TokenPlace, Turn};
use sso_cp_config::{Session, SessionName};
use sso_cp_http::{CallError, Client};
use sso_cp_oidc::{Grant, Granted, Oidc};
use sso_cp_types::{Renewal, Secret, Timestamp, Token};

use crate::clock;
use crate::context::Context;
use crate::messages::failure::{Failure, SignIn, SignInReason, cause};
use crate::process::interrupt::{Interrupt, OnSignal};

/// After a refused refresh token: how long another process, which must have used it, is given to
/// save what it got. Longer where nobody could be kept out.
const ADOPTION_WITH_LOCK: Duration = Duration::from_millis(300);
const ADOPTION_WITHOUT_LOCK: Duration = Duration::from_secs(2);
const ADOPTION_PAUSE: Duration = Duration::from_millis(25);

/// One session's way to a token.
pub(crate) struct Tokens<'a> {
    pub(crate) session: &'a Session,
    pub(crate) place: TokenPlace,
    pub(crate) client: &'a Client,
    pub(crate) interrupt: &'a Interrupt,
    pub(crate) context: &'a Context,
    /// When locks are no longer waited for.
    pub(crate) locks_until: Instant,
    /// When the network is no longer waited for.
    pub(crate) deadline: Instant,
}

/// The key of a session's files.
pub(crate) fn session_key(session: &Session) -> SessionKey<'_> {
    match &session.name {
        SessionName::Named(name) => SessionKey::Named(name),
        SessionName::Legacy => SessionKey::Legacy { start_url: &session.start_url },
    }
}

/// Where a session's token lies.
pub(crate) fn token_place(session: &Session, context: &Context) -> TokenPlace {
    let key = session_key(session);
    TokenPlace::new(&context.folders, &key, &session.start_url, &session.region)
}

/// Whether AWS says that there is no such session any more: the portal by status 401, the OIDC
/// service by turning the refresh token or its client down. Other refusals, of a key for instance
/// that the organisation has disabled, would outlive a sign-in.
pub(crate) fn session_is_over(error: &CallError) -> bool {
    const OVER: [&str; 4] = [
        "InvalidGrantException",
        "InvalidClientException",
        "UnauthorizedClientException",
        "ExpiredTokenException",
    ];
    error.status() == Some(401) || error.code().is_some_and(|code| OVER.contains(&code))
}

/// With a sign-in that is needed goes which token is no good.
pub(crate) fn of_refused(failure: Failure, token: &Secret) -> Failure {
    match failure {
        Failure::SignIn(needed) => {
            Failure::SignIn(SignIn { refused: Some(token.clone()), ..needed })
        }
        other => other,
    }
}

impl<'a> Tokens<'a> {
    /// A session's way to a token, with time of its own from now on.
    pub(crate) fn of(session: &'a Session, context: &'a Context, client: &'a Client) -> Tokens<'a> {
        let now = Instant::now();
        Tokens {
            session,
            place: token_place(session, context),
            client,
            interrupt: context.interrupt(),
            context,
            locks_until: now + clock::LOCKS,
            deadline: now + clock::TOTAL,
        }
    }

    /// A token that is good for a call. `refused` is one that the portal has just turned down,
    /// whatever its file says.
    pub(crate) fn get(&self, refused: Option<&Secret>) -> Result<Secret, Failure> {
        let file = self.read()?.ok_or_else(|| self.sign_in(SignInReason::None))?;
        if self.is_fresh(&file.token, refused) {
            self.context.debug.tell(|| format!("token good until {}", file.token.expires_at));
            return Ok(file.token.access_token);
        }
        if file.token.live_renewal(Timestamp::now()).is_none() {
            return self.unrenewed(&file.token, refused, SignInReason::Expired);
        }
        self.renew(refused)
    }

    fn renew(&self, refused: Option<&Secret>) -> Result<Secret, Failure> {
        let by_others = || {
            let file = self.read().ok()??;
            self.is_fresh(&file.token, refused).then_some(file.token.access_token)
        };
        let lock = Lock::Session(session_key(self.session));
        let lock = match lock.take_unless(&self.context.folders, self.locks_until, by_others) {
            Turn::Done(token) => return Ok(token),
            Turn::Ours(lock) => lock,
        };
        self.context.debug.tell(|| match lock.is_held() {
            true => "holding the session's lock".to_owned(),
            false => "going on without the session's lock".to_owned(),
        });
        // Whoever had the lock before has probably done the work.
        let file = self.read()?.ok_or_else(|| self.sign_in(SignInReason::None))?;
        if self.is_fresh(&file.token, refused) {
            return Ok(file.token.access_token);
        }
        let Some(renewal) = file.token.live_renewal(Timestamp::now()) else {
            return self.unrenewed(&file.token, refused, SignInReason::Expired);
        };
        let endpoint = self.session.oidc(&self.context.env).map_err(Failure::Config)?;
        let pending = match self.begin() {
            Ok(pending) => pending,
            // A refresh token must not be spent for a token that cannot be saved.
            Err(error) if self.is_alive(&file.token, refused) => {
                self.context.debug.tell(|| format!("the token is not renewed: {error}"));
                return Ok(file.token.access_token);
            }
            Err(error) => return Err(Failure::Unsaveable(error)),
        };
        let oidc = Oidc {
            client: self.client,
            url: &endpoint.url,
            deadline: self.patience(&file.token, refused),
        };
        let grant = Grant::RefreshToken(&renewal.refresh_token);
        match oidc.create_token(&renewal.registration, grant) {
            Ok(granted) => self.save(pending, &file, renewal, granted),
            Err(error) => {
                drop(pending);
                self.interrupt.hold().settle();
                self.not_renewed(&file, refused, error, lock.is_held())
            }
        }
    }

    /// Takes the space for the new token, and has it given back if a signal comes.
    fn begin(&self) -> Result<Pending, sso_cp_cache::Error> {
        let held = self.interrupt.hold();
        let pending = self.place.begin(&self.context.folders)?;
        held.leave_unfinished(pending.path(), OnSignal::AwaitAnswer);
        Ok(pending)
    }

    fn save(
        &self,
        pending: Pending,
        before: &TokenFile,
        renewal: &Renewal,
        granted: Granted,
    ) -> Result<Secret, Failure> {
        let mut held = self.interrupt.hold();
        let token = Token {
            access_token: granted.access_token,
            expires_at: Timestamp::now().plus_seconds(granted.expires_in_seconds),
            renewal: Some(Renewal {
                // An answer without a new refresh token leaves the old one valid.
                refresh_token: granted.refresh_token.unwrap_or(renewal.refresh_token.clone()),
                registration: renewal.registration.clone(),
            }),
        };
        if !self.place.path.exists() {
            // A logout has removed the token meanwhile; it is not brought back.
            drop(pending);
            held.settle();
            return Err(self.sign_in(SignInReason::None));
        }
        let saved = self.place.finish(&self.context.folders, pending, &token, Some(before));
        held.settle();
        match saved {
            Ok(()) => {
                self.context.debug.tell(|| format!("token renewed until {}", token.expires_at))
            }
            Err(error) => self.context.warn(&format!(
                "the new token could not be saved, so the next run may need a sign-in: {}",
                cause(&error, &self.context.files.home)
            )),
        }
        Ok(token.access_token)
    }

    /// What is left when AWS does not renew the token.
    fn not_renewed(
        &self,
        file: &TokenFile,
        refused: Option<&Secret>,
        error: CallError,
        has_lock: bool,
    ) -> Result<Secret, Failure> {
        let is_refusal = session_is_over(&error);
        if is_refusal && let Some(adopted) = self.adopt(file, refused, has_lock)? {
            return Ok(adopted);
        }
        if self.is_alive(&file.token, refused) {
            self.context.warn(&format!(
                "the token could not be renewed and is used until {}: {error}",
                file.token.expires_at
            ));
            return Ok(file.token.access_token.clone());
        }
        match is_refusal {
            true => Err(self.sign_in(SignInReason::RenewalRefused(Box::new(error)))),
            false => Err(Failure::Network(Box::new(error))),
        }
    }

    /// Another process may have spent the refresh token first: its newer token is as good.
    fn adopt(
        &self,
        before: &TokenFile,
        refused: Option<&Secret>,
        has_lock: bool,
    ) -> Result<Option<Secret>, Failure> {
        let patience = if has_lock { ADOPTION_WITH_LOCK } else { ADOPTION_WITHOUT_LOCK };
        let until = self.deadline.min(Instant::now() + patience);
        loop {
            // A file that is gone was removed by a logout.
            let file = self.read()?.ok_or_else(|| self.sign_in(SignInReason::None))?;
            let is_newer = file.token.access_token != before.token.access_token;
            if is_newer && self.is_alive(&file.token, refused) {
                self.context.debug.tell(|| "adopting the token of another process".to_owned());
                return Ok(Some(file.token.access_token));
            }
            if Instant::now() >= until {
                return Ok(None);
            }
            sleep(ADOPTION_PAUSE);
        }
    }

    fn unrenewed(
        &self,
        token: &Token,
        refused: Option<&Secret>,
        reason: SignInReason,
    ) -> Result<Secret, Failure> {
        match self.is_alive(token, refused) {
            true => Ok(token.access_token.clone()),
            false => Err(self.sign_in(reason)),
        }
    }

    fn read(&self) -> Result<Option<TokenFile>, Failure> {
        self.place.read().map_err(Failure::Files)
    }

    fn is_fresh(&self, token: &Token, refused: Option<&Secret>) -> bool {
        refused != Some(&token.access_token)
            && token.seconds_left(Timestamp::now()) >= clock::TOKEN_SECONDS
    }

    fn is_alive(&self, token: &Token, refused: Option<&Secret>) -> bool {
        refused != Some(&token.access_token) && token.seconds_left(Timestamp::now()) > 0
    }

    /// While the old token lives, a failing refresh must leave time for the call that it is for.
    fn patience(&self, token: &Token, refused: Option<&Secret>) -> Instant {
        match self.is_alive(token, refused) {
            true => self.deadline.min(Instant::now() + clock::WITH_FALLBACK),
            false => self.deadline,
        }
    }

    pub(crate) fn sign_in(&self, reason: SignInReason) -> Failure {
        Failure::SignIn(SignIn { session: self.session.name.clone(), reason, refused: None })
    }
}
