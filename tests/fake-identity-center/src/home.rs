//! A config file for trying by hand.

use crate::setup::Setup;
use std::io;
use std::path::Path;

/// The session's name in the config.
pub const SESSION: &str = "corp";

/// The text of a config file with the session and a profile for each role.
pub fn config_text(setup: &Setup) -> String {
    let mut text = format!(
        "[sso-session {SESSION}]\nsso_start_url = {}\nsso_region = {}\nsso_registration_scopes = sso:account:access\n",
        setup.start_url, setup.region
    );
    for account in &setup.accounts {
        let name = account.name.as_ref().unwrap_or(&account.id);
        for role in &account.roles {
            text.push_str(&format!(
                "\n[profile {name}-{role}]\nsso_cp_session = {SESSION}\nsso_cp_account_id = {}\nsso_cp_role_name = {role}\n\
                 credential_process = sso-cp --profile {name}-{role}\nregion = {}\n",
                account.id, setup.region
            ));
        }
    }
    text
}

/// Writes `.aws/config` under a folder. A config that is there already stays, because it may be a person's own.
///
/// # Errors
///
/// The file exists or cannot be written.
pub fn write_home(folder: &Path, setup: &Setup) -> io::Result<()> {
    let aws = folder.join(".aws");
    std::fs::create_dir_all(&aws)?;
    #[expect(clippy::disallowed_methods, reason = "a config for trying by hand has no secrets")]
    let mut file = std::fs::File::create_new(aws.join("config"))?;
    io::Write::write_all(&mut file, config_text(setup).as_bytes())
}
