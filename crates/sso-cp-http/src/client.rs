//! The client: attempts, their time, and what ureq's errors mean.

use std::io::{self, Read};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Instant;

use ureq::http::{Response, Uri};
use ureq::{Agent, Timeout};
use zeroize::Zeroizing;

use crate::ahead::Ahead;
use crate::connector::Dial;
use crate::dial::{Ways, host_and_port, label};
use crate::limits::{ATTEMPT_LIMIT, INPUT_BUFFER_BYTES, OUTPUT_BUFFER_BYTES};
use crate::reply::Reply;
use crate::resolve::NoLookup;
use crate::tls::Beliefs;
use crate::{
    Error, Event, Method, Phase, Proxies, Request, Retry, Roots, RootsInUse, request, retry,
};

/// The largest honest reply is a page of accounts, some 20 KiB.
const MAX_BODY_BYTES: usize = 1 << 20;

/// AWS sends about 1 KiB of headers. It must be less than the input buffer, which ureq does not enlarge:
/// a longer head would look like one that was cut.
const MAX_HEAD_BYTES: usize = 12 << 10;

/// The buffer between ureq and the body; zeroed afterwards. The credentials of a role fit.
const CHUNK_BYTES: usize = 2 << 10;

/// What a client is told once.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whose certificates count.
    pub roots: Roots,
    /// Which proxy to use.
    pub proxies: Proxies,
    /// Called at every step, for `--debug`.
    pub on_event: Option<fn(&Event<'_>)>,
}

/// The one way to the network. Making one costs nothing; connections are kept and used again.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    ways: OnceLock<Arc<Ways>>,
    ahead: Arc<Ahead>,
    /// For requests that may always be sent again: they may take connections that were made ahead.
    repeating: OnceLock<Agent>,
    /// For all others, the spending of a refresh token above all: their connections are always new.
    careful: OnceLock<Agent>,
}

impl Client {
    /// A client that has not done anything yet.
    pub fn new(settings: Settings) -> Client {
        Client {
            settings,
            ways: OnceLock::new(),
            ahead: Arc::default(),
            repeating: OnceLock::new(),
            careful: OnceLock::new(),
        }
    }

    /// Begins to connect to a URL's host in a thread of its own, for the next request to it that may be sent again
    /// ([`Retry::Always`]), while another request is on its way. An error is reported by that request.
    ///
    /// Nothing happens where the URL is wrong, where the deadline is over, or where no thread can be had.
    pub fn connect_ahead(&self, url: &str, deadline: Instant) {
        let limit = deadline.saturating_duration_since(Instant::now()).min(ATTEMPT_LIMIT);
        let (Ok(uri), Ok(ways)) = (request::target(url), self.ways()) else { return };
        if !limit.is_zero() {
            self.tell(&Event::Ahead { host: &label(&uri) });
            self.ahead.begin(ways, &uri, limit);
        }
    }

    /// Sends a request, repeats it as `retry` allows, up to three attempts in all, and gives the last
    /// reply, whatever its status is.
    ///
    /// The deadline is absolute and covers everything, looking the name up and pauses included. Errors:
    /// see [`Error`]; a redirect is one.
    pub fn send(
        &self,
        request: &Request<'_>,
        retry: Retry,
        deadline: Instant,
    ) -> Result<Reply, Error> {
        let uri = request::target(request.url)?;
        let agent = self.agent(retry)?;
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(agent, request, &uri, attempt, deadline);
            let Some(pause) = retry::pause(&outcome, retry, attempt, deadline) else {
                return outcome;
            };
            self.tell(&Event::Waiting { pause });
            thread::sleep(pause);
            attempt += 1;
        }
    }

    /// Whose root certificates count here; reads the system's store where it counts.
    ///
    /// # Errors
    ///
    /// [`Error::BadRoots`] where the configuration names a file that cannot be used.
    pub fn roots_in_use(&self) -> Result<&RootsInUse, Error> {
        Ok(&self.ways()?.beliefs.get().roots)
    }

    /// What all connections share, made for the first one: reading the certificates costs a millisecond.
    fn ways(&self) -> Result<&Arc<Ways>, Error> {
        if let Some(ways) = self.ways.get() {
            return Ok(ways);
        }
        let ways = Ways {
            proxies: self.settings.proxies.clone(),
            beliefs: Beliefs::new(&self.settings.roots)?,
            on_event: self.settings.on_event,
        };
        Ok(self.ways.get_or_init(|| Arc::new(ways)))
    }

    /// The agent for requests that may be repeated like this, made at the first of them.
    pub(crate) fn agent(&self, retry: Retry) -> Result<&Agent, Error> {
        let (place, ahead) = match retry {
            Retry::Always => (&self.repeating, Some(self.ahead.clone())),
            Retry::Unambiguous | Retry::Never => (&self.careful, None),
        };
        if let Some(agent) = place.get() {
            return Ok(agent);
        }
        let dial = Dial { ways: self.ways()?.clone(), ahead };
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .accept_encoding(ureq::config::AutoHeaderValue::None)
            .user_agent(request::user_agent())
            .max_response_header_size(MAX_HEAD_BYTES)
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .build();
        Ok(place.get_or_init(|| Agent::with_parts(config, dial, NoLookup)))
    }

    fn attempt(
        &self,
        agent: &Agent,
        request: &Request<'_>,
        uri: &Uri,
        number: u32,
        deadline: Instant,
    ) -> Result<Reply, Error> {
        let method = request.method.name();
        self.tell(&Event::Attempt { number, method, host: &label(uri), path: uri.path() });
        let started = Instant::now();
        let outcome = exchange(agent, request, uri, deadline.min(started + ATTEMPT_LIMIT));
        let took = started.elapsed();
        match &outcome {
            Ok(reply) => self.tell(&Event::Answered {
                status: reply.status,
                request_id: reply.request_id.as_deref(),
                bytes: reply.body.len(),
                took,
            }),
            Err(error) => self.tell(&Event::Failed { error, took }),
        }
        outcome
    }

    pub(crate) fn tell(&self, event: &Event<'_>) {
        if let Some(on_event) = self.settings.on_event {
            on_event(event);
        }
    }
}

/// One request and its reply, until a moment.
fn exchange(
    agent: &Agent,
    request: &Request<'_>,
    uri: &Uri,
    until: Instant,
) -> Result<Reply, Error> {
    let case = Case { request, uri, started: Instant::now() };
    let remaining = until.saturating_duration_since(case.started);
    if remaining.is_zero() {
        return Err(case.timed_out(Phase::Connecting));
    }
    let head = request::head(request, uri)?;
    let response = match request.method {
        Method::Get => head.body(()).map_err(ureq::Error::from).and_then(|whole| {
            agent.run(agent.configure_request(whole).timeout_global(Some(remaining)).build())
        }),
        Method::Post => {
            head.body(request::bytes(request)).map_err(ureq::Error::from).and_then(|whole| {
                agent.run(agent.configure_request(whole).timeout_global(Some(remaining)).build())
            })
        }
    };
    let response = response.map_err(|error| case.error(error, Phase::Answer))?;
    case.reply(response)
}

/// What messages about one attempt need to know.
pub(crate) struct Case<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) uri: &'a Uri,
    pub(crate) started: Instant,
}

impl Case<'_> {
    fn reply(&self, response: Response<ureq::Body>) -> Result<Reply, Error> {
        let status = response.status().as_u16();
        let host = label(self.uri);
        match status {
            ..200 | 600.. => {
                let reason = format!("status {status}");
                return Err(Error::NotHttp { host, reason });
            }
            300..400 => {
                let location = response.headers().get("location");
                let to = location.and_then(|value| value.to_str().ok()).and_then(host_of);
                return Err(Error::Redirected { host, status, to });
            }
            _ => {}
        }
        let mut reply = Reply::of_head(status, response.headers());
        reply.body = self.body(response.into_body())?;
        Ok(reply)
    }

    fn body(&self, body: ureq::Body) -> Result<Zeroizing<Vec<u8>>, Error> {
        let too_large = || Error::TooLarge { host: label(self.uri), limit: MAX_BODY_BYTES };
        let announced = usize::try_from(body.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        if announced > MAX_BODY_BYTES {
            return Err(too_large());
        }
        let mut whole = Zeroizing::new(Vec::with_capacity(announced.max(CHUNK_BYTES)));
        let mut chunk = Zeroizing::new([0; CHUNK_BYTES]);
        let mut reader = body.into_reader();
        loop {
            let count = match reader.read(chunk.as_mut()) {
                Ok(0) => return Ok(whole),
                Ok(count) => count,
                Err(error) => return Err(self.error(ureq::Error::from(error), Phase::Body)),
            };
            if whole.len() + count > MAX_BODY_BYTES {
                return Err(too_large());
            }
            extend_without_trace(&mut whole, &chunk[..count]);
        }
    }

    pub(crate) fn error(&self, error: ureq::Error, phase: Phase) -> Error {
        let host = label(self.uri);
        match error {
            ureq::Error::Other(inner) => match inner.downcast::<Error>() {
                Ok(ours) => self.fill_in(*ours),
                Err(other) => Error::NotHttp { host, reason: other.to_string() },
            },
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                self.timed_out(Phase::Connecting)
            }
            ureq::Error::Timeout(_) => self.timed_out(phase),
            ureq::Error::Io(source) => self.cut_short(source),
            ureq::Error::BodyStalled => self.cut_short(io::ErrorKind::UnexpectedEof.into()),
            ureq::Error::Rustls(error) => self.cut_short(io::Error::other(error)),
            ureq::Error::LargeResponseHeader(..) => Error::TooLarge { host, limit: MAX_HEAD_BYTES },
            // Their texts hold the URL.
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
                Error::BadUrl { reason: "it cannot stand in a request" }
            }
            other => Error::NotHttp { host, reason: other.to_string() },
        }
    }

    /// Connecting does not know what the request is for.
    fn fill_in(&self, error: Error) -> Error {
        match error {
            Error::TimedOut { phase, host, after, .. } => {
                Error::TimedOut { phase, awaited: self.request.awaited, host, after }
            }
            other => other,
        }
    }

    fn cut_short(&self, source: io::Error) -> Error {
        Error::CutShort { awaited: self.request.awaited, host: label(self.uri), source }
    }

    pub(crate) fn timed_out(&self, phase: Phase) -> Error {
        Error::TimedOut {
            phase,
            awaited: self.request.awaited,
            host: label(self.uri),
            after: self.started.elapsed(),
        }
    }
}

/// The host that a `Location` points to, with nothing of its path or query.
fn host_of(location: &str) -> Option<String> {
    let uri: Uri = location.parse().ok()?;
    uri.scheme()?;
    let (host, _) = host_and_port(&uri);
    (!host.is_empty()).then(|| label(&uri))
}

/// Appends, and where the vector must grow, zeroes what it leaves behind.
fn extend_without_trace(whole: &mut Zeroizing<Vec<u8>>, more: &[u8]) {
    if whole.len() + more.len() > whole.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(2 * (whole.len() + more.len())));
        larger.extend_from_slice(whole);
        *whole = larger;
    }
    whole.extend_from_slice(more);
}
