//! What would change in a file, as `diff -u` shows it.

use std::ops::Range;

use crate::messages::text::clean;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;
/// More differences than this are shown as one: finding the shortest way through them takes time that
/// grows with their square.
const MAX_DIFFERENCES: usize = 1500;

/// The difference of two texts; nothing where they are the same. Values of secret keys are left out:
/// lines around a change are other people's.
pub(crate) fn unified(name: &str, before: &[u8], after: &[u8]) -> String {
    let (before, after) = (lines(before), lines(after));
    let mut text = String::new();
    for hunk in hunks(&changes(&before, &after), before.len()) {
        if text.is_empty() {
            text = format!("--- {name}\n+++ {name}\n");
        }
        push_hunk(&mut text, &hunk, &before, &after);
    }
    text
}

/// Lines that go, and lines that come in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    before: Range<usize>,
    after: Range<usize>,
}

/// With their ends, so that a change of line ends is a change.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn changes(before: &[&[u8]], after: &[&[u8]]) -> Vec<Change> {
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (rest_before, rest_after) = (&before[start..], &after[start..]);
    let same = rest_before.iter().rev().zip(rest_after.iter().rev());
    let end = same.take_while(|(a, b)| a == b).count();
    let middle_before = &rest_before[..rest_before.len() - end];
    let middle_after = &rest_after[..rest_after.len() - end];
    let whole = || {
        let is_empty = middle_before.is_empty() && middle_after.is_empty();
        let change = Change { before: 0..middle_before.len(), after: 0..middle_after.len() };
        if is_empty { Vec::new() } else { vec![change] }
    };
    let mut changes = shortest(middle_before, middle_after).unwrap_or_else(whole);
    for Change { before, after } in &mut changes {
        *before = before.start + start..before.end + start;
        *after = after.start + start..after.end + start;
    }
    changes
}

/// Myers's greedy algorithm (1986): the furthest that so many differences lead on each diagonal.
/// `None` where there are too many.
fn shortest(before: &[&[u8]], after: &[&[u8]]) -> Option<Vec<Change>> {
    let (old, new) = (before.len(), after.len());
    let middle = MAX_DIFFERENCES + 1;
    let mut furthest = vec![0_usize; 2 * middle + 1];
    let mut steps: Vec<Vec<usize>> = Vec::new();
    for count in 0..=MAX_DIFFERENCES.min(old + new) {
        steps.push(furthest[middle - count..=middle + count].to_vec());
        for diagonal in (middle - count..=middle + count).step_by(2) {
            let is_added = diagonal == middle - count
                || (diagonal != middle + count && furthest[diagonal - 1] < furthest[diagonal + 1]);
            let mut x = match is_added {
                true => furthest[diagonal + 1],
                false => furthest[diagonal - 1] + 1,
            };
            // Diagonal k holds x - y = k, shifted so that no number is negative.
            let Some(mut y) = (x + middle).checked_sub(diagonal) else { continue };
            while x < old && y < new && before[x] == after[y] {
                (x, y) = (x + 1, y + 1);
            }
            furthest[diagonal] = x;
            if x >= old && y >= new {
                return Some(way_back(&steps, old, new, middle));
            }
        }
    }
    None
}

fn way_back(steps: &[Vec<usize>], old: usize, new: usize, middle: usize) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let (mut x, mut y) = (old, new);
    for (count, furthest) in steps.iter().enumerate().skip(1).rev() {
        // `furthest` is what was known before this step, from diagonal -count to count.
        let at = |diagonal: usize| furthest[diagonal + count - middle];
        let diagonal = x + middle - y;
        let is_added = diagonal == middle - count
            || (diagonal != middle + count && at(diagonal - 1) < at(diagonal + 1));
        let from = if is_added { diagonal + 1 } else { diagonal - 1 };
        let from_x = at(from);
        let from_y = from_x + middle - from;
        let change = match is_added {
            true => Change { before: from_x..from_x, after: from_y..from_y + 1 },
            false => Change { before: from_x..from_x + 1, after: from_y..from_y },
        };
        match changes.last_mut() {
            Some(next)
                if next.before.start == change.before.end
                    && next.after.start == change.after.end =>
            {
                next.before.start = change.before.start;
                next.after.start = change.after.start;
            }
            _ => changes.push(change),
        }
        (x, y) = (from_x, from_y);
    }
    changes.reverse();
    changes
}

/// Changes that are near each other, shown together.
fn hunks(changes: &[Change], lines_before: usize) -> Vec<Vec<Change>> {
    let mut hunks: Vec<Vec<Change>> = Vec::new();
    for change in changes {
        let is_near = |last: &Change| change.before.start <= last.before.end + 2 * CONTEXT;
        match hunks.last_mut() {
            Some(hunk) if hunk.last().is_some_and(is_near) => hunk.push(change.clone()),
            _ => hunks.push(vec![change.clone()]),
        }
    }
    debug_assert!(changes.iter().all(|change| change.before.end <= lines_before));
    hunks
}

fn push_hunk(text: &mut String, hunk: &[Change], before: &[&[u8]], after: &[&[u8]]) {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return };
    let lead = first.before.start.min(CONTEXT);
    let tail = (before.len() - last.before.end).min(CONTEXT);
    let from = first.before.start - lead..last.before.end + tail;
    let to = first.after.start - lead..last.after.end + tail;
    text.push_str(&format!("@@ -{} +{} @@\n", place(&from), place(&to)));
    let mut at = from.start;
    for change in hunk {
        before[at..change.before.start].iter().for_each(|line| push_line(text, ' ', line));
        before[change.before.clone()].iter().for_each(|line| push_line(text, '-', line));
        after[change.after.clone()].iter().for_each(|line| push_line(text, '+', line));
        at = change.before.end;
    }
    before[at..from.end].iter().for_each(|line| push_line(text, ' ', line));
}

fn place(lines: &Range<usize>) -> String {
    // As diff counts: from 1, and for no lines at all the line before them.
    let start = if lines.is_empty() { lines.start } else { lines.start + 1 };
    format!("{start},{}", lines.len())
}

fn push_line(text: &mut String, mark: char, line: &[u8]) {
    let (line, is_ended) = match line.strip_suffix(b"\n") {
        Some(line) => (line.strip_suffix(b"\r").unwrap_or(line), true),
        None => (line, false),
    };
    let shown = clean(&String::from_utf8_lossy(line));
    text.push_str(&format!("{mark}{}\n", without_secret(&shown)));
    if !is_ended {
        text.push_str("\\ No newline at end of file\n");
    }
}

fn without_secret(line: &str) -> String {
    let key = line.split(['=', ':']).next().unwrap_or_default();
    let is_secret = ["secret", "token"].iter().any(|word| key.to_lowercase().contains(word));
    match is_secret && line.len() > key.len() {
        true => format!("{key}= ..."),
        false => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_like_diff_u() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n";
        let after = "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\nk\nl\nm";
        let shown = "--- f\n+++ f\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n@@ -10,3 +10,4 @@\n j\n k\n l\n+m\n\\ No newline at end of file\n";
        assert_eq!(unified("f", before.as_bytes(), after.as_bytes()), shown);
        assert_eq!(unified("f", b"x", b"x"), "");
        assert_eq!(unified("f", b"", b"x\n"), "--- f\n+++ f\n@@ -0,0 +1,1 @@\n+x\n");
        assert_eq!(unified("f", b"x\n", b""), "--- f\n+++ f\n@@ -1,1 +0,0 @@\n-x\n");
    }

    #[test]
    fn secrets_around_a_change_are_left_out() {
        let shown = unified(
            "f",
            b"aws_secret_access_key = SECRET\na\n",
            b"aws_secret_access_key = SECRET\n",
        );
        assert!(shown.contains(" aws_secret_access_key = ...\n-a\n"), "{shown}");
    }

    #[test]
    fn what_is_shown_is_what_changed() {
        let mut dice = mutations::Dice(88_172_645_463_325_252);
        for _ in 0..400 {
            let mut text = || {
                let lines = (0..12).map(|_| dice.pick(&["a\n", "b\n", "c\n", ""]));
                lines.collect::<String>()
            };
            let (before, after) = (text(), text());
            let (before, after) = (lines(before.as_bytes()), lines(after.as_bytes()));
            let mut made = Vec::new();
            let mut at = 0;
            for change in changes(&before, &after) {
                made.extend_from_slice(&before[at..change.before.start]);
                assert_eq!(made.len(), change.after.start);
                made.extend_from_slice(&after[change.after]);
                at = change.before.end;
            }
            made.extend_from_slice(&before[at..]);
            assert_eq!(made, after);
        }
    }
}
