//! A request as the back end sees it, and the strict readers of its query, form and JSON body.

use crate::answer::Refusal;
use crate::percent::decode;
use serde_json::{Map, Value};
use std::time::Instant;

/// One request, already whole.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// Path and query as they were sent.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) arrived: Instant,
}

impl Call {
    /// The target without its query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// A header that stands there at most once; a repeated one counts as absent, so that nobody can rely on either.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The query's pairs, decoded.
    pub(crate) fn query(&self) -> Result<Pairs, Refusal> {
        let raw = self.target.split_once('?').map_or("", |(_, query)| query);
        Pairs::parse(raw, "the query")
    }

    /// The body's pairs, decoded. In a form a `+` is a blank, and botocore writes it so.
    pub(crate) fn form(&self) -> Result<Pairs, Refusal> {
        let raw = std::str::from_utf8(&self.body)
            .map_err(|_| Refusal::invalid_request("the body is not UTF-8"))?;
        Pairs::parse(&raw.replace('+', "%20"), "the body")
    }

    /// The body's JSON object, which may have the `allowed` members and no others.
    pub(crate) fn json(&self, allowed: &[&str]) -> Result<Members, Refusal> {
        let content_type = self.header("content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Refusal::invalid_request("the Content-Type is not application/json"));
        }
        let object: Map<String, Value> = serde_json::from_slice(&self.body)
            .map_err(|_| Refusal::invalid_request("the body is not a JSON object"))?;
        match object.keys().find(|key| !allowed.contains(&key.as_str())) {
            Some(key) => Err(Refusal::invalid_request(&format!("unknown member {key}"))),
            None => Ok(Members(object)),
        }
    }

    /// A member of the JSON body if there is one, for names in records only: nothing is checked.
    pub(crate) fn peek_json(&self, member: &str) -> Option<String> {
        let object: Value = serde_json::from_slice(&self.body).ok()?;
        Some(object.get(member)?.as_str()?.to_owned())
    }

    /// Refuses a body where none belongs.
    pub(crate) fn no_body(&self) -> Result<(), Refusal> {
        match self.body.is_empty() {
            true => Ok(()),
            false => Err(Refusal::invalid_request("this request has no body")),
        }
    }
}

/// Decoded `name=value` pairs; every name at most once.
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn parse(raw: &str, place: &str) -> Result<Self, Refusal> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let malformed = || Refusal::invalid_request(&format!("{place} is not percent-encoded"));
            let name = decode(name).ok_or_else(malformed)?;
            let value = decode(value).ok_or_else(malformed)?;
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(Refusal::invalid_request(&format!("{name} stands twice in {place}")));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// Refuses every name that is not `allowed`.
    pub(crate) fn only(self, allowed: &[&str]) -> Result<Self, Refusal> {
        match self.0.iter().find(|(name, _)| !allowed.contains(&name.as_str())) {
            Some((name, _)) => Err(Refusal::invalid_request(&format!("unknown parameter {name}"))),
            None => Ok(self),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there and not empty.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Refusal> {
        match self.get(name) {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(Refusal::invalid_request(&format!("parameter {name} is missing"))),
        }
    }
}

/// The members of a JSON body. A null counts as absent.
pub(crate) struct Members(Map<String, Value>);

impl Members {
    /// A text that must be there and not empty.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Refusal> {
        match self.text(name)? {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(Refusal::invalid_request(&format!("member {name} is missing"))),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Refusal::invalid_request(&format!("member {name} is not a string"))),
        }
    }

    /// A list of texts; none when it is absent.
    pub(crate) fn list(&self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let wrong = || Refusal::invalid_request(&format!("member {name} is not a list of strings"));
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
                texts.collect::<Option<Vec<_>>>().map(Some).ok_or_else(wrong)
            }
            Some(_) => Err(wrong()),
        }
    }
}
