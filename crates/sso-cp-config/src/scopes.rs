//! Lists of scopes: `sso_registration_scopes`, and what people type for it.

/// The scopes of a list: separated by commas, outer blanks trimmed, empty items dropped, order kept (the
/// AWS CLI's rule; the registration file's name depends on it).
///
/// # Errors
///
/// The problem in words, where blanks separate the scopes: they would be registered as one, which AWS does
/// not know.
pub fn parse_scopes(text: &str) -> Result<Vec<String>, String> {
    let items: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.iter().any(|item| item.contains(char::is_whitespace)) {
        let words: Vec<&str> = items.iter().flat_map(|item| item.split_whitespace()).collect();
        return Err(format!("must be separated by commas: `{}`", words.join(",")));
    }
    Ok(items.into_iter().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_separated_by_commas() {
        for (text, scopes) in [
            ("sso:account:access", &["sso:account:access"][..]),
            (" b , a,,\ta\n,", &["b", "a", "a"]),
            (" , ", &[]),
            ("", &[]),
        ] {
            assert_eq!(parse_scopes(text).unwrap(), scopes, "{text:?}");
        }
        for text in ["a b", "a, b c", "a\nb", "a\u{a0}b"] {
            let problem = parse_scopes(text).unwrap_err();
            assert!(problem.starts_with("must be separated by commas: `a,b"), "{problem}");
        }
    }
}
