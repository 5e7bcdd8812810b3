//! The shared config file: every reader that leads to credentials.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sso_cp_config::{Files, Listing, Selection};
use sso_cp_fuzz::Home;

fuzz_target!(|bytes: &[u8]| {
    let home = Home::with_config(bytes);
    let env = home.env();
    let files = Files::locate(&env).expect("there is a home");
    let dev = || Selection::Profile("dev".to_owned());
    if let Ok(session) =
        sso_cp_config::session(&Selection::SsoSession("corp".to_owned()), &files, &env)
    {
        // The region becomes a part of a host's name.
        assert!(sso_cp_config::is_region(&session.region), "a region that is not part of a host");
        let _ = (session.oidc(&env), session.portal(&env));
    }
    let _ = sso_cp_config::target(&dev(), &files, &env);
    let _ = sso_cp_config::settings_as_default("dev", &files);
    let _ = Listing::read(&files, &env);
});
