//! Replies of AWS, or of whatever answers in its place: the first byte is the status, the rest the body. Each is read as a reply
//! to every call of the token service and of the portal, for the members that they want differ.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_http::{Reply, ServiceError};
use sso_cp_login::{DevicePoll, Heard, Moment, TrustedHosts};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let status = [200, 400, 401, 403, 429, 500, 503][usize::from(*first) % 7];
    let content_type = [None, Some("application/json"), Some("text/plain"), Some("text/html")];
    let reply = Reply {
        status,
        body: body.to_vec().into(),
        content_type: content_type[usize::from(*first) % 4].map(str::to_owned),
        ..Reply::default()
    };
    let error = ServiceError::from_reply(&reply);
    let _ = (error.to_string(), error.is_throttling());
    sso_cp_portal::fuzzing::reply(&reply);
    let Some(device) = sso_cp_oidc::fuzzing::reply(&reply) else { return };
    let trusted =
        TrustedHosts { start_url: "https://example.awsapps.com/start", oidc_endpoint: None };
    let link = device.verification_uri_complete.as_deref().unwrap_or(&device.verification_uri);
    if sso_cp_login::judge_verification_link(link, &trusted).is_ok() {
        assert!(link.starts_with("https://"), "a link that is opened without asking");
    }
    let now = Moment::now();
    let mut poll = DevicePoll::new(device.interval_seconds, device.expires_in_seconds, now);
    for heard in [Heard::Pending, Heard::SlowDown, Heard::PassingFailure] {
        poll.heard(heard, now);
        let _ = poll.step(now);
    }
});
