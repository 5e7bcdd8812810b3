//! Asking where a page leads. This is the one request whose answer may be a redirect, and it carries
//! nothing of ours: no token, no header, no body.

use std::time::Instant;

use ureq::http::Request as Head;

use crate::client::Case;
use crate::dial::label;
use crate::limits::ATTEMPT_LIMIT;
use crate::{Client, Error, Event, Method, Phase, Request, Retry, request};

/// A `Location` of more bytes leads nowhere that we go.
const MAX_LOCATION_BYTES: usize = 4096;

/// How a page is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// For its head alone.
    Head,
    /// For the page, whose body is not read.
    Get,
}

/// What the head of the answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// The HTTP status.
    pub status: u16,
    /// The header `Location`, as it came.
    pub location: Option<String>,
}

impl Client {
    /// Asks once, and follows nothing.
    ///
    /// # Errors
    ///
    /// As [`Client::send`], but for redirects, which are answers here.
    pub fn probe(&self, probe: Probe, url: &str, deadline: Instant) -> Result<Probed, Error> {
        let uri = request::target(url)?;
        let agent = self.agent(Retry::Never)?;
        let bare = Request {
            method: Method::Get,
            url,
            bearer: None,
            headers: &[],
            body: None,
            awaited: "the address of the portal",
        };
        let started = Instant::now();
        let case = Case { request: &bare, uri: &uri, started };
        let method = match probe {
            Probe::Head => "HEAD",
            Probe::Get => "GET",
        };
        self.tell(&Event::Attempt { number: 1, method, host: &label(&uri), path: uri.path() });
        let until = deadline.min(started + ATTEMPT_LIMIT);
        let remaining = until.saturating_duration_since(started);
        if remaining.is_zero() {
            return Err(case.timed_out(Phase::Connecting));
        }
        let head = Head::builder().method(method).uri(uri.clone()).body(());
        let response = head.map_err(ureq::Error::from).and_then(|whole| {
            agent.run(agent.configure_request(whole).timeout_global(Some(remaining)).build())
        });
        let response = response.map_err(|error| case.error(error, Phase::Answer))?;
        let status = response.status().as_u16();
        let took = started.elapsed();
        self.tell(&Event::Answered { status, request_id: None, bytes: 0, took });
        let location = response.headers().get("location");
        let location = location.and_then(|value| value.to_str().ok());
        let location = location.filter(|text| text.len() <= MAX_LOCATION_BYTES);
        Ok(Probed { status, location: location.map(str::to_owned) })
    }
}
