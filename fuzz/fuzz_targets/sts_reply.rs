//! Replies of STS, the one service that speaks XML: the first byte is the status, the rest the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_http::{Reply, ServiceError};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let status = [200, 400, 403, 500][usize::from(*first) % 4];
    let content_type = Some("text/xml".to_owned());
    let reply = Reply { status, body: body.to_vec().into(), content_type, ..Reply::default() };
    let error = ServiceError::from_reply(&reply);
    let _ = (error.to_string(), error.is_throttling());
    sso_cp_sts::fuzzing::reply(&reply);
});
