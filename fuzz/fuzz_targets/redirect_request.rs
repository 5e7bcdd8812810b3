//! The request that a browser comes back with, and everything else that knocks at the port: the head, then the query.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(query) = sso_cp_loopback::fuzzing::query_of_head(bytes) {
        sso_cp_login::fuzzing::query(&query);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        sso_cp_login::fuzzing::query(text);
        sso_cp_login::fuzzing::pasted(text);
        let _ = sso_cp_login::classify_start_url(text);
        let _ = sso_cp_login::check_openable(text);
    }
});
