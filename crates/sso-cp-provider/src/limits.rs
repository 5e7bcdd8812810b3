//! How fresh is fresh enough, and how long anything may take. The one place for these numbers.

use std::time::Duration;

/// Cached role credentials are handed out while they have more than this left. botocore starts to
/// refresh at 15 minutes: handing out less would make it run us for every request.
pub const FRESH_SECONDS: i64 = 15 * 60;

/// Where fresh credentials cannot be had for a passing reason, cached ones serve down to this.
pub const STALE_SECONDS: i64 = 2 * 60;

/// An access token is renewed when it has less than this left (the SDKs' limit too).
pub const TOKEN_SECONDS: i64 = 5 * 60;

/// The credential command with all its requests. The Rust SDK gives up after about 21 seconds, so
/// this and the start of a process stay under 20.
pub const TOTAL: Duration = Duration::from_secs(18);

/// Waiting for other processes of ours, over all locks. A stopped holder costs this much once.
pub const LOCKS: Duration = Duration::from_secs(8);

/// How long the network may take while there is something older to hand out: long enough for a slow
/// day, short enough that nobody thinks of a hang.
pub const WITH_FALLBACK: Duration = Duration::from_secs(8);

/// After a failure with something older to hand out, how long that is handed out without another try:
/// tools run us at each of their requests then.
/// Anyone who renews unasked waits as long.
pub const RETRY_SECONDS: i64 = 60;

/// How long another process of ours, which is at the same work, is waited for while there is something
/// older to hand out. A renewal takes some tenths of a second.
pub const WITH_FALLBACK_OTHERS: Duration = Duration::from_millis(500);

/// Anyone who hands credentials on to clients of its own, as an endpoint does, renews them from here on: so
/// no client of it meets [`FRESH_SECONDS`].
pub const AHEAD_SECONDS: i64 = 20 * 60;

/// Where credentials are fetched in the background, they are from here on, so that calls find more than
/// [`FRESH_SECONDS`] ten minutes long.
pub const PREFETCH_SECONDS: i64 = 25 * 60;

/// After a fetch in the background, how long there is no other one for the same role.
pub const PREFETCH_PAUSE: Duration = Duration::from_secs(60);

/// One request with its answer, where nothing waits for others of the same call. The client gives up earlier,
/// at what one attempt may take.
pub const REQUEST: Duration = Duration::from_secs(10);

/// Where a start URL of one's own leads. The AWS CLI waits this long.
pub const START_URL: Duration = Duration::from_secs(10);

/// After this long without any answer but "too many requests", a listing is given up.
pub const LISTING: Duration = Duration::from_secs(60);

/// Ending one session at AWS: a person waits, and the files go whatever comes of it.
pub const LOGOUT: Duration = Duration::from_secs(10);

/// A sign-in, from its page to its end. The AWS CLI's limit too.
pub const SIGN_IN: Duration = Duration::from_secs(600);

/// Whether credentials with so many seconds left are fresh where more than `span` seconds are wanted. Those that
/// live less than two such spans from the start (`life`) are for half of it: they would never be otherwise, and
/// every call would ask AWS.
#[inline]
pub(crate) fn is_fresh(left: i64, span: i64, life: Option<u32>) -> bool {
    let half = life.map_or(i64::MAX, |seconds| i64::from(seconds) / 2);
    left > span.min(half)
}
