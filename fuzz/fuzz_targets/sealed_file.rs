//! Sealed files, the file that says where their key is kept, and what a keystore's program prints.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    sso_cp_vault::fuzzing::sealed(bytes);
    sso_cp_vault::fuzzing::key_file(bytes);
    sso_cp_vault::fuzzing::printed(bytes);
});
