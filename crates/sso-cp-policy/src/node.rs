//! A value of a policy and where it stands: JSON read level by level, so that every finding has a line.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::policy::line_of;

/// A value within a policy's text, which is JSON.
#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    whole: &'a str,
    json: &'a str,
}

impl<'a> Node<'a> {
    pub(crate) fn root(text: &'a str) -> Node<'a> {
        Node { whole: text, json: text }
    }

    /// The line that it begins in, from 1.
    pub(crate) fn line(self) -> usize {
        line_of(self.whole, self.json.trim_ascii_start())
    }

    /// The members of an object in their order, a repeated one as often as it stands there.
    pub(crate) fn members(self) -> Option<Vec<(String, Node<'a>)>> {
        let members: Members<'a> = serde_json::from_str(self.json).ok()?;
        Some(members.0.into_iter().map(|(key, raw)| (key, self.part(raw))).collect())
    }

    /// The items of a list.
    pub(crate) fn items(self) -> Option<Vec<Node<'a>>> {
        let items: Vec<&'a RawValue> = serde_json::from_str(self.json).ok()?;
        Some(items.into_iter().map(|raw| self.part(raw)).collect())
    }

    /// A string's text.
    pub(crate) fn text(self) -> Option<String> {
        serde_json::from_str(self.json).ok()
    }

    /// A string, or a list of them, as IAM takes both in many places.
    pub(crate) fn texts(self) -> Option<Vec<(String, Node<'a>)>> {
        let nodes = self.items().unwrap_or_else(|| vec![self]);
        nodes.into_iter().map(|node| Some((node.text()?, node))).collect()
    }

    fn part(self, raw: &'a RawValue) -> Node<'a> {
        Node { whole: self.whole, json: raw.get() }
    }
}

struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members<'a>, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry::<String, &'de RawValue>()? {
            members.push(member);
        }
        Ok(members)
    }
}
