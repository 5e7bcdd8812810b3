//! AWS's limits for roles and the names of their sessions (the STS API reference).

use crate::Error;
use crate::section::{Section, bad_value};

/// The shortest session of a role.
pub(crate) const MIN_SESSION_SECONDS: u32 = 900;
/// The longest one, where the role allows it: twelve hours.
pub(crate) const MAX_SESSION_SECONDS: u32 = 43_200;

/// The name of a role's session, in the letters that STS allows.
pub(crate) fn session_name(profile: &Section, key: &str) -> Result<Option<String>, Error> {
    text(profile, key, "_+=,.@-", 64)
}

/// A value of these letters and digits, two at least.
pub(crate) fn text(
    profile: &Section,
    key: &str,
    others: &str,
    longest: usize,
) -> Result<Option<String>, Error> {
    match profile.get(key) {
        Some(text) if !keeps_limits(text, others, longest) => {
            let letters = others.chars().map(|letter| format!(" {letter}")).collect::<String>();
            let problem = format!("must be 2 to {longest} letters, digits or any of{letters}");
            Err(bad_value(profile, key, problem))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

/// `arn:PARTITION:iam::ACCOUNT:role/` and a name, perhaps with a path.
pub(crate) fn is_role_arn(text: &str) -> bool {
    const LENGTH: std::ops::RangeInclusive<usize> = 20..=2048;
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else { return false };
    LENGTH.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !partition.is_empty()
        && !account.is_empty()
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && resource.strip_prefix("role/").is_some_and(|name| !name.is_empty())
}

fn keeps_limits(text: &str, others: &str, longest: usize) -> bool {
    const SHORTEST: usize = 2;
    (SHORTEST..=longest).contains(&text.len())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
}
