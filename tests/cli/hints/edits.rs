//! Hints that tell what to write: done as they say.

use std::fs;

use crate::harness::Replayed;

/// Does it, and says what was done; none where the hint leaves it to the person what to write.
pub(super) fn follow(played: &Replayed, hint: &str) -> Option<String> {
    let mut quoted = hint.split('`').skip(1).step_by(2);
    let (first, more) = (quoted.next()?, quoted.next());
    if let Some(rest) = hint.strip_prefix(&format!("write `{first}` in line ")) {
        let (line, file) = rest.split_once(" of ")?;
        let (line, path) = (line.parse::<usize>().ok()?, file.strip_prefix("~/")?);
        change(played, path, |number, text| {
            Some(if number == line { first.to_owned() } else { text.to_owned() })
        });
        return Some(hint.to_owned());
    }
    let section =
        hint.strip_prefix(&format!("remove `{first}` from ")).filter(|_| more.is_none())?;
    let header = section.split_inclusive(']').next()?;
    let mut is_inside = false;
    change(played, ".aws/config", |_, text| {
        if text.trim_start().starts_with('[') {
            is_inside = text.trim() == header
                || text.trim() == header.replacen("profile default", "default", 1);
        }
        let key = text.split('=').next().unwrap_or_default().trim();
        (!(is_inside && key == first)).then(|| text.to_owned())
    });
    Some(hint.to_owned())
}

/// Corrects a policy that is to be corrected before the command.
pub(super) fn correct(hint: &str, command: &str) {
    let path =
        command.strip_prefix("sso-cp scope check ").filter(|_| hint.starts_with("correct it"));
    if let Some(path) = path.filter(|path| path.starts_with('/')) {
        fs::write(path, super::commands::POLICY).unwrap();
    }
}

/// Writes the lines anew that are kept. Lines are counted from 1.
fn change(played: &Replayed, path: &str, mut keep: impl FnMut(usize, &str) -> Option<String>) {
    let path = played.world.home(path);
    let text = fs::read_to_string(&path).unwrap();
    let lines = text.lines().enumerate().filter_map(|(index, line)| keep(index + 1, line));
    let changed: String = lines.map(|line| line + "\n").collect();
    fs::write(&path, changed).unwrap();
}
