//! Which actions and resources a statement is about.

/// Whether an action can be one of IAM's: `*`, or a service's prefix without wildcards and a name.
pub(crate) fn prefix(action: &str) -> Prefix {
    let Some((service, name)) = action.split_once(':') else {
        return if action == "*" { Prefix::Good } else { Prefix::Missing };
    };
    if service.contains(['*', '?']) {
        return Prefix::Wildcard;
    }
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let is_name = |byte: u8| is_letter(byte) || matches!(byte, b'*' | b'?' | b'_');
    let is_good =
        |text: &str, may_be: &dyn Fn(u8) -> bool| !text.is_empty() && text.bytes().all(may_be);
    match is_good(service, &is_letter) && is_good(name, &is_name) {
        true => Prefix::Good,
        false => Prefix::Odd,
    }
}

/// What stands before the colon of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    Good,
    Missing,
    Wildcard,
    Odd,
}

/// Whether a pattern with `*` and `?` covers a text, in any case: IAM's actions have none.
pub(crate) fn covers(pattern: &str, text: &str) -> bool {
    let [pattern, text] = [pattern, text].map(|text| text.to_ascii_lowercase().into_bytes());
    let (mut at, mut in_text) = (0, 0);
    // The last star, and how much of the text it has taken so far.
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match (pattern.get(at), star) {
            (Some(b'*'), _) => {
                star = Some((at, in_text));
                at += 1;
            }
            (Some(letter), _) if *letter == b'?' || *letter == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            (_, Some((star_at, taken))) => {
                star = Some((star_at, taken + 1));
                (at, in_text) = (star_at + 1, taken + 1);
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_named_without_wildcards() {
        for (action, expected) in [
            ("*", Prefix::Good),
            ("s3:Get*", Prefix::Good),
            ("aws-portal:View?illing", Prefix::Good),
            ("apigateway:GET", Prefix::Good),
            ("GetObject", Prefix::Missing),
            ("", Prefix::Missing),
            ("**", Prefix::Missing),
            ("*:Get*", Prefix::Wildcard),
            ("s?:Get*", Prefix::Wildcard),
            ("s3:", Prefix::Odd),
            (":Get", Prefix::Odd),
            ("s3: Get", Prefix::Odd),
        ] {
            assert_eq!(prefix(action), expected, "{action}");
        }
    }

    #[test]
    fn patterns_cover_in_any_case() {
        for (pattern, text, expected) in [
            ("*", "sts:AssumeRole", true),
            ("STS:assume*", "sts:AssumeRole", true),
            ("sts:Assum?Role", "sts:AssumeRole", true),
            ("sts:*Role", "sts:AssumeRole", true),
            ("s*a*le", "sts:AssumeRole", true),
            ("sts:AssumeRole", "sts:AssumeRole", true),
            ("sts:AssumeRole*", "sts:AssumeRole", true),
            ("sts:Assume", "sts:AssumeRole", false),
            ("sts:AssumeRole?", "sts:AssumeRole", false),
            ("s3:*", "sts:AssumeRole", false),
            ("", "sts:AssumeRole", false),
        ] {
            assert_eq!(covers(pattern, text), expected, "{pattern}");
        }
    }
}
