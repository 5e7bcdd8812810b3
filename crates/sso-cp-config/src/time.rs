//! Times as people write them, in the config file and in flags.

use std::time::Duration;

/// The longest time that means anything here: no sign-in and no key outlives a year.
const MAX_SECONDS: u64 = 366 * 86_400;

/// Reads `45s`, `30m`, `8h` or `2d`. `None` for anything else, for nothing at all (`0h`), and for more than
/// a year.
pub fn parse_time(text: &str) -> Option<Duration> {
    let seconds_per_unit = match text.as_bytes().last()? {
        b's' => 1,
        b'm' => 60,
        b'h' => 3_600,
        b'd' => 86_400,
        _ => return None,
    };
    let digits = &text[..text.len() - 1];
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = digits.parse::<u64>().ok()?.checked_mul(seconds_per_unit)?;
    (1..=MAX_SECONDS).contains(&seconds).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_number_and_one_unit() {
        for (text, seconds) in [("1s", 1), ("30m", 1_800), ("8h", 28_800), ("366d", MAX_SECONDS)] {
            assert_eq!(parse_time(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        let odd = ["", "8", "h", "0h", "-1h", "+1h", "1.5h", "8 h", "8H", "367d", "1h30m", "1é"];
        for text in odd.into_iter().chain(["99999999999999999999d", "18446744073709551615d"]) {
            assert_eq!(parse_time(text), None, "{text:?}");
        }
    }
}
