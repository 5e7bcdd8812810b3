//! Dates of other people's files: never a panic, and what is understood is printed and read the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_types::Timestamp;

fuzz_target!(|text: &str| {
    if let Some(moment) = Timestamp::parse(text) {
        assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        let _ = moment.plus_seconds(i64::MAX).seconds_after(moment);
    }
});
