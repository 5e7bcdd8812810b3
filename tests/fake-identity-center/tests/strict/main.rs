//! The stand-in is only as good as its strictness: these tests hold it to the protocol with a client that knows nothing.
//!
//! - `sign_in`: registration, the authorize page, codes, refresh tokens
//! - `device`: the device flow
//! - `portal`: role credentials, lists, logout
//! - `account_access`: account access manager
//! - `sts`: role chains
//! - `wire`: broken replies, rude clients, TLS
//! - `control`: the paths for other processes

#![allow(clippy::unwrap_used, reason = "tests may panic")]

mod account_access;
mod client;
mod control;
mod device;
mod portal;
mod sign_in;
mod sts;
mod wire;
