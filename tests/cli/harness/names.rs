//! What the AWS CLI calls its cache files, worked out apart from the program.

use sha1::{Digest, Sha1};

/// The token file of a session name, or of a start URL in the legacy form.
pub(crate) fn token_file(session: &str) -> String {
    sha1_hex(session) + ".json"
}

/// The role-credential file of a session name or, in the legacy form, a start URL.
pub(crate) fn role_file(session: &str, account_id: &str, role_name: &str) -> String {
    let key = if session.contains("://") { "startUrl" } else { "sessionName" };
    let [account_id, role_name, session] = [account_id, role_name, session].map(json);
    sha1_hex(&format!(
        "{{\"accountId\":{account_id},\"roleName\":{role_name},\"{key}\":{session}}}"
    )) + ".json"
}

/// Forty hexadecimal digits.
pub(crate) fn sha1_hex(text: &str) -> String {
    Sha1::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// JSON text as Python writes it: everything that is not ASCII escaped.
fn json(text: &str) -> String {
    let mut json = String::new();
    for letter in serde_json::Value::from(text).to_string().chars() {
        if letter.is_ascii() && letter != '\u{7f}' {
            json.push(letter);
        } else {
            let mut units = [0; 2];
            letter
                .encode_utf16(&mut units)
                .iter()
                .for_each(|unit| json.push_str(&format!("\\u{unit:04x}")));
        }
    }
    json
}
