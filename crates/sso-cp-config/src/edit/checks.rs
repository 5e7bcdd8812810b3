//! What may be written: only what every tool reads back alike.

use sso_cp_types::is_unseen;

use super::change::{Change, SectionName};
use super::error::EditError;

/// Whether every tool takes the text for a name: the characters of the SDKs' shared grammar. Others
/// need quotes, which only the AWS CLI and boto3 undo.
pub fn is_plain_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.@/+:%-".contains(&byte);
    !name.is_empty() && name.bytes().all(is_plain)
}

/// What keeps a text from being a value that every tool reads back as it is; `None` where nothing
/// does.
pub fn why_not_a_value(value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    let mark = |byte: &u8| matches!(byte, b'#' | b';');
    let is_blank = |byte: &u8| byte.is_ascii_whitespace();
    if value.chars().any(is_unseen) {
        return Some("holds control or invisible characters");
    }
    match (bytes.first(), bytes.last()) {
        (Some(first), Some(last)) if is_blank(first) || is_blank(last) => {
            return Some("begins or ends with a blank");
        }
        // Go takes the pair off, and fails on a quotation mark alone.
        (Some(first @ (b'"' | b'\'')), Some(last)) if first == last => {
            return Some("begins and ends with a quotation mark, which some tools take off");
        }
        (Some(first), _) if mark(first) => return Some("begins a comment"),
        (Some(_), _) => {}
        (None, _) => return Some("is empty"),
    }
    let comment = bytes.windows(2).any(|pair| is_blank(&pair[0]) && mark(&pair[1]));
    comment.then_some("holds ` #` or ` ;`, where some tools begin a comment")
}

pub(super) fn check_name(section: &SectionName) -> Result<(), EditError> {
    match is_plain_name(section.name()) {
        true => Ok(()),
        false => Err(EditError::BadName { section: section.clone() }),
    }
}

pub(super) fn check_change(section: &SectionName, change: &Change) -> Result<(), EditError> {
    match change {
        Change::Set { key, value } | Change::Rename { key, value, .. } => {
            check_setting(section, key, value)
        }
        Change::Remove { .. } => Ok(()),
    }
}

pub(super) fn check_setting(
    section: &SectionName,
    key: &str,
    value: &str,
) -> Result<(), EditError> {
    debug_assert!(is_key(key), "keys are ours: {key}");
    match why_not_a_value(value) {
        None => Ok(()),
        Some(problem) => {
            Err(EditError::BadValue { section: section.clone(), key: key.to_owned(), problem })
        }
    }
}

fn is_key(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}
