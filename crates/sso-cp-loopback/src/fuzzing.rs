//! A door for `fuzz/`.

use crate::Hosts;
use crate::head::Head;
use crate::request::Request;
use crate::wiped::Wiped;

/// The query of a request head that would reach the consumer.
pub fn query_of_head(bytes: &[u8]) -> Option<String> {
    let mut copy = Wiped::with_capacity(bytes.len());
    copy.extend(bytes);
    let head = Head { bytes: copy, length: bytes.len(), more_follows: false };
    let request = Request::parse(&head, Hosts::Exact, "127.0.0.1:4711").ok()?;
    assert!(request.path().starts_with('/'), "a path that does not begin with a slash");
    request.query().map(str::to_owned)
}
