//! A small strict HTTP/1.1 listener on 127.0.0.1, for two consumers: the redirect that ends a
//! browser sign-in, and the container-credentials endpoint.
//!
//! Anything on the machine, and any web page in its browser, can send bytes to a loopback port. So
//! the listener answers by itself whatever is not a plain `GET` with a `Host` that [`Hosts`] allows
//! (a page that reaches us by a name of its own is DNS rebinding), and only the rest reaches the
//! consumer, who decides by path, query and a few headers. Nothing that a client sends is ever sent
//! back.
//!
//! ```
//! use std::time::Duration;
//! use sso_cp_loopback::{Hosts, Limits, Listener, Response, Status, Then};
//!
//! # fn main() -> Result<(), sso_cp_loopback::Error> {
//! let listener = Listener::bind(0, Limits::SIGN_IN, Hosts::Exact)?;
//! println!("listening on http://127.0.0.1:{}/", listener.port());
//! // The wait is bounded, so that the caller can look at signals and deadlines in between.
//! if let Some(exchange) = listener.next(Duration::from_millis(10)) {
//!     let status = match exchange.request().path() {
//!         "/hello" => Status::Ok,
//!         _ => Status::NotFound,
//!     };
//!     // An error means that the client went away, which is nobody's problem here.
//!     let _ = exchange.answer(&Response { status, headers: &[], body: b"", then: Then::Close });
//! }
//! # Ok(())
//! # } // Dropping the listener closes the port.
//! ```
//!
//! # How it runs
//!
//! One thread blocks in `accept`; every connection gets a thread of its own that blocks in `read`
//! until its head is complete or its deadline has passed. Complete requests go through a bounded
//! channel to the consumer. So a slow client delays nobody, an idle listener costs no processor
//! time at all (a non-blocking loop would have to wake up all day in a long-lived endpoint), and
//! there is neither unsafe code nor an async runtime. The number of connections is bounded: when
//! one more comes, the connection that has been silent for longest gives way. Stacks are small, and
//! a thread costs some 20 microseconds, far below what 5,000 requests per second allow; connections
//! that are kept open keep their thread.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::disallowed_methods,
        reason = "tests may panic and make a socket"
    )
)]

mod connection;
mod error;
mod exchange;
#[cfg(fuzzing)]
pub mod fuzzing;
mod head;
mod host;
mod limits;
mod listener;
mod peer;
mod request;
mod seats;
mod status;
mod stream;
mod wiped;

pub use error::Error;
pub use exchange::{Exchange, Response, Then};
pub use host::Hosts;
pub use limits::Limits;
pub use listener::Listener;
pub use peer::Peer;
pub use request::Request;
pub use status::Status;

#[cfg(test)]
mod tests;
