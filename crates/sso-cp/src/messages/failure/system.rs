//! The words of the system and of libraries.

use std::error::Error;
use std::io;
use std::path::Path;

use crate::messages::text::below_home;

/// The sentence of a crate's error, with what its sources add, as the program says it: paths below the home directory
/// are short. Foreign text in it is made harmless where it is printed.
#[cold]
pub(crate) fn fact(error: &dyn Error, home: Option<&Path>) -> String {
    fact_of(error.to_string(), error.source(), home)
}

/// The same of a sentence that was made with the program's own words for things.
pub(crate) fn fact_of(
    sentence: String,
    source: Option<&(dyn Error + 'static)>,
    home: Option<&Path>,
) -> String {
    below_home(with_sources(sentence, source), home)
}

/// The system's words for an error, without Rust's `(os error 2)`, in lower case.
pub(crate) fn system(error: &io::Error) -> String {
    let text = error.to_string();
    words(&text)
}

/// The same of its text.
pub(crate) fn words(text: &str) -> String {
    let words = text.split(" (os error").next().unwrap_or(text);
    let mut letters = words.chars();
    // `No such file` begins a sentence, `ECONNRESET` does not.
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().collect::<String>() + &words[first.len_utf8()..]
        }
        _ => words.to_owned(),
    }
}

/// An error and whatever it says about its cause.
pub(crate) fn with_source(error: &dyn Error) -> String {
    with_sources(error.to_string(), error.source())
}

fn with_sources(mut text: String, mut source: Option<&(dyn Error + 'static)>) -> String {
    while let Some(cause) = source {
        let words = match cause.downcast_ref::<io::Error>() {
            Some(cause) => system(cause),
            None => cause.to_string(),
        };
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}
