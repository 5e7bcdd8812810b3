//! How well a text fits what was typed: its letters in their order, better where they stand together, and best
//! where they begin words.

/// What was typed, in small letters, word by word: each must fit.
#[derive(Debug, Default)]
pub(super) struct Wanted(Vec<String>);

impl Wanted {
    pub(super) fn of(typed: &str) -> Wanted {
        Wanted(typed.split_whitespace().map(str::to_lowercase).collect())
    }

    /// How well a row fits, more is better; `None` where it does not. A word may stand in the name in any
    /// broken way, and in the details in one piece: letters strewn over an account id mean nothing.
    pub(super) fn score(&self, name: &str, details: &str) -> Option<u32> {
        self.0.iter().try_fold(0_u32, |sum, word| {
            let score =
                score(word, name).or_else(|| details.contains(&**word).then_some(DETAIL))?;
            Some(sum.saturating_add(score))
        })
    }
}

/// A letter that was found.
const LETTER: u32 = 16;
/// It follows the one before it.
const TOGETHER: u32 = 24;
/// It begins a word.
const BEGINNING: u32 = 16;
/// The name itself begins so.
const FIRST: u32 = 8;
/// All of the name was typed.
const WHOLE: u32 = 64;
/// Found in the details and not in the name.
const DETAIL: u32 = 8;

/// Both in small letters. The shortest stretch that ends where the letters are first complete counts, as in
/// most such tools: one look forwards, one back, whatever the length.
fn score(word: &str, name: &str) -> Option<u32> {
    if word.is_empty() {
        return Some(0);
    }
    let (word, name) = (word.as_bytes(), name.as_bytes());
    if let Some(at) = name.windows(word.len()).position(|part| part == word) {
        let begins =
            (at..name.len()).find(|at| is_beginning(name, *at) && name[*at..].starts_with(word));
        return Some(points(word, name, begins.unwrap_or(at)));
    }
    let mut wanted = word.iter().peekable();
    let end = name.iter().position(|byte| {
        wanted.next_if(|letter| *letter == byte);
        wanted.peek().is_none()
    })?;
    let mut wanted = word.iter().rev().peekable();
    let back = name[..=end].iter().rev().position(|byte| {
        wanted.next_if(|letter| *letter == byte);
        wanted.peek().is_none()
    })?;
    Some(points(word, name, end - back))
}

/// The points of a word whose letters all stand from `start` on.
fn points(word: &[u8], name: &[u8], start: usize) -> u32 {
    let mut points = if start == 0 { FIRST } else { 0 };
    if word == name {
        points += WHOLE;
    }
    let (mut wanted, mut before) = (word.iter().peekable(), None);
    for (at, byte) in name.iter().enumerate().skip(start) {
        if wanted.next_if(|letter| *letter == byte).is_none() {
            if wanted.peek().is_none() {
                break;
            }
            continue;
        }
        points += LETTER;
        if before == at.checked_sub(1) && before.is_some() {
            points += TOGETHER;
        }
        if is_beginning(name, at) {
            points += BEGINNING;
        }
        before = Some(at);
    }
    points
}

fn is_beginning(name: &[u8], at: usize) -> bool {
    at == 0 || (!name[at - 1].is_ascii_alphanumeric() && name[at - 1] < 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that fit, the best first.
    fn found<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
        let wanted = Wanted::of(typed);
        let mut found: Vec<_> = names
            .iter()
            .filter_map(|name| Some((wanted.score(name, "111122223333 payments")?, *name)))
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn letters_in_their_order_fit() {
        assert_eq!(found("pra", &["prod.admin", "dev.admin", "apr"]), ["prod.admin"]);
        assert_eq!(found("", &["b", "a"]), ["b", "a"]);
        assert_eq!(found("é漢", &["café-漢", "cafe"]), ["café-漢"]);
        assert_eq!(found("PROD admin", &["prod.admin", "prod.read"]), ["prod.admin"]);
        assert_eq!(found("x", &["prod"]), [""; 0]);
    }

    #[test]
    fn what_stands_together_or_begins_words_is_better() {
        assert_eq!(found("dev", &["d-e-v", "undevoted", "my.dev", "dev.x", "dev"])[0], "dev");
        assert_eq!(found("dev", &["d-e-vx", "undevoted", "my.dev"])[0], "my.dev");
        assert_eq!(found("dev", &["dxxexxv", "undevoted"])[0], "undevoted");
        assert_eq!(found("pa", &["shop.eu.accounts", "payments.admin"])[0], "payments.admin");
        assert_eq!(found("prod", &["nonprod.prod", "preproduction"])[0], "nonprod.prod");
    }

    #[test]
    fn details_fit_in_one_piece() {
        assert_eq!(found("2222", &["dev"]), ["dev"]);
        assert_eq!(found("paymentz", &["dev"]), [""; 0]);
        assert_eq!(found("pymnts", &["dev"]), [""; 0]);
        assert_eq!(found("pay", &["dev", "pay"]), ["pay", "dev"]);
    }
}
