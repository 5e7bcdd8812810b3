//! The container-credentials endpoint, as every AWS SDK asks it: a `GET` on 127.0.0.1 with a token
//! in its `Authorization` header gives the credentials of a role. One role or several, each at a path
//! of its own that a token of its own opens.
//!
//! Anyone who may fetch credentials stays outside: the endpoint says when it needs new ones, and is
//! given them. Until then it answers from memory, so that a client never waits for AWS while there
//! is something good to hand out.
//!
//! ```no_run
//! use sso_cp_serve::{Endpoint, Freshness, Place, Refusal, Served};
//!
//! # fn random_octets() -> [u8; 32] { [0; 32] }
//! # fn fetch(name: &str) -> Result<Served, Refusal> { panic!("nobody runs this example: {name}") }
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let names = ["dev", "prod"];
//! let places = names.map(|name| Place::named(name, &random_octets()));
//! // botocore asks again from 15 minutes on: no client is to meet them.
//! let freshness =
//!     Freshness { fresh_seconds: 900, renew_seconds: 1200, stale_seconds: 120, retry_seconds: 60 };
//! let endpoint = Endpoint::bind(0, places.into_iter().collect::<Result<_, _>>()?, freshness)?;
//! for place in endpoint.places() {
//!     println!("export AWS_CONTAINER_CREDENTIALS_FULL_URI={}", endpoint.url(place));
//!     println!("export AWS_CONTAINER_AUTHORIZATION_TOKEN={}", place.token().expose());
//! }
//! let serving = endpoint.serve()?; // a thread answers from now on
//! loop {
//!     let role = serving.wait_for_need(); // a client asks, or the time has come
//!     serving.supply(role, fetch(names[role]));
//! }
//! # }
//! ```
//!
//! # What a client must get right
//!
//! The path, the token of that path (256 random bits, compared in constant time), the method, and a
//! `Host` header that names loopback. A request of a web page, which its `Origin` gives away, gets
//! nothing even with the token. `/healthz` says to everybody that the endpoint answers.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod answer;
mod endpoint;
mod error;
mod memory;
mod place;
#[cfg(test)]
mod tests;

pub use answer::{Cause, Refusal, Served};
pub use endpoint::{Endpoint, Serving};
pub use error::Error;
pub use memory::Freshness;
pub use place::Place;
