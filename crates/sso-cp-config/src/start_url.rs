//! What a start URL must look like before anything is sent anywhere.

use url::Url;

/// Checks a start URL. The text itself is never changed: the AWS CLI names files by it byte for byte.
///
/// # Errors
///
/// The problem in words: `must begin with ...`.
pub fn check_start_url(text: &str) -> Result<(), String> {
    if is_plain(text) {
        return Ok(());
    }
    if text.chars().any(|character| character.is_control() || character.is_whitespace()) {
        return Err("holds blanks or control characters".to_owned());
    }
    let url = Url::parse(text)
        .map_err(|_| "is not a URL, such as https://example.awsapps.com/start".to_owned())?;
    // The rules for URLs would take the first word of a path for the host.
    let host = text.get("https://".len()..).unwrap_or_default();
    if url.scheme() != "https" || host.starts_with(['/', '\\']) {
        return Err("must begin with `https://` and a host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or a password".to_owned());
    }
    Ok(())
}

/// Whether a URL is one that every start URL looks like, `https://HOST/PATH` without anything that
/// needs a URL parser. The check runs before the cache is looked at, on every call.
fn is_plain(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    let begins_with_letter = host.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let ends_with_letter = host.bytes().last().is_some_and(|byte| byte.is_ascii_alphabetic());
    begins_with_letter
        && ends_with_letter
        && !host.contains("..")
        && host.bytes().all(is_name)
        && path.bytes().all(|byte| is_name(byte) || b"/#_~".contains(&byte))
}
