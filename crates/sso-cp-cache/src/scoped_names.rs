//! What the files of scoped credentials are called.

use crate::json::{push_list, push_string};
use crate::names::sha1_hex;
use crate::service_token_names::Issuer;

/// Who asks for credentials. What a person's call has cached is not for an agent, and the other way
/// round: the answer names the agent in CloudTrail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// A person, or a program of theirs.
    Person,
    /// A coding agent.
    Agent,
}

/// A role and all that it is scoped down to: two scopes never share credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopedKey<'a> {
    /// The role.
    pub issuer: Issuer<'a>,
    /// The SHA-256 of each policy as it is sent, in the order in which they are applied.
    pub policies: &'a [String],
    /// The life that is asked for; none where the role's own counts.
    pub duration_seconds: Option<u32>,
    /// Who asks.
    pub asker: Asker,
}

impl ScopedKey<'_> {
    /// The session's hash, so that a logout finds the files of its session, and the SHA-1 of the rest.
    pub(crate) fn name(&self) -> String {
        let (session, issuer) = match &self.issuer {
            Issuer::Role(role) => (role.session, role.hash()),
            Issuer::Chain(chain) => (chain.source.session, chain.name()),
        };
        let asker = match self.asker {
            Asker::Person => "person",
            Asker::Agent => "agent",
        };
        let seconds =
            self.duration_seconds.map_or("null".to_owned(), |seconds| seconds.to_string());
        let mut rest = String::from("[");
        push_string(&mut rest, &issuer);
        rest.push_str(", ");
        push_list(&mut rest, self.policies);
        rest.push_str(&format!(", {seconds}, \"{asker}\"]"));
        format!("{}-{}", session.hash(), sha1_hex(&rest))
    }
}
