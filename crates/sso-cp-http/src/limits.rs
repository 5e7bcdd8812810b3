//! Limits that several steps of a request share.

use std::time::Duration;

/// The whole credential path has 20 seconds, and three attempts with their pauses must fit.
pub(crate) const ATTEMPT_LIMIT: Duration = Duration::from_secs(6);

/// ureq's own 128 KiB buffers cost 120 page faults, 0.2 to 0.3 ms, and our replies are small.
pub(crate) const INPUT_BUFFER_BYTES: usize = 16 << 10;
pub(crate) const OUTPUT_BUFFER_BYTES: usize = 8 << 10;
