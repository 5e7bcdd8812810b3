//! The access token of a session: from the cache while it is fresh, else renewed, once, by anyone who
//! holds the session's lock.

use std::thread::sleep;
use std::time::{Duration, Instant};

use sso_cp_cache::{Error as CacheError, Lock, Origin, Pending, TokenFile, TokenPlace, Turn};
use sso_cp_config::Session;
use sso_cp_http::{CallError, Client};
use sso_cp_oidc::{Grant, Granted, Oidc};
use sso_cp_types::{Renewal, Secret, Timestamp, Token};

use crate::call::Call;
use crate::call::Renewal::AsNeeded;
use crate::cleanup::OnStop;
use crate::error::{Error, SignInReason, SignInRequired};
use crate::event::Event;
use crate::limits;
use crate::session_key::session_key;
use crate::warning::Warning;

/// After a rejected refresh token: how long another process, which must have used it, is given to
/// save what it got. Longer where nobody could be kept out.
const ADOPTION_WITH_LOCK: Duration = Duration::from_millis(300);
const ADOPTION_WITHOUT_LOCK: Duration = Duration::from_secs(2);
const ADOPTION_PAUSE: Duration = Duration::from_millis(25);

/// One session's way to a token.
pub(crate) struct TokenProvider<'a> {
    pub(crate) session: &'a Session,
    pub(crate) place: TokenPlace,
    pub(crate) client: &'a Client,
    pub(crate) call: &'a Call<'a>,
    /// When locks are no longer waited for.
    pub(crate) locks_until: Instant,
    /// When the network is no longer waited for.
    pub(crate) deadline: Instant,
    /// The URL that is asked with the token next: it is connected to while a refresh token is on its way.
    pub(crate) next_url: Option<&'a str>,
}

/// Whether AWS says that there is no such session any more: the portal by status 401, the OIDC
/// service by turning the refresh token or its client down.
pub(crate) fn session_is_over(error: &CallError) -> bool {
    const OVER: [&str; 4] = [
        "InvalidGrantException",
        "InvalidClientException",
        "UnauthorizedClientException",
        "ExpiredTokenException",
    ];
    error.status() == Some(401) || error.code().is_some_and(|code| OVER.contains(&code))
}

/// Whether AWS will not renew this sign-in again, whichever name it gives to that: of the token, its
/// client, its scopes or its grant. A new sign-in helps. The one refusal that would outlive it is about
/// a key of the organisation's, and has a reason of its own.
pub(crate) fn renewal_is_over(error: &CallError) -> bool {
    let CallError::Refused { error: said, .. } = error else { return false };
    let is_of_key = said.reason.as_deref().is_some_and(|reason| reason.starts_with("KMS_"));
    session_is_over(error)
        || (matches!(said.status, 400 | 401 | 403) && !error.is_passing() && !is_of_key)
}

impl<'a> TokenProvider<'a> {
    /// A session's way to a token, with time of its own from now on.
    pub(crate) fn of(
        session: &'a Session,
        call: &'a Call<'a>,
        client: &'a Client,
    ) -> TokenProvider<'a> {
        let now = Instant::now();
        TokenProvider {
            session,
            place: call.provider.token_place(session),
            client,
            call,
            locks_until: now + limits::LOCKS,
            deadline: now + limits::TOTAL,
            next_url: None,
        }
    }

    /// A token that is good for a call. `rejected` is one that the portal has just turned down,
    /// whatever its file says.
    pub(crate) fn get(&self, rejected: Option<&Secret>) -> Result<Secret, Error> {
        let token = self.get_here(rejected);
        let is_missing = matches!(
            token,
            Err(Error::SignInRequired(SignInRequired { reason: SignInReason::NoToken, .. }))
        );
        match is_missing.then(|| self.moved()).flatten() {
            Some(place) => TokenProvider { place, ..*self }.get_here(rejected),
            None => token,
        }
    }

    /// Where the token is by now: the session may have been sealed, or unsealed, since this call has read
    /// the configuration.
    fn moved(&self) -> Option<TokenPlace> {
        let provider = self.call.provider;
        Some(provider.token_place(&provider.changed_meanwhile(self.session)?))
    }

    fn get_here(&self, rejected: Option<&Secret>) -> Result<Secret, Error> {
        let file = self.read()?.ok_or_else(|| self.sign_in(SignInReason::NoToken))?;
        if self.is_fresh(&file.token, rejected) {
            self.call.tell(|| Event::TokenFresh { until: file.token.expires_at });
            return Ok(file.token.access_token);
        }
        let may_renew = self.call.renewal == AsNeeded;
        if !may_renew || file.token.live_renewal(Timestamp::now()).is_none() {
            return self.unrenewed(&file.token, rejected, SignInReason::Expired);
        }
        self.renew(rejected)
    }

    fn renew(&self, rejected: Option<&Secret>) -> Result<Secret, Error> {
        let by_others = || {
            let file = self.read().ok()??;
            self.is_fresh(&file.token, rejected).then_some(file.token.access_token)
        };
        let lock = Lock::Session(session_key(self.session));
        let lock = match lock.take_unless(self.call.provider.folders(), self.locks_until, by_others)
        {
            Turn::Done(token) => return Ok(token),
            Turn::Ours(lock) => lock,
        };
        self.call.tell(|| match lock.is_held() {
            true => Event::SessionLocked,
            false => Event::SessionNotLocked,
        });
        if lock.is_held() {
            self.call.provider.settle_forms(self.session);
        }
        // Anyone who had the lock before has probably done the work.
        let file = self.read()?.ok_or_else(|| self.sign_in(SignInReason::NoToken))?;
        if self.is_fresh(&file.token, rejected) {
            return Ok(file.token.access_token);
        }
        let Some(renewal) = file.token.live_renewal(Timestamp::now()) else {
            return self.unrenewed(&file.token, rejected, SignInReason::Expired);
        };
        let endpoint = self.session.oidc(self.call.provider.env())?;
        let pending = match self.begin() {
            Ok(pending) => pending,
            // A refresh token must not be spent for a token that cannot be saved.
            Err(error) if self.is_alive(&file.token, rejected) => {
                self.call.tell(|| Event::TokenKept { error: &error });
                return Ok(file.token.access_token);
            }
            Err(error @ CacheError::Locked(_)) => return Err(self.of_file(error)),
            Err(error) => return Err(Error::TokenUnsaveable(error)),
        };
        let oidc = Oidc {
            client: self.client,
            url: &endpoint.url,
            deadline: self.patience(&file.token, rejected),
        };
        if let Some(url) = self.next_url {
            self.client.connect_ahead(url, self.deadline);
        }
        let grant = Grant::RefreshToken(&renewal.refresh_token);
        match oidc.create_token(&renewal.registration, grant) {
            Ok(granted) => self.save(pending, &file, renewal, granted),
            Err(error) => {
                let path = pending.path().to_owned();
                drop(pending);
                self.call.cleanup.hold().settle(&path);
                self.not_renewed(&file, rejected, error, lock.is_held())
            }
        }
    }

    /// Takes the space for the new token, and has it given back if a signal comes.
    fn begin(&self) -> Result<Pending, CacheError> {
        let held = self.call.cleanup.hold();
        let pending = self.place.begin(self.call.provider.folders())?;
        held.leave_unfinished(pending.path(), OnStop::AwaitAnswer);
        Ok(pending)
    }

    fn save(
        &self,
        pending: Pending,
        before: &TokenFile,
        renewal: &Renewal,
        granted: Granted,
    ) -> Result<Secret, Error> {
        let held = self.call.cleanup.hold();
        let path = pending.path().to_owned();
        let token = Token {
            access_token: granted.access_token,
            expires_at: Timestamp::now().plus_seconds(granted.expires_in_seconds),
            renewal: Some(Renewal {
                // An answer without a new refresh token leaves the old one valid.
                refresh_token: granted.refresh_token.unwrap_or(renewal.refresh_token.clone()),
                registration: renewal.registration.clone(),
            }),
        };
        let provider = self.call.provider;
        if !provider.has_token(self.session) {
            // A logout has removed the token meanwhile; it is not brought back.
            drop(pending);
            held.settle(&path);
            return Err(self.sign_in(SignInReason::NoToken));
        }
        // The session may have been sealed since this call began, for a lock is not waited for for ever.
        let moved = provider.changed_meanwhile(self.session);
        let session = moved.as_ref().unwrap_or(self.session);
        let (place, pending) = provider.redirected(session, &self.place, pending);
        let origin = Origin::Renewed(before);
        let saved = place.finish(provider.folders(), pending, &token, origin);
        if saved.is_ok() {
            provider.move_token_along(session, &place.path);
        }
        held.settle(&path);
        match saved {
            Ok(()) if let Some(warning) = provider.misplaced(session, &place.path) => {
                self.call.warn(warning);
            }
            Ok(()) => self.call.tell(|| Event::TokenRenewed { until: token.expires_at }),
            Err(error) => self.call.warn(Warning::TokenNotSaved(error)),
        }
        Ok(token.access_token)
    }

    /// What is left when AWS does not renew the token.
    fn not_renewed(
        &self,
        file: &TokenFile,
        rejected: Option<&Secret>,
        error: CallError,
        has_lock: bool,
    ) -> Result<Secret, Error> {
        let is_refusal = renewal_is_over(&error);
        if is_refusal && let Some(adopted) = self.adopt(file, rejected, has_lock)? {
            return Ok(adopted);
        }
        if self.is_alive(&file.token, rejected) {
            let (expires_at, error) = (file.token.expires_at, Box::new(error));
            self.call.warn(Warning::TokenNotRenewed { expires_at, error });
            return Ok(file.token.access_token.clone());
        }
        match is_refusal {
            true => Err(self.sign_in(SignInReason::RenewalRefused(Box::new(error)))),
            false => Err(error.into()),
        }
    }

    /// Another process may have spent the refresh token first: its newer token is as good.
    fn adopt(
        &self,
        before: &TokenFile,
        rejected: Option<&Secret>,
        has_lock: bool,
    ) -> Result<Option<Secret>, Error> {
        let patience = if has_lock { ADOPTION_WITH_LOCK } else { ADOPTION_WITHOUT_LOCK };
        let until = self.deadline.min(Instant::now() + patience);
        loop {
            // A file that is gone was removed by a logout.
            let file = self.read()?.ok_or_else(|| self.sign_in(SignInReason::NoToken))?;
            let is_newer = file.token.access_token != before.token.access_token;
            if is_newer && self.is_alive(&file.token, rejected) {
                self.call.tell(|| Event::TokenAdopted);
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
        rejected: Option<&Secret>,
        reason: SignInReason,
    ) -> Result<Secret, Error> {
        match self.is_alive(token, rejected) {
            true => Ok(token.access_token.clone()),
            false => Err(self.sign_in(reason)),
        }
    }

    fn read(&self) -> Result<Option<TokenFile>, Error> {
        self.place.read().map_err(|error| self.of_file(error))
    }

    fn of_file(&self, error: CacheError) -> Error {
        Error::of_file(error, &self.session.name)
    }

    fn is_fresh(&self, token: &Token, rejected: Option<&Secret>) -> bool {
        rejected != Some(&token.access_token)
            && token.seconds_left(Timestamp::now()) >= limits::TOKEN_SECONDS
    }

    fn is_alive(&self, token: &Token, rejected: Option<&Secret>) -> bool {
        rejected != Some(&token.access_token) && token.seconds_left(Timestamp::now()) > 0
    }

    /// While the old token lives, a failing refresh must leave time for the call that it is for.
    fn patience(&self, token: &Token, rejected: Option<&Secret>) -> Instant {
        match self.is_alive(token, rejected) {
            true => self.deadline.min(Instant::now() + limits::WITH_FALLBACK),
            false => self.deadline,
        }
    }

    pub(crate) fn sign_in(&self, reason: SignInReason) -> Error {
        let session = self.session.name.clone();
        Error::SignInRequired(SignInRequired { session, reason, rejected_token: None })
    }
}
