//! Replies of AWS, or of whatever answers in its place: the first byte is the status, the rest the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_http::{Reply, ServiceError};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let status = [200, 400, 401, 403, 429, 500, 503][usize::from(*first) % 7];
    let content_type = [None, Some("application/json"), Some("text/xml"), Some("text/html")];
    let reply = Reply {
        status,
        body: body.to_vec().into(),
        content_type: content_type[usize::from(*first) % 4].map(str::to_owned),
        ..Reply::default()
    };
    let error = ServiceError::from_reply(&reply);
    let _ = (error.to_string(), error.is_throttling());
    if let Ok(texts) = reply.xml() {
        let _ = texts.text("AssumeRoleResponse/AssumeRoleResult/Credentials/AccessKeyId");
    }
    sso_cp_oidc::fuzzing::reply(&reply);
    sso_cp_portal::fuzzing::reply(&reply);
});
