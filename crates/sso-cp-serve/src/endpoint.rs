//! The port, the thread that answers at it, and the meeting point with anyone who supplies credentials.

#[cfg(unix)]
use std::os::unix::net::UnixListener;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sso_cp_loopback::{Exchange, Hosts, Limits, Listener, Response};

use crate::answer::{HEALTHY, No};
use crate::memory::{Freshness, Memory, Moment, Verdict};
use crate::place::{Place, Places, Wanted};
use crate::{Error, Refusal, Served};

/// How long a client waits for better credentials while there are usable ones. Ruby, pyarrow, DuckDB
/// and the JS SDK v2 hang up after one second, botocore after two: with a tick and a busy machine this
/// stays below 800 milliseconds.
const PATIENCE: Duration = Duration::from_millis(600);

/// How long a client waits where there is nothing else to give. Most hang up before.
const LONG_PATIENCE: Duration = Duration::from_secs(20);

/// How often those who wait are looked at.
const TICK: Duration = Duration::from_millis(50);

/// How often to look anyway. Condition variables go by a clock that stops while a laptop sleeps, and
/// what expires does not.
const LONG_TICK: Duration = Duration::from_secs(60);

/// A bound port with its roles, which does not answer yet.
pub struct Endpoint {
    listener: Listener,
    places: Places,
    freshness: Freshness,
}

/// An endpoint that answers, until the process ends.
#[derive(Clone)]
pub struct Serving(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    needed: Condvar,
}

struct State {
    /// One for each place, in their order.
    roles: Vec<Role>,
    waiting: Vec<Waiting>,
}

struct Role {
    memory: Memory,
    /// A client has asked for what the memory does not have.
    is_wanted: bool,
    /// Somebody is fetching it.
    is_fetched: bool,
}

/// A client who waits for new credentials of a role.
struct Waiting {
    role: usize,
    exchange: Exchange,
    until: Instant,
}

impl Endpoint {
    /// Binds 127.0.0.1; port 0 lets the operating system choose. At each place a role is served, and
    /// nothing anywhere else. Roles are numbered from 0 in this order.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] where the port cannot be had.
    pub fn bind(port: u16, places: Vec<Place>, freshness: Freshness) -> Result<Endpoint, Error> {
        let listener = Listener::bind(port, Limits::ENDPOINT, Hosts::Loopback);
        let listener = listener.map_err(|source| Error::Listen { source })?;
        Ok(Endpoint { listener, places: Places::new(places), freshness })
    }

    /// Answers at a Unix socket too.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] where the operating system has no thread for us.
    #[cfg(unix)]
    pub fn listen_at(&mut self, socket: UnixListener) -> Result<(), Error> {
        self.listener.listen_at(socket).map_err(|source| Error::Listen { source })
    }

    /// The places, in the order in which they were given.
    pub fn places(&self) -> &[Place] {
        self.places.all()
    }

    /// For `AWS_CONTAINER_CREDENTIALS_FULL_URI`: the URL of a place.
    pub fn url(&self, place: &Place) -> String {
        format!("http://127.0.0.1:{}{}", self.listener.port(), place.path())
    }

    /// Begins to answer, in a thread of its own.
    ///
    /// # Errors
    ///
    /// [`Error::Thread`] where the operating system has none for us.
    pub fn serve(self) -> Result<Serving, Error> {
        let memory = || Memory::new(self.freshness);
        let role = |_| Role { memory: memory(), is_wanted: false, is_fetched: false };
        let roles = self.places.all().iter().map(role).collect();
        let state = Mutex::new(State { roles, waiting: Vec::new() });
        let shared = Arc::new(Shared { state, needed: Condvar::new() });
        let serving = Serving(Arc::clone(&shared));
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
                match self.places.check(exchange.request()) {
                    Ok(Wanted::Role(role)) => shared.give(role, exchange),
                    Ok(Wanted::Health) => send(exchange, &HEALTHY),
                    Err(no) => send(exchange, &no.response()),
                }
            }
            somebody_waits = shared.dismiss_overdue();
        }
    }
}

impl Serving {
    /// Waits until a role needs new credentials: a client asks for them, or the old ones come to their
    /// end. Gives the role's number. Several threads may wait here: each gets another role. Anyone who
    /// returns from here must call [`Serving::supply`] for it.
    pub fn wait_for_need(&self) -> usize {
        let mut state = self.0.state();
        loop {
            let (in_need, time) = state.next_need(Moment::now());
            if let Some(number) = in_need {
                state.roles[number].is_fetched = true;
                return number;
            }
            let woken = self.0.needed.wait_timeout(state, time);
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// New credentials of a role, or why there are none. Everybody who waits for them is answered.
    pub fn supply(&self, number: usize, supplied: Result<Served, Refusal>) {
        self.supply_at(number, supplied, Moment::now());
    }

    pub(crate) fn supply_at(&self, number: usize, supplied: Result<Served, Refusal>, now: Moment) {
        let mut state = self.0.state();
        let Some(role) = state.roles.get_mut(number) else { return };
        role.memory.keep(supplied, now);
        (role.is_wanted, role.is_fetched) = (false, false);
        let good = role.memory.usable(now).cloned();
        let bad = role.memory.refusal().map(No::from);
        let is_for_it = |client: &mut Waiting| client.role == number;
        let waiting: Vec<Waiting> = state.waiting.extract_if(.., is_for_it).collect();
        drop(state);
        // When the role needs something next, another thread may be the one to see to it.
        self.0.needed.notify_all();
        for client in waiting {
            answer(client.exchange, good.as_ref(), bad.as_ref());
        }
    }
}

impl State {
    /// A role that needs something now and that nobody fetches, or how long there will be none.
    fn next_need(&self, now: Moment) -> (Option<usize>, Duration) {
        let mut quiet = LONG_TICK;
        for (number, role) in self.roles.iter().enumerate() {
            if role.is_fetched {
                continue;
            }
            match role.memory.quiet_time(now) {
                _ if role.is_wanted => return (Some(number), Duration::ZERO),
                Some(Duration::ZERO) => return (Some(number), Duration::ZERO),
                Some(time) => quiet = quiet.min(time),
                None => {}
            }
        }
        (None, quiet)
    }
}

impl Shared {
    /// Nothing panics while it holds the lock, and if it did, the state would still be whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers from memory, or has the client wait.
    fn give(&self, number: usize, exchange: Exchange) {
        let now = Moment::now();
        let mut state = self.state();
        let role = &mut state.roles[number];
        let patience = match role.memory.verdict(now) {
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
        role.is_wanted = true;
        state.waiting.push(Waiting { role: number, exchange, until: now.steady + patience });
        self.needed.notify_all();
    }

    /// Answers those who have waited long enough with what there is. Says whether anybody still
    /// waits.
    fn dismiss_overdue(&self) -> bool {
        let now = Moment::now();
        let mut state = self.state();
        let is_over = |client: &mut Waiting| client.until <= now.steady;
        let overdue: Vec<Waiting> = state.waiting.extract_if(.., is_over).collect();
        let overdue: Vec<(Waiting, Option<Served>)> = overdue
            .into_iter()
            .map(|client| {
                let good = state.roles[client.role].memory.usable(now).cloned();
                (client, good)
            })
            .collect();
        let somebody_waits = !state.waiting.is_empty();
        drop(state);
        for (client, good) in overdue {
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
