//! What was probably meant by a misspelled word or name.

use std::collections::BTreeSet;

/// At most this many names are offered for a misspelled one.
const MAX_NEAR_NAMES: usize = 5;

/// The words that begin the sections of a config file.
pub(crate) const SECTION_WORDS: [&str; 3] = ["profile", "sso-session", "services"];

/// The word that was probably meant: another spelling of one that the tools know.
pub(crate) fn misspelled(word: &str) -> Option<&'static str> {
    const SLIPS: usize = 2;
    let letters = |word: &str| word.to_lowercase().replace(['_', '-', '.'], "");
    let wanted = letters(word);
    SECTION_WORDS.into_iter().find(|known| {
        let known = letters(known);
        wanted == known || edit_distance(&wanted, &known) <= SLIPS
    })
}

/// Names that are a slip of the finger away from `wanted`, or that contain it, the nearest first.
pub fn near_names(wanted: &str, names: Vec<String>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let allowed = wanted.chars().count() / 3 + 1;
    let mut near = BTreeSet::new();
    for name in names {
        let lower = name.to_lowercase();
        let distance = edit_distance(&wanted, &lower);
        if distance <= allowed || lower.contains(&*wanted) || wanted.contains(&*lower) {
            near.insert((distance, name));
            if near.len() > MAX_NEAR_NAMES {
                near.pop_last();
            }
        }
    }
    near.into_iter().map(|(_, name)| name).collect()
}

/// The number of letters to insert, delete or change (Levenshtein), cut off for long names, which
/// nobody types.
pub fn edit_distance(a: &str, b: &str) -> usize {
    const MAX_LETTERS: usize = 64;
    let cut = |text: &str| text.char_indices().nth(MAX_LETTERS).map_or(text.len(), |(at, _)| at);
    strsim::levenshtein(&a[..cut(a)], &b[..cut(b)])
}
