//! The step that takes one flaw away.

use crate::edit::is_plain_name;
use crate::grammar;
use crate::lint::{Flaw, Problem};

/// The text without the flaw, if it is one that can be mended by machine.
pub(super) fn without(text: &str, flaw: &Flaw) -> Option<String> {
    match &flaw.problem {
        Problem::ByteOrderMark => return text.strip_prefix('\u{feff}').map(str::to_owned),
        Problem::LoneCarriageReturn => {
            return Some(text.replace("\r\n", "\n").replace('\r', "\n"));
        }
        _ => {}
    }
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let at = flaw.line.checked_sub(1).filter(|at| *at < lines.len())?;
    match &flaw.problem {
        Problem::DuplicateSection { first_line } | Problem::SecondSpelling { first_line } => {
            join(&mut lines, first_line.checked_sub(1)?, at);
        }
        Problem::DuplicateKey { first_line, .. } => {
            remove_setting(&mut lines, first_line.checked_sub(1)?);
        }
        Problem::IndentedKey { is_first: true, .. } => dedent(&mut lines, at),
        problem => {
            let (line, end) = cut_end(&lines[at]);
            lines[at] = format!("{}{end}", of_line(line, end, problem)?);
        }
    }
    Some(lines.concat())
}

/// A line without its flaw; it may become two.
fn of_line(line: &str, end: &str, problem: &Problem) -> Option<String> {
    let text = line.trim_ascii();
    match problem {
        Problem::IndentedHeader
        | Problem::IndentedHeaderInValue
        | Problem::IndentedComment { .. }
        | Problem::IndentedCommentFirst
        | Problem::CommentInBlock { .. } => Some(line.trim_ascii_start().to_owned()),
        Problem::CommentAtHeader { .. } | Problem::TextAtHeader => {
            let (header, behind) = line.split_once(']')?;
            let comment = behind.trim_ascii_start().trim_start_matches(['#', ';']).trim_ascii();
            Some(format!("{header}]{end}# {comment}"))
        }
        Problem::PaddedHeader | Problem::PaddedEnd | Problem::WideHeader { .. } => {
            let (before, rest) = line.split_once('[')?;
            let (inside, behind) = rest.rsplit_once(']')?;
            let words: Vec<&str> = inside.split_ascii_whitespace().collect();
            Some(format!("{before}[{}]{behind}", words.join(" ")))
        }
        Problem::QuotedName => {
            let bare: String = line.chars().filter(|letter| !"\"'\\".contains(*letter)).collect();
            Some(bare)
        }
        Problem::NoPrefix { name } if is_plain_name(name) => {
            Some(line.replacen(&format!("[{name}]"), &format!("[profile {name}]"), 1))
        }
        Problem::PrefixInCredentials => Some(line.replacen("[profile ", "[", 1)),
        Problem::Misspelled { word, meant } => Some(line.replacen(word, meant, 1)),
        Problem::Colon { .. } => Some(line.replacen(':', " =", 1)),
        Problem::CapitalKey { key } => Some(line.replacen(key, &key.to_ascii_lowercase(), 1)),
        Problem::UnknownOwnKey { key, meant: Some(meant) } => Some(line.replacen(key, meant, 1)),
        Problem::InlineComment { .. } => {
            let value = line.find(['=', ':'])? + 1;
            let start = value + grammar::comment_start(&line.as_bytes()[value..])?;
            let (setting, comment) = line.split_at(start);
            Some(format!("{}{end}{}", comment.trim_ascii(), setting.trim_ascii_end()))
        }
        Problem::QuotedValue { .. } => {
            let (key, value) = line.split_once(['=', ':'])?;
            let value = value.trim_ascii();
            let inner = value.get(1..value.len().checked_sub(1)?)?;
            Some(format!("{}= {inner}", &line[..key.len()]))
        }
        Problem::NoDelimiter
        | Problem::NoKey
        | Problem::BeforeSections
        | Problem::NestedWithoutDelimiter { .. } => Some(format!("# {text}")),
        _ => None,
    }
}

/// The line, and what ends it.
fn cut_end(line: &str) -> (&str, &str) {
    let text = line.trim_end_matches('\n');
    let text = text.strip_suffix('\r').unwrap_or(text);
    line.split_at(text.len())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_ascii_start().len()
}

fn is_header(line: &str) -> bool {
    line.trim_ascii_start().starts_with('[')
}

/// The line behind a section that begins at `header`.
fn section_end(lines: &[String], header: usize) -> usize {
    let next = lines.iter().skip(header + 1).position(|line| is_header(line));
    next.map_or(lines.len(), |next| header + 1 + next)
}

/// The key that a line sets, if it sets one and belongs to no value above.
fn key(line: &str) -> Option<String> {
    let text = line.trim_ascii();
    if indent(line) > 0 || grammar::is_comment(text.as_bytes()) || is_header(line) {
        return None;
    }
    let (key, _) = grammar::split(text)?;
    Some(key.trim_ascii().to_ascii_lowercase())
}

/// Takes a setting away, with the lines that its value goes on in.
fn remove_setting(lines: &mut Vec<String>, at: usize) {
    if at >= lines.len() {
        return;
    }
    let own = indent(&lines[at]);
    let goes_on = |line: &&String| !line.trim_ascii().is_empty() && indent(line) > own;
    let more = lines[at + 1..].iter().take_while(goes_on).count();
    lines.drain(at..=at + more);
}

/// Moves the settings of the second section to the end of the first. Of a key that stands in both, the later value counts.
fn join(lines: &mut Vec<String>, first: usize, second: usize) {
    if first >= second {
        return;
    }
    let moved: Vec<String> = lines.drain(second..section_end(lines, second)).skip(1).collect();
    let moved: Vec<String> =
        { moved }.into_iter().filter(|line| !line.trim_ascii().is_empty()).collect();
    for name in moved.iter().filter_map(|line| key(line)) {
        let end = section_end(lines, first);
        if let Some(at) = (first + 1..end).find(|at| key(&lines[*at]).as_ref() == Some(&name)) {
            remove_setting(lines, at);
        }
    }
    let mut end = section_end(lines, first);
    while end > first + 1 && lines[end - 1].trim_ascii().is_empty() {
        end -= 1;
    }
    if let Some(last) = lines.get_mut(end - 1).filter(|line| !line.ends_with('\n')) {
        last.push('\n');
    }
    lines.splice(end..end, moved);
}

/// Takes the indent of a section's first key from all of its lines.
fn dedent(lines: &mut [String], first: usize) {
    let own = indent(&lines[first]);
    let end = section_end(lines, first);
    for line in &mut lines[first..end] {
        let blanks = indent(line).min(own);
        // A blank line keeps its end.
        if !line.trim_ascii().is_empty() {
            line.drain(..blanks);
        }
    }
}
