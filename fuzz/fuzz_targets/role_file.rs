//! Role-credential files: what is understood is written and read the same.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sso_cp_cache::fuzzing::role(bytes));
