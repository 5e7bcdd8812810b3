//! Scripted answers: a text with one rule a line, each used up by the requests that it matches.
//!
//! The language stands in the crate's documentation.

use crate::answer::{Answer, Family, Refusal, default_text};
use crate::clock::http_date;
use crate::gzip;
use crate::plan::Plan;
use crate::words::{Word, signed_seconds, split};
use serde_json::Value;
use std::fmt;

/// A line of a script that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// The line's number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for ScriptError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {} of the script: {}", self.line, self.problem)
    }
}

impl std::error::Error for ScriptError {}

/// The rules that are left, in their order.
#[derive(Debug, Default)]
pub(crate) struct Script {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: String,
    /// None for a rule that is never used up.
    left: Option<u32>,
    scripted: Scripted,
}

impl Script {
    /// Adds rules after those that are there. On an error nothing is added.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), ScriptError> {
        let mut rules = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                rules.push(rule(line).map_err(|problem| ScriptError { line: index + 1, problem })?);
            }
        }
        self.rules.append(&mut rules);
        Ok(())
    }

    /// The first rule for an operation, one use of it taken.
    pub(crate) fn take(&mut self, operation: &str) -> Option<Scripted> {
        let index = self.rules.iter().position(|rule| matches(&rule.pattern, operation))?;
        let rule = &mut self.rules[index];
        let scripted = rule.scripted.clone();
        match &mut rule.left {
            Some(1) => {
                self.rules.remove(index);
            }
            Some(left) => *left -= 1,
            None => {}
        }
        Some(scripted)
    }

    /// Forgets all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }
}

/// `*`, `portal.*`, `oidc.CreateToken` (any grant) or `oidc.CreateToken/refresh_token`.
fn matches(pattern: &str, operation: &str) -> bool {
    let without_detail = operation.split('/').next();
    match pattern.strip_suffix('*') {
        Some(start) => operation.starts_with(start),
        None => pattern == operation || Some(pattern) == without_detail,
    }
}

fn rule(line: &str) -> Result<Rule, String> {
    let (pattern, rest) = line.split_once(':').ok_or("a rule is `operation: words`")?;
    let mut rule =
        Rule { pattern: pattern.trim().to_owned(), left: Some(1), scripted: Scripted::default() };
    let mut plan = Plan::default();
    for word in split(rest)? {
        if word.key == "repeat" {
            rule.left = match word.need()? {
                "forever" => None,
                _ => Some(
                    word.number()
                        .ok()
                        .filter(|count| *count > 0)
                        .ok_or("repeat needs 1 or more")?,
                ),
            };
        } else if plan.take(&word)? {
            rule.scripted.wire.push_str(&word.raw);
            rule.scripted.wire.push(' ');
        } else {
            rule.scripted.take(&word)?;
        }
    }
    Ok(rule)
}

/// What a rule does to the answer; the words about bytes on the wire are kept for the relay.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scripted {
    status: Option<u16>,
    error: Option<String>,
    description: Option<String>,
    reason: Option<String>,
    body: Option<Vec<u8>>,
    content_type: Option<String>,
    redirect: Option<String>,
    date_skew_seconds: Option<i64>,
    edits: Vec<Edit>,
    gzip: bool,
    perform: Option<bool>,
    wire: String,
}

/// A change of the good reply's JSON.
#[derive(Debug, Clone)]
enum Edit {
    /// Puts this text at a JSON pointer, whether it is JSON or not.
    Set(String, String),
    /// Removes what a JSON pointer names.
    Unset(String),
    /// Puts a text into each XML element of this name, or removes them.
    Element(String, Option<String>),
}

impl Scripted {
    fn take(&mut self, word: &Word) -> Result<(), String> {
        let text = || word.need().map(str::to_owned);
        match word.key.as_str() {
            "status" => {
                self.status = Some(
                    word.number()
                        .ok()
                        .filter(|status| (200..=599).contains(status))
                        .ok_or("status is 200 to 599")?,
                )
            }
            "error" => self.error = Some(text()?),
            "description" => self.description = Some(text()?),
            "reason" => self.reason = Some(text()?),
            "body" => self.body = Some(body(word.need()?)?),
            "content-type" => self.content_type = Some(text()?),
            "redirect" => self.redirect = Some(text()?),
            "date" => self.date_skew_seconds = Some(signed_seconds(word.need()?)?),
            "expires-in" => self.edits.push(Edit::Set("/expiresIn".to_owned(), text()?)),
            "expiration" => {
                self.edits.push(Edit::Set("/roleCredentials/expiration".to_owned(), text()?))
            }
            "set" => {
                let (pointer, value) = set_parts(word)?;
                self.edits.push(Edit::Set(pointer, value));
            }
            "unset" => self.edits.push(Edit::Unset(text()?)),
            "element" => {
                let parts = word.need()?.split_once('=').ok_or("element needs Name=text")?;
                self.edits.push(Edit::Element(parts.0.to_owned(), Some(parts.1.to_owned())));
            }
            "no-element" => self.edits.push(Edit::Element(text()?, None)),
            "gzip" => self.gzip = true,
            "normal" => {}
            "perform" => {
                self.perform = Some(match word.need()? {
                    "yes" => true,
                    "no" => false,
                    _ => return Err("perform is yes or no".to_owned()),
                });
            }
            unknown => return Err(format!("unknown word {unknown}")),
        }
        Ok(())
    }

    /// Makes the answer. The operation itself is carried out where its own reply is sent, even if the reply is then
    /// lost on the wire, and not where the script replaces it; `perform=` says otherwise.
    pub(crate) fn apply(
        self,
        family: Family,
        now: i64,
        perform: impl FnOnce() -> Answer,
    ) -> Answer {
        let replacement = self.replacement(family);
        let carry_out = self.perform.unwrap_or(replacement.is_none());
        let performed = if carry_out { Some(perform()) } else { None };
        let nothing = || Answer::new(200, "application/json", "{}");
        let mut answer = replacement.or(performed).unwrap_or_else(nothing);
        if !self.edits.is_empty() {
            edit(&mut answer.body, &self.edits);
        }
        if let Some(kind) = self.content_type {
            answer.content_type = kind;
        }
        if let Some(skew) = self.date_skew_seconds {
            answer = answer.with_header("Date", &http_date(now + skew));
        }
        if self.gzip {
            answer.body = gzip::stored(&answer.body);
            answer = answer.with_header("Content-Encoding", "gzip");
        }
        answer.wire = self.wire;
        answer
    }

    /// The answer that stands in for the operation's own, if the script has one.
    fn replacement(&self, family: Family) -> Option<Answer> {
        if let Some(target) = &self.redirect {
            return Some(Answer { status: self.status.unwrap_or(302), ..Answer::redirect(target) });
        }
        if let Some(body) = &self.body {
            return Some(Answer::new(self.status.unwrap_or(200), "application/json", body.clone()));
        }
        if self.error.is_none() && self.status.is_none_or(|status| status == 200) {
            return None;
        }
        let mut refusal = match &self.error {
            Some(code) => Refusal::new(code, &default_text(code)),
            None => Refusal::for_status(self.status.unwrap_or(500), family),
        };
        refusal.status = self.status.unwrap_or(refusal.status);
        refusal.text = self.description.clone().unwrap_or(refusal.text);
        refusal.reason.clone_from(&self.reason);
        Some(refusal.into_answer(family))
    }
}

/// `/pointer=text`; quotes around the text belong to its JSON, so that `set=/a="b"` sets a string.
fn set_parts(word: &Word) -> Result<(String, String), String> {
    let (pointer, text) = word.need()?.split_once('=').ok_or("set needs /pointer=json")?;
    match pointer.starts_with('/') {
        true => Ok((pointer.to_owned(), text.to_owned())),
        false => Err("set needs /pointer=json".to_owned()),
    }
}

/// `@FILE` or the text itself.
fn body(text: &str) -> Result<Vec<u8>, String> {
    match text.strip_prefix('@') {
        Some(path) => std::fs::read(path).map_err(|error| format!("{path}: {error}")),
        None => Ok(text.as_bytes().to_vec()),
    }
}

/// Changes the elements of an XML body that are called so.
fn edit_elements(body: &mut Vec<u8>, name: &str, text: Option<&str>) {
    let (opening, closing) = (format!("<{name}>"), format!("</{name}>"));
    let mut edited = String::new();
    let whole = String::from_utf8_lossy(body).into_owned();
    let mut rest = whole.as_str();
    while let Some((before, (_, after))) = rest
        .split_once(&opening)
        .and_then(|(before, rest)| Some((before, rest.split_once(&closing)?)))
    {
        edited.push_str(before);
        if let Some(text) = text {
            edited.push_str(&format!("{opening}{text}{closing}"));
        }
        rest = after;
    }
    *body = (edited + rest).into_bytes();
}

/// Changes a JSON body. Set values go in as text, so that a script can send numbers that no JSON library would write.
fn edit(body: &mut Vec<u8>, edits: &[Edit]) {
    for edit in edits {
        if let Edit::Element(name, text) = edit {
            edit_elements(body, name, text.as_deref());
        }
    }
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else { return };
    let mut texts = Vec::new();
    for edit in edits {
        let (Edit::Set(pointer, _) | Edit::Unset(pointer)) = edit else { continue };
        let Some((parent, member)) = pointer.rsplit_once('/') else { continue };
        let member = member.replace("~1", "/").replace("~0", "~");
        let mark = match edit {
            Edit::Unset(_) | Edit::Element(..) => None,
            Edit::Set(_, text) => {
                texts.push(text);
                Some(Value::String(format!("\u{1}{}\u{1}", texts.len() - 1)))
            }
        };
        match (value.pointer_mut(parent), mark) {
            (Some(Value::Object(object)), Some(mark)) => drop(object.insert(member, mark)),
            (Some(Value::Object(object)), None) => drop(object.remove(&member)),
            (Some(Value::Array(items)), Some(mark)) => {
                if let Some(item) =
                    member.parse().ok().and_then(|index: usize| items.get_mut(index))
                {
                    *item = mark;
                }
            }
            _ => {}
        }
    }
    let mut text = value.to_string();
    for (index, raw) in texts.into_iter().enumerate() {
        text = text.replace(&format!("\"\\u0001{index}\\u0001\""), raw);
    }
    *body = text.into_bytes();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Answer {
        Answer::new(200, "application/json", r#"{"a":{"b":1},"list":[1,2]}"#)
    }

    fn answers(script: &str, operation: &str) -> Option<Answer> {
        let mut rules = Script::default();
        rules.add(script).unwrap();
        rules.take(operation).map(|scripted| scripted.apply(Family::Oidc, 0, good))
    }

    fn text(script: &str) -> String {
        String::from_utf8(answers(script, "oidc.CreateToken/refresh_token").unwrap().body).unwrap()
    }

    #[test]
    fn patterns_pick_operations() {
        for pattern in ["*", "oidc.*", "oidc.CreateToken", "oidc.CreateToken/refresh_token"] {
            assert!(matches(pattern, "oidc.CreateToken/refresh_token"), "{pattern}");
        }
        for pattern in ["portal.*", "oidc.Create", "oidc.CreateToken/authorization_code"] {
            assert!(!matches(pattern, "oidc.CreateToken/refresh_token"), "{pattern}");
        }
    }

    #[test]
    fn rules_are_used_up_in_order() {
        let mut script = Script::default();
        script
            .add("# two failures\noidc.*: status=503 repeat=2\n\noidc.*: status=500 repeat=forever")
            .unwrap();
        let mut status = || script.take("oidc.RegisterClient").map(|rule| rule.status);
        assert_eq!((status(), status()), (Some(Some(503)), Some(Some(503))));
        assert_eq!((status(), status()), (Some(Some(500)), Some(Some(500))));
    }

    #[test]
    fn edits_keep_raw_text() {
        assert_eq!(text("*: set=/a/b=1e999"), r#"{"a":{"b":1e999},"list":[1,2]}"#);
        assert_eq!(text("*: set=/a/c=\"x y\""), r#"{"a":{"b":1,"c":"x y"},"list":[1,2]}"#);
        assert_eq!(text("*: unset=/a set=/list/1=null"), r#"{"list":[1,null]}"#);
    }

    #[test]
    fn elements_are_changed_and_removed() {
        let mut body = b"<a><b>1</b><c><b>2</b></c><d>3</d></a>".to_vec();
        edit_elements(&mut body, "b", Some("x"));
        assert_eq!(body, b"<a><b>x</b><c><b>x</b></c><d>3</d></a>");
        edit_elements(&mut body, "c", None);
        assert_eq!(body, b"<a><b>x</b><d>3</d></a>");
    }

    #[test]
    fn errors_have_codes_and_words() {
        let answer =
            answers("*: error=InvalidGrantException description=\"gone \\u001b[1m\"", "x").unwrap();
        assert_eq!(answer.status, 400);
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["error"], "invalid_grant");
        assert_eq!(body["error_description"], "gone \u{1b}[1m");
        assert_eq!(answers("*: status=503", "x").unwrap().status, 503);
    }

    #[test]
    fn bad_lines_are_named() {
        let error = Script::default().add("*: drop\n*: fly").unwrap_err();
        assert_eq!(error.to_string(), "line 2 of the script: unknown word fly");
        for line in
            ["no colon", "*: status=99", "*: repeat=0", "*: truncate", "*: set=x=1", "*: delay=2"]
        {
            assert!(Script::default().add(line).is_err(), "{line}");
        }
    }
}
