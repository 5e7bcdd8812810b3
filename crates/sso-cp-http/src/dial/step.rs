//! What ureq's connectors want to know of one step, made from nothing but a deadline, so that a step can run in any thread.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::transport::{ConnectionDetails, NextTimeout, time};
use ureq::{Agent, Timeout};

use crate::limits::{INPUT_BUFFER_BYTES, OUTPUT_BUFFER_BYTES};
use crate::resolve::{self, NoLookup};

/// A step on the way to a connection, and until when it may take.
pub(super) struct Step {
    until: Instant,
}

impl Step {
    pub(super) fn until(until: Instant) -> Step {
        Step { until }
    }

    /// For a step that begins now, without addresses.
    pub(super) fn details<'a>(&self, uri: &'a Uri) -> ConnectionDetails<'a> {
        ConnectionDetails {
            uri,
            addrs: resolve::in_ureq_form(&[]),
            config: plain_config(),
            request_level: false,
            resolver: &NoLookup,
            now: time::Instant::now(),
            timeout: self.timeout(),
            current_time: Arc::new(time::Instant::now),
            // Only ureq's own connector for proxies runs others; ours does that itself.
            run_connector: Arc::new(|_| Err(ureq::Error::ConnectionFailed)),
            // Only `Agent::shutdown` asks for what is registered, and nothing here calls it.
            register_shutdown: Arc::new(|_| Ok(())),
        }
    }

    /// What is left of the time.
    pub(super) fn timeout(&self) -> NextTimeout {
        let after = self.until.saturating_duration_since(Instant::now());
        let after = time::Duration::Exact(after);
        NextTimeout { after, reason: Timeout::Connect, ..NextTimeout::default() }
    }
}

/// The sizes of buffers, and no proxy of ureq's own choice.
fn plain_config() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| {
        Agent::config_builder()
            .proxy(None)
            .input_buffer_size(INPUT_BUFFER_BYTES)
            .output_buffer_size(OUTPUT_BUFFER_BYTES)
            .build()
    })
}
