//! The container-credentials endpoint, as every AWS SDK asks it: a `GET` on 127.0.0.1 with a token
//! in its `Authorization` header gives the credentials of one role.
//!
//! Whoever may fetch credentials stays outside: the endpoint says when it needs new ones, and is
//! given them. Until then it answers from memory, so that a client never waits for AWS while there
//! is something good to hand out.
//!
//! ```no_run
//! use sso_cp_serve::{Endpoint, Refusal, Served};
//!
//! # fn random_octets() -> [u8; 32] { [0; 32] }
//! # fn fetch() -> Result<Served, Refusal> { panic!("nobody runs this example") }
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = Endpoint::bind(0, &random_octets())?;
//! println!("export AWS_CONTAINER_CREDENTIALS_FULL_URI={}", endpoint.url());
//! println!("export AWS_CONTAINER_AUTHORIZATION_TOKEN={}", endpoint.token().expose());
//! let serving = endpoint.serve()?; // a thread answers from now on
//! loop {
//!     serving.wait_for_need(); // a client asks, or the time has come
//!     serving.supply(fetch());
//! }
//! # }
//! ```
//!
//! # What a client must get right
//!
//! The token (256 random bits, compared in constant time), the `Host` header, the method and the
//! path. A request of a web page, which its `Origin` gives away, gets nothing even with the token.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod answer;
mod endpoint;
mod error;
mod memory;
#[cfg(test)]
mod tests;

pub use answer::{Cause, Refusal, Served};
pub use endpoint::{Endpoint, Serving};
pub use error::Error;
