//! Mending a shared file: what `doctor` says to do about a flaw, done.
//!
//! One flaw at a time, and each step is looked at before it is kept: the flaw must be gone, no other may be there instead, and we must
//! read in every section what we read before. A flaw that has no such step stays for the person.

mod steps;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};
use std::path::Path;

use crate::LintedFile;
use crate::edit::Contents;
use crate::grammar::FileKind;
use crate::lint::{self, Flaw, Problem};

/// A file with thousands of the same mistakes is mended by several runs.
const MAX_STEPS: usize = 200;

/// The text of a shared file without the flaws that can be mended without asking what is meant.
pub fn mended(bytes: &[u8], kind: LintedFile) -> Vec<u8> {
    let kind = match kind {
        LintedFile::Config => FileKind::Config,
        LintedFile::Credentials => FileKind::Credentials,
    };
    let mut text = bytes.to_vec();
    for _ in 0..MAX_STEPS {
        match next(&text, kind) {
            Some(better) => text = better,
            None => break,
        }
    }
    text
}

fn next(text: &[u8], kind: FileKind) -> Option<Vec<u8>> {
    let whole = std::str::from_utf8(text).ok()?;
    let flaws = lint::all_flaws(text, kind);
    flaws.iter().find_map(|flaw| {
        let after = steps::without(whole, flaw)?.into_bytes();
        let has_fewer = has_fewer(&flaws, &lint::all_flaws(&after, kind));
        (has_fewer && reads_alike(text, &after, kind, flaw)).then_some(after)
    })
}

/// Whether there are fewer flaws, and of no kind more than before.
fn has_fewer(before: &[Flaw], after: &[Flaw]) -> bool {
    let mut kinds: HashMap<Discriminant<Problem>, isize> = HashMap::new();
    for flaw in before {
        *kinds.entry(discriminant(&flaw.problem)).or_default() += 1;
    }
    for flaw in after {
        *kinds.entry(discriminant(&flaw.problem)).or_default() -= 1;
    }
    after.len() < before.len() && kinds.values().all(|left| *left >= 0)
}

/// Whether we read the same in every section that we could read. What the flaw itself is about may change.
fn reads_alike(before: &[u8], after: &[u8], kind: FileKind, flaw: &Flaw) -> bool {
    let path = Path::new("");
    let (Ok(before), Ok(after)) =
        (Contents::read(path, before, kind), Contents::read(path, after, kind))
    else {
        return false;
    };
    let changes =
        matches!(flaw.problem, Problem::QuotedValue { .. } | Problem::UnknownOwnKey { .. });
    before.names().all(|section| {
        let own = changes && flaw.section.as_deref() == Some(&*section.to_string());
        match before.settings(section) {
            Some(settings) => own || after.settings(section) == Some(settings),
            None => true,
        }
    })
}
