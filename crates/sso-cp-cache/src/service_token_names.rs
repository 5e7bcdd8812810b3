//! What the files of tokens are called that services gave.

use crate::chain_names::ChainKey;
use crate::json::push_list;
use crate::names::{RoleKey, sha1_hex};

/// Whose credentials a token was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer<'a> {
    /// A role of the access portal.
    Role(RoleKey<'a>),
    /// A role that was assumed.
    Chain(ChainKey<'a>),
}

/// A token, as far as it decides who may use it and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServiceTokenKey<'a> {
    /// Whose it is.
    pub issuer: Issuer<'a>,
    /// What the credentials were cut down to, in words of the caller's own; empty where they were not.
    pub scope: &'a str,
    /// The endpoint that gave it.
    pub endpoint: &'a str,
    /// The region that it was asked for.
    pub region: &'a str,
    /// What it is for, in words of the caller's own: `codeartifact`, and a domain.
    pub purpose: [&'a str; 2],
}

impl ServiceTokenKey<'_> {
    /// The session's hash, so that a logout finds the files of its session, and the SHA-1 of the rest.
    pub(crate) fn name(&self) -> String {
        let (session, issuer) = match &self.issuer {
            Issuer::Role(role) => (role.session, role.hash()),
            Issuer::Chain(chain) => (chain.source.session, chain.name()),
        };
        let mut rest = String::new();
        let [what, which] = self.purpose;
        let parts = [&issuer, self.scope, self.endpoint, self.region, what, which];
        push_list(&mut rest, &parts.map(str::to_owned));
        format!("{}-{}", session.hash(), sha1_hex(&rest))
    }
}
