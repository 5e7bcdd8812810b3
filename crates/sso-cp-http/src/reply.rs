//! What comes back.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ureq::http::HeaderMap;
use zeroize::Zeroizing;

use crate::date;

/// No header that we read has more bytes than this in any honest reply.
const MAX_HEADER_BYTES: usize = 512;

/// A whole reply, of any status but a redirect's.
#[derive(Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body, at most 1 MiB. It may hold secrets.
    pub body: Zeroizing<Vec<u8>>,
    /// The media type, without parameters, in lower case.
    pub content_type: Option<String>,
    /// The header `x-amzn-ErrorType`, as it came.
    pub error_type: Option<String>,
    /// AWS's id of the request, for their support.
    pub request_id: Option<String>,
    /// The server's clock: the header `Date`, in Unix seconds.
    pub date: Option<i64>,
    /// Our own clock when the head of the reply came, in Unix seconds.
    pub received: i64,
    /// How long the server asks us to wait before we repeat the request.
    pub retry_after: Option<Duration>,
}

impl Reply {
    /// Reads the head; the body is read afterwards.
    pub(crate) fn of_head(status: u16, headers: &HeaderMap) -> Reply {
        let text = |name: &str| -> Option<&str> {
            let value = headers.get(name)?.to_str().ok()?.trim();
            (!value.is_empty() && value.len() <= MAX_HEADER_BYTES).then_some(value)
        };
        let received = unix_seconds_now();
        let date = text("date").and_then(date::parse);
        let media_type = |value: &str| -> String {
            value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
        };
        Reply {
            status,
            body: Zeroizing::default(),
            content_type: text("content-type").map(media_type),
            error_type: text("x-amzn-errortype").map(str::to_owned),
            request_id: text("x-amzn-requestid").or(text("x-amz-request-id")).map(str::to_owned),
            date,
            received,
            retry_after: retry_after(
                text("x-amz-retry-after"),
                text("retry-after"),
                date.unwrap_or(received),
            ),
        }
    }

    /// How many seconds the server's clock is ahead of ours; negative if it is behind.
    pub fn clock_skew_seconds(&self) -> Option<i64> {
        self.date.map(|date| date.saturating_sub(self.received))
    }

    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How long the server asks us to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .field("content_type", &self.content_type)
            .field("error_type", &self.error_type)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// `x-amz-retry-after` is in milliseconds; `Retry-After` is in seconds or a date (RFC 9110, 10.2.3).
fn retry_after(amz: Option<&str>, standard: Option<&str>, now: i64) -> Option<Duration> {
    let digits = |text: &str| -> Option<u64> {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().unwrap_or(u64::MAX))
    };
    if let Some(milliseconds) = amz.and_then(digits) {
        return Some(Duration::from_millis(milliseconds));
    }
    let standard = standard?;
    let until = || Some(u64::try_from(date::parse(standard)?.saturating_sub(now)).unwrap_or(0));
    digits(standard).or_else(until).map(Duration::from_secs)
}

fn unix_seconds_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_retry_after_is_read() {
        let read = |amz, standard| retry_after(amz, standard, 784_111_777);
        let date = "Sun, 06 Nov 1994 08:49:47 GMT";
        assert_eq!(read(Some("1500"), Some("7")), Some(Duration::from_millis(1500)));
        assert_eq!(read(None, Some("7")), Some(Duration::from_secs(7)));
        assert_eq!(read(None, Some(date)), Some(Duration::from_secs(10)));
        assert_eq!(retry_after(None, Some(date), i64::MAX), Some(Duration::ZERO));
        assert_eq!(read(Some("soon"), Some("7")), Some(Duration::from_secs(7)));
        assert_eq!(read(None, Some("99999999999999999999")), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(read(None, Some("-7")), None);
        assert_eq!(read(None, None), None);
    }

    #[test]
    fn skew_is_the_server_s_clock_less_ours() {
        let reply = Reply { date: Some(100), received: 3700, ..Reply::default() };
        assert_eq!(reply.clock_skew_seconds(), Some(-3600));
        assert_eq!(Reply::default().clock_skew_seconds(), None);
    }
}
