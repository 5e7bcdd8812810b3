//! Texts in which `*` stands for any letters and `?` for one, as in the names of files, whatever the case.

/// Whether the whole text is as the pattern says.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (letters(pattern), letters(text));
    let (mut at, mut text_at) = (0, 0);
    // The last star, and how far the text was when it was met: it takes one letter more wherever the rest does not fit.
    let mut star = None;
    while text_at < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, text_at));
                at += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[text_at] => {
                at += 1;
                text_at += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                at = star_at + 1;
                text_at = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

fn letters(text: &str) -> Vec<char> {
    text.to_lowercase().chars().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, text) in [
            ("prod", "PROD"),
            ("*", ""),
            ("prod-*", "prod-"),
            ("*-prod-*", "a-prod-b-prod-c"),
            ("*a*b", "aXbYb"),
            ("p??d", "prod"),
            ("*ü*", "MÜLLER"),
            ("a*b*c", "aabbcc"),
        ] {
            assert!(is_like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("prod", "prod1"), ("", "a"), ("?", ""), ("*x", "xy"), ("a*b*c", "acb"), ("[a]", "a")]
        {
            assert!(!is_like(pattern, text), "{pattern} {text}");
        }
        let long = "a".repeat(2_000);
        assert!(!is_like("*a*a*a*a*b", &long));
    }
}
