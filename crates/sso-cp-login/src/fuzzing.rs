//! Doors for `fuzz/`: what a browser, or anyone who pretends to be one, says at the redirect.

use sso_cp_types::Secret;

use crate::callback::{read_pasted, read_query};

const STATE: &str = "c3RhdGUtb2YtdGhlLWZ1enplcg";

/// The query of the redirect.
pub fn query(text: &str) {
    let answer = read_query(text, &Secret::new(STATE.to_owned()));
    assert!(answer.is_err() || text.contains("state="), "an answer without a state is taken");
}

/// What a person pastes.
pub fn pasted(text: &str) {
    let _ = read_pasted(text, &Secret::new(STATE.to_owned()));
}
