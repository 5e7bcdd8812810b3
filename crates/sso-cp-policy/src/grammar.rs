//! IAM's grammar of a session policy (IAM User Guide, "Grammar of the IAM JSON policy language").

use crate::actions::{Prefix, prefix};
use crate::finding::{Fault, Finding};
use crate::node::Node;

const POLICY: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT: [&str; 7] =
    ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// A statement, as far as it can be read.
pub(crate) struct Statement<'a> {
    pub(crate) line: usize,
    pub(crate) is_allow: bool,
    pub(crate) has_condition: bool,
    pub(crate) actions: Vec<String>,
    /// `NotAction`: every action but these.
    pub(crate) other_actions: Option<Vec<String>>,
    pub(crate) resources: Vec<String>,
    /// `NotResource`: every resource but these.
    pub(crate) other_resources: Option<Vec<String>>,
    sid: Option<(String, Node<'a>)>,
}

/// A node's members by their names.
struct Object<'a>(Vec<(String, Node<'a>)>);

impl<'a> Object<'a> {
    fn get(&self, key: &str) -> Option<Node<'a>> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, node)| *node)
    }

    /// Names that IAM does not know, and names that stand twice.
    fn check_names(&self, known: &[&str], findings: &mut Vec<Finding>) {
        for (index, (key, node)) in self.0.iter().enumerate() {
            let is_principal = matches!(key.as_str(), "Principal" | "NotPrincipal");
            let fault = match known.contains(&key.as_str()) {
                false if is_principal => Fault::Principal,
                false => Fault::UnknownMember(key.clone()),
                true if self.0[..index].iter().any(|(earlier, _)| earlier == key) => {
                    Fault::RepeatedMember(key.clone())
                }
                true => continue,
            };
            findings.push(Finding { line: node.line(), fault });
        }
    }
}

/// The statements of a policy; what is wrong with it goes to `findings`.
pub(crate) fn statements<'a>(policy: Node<'a>, findings: &mut Vec<Finding>) -> Vec<Statement<'a>> {
    let object = Object(policy.members().unwrap_or_default());
    object.check_names(&POLICY, findings);
    if let Some(version) = object.get("Version")
        && !version.text().is_some_and(|text| VERSIONS.contains(&&*text))
    {
        findings.push(bad(version, "Version", "\"2012-10-17\" or \"2008-10-17\""));
    }
    let Some(node) = object.get("Statement") else { return Vec::new() };
    let nodes = node.items().unwrap_or_else(|| vec![node]);
    let read: Vec<_> = nodes.into_iter().map(|node| statement(node, findings)).collect();
    for (index, one) in read.iter().enumerate() {
        let Some((sid, node)) = &one.sid else { continue };
        let is_same =
            |earlier: &Statement<'_>| earlier.sid.as_ref().is_some_and(|(other, _)| other == sid);
        if !sid.is_empty() && read[..index].iter().any(is_same) {
            findings.push(Finding { line: node.line(), fault: Fault::RepeatedSid(sid.clone()) });
        }
    }
    read
}

fn statement<'a>(node: Node<'a>, findings: &mut Vec<Finding>) -> Statement<'a> {
    let object = Object(node.members().unwrap_or_default());
    object.check_names(&STATEMENT, findings);
    let line = node.line();
    let effect = effect(&object, line, findings);
    let [actions, other_actions] = one_of(&object, ["Action", "NotAction"], line, findings);
    let [resources, other_resources] = one_of(&object, ["Resource", "NotResource"], line, findings);
    for (action, node) in actions.iter().chain(&other_actions).flatten() {
        let fault = match prefix(action) {
            Prefix::Good => continue,
            Prefix::Missing => Fault::NoService(action.clone()),
            Prefix::Wildcard => Fault::WildcardService(action.clone()),
            Prefix::Odd => Fault::OddAction(action.clone()),
        };
        findings.push(Finding { line: node.line(), fault });
    }
    for (resource, node) in resources.iter().chain(&other_resources).flatten() {
        if !is_resource(resource) {
            let fault = Fault::BadResource(resource.clone());
            findings.push(Finding { line: node.line(), fault });
        }
    }
    let condition = object.get("Condition");
    if let Some(condition) = condition.filter(|node| !is_condition(*node)) {
        findings.push(bad(condition, "Condition", "an object of operators with keys and values"));
    }
    Statement {
        line,
        is_allow: effect.as_deref() == Some("Allow"),
        has_condition: condition.is_some(),
        actions: texts(actions).unwrap_or_default(),
        other_actions: texts(other_actions),
        resources: texts(resources).unwrap_or_default(),
        other_resources: texts(other_resources),
        sid: sid(&object, findings),
    }
}

fn effect(object: &Object<'_>, line: usize, findings: &mut Vec<Finding>) -> Option<String> {
    let Some(node) = object.get("Effect") else {
        findings.push(Finding { line, fault: Fault::MissingMember("Effect") });
        return None;
    };
    let effect = node.text().filter(|effect| matches!(effect.as_str(), "Allow" | "Deny"));
    if effect.is_none() {
        findings.push(bad(node, "Effect", "\"Allow\" or \"Deny\""));
    }
    effect
}

fn sid<'a>(object: &Object<'a>, findings: &mut Vec<Finding>) -> Option<(String, Node<'a>)> {
    let node = object.get("Sid")?;
    let sid = node.text().filter(|sid| sid.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if sid.is_none() {
        findings.push(bad(node, "Sid", "letters and digits"));
    }
    Some((sid?, node))
}

/// Texts with their places.
type Texts<'a> = Vec<(String, Node<'a>)>;

/// A member, or the one that means everything else; a statement has exactly one of them.
fn one_of<'a>(
    object: &Object<'a>,
    names: [&'static str; 2],
    line: usize,
    findings: &mut Vec<Finding>,
) -> [Option<Texts<'a>>; 2] {
    let nodes = names.map(|name| object.get(name));
    match nodes {
        [None, None] => {
            findings.push(Finding { line, fault: Fault::MissingMember(names[0]) });
        }
        [Some(_), Some(_)] => {
            findings.push(Finding { line, fault: Fault::BothMembers(names[0], names[1]) });
        }
        _ => {}
    }
    let mut read = [None, None];
    for ((node, name), read) in nodes.into_iter().zip(names).zip(&mut read) {
        let Some(node) = node else { continue };
        *read = node.texts().filter(|texts| !texts.is_empty());
        if read.is_none() {
            findings.push(bad(node, name, "a text, or a list of texts that is not empty"));
        }
    }
    read
}

fn texts(read: Option<Texts<'_>>) -> Option<Vec<String>> {
    read.map(|texts| texts.into_iter().map(|(text, _)| text).collect())
}

/// `*`, or `arn:` with its six parts; wildcards and variables may stand in each but the first.
fn is_resource(text: &str) -> bool {
    text == "*" || (text.starts_with("arn:") && text.splitn(6, ':').count() == 6)
}

/// `{"operator": {"key": value}}`, where a value is a text, a number, a switch or a list of those.
fn is_condition(node: Node<'_>) -> bool {
    let is_value = |node: Node<'_>| {
        let values = node.items().unwrap_or_else(|| vec![node]);
        values.into_iter().all(|value| value.members().is_none() && value.items().is_none())
    };
    node.members().is_some_and(|operators| {
        operators.into_iter().all(|(_, operator)| {
            operator
                .members()
                .is_some_and(|keys| keys.into_iter().all(|(_, value)| is_value(value)))
        })
    })
}

fn bad(node: Node<'_>, member: &'static str, expected: &'static str) -> Finding {
    Finding { line: node.line(), fault: Fault::BadValue { member, expected } }
}
