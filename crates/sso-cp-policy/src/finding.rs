//! What a person should mend about a policy.

use std::fmt;

/// Something about a policy that a person should mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The line, from 1.
    pub line: usize,
    /// What it is.
    pub fault: Fault,
}

/// What is wrong with a policy that STS would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A member that IAM does not know at this place.
    UnknownMember(String),
    /// A member that stands twice.
    RepeatedMember(String),
    /// A member without which a statement is none.
    MissingMember(&'static str),
    /// Two members of which a statement has one.
    BothMembers(&'static str, &'static str),
    /// A member whose value IAM does not take.
    BadValue {
        /// The member.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// A policy for a session says what may be done, not who may do it.
    Principal,
    /// Two statements of one name.
    RepeatedSid(String),
    /// An action without a service before its colon.
    NoService(String),
    /// An action whose service has a wildcard, which IAM does not take.
    WildcardService(String),
    /// An action in letters that no action has.
    OddAction(String),
    /// A resource that is neither `*` nor an ARN.
    BadResource(String),
    /// Any role may be assumed, and the session of an assumed role is not scoped.
    AssumesAnyRole,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::UnknownMember(key) => write!(f, "IAM does not know the member `{key}` here"),
            Fault::RepeatedMember(key) => write!(f, "the member `{key}` stands twice"),
            Fault::MissingMember(key) => write!(f, "the statement has no `{key}`"),
            Fault::BothMembers(one, other) => {
                write!(f, "the statement has both `{one}` and `{other}`")
            }
            Fault::BadValue { member, expected } => write!(f, "`{member}` must be {expected}"),
            Fault::Principal => {
                f.write_str("`Principal` belongs to policies of resources, not of sessions")
            }
            Fault::RepeatedSid(sid) => write!(f, "two statements have the Sid `{sid}`"),
            Fault::NoService(action) => write!(f, "the action `{action}` names no service"),
            Fault::WildcardService(action) => {
                write!(f, "the action `{action}` has a wildcard as its service, which IAM does not take")
            }
            Fault::OddAction(action) => write!(f, "`{action}` is not an action"),
            Fault::BadResource(resource) => {
                write!(f, "the resource `{resource}` is neither `*` nor an ARN")
            }
            Fault::AssumesAnyRole => f.write_str(
                "any role may be assumed from here, and an assumed role is not scoped: deny `sts:AssumeRole` on `*`",
            ),
        }
    }
}
