//! The port, the thread that answers at it, and the meeting point with whoever supplies credentials.

use std::fmt::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sso_cp_loopback::{Exchange, Limits, Listener, Request, Response};
use sso_cp_types::Secret;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::answer::No;
use crate::memory::{Memory, Moment, Verdict};
use crate::{Error, Refusal, Served};

/// The one path. SDKs take it from the variable, so it could be anything.
const PATH: &str = "/credentials";

/// How long a client waits for better credentials while there are usable ones: botocore gives up
/// after two seconds, the JS SDK after three.
const PATIENCE: Duration = Duration::from_millis(1500);

/// How long a client waits where there is nothing else to give. Most hang up before.
const LONG_PATIENCE: Duration = Duration::from_secs(20);

/// How often those who wait are looked at.
const TICK: Duration = Duration::from_millis(50);

/// How often to look anyway. Condition variables go by a clock that stops while a laptop sleeps, and
/// what expires does not.
const LONG_TICK: Duration = Duration::from_secs(60);

/// A bound port with its token, which does not answer yet.
pub struct Endpoint {
    listener: Listener,
    token: Secret,
}

/// An endpoint that answers, until the process ends.
#[derive(Clone)]
pub struct Serving(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    needed: Condvar,
}

#[derive(Default)]
struct State {
    memory: Memory,
    /// A client has asked for what the memory does not have.
    is_wanted: bool,
    waiting: Vec<Waiting>,
}

/// A client who waits for new credentials.
struct Waiting {
    exchange: Exchange,
    until: Instant,
}

impl Endpoint {
    /// Binds 127.0.0.1; port 0 lets the operating system choose. `octets` must come from the
    /// operating system's random numbers and never be used again: they become the token.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] where the port cannot be had.
    pub fn bind(port: u16, octets: &[u8; 32]) -> Result<Endpoint, Error> {
        let listener =
            Listener::bind(port, Limits::ENDPOINT).map_err(|source| Error::Listen { source })?;
        // Hexadecimal digits mean nothing to any shell, URL or header.
        let mut token = Zeroizing::new(String::with_capacity(2 * octets.len()));
        for octet in octets {
            // A text takes everything.
            let _ = write!(token, "{octet:02x}");
        }
        Ok(Endpoint { listener, token: Secret::new(token) })
    }

    /// For `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.listener.port())
    }

    /// For `AWS_CONTAINER_AUTHORIZATION_TOKEN`: 64 hexadecimal digits.
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// Begins to answer, in a thread of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Thread`] where the operating system has none for us.
    pub fn serve(self) -> Result<Serving, Error> {
        let serving = Serving(Arc::default());
        let shared = Arc::clone(&serving.0);
        thread::Builder::new()
            .name("endpoint".to_owned())
            .spawn(move || self.answer_for_ever(&shared))
            .map_err(|source| Error::Thread { source })?;
        Ok(serving)
    }

    fn answer_for_ever(&self, shared: &Shared) {
        let mut somebody_waits = false;
        loop {
            let tick = if somebody_waits { TICK } else { LONG_TICK };
            if let Some(exchange) = self.listener.next(tick) {
                match self.check(exchange.request()) {
                    Ok(()) => shared.give(exchange),
                    Err(no) => send(exchange, &no.response()),
                }
            }
            somebody_waits = shared.dismiss_overdue();
        }
    }

    /// What a request must have. The listener has checked method and `Host`.
    fn check(&self, request: &Request) -> Result<(), No> {
        if request.path() != PATH || request.query().is_some() {
            return Err(No::path());
        }
        if request.origin().is_some() {
            return Err(No::origin());
        }
        let given = request.authorization().unwrap_or_default();
        match bool::from(given.ct_eq(self.token.expose().as_bytes())) {
            true => Ok(()),
            false => Err(No::token()),
        }
    }
}

impl Serving {
    /// Waits until new credentials are needed: a client asks for them, or the old ones come to their
    /// end. Whoever returns from here must call [`Serving::supply`].
    pub fn wait_for_need(&self) {
        let mut state = self.0.state();
        loop {
            let quiet = state.memory.quiet_time(Moment::now());
            if state.is_wanted || quiet.is_some_and(|time| time.is_zero()) {
                return;
            }
            let time = quiet.unwrap_or(LONG_TICK).min(LONG_TICK);
            let woken = self.0.needed.wait_timeout(state, time);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// New credentials, or why there are none. Everybody who waits is answered.
    pub fn supply(&self, supplied: Result<Served, Refusal>) {
        let now = Moment::now();
        let mut state = self.0.state();
        state.memory.keep(supplied, now);
        state.is_wanted = false;
        let waiting = std::mem::take(&mut state.waiting);
        let good = state.memory.usable(now).cloned();
        let bad = state.memory.refusal().map(No::from);
        drop(state);
        for client in waiting {
            answer(client.exchange, good.as_ref(), bad.as_ref());
        }
    }
}

impl Shared {
    /// Nothing panics while it holds the lock, and if it did, the state would still be whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers from memory, or has the client wait.
    fn give(&self, exchange: Exchange) {
        let now = Moment::now();
        let mut state = self.state();
        let patience = match state.memory.verdict(now) {
            Verdict::Good(served) => {
                let served = served.clone();
                drop(state);
                return send(exchange, &served.response());
            }
            Verdict::Bad(refusal) => {
                let no = No::from(refusal);
                drop(state);
                return send(exchange, &no.response());
            }
            Verdict::Stale => PATIENCE,
            Verdict::Nothing => LONG_PATIENCE,
        };
        state.is_wanted = true;
        state.waiting.push(Waiting { exchange, until: now.steady + patience });
        self.needed.notify_all();
    }

    /// Answers those who have waited long enough with what there is. Says whether anybody still
    /// waits.
    fn dismiss_overdue(&self) -> bool {
        let now = Moment::now();
        let mut state = self.state();
        let is_over = |client: &mut Waiting| client.until <= now.steady;
        let overdue: Vec<Waiting> = state.waiting.extract_if(.., is_over).collect();
        let good = state.memory.usable(now).cloned();
        let somebody_waits = !state.waiting.is_empty();
        drop(state);
        for client in overdue {
            answer(client.exchange, good.as_ref(), None);
        }
        somebody_waits
    }
}

fn answer(exchange: Exchange, good: Option<&Served>, bad: Option<&No>) {
    match (good, bad) {
        (Some(served), _) => send(exchange, &served.response()),
        (None, Some(no)) => send(exchange, &no.response()),
        (None, None) => send(exchange, &No::too_late().response()),
    }
}

/// A client that is gone by now is nobody's problem.
fn send(exchange: Exchange, response: &Response<'_>) {
    let _ = exchange.answer(response);
}
