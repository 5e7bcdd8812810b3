//! The one HTTP client of `sso-cp`: blocking, bounded in time and size, never following a redirect.
//!
//! [`Client::send`] takes a [`Request`], a [`Retry`] policy and an absolute deadline, and gives a
//! [`Reply`] of any status, or an [`Error`] that says what stood in the way: the configuration, the
//! name, the connection, TLS, a proxy, or time. [`ServiceError`] reads AWS's error bodies, [`text`],
//! [`integer`] and [`optional_text`] read the members of good ones, [`Reply::xml`] those of STS.
//! [`Client::probe`] asks where a page leads, and is the only request that may be redirected.
//!
//! Nothing is set up before the first request. Nothing here reads the environment: proxies and root
//! certificates come as values, with the names of the variables for messages.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod ahead;
mod aws_error;
mod call;
mod client;
mod connector;
mod date;
mod dial;
mod error;
mod event;
mod json;
mod limits;
mod probe;
mod proxy;
mod reply;
mod request;
mod resolve;
mod retry;
mod roots;
mod secured;
mod skew;
mod tls;
mod tunnel;
mod xml;

pub use aws_error::ServiceError;
pub use call::CallError;
pub use client::{Client, Settings};
pub use error::{Error, Phase, ProxyTrouble, TlsReason};
pub use event::Event;
pub use json::{BadReply, integer, optional_integer, optional_text, seconds, text};
pub use probe::{Probe, Probed};
pub use proxy::{Named, Proxies};
pub use reply::Reply;
pub use request::{Body, FORM_TYPE, Method, Request};
pub use retry::Retry;
pub use roots::{Roots, RootsInUse};
pub use serde_json::value::RawValue;
pub use skew::{clock_words, span};
pub use xml::XmlTexts;
