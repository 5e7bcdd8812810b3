//! The `credential_process` document, as every SDK reads it.

use serde::Serialize;
use sso_cp_types::RoleCredentials;
use zeroize::Zeroizing;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: &'a str,
    account_id: &'a str,
}

/// What the document has beside its texts, quotation marks and all.
const FRAME_BYTES: usize = 192;

/// One line of JSON. The account id lets SDKs use account-based endpoints; it is a text, because Go
/// fails on a number.
pub(crate) fn process(credentials: &RoleCredentials, account_id: &str) -> Zeroizing<Vec<u8>> {
    let document = Document {
        version: 1,
        access_key_id: &credentials.access_key_id,
        secret_access_key: credentials.secret_access_key.expose(),
        session_token: credentials.session_token.expose(),
        expiration: &credentials.expires_at.to_string(),
        account_id,
    };
    // Room for everything from the start: growing would leave copies of the secrets behind.
    let texts = credentials.access_key_id.len()
        + credentials.secret_access_key.expose().len()
        + credentials.session_token.expose().len()
        + account_id.len();
    let mut json = Zeroizing::new(Vec::with_capacity(FRAME_BYTES + texts));
    let written = serde_json::to_writer(&mut *json, &document);
    debug_assert!(written.is_ok(), "a struct of texts and a number always serialises");
    json.push(b'\n');
    json
}
