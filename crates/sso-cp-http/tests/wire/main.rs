//! The client against raw sockets on loopback: what a well-behaved HTTP library would never send.
#![allow(clippy::unwrap_used, reason = "tests may panic")]
#![allow(clippy::disallowed_methods, reason = "tests write the certificates that the client reads")]

mod server;

mod ahead; // connections made before they are needed
mod connecting; // refused, silent, dead IPv6
mod events; // what --debug may show
mod proxies; // CONNECT, refusals, TLS through and with a proxy
mod replies; // cut, dripping, endless, redirecting, odd
mod retries; // 5xx, throttling, which failures repeat
mod roots; // bundles that cannot be used, bad certificates
