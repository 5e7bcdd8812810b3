//! What a start URL must look like before anything is sent anywhere.

use url::Url;

/// Checks a start URL and gives the problem in words. The text itself is never changed: the AWS CLI
/// names files by it byte for byte.
pub(crate) fn check_start_url(text: &str) -> Result<(), String> {
    if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err("holds blanks or control characters".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    if url.scheme() != "https" {
        return Err("must begin with `https://`".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or a password".to_owned());
    }
    Ok(())
}
