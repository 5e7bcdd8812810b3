//! What profiles are called: by a template, safe for every tool, and each name once.

use std::collections::{HashMap, HashSet};

use sso_cp_provider::{AccessListing, AccountRoles, EntitledRole, Tenant, TenantRoles};

use crate::messages::failure::Failure;
use crate::messages::usage::usage;

/// The fields of a template.
const FIELDS: [&str; 5] = ["account_id", "account_name", "account_email", "role_name", "session"];
const DEFAULT: &str = "{account_name}.{role_name}";

/// A role in an account.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) account_id: &'a str,
    pub(crate) account_name: Option<&'a str>,
    pub(crate) account_email: Option<&'a str>,
    pub(crate) role_name: &'a str,
    /// The role that account access manager gives, and which one; none of a permission set.
    pub(crate) entitled: Option<(&'a Tenant, &'a EntitledRole)>,
}

impl Entry<'_> {
    /// The role's ARN, where it has one.
    pub(super) fn arn(&self) -> Option<&str> {
        self.entitled.map(|(_, role)| role.role_arn.as_str())
    }
}

/// A template: texts, and fields between them.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    pieces: Vec<Piece>,
    case: Case,
}

/// The letters of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    AsListed,
    Lower,
}

impl Case {
    /// A name that every tool takes.
    fn name(self, text: &str) -> String {
        match self {
            Case::AsListed => safe(text),
            Case::Lower => safe(&text.to_lowercase()),
        }
    }
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Field(&'static str),
}

impl Template {
    /// Reads a template; without one, the default.
    pub(crate) fn parse(text: Option<&str>, case: Case) -> Result<Template, Failure> {
        let text = text.unwrap_or(DEFAULT);
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, tail)) = after.split_once('}') else {
                return Err(unknown_field(after));
            };
            let field = FIELDS.iter().find(|field| **field == name);
            let field = field.ok_or_else(|| unknown_field(name))?;
            pieces.extend([Piece::Text(before.to_owned()), Piece::Field(field)]);
            rest = tail;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        if !pieces.iter().any(|piece| matches!(piece, Piece::Field(_))) {
            return Err(usage(
                format!("the template `{text}` has no field, so all profiles would be one"),
                "write for example `--name-template {account_name}.{role_name}`",
            ));
        }
        Ok(Template { pieces, case })
    }

    fn fill(&self, session: &str, entry: &Entry<'_>) -> String {
        let value = |field: &str| match field {
            "account_id" => entry.account_id,
            "account_name" => entry.account_name.unwrap_or(entry.account_id),
            "account_email" => entry.account_email.unwrap_or(entry.account_id),
            "role_name" => entry.role_name,
            _ => session,
        };
        let filled = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Field(field) => value(field),
        });
        self.case.name(&filled.collect::<String>())
    }
}

fn unknown_field(name: &str) -> Failure {
    let fields = FIELDS.map(|field| format!("{{{field}}}")).join(" ");
    usage(
        format!("`{{{name}}}` is not a field of a name template"),
        &format!("use any of {fields}"),
    )
}

/// A name for each of these roles, in the order of the listing. The same access gives the same
/// names, whatever else is listed first.
pub(crate) fn assign<'a>(
    template: &Template,
    session: &str,
    entries: impl Iterator<Item = Entry<'a>>,
) -> Vec<(String, Entry<'a>)> {
    let mut named: Vec<(String, Entry<'_>)> =
        entries.map(|entry| (template.fill(session, &entry), entry)).collect();
    // All that share a name get longer ones, so that none depends on who came first.
    lengthen(&mut named, template.case, |entry| entry.account_id);
    lengthen(&mut named, template.case, |entry| entry.role_name);
    let _ = number(&mut named);
    named
}

/// Every role that is listed.
pub(crate) fn entries(listing: &AccessListing) -> impl Iterator<Item = Entry<'_>> {
    let of_portal = listing.access.accounts().iter().flat_map(entries_of);
    of_portal.chain(listing.tenants.iter().flat_map(entitled_entries))
}

fn entries_of(known: &AccountRoles) -> impl Iterator<Item = Entry<'_>> {
    known.roles.iter().map(|role| Entry {
        account_id: &known.account.id.0,
        account_name: known.account.name.as_deref(),
        account_email: known.account.email.as_deref(),
        role_name: &role.0,
        entitled: None,
    })
}

/// Roles are called by their names without their paths.
fn entitled_entries(listed: &TenantRoles) -> impl Iterator<Item = Entry<'_>> {
    listed.roles.iter().flatten().map(|role| Entry {
        account_id: &role.account_id.0,
        account_name: role.account_name.as_deref(),
        account_email: None,
        role_name: role.role_arn.rsplit('/').next().unwrap_or_default(),
        entitled: Some((&listed.tenant, role)),
    })
}

fn lengthen(
    named: &mut [(String, Entry<'_>)],
    case: Case,
    by: impl for<'e> Fn(&'e Entry<'_>) -> &'e str,
) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    named.iter().for_each(|(name, _)| *counts.entry(name.clone()).or_default() += 1);
    for (name, entry) in named.iter_mut() {
        if counts[name] > 1 {
            *name = case.name(&format!("{name}-{}", by(entry)));
        }
    }
}

/// What is still the same after that, two names that differ only in what became a dash, is numbered. Gives how
/// many names were tried: no number is tried twice for a name.
fn number(named: &mut [(String, Entry<'_>)]) -> usize {
    let mut taken: HashSet<String> = HashSet::new();
    let mut last_numbers: HashMap<String, usize> = HashMap::new();
    let mut tried = 0;
    for (name, _) in named.iter_mut() {
        tried += 1;
        if taken.insert(name.clone()) {
            continue;
        }
        let number = last_numbers.entry(name.clone()).or_insert(1);
        *name = loop {
            tried += 1;
            *number += 1;
            let numbered = format!("{name}-{number}");
            if taken.insert(numbered.clone()) {
                break numbered;
            }
        };
    }
    tried
}

/// The characters that every tool takes in a name; anything else becomes one dash.
fn safe(text: &str) -> String {
    let mut name = String::new();
    for letter in text.chars() {
        match letter.is_ascii_alphanumeric() || "_.@/+:%-".contains(letter) {
            true => name.push(letter),
            false if name.ends_with('-') => {}
            false => name.push('-'),
        }
    }
    let name = name.trim_matches('-');
    match name {
        "" => "unnamed".to_owned(),
        // Anyone who has no default profile shall not get one by accident.
        "default" => "default-".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use sso_cp_provider::{Access, Account};
    use sso_cp_types::{AccountId, RoleName};

    use super::*;

    fn account(id: &str, name: Option<&str>, roles: &[&str]) -> AccountRoles {
        let (id, name, email) = (AccountId(id.to_owned()), name.map(str::to_owned), None);
        let roles = roles.iter().map(|role| RoleName((*role).to_owned())).collect();
        AccountRoles { account: Account { id, name, email }, roles }
    }

    fn names(template: Option<&str>, accounts: Vec<AccountRoles>) -> Vec<String> {
        let access = Access::Partial { known: accounts, unlisted: Vec::new() };
        let access = AccessListing { access, tenants: Vec::new(), warnings: Vec::new() };
        let template = Template::parse(template, Case::AsListed).unwrap();
        assign(&template, "corp", entries(&access)).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn names_are_safe_and_follow_the_template() {
        let accounts = || vec![account("111122223333", Some("Ünser  Team (a)"), &["Read Only"])];
        assert_eq!(names(None, accounts()), ["nser-Team-a-.Read-Only"]);
        let template = Some("{session}/{role_name}@{account_id}");
        assert_eq!(names(template, accounts()), ["corp/Read-Only@111122223333"]);
        assert_eq!(names(None, vec![account("1", None, &["R"])]), ["1.R"]);
        assert_eq!(
            names(Some("{account_name}"), vec![account("1", Some("漢字"), &["R"])]),
            ["unnamed"]
        );
    }

    #[test]
    fn names_that_collide_are_told_apart_whatever_their_order() {
        let two = vec![account("1", Some("a"), &["R"]), account("2", Some("a"), &["R", "S"])];
        assert_eq!(names(None, two), ["a.R-1", "a.R-2", "a.S"]);
        let roles = vec![account("1", Some("a"), &["R", "S"])];
        assert_eq!(names(Some("{account_name}"), roles), ["a-1-R", "a-1-S"]);
        let odd = vec![account("1", Some("a"), &["R T", "R+T", "R  T"])];
        assert_eq!(names(None, odd), ["a.R-T-1-R-T", "a.R+T", "a.R-T-1-R-T-2"]);
    }

    /// Equal names, and names that look as if they were numbered already.
    #[test]
    fn numbering_tries_a_few_names_for_each() {
        let entry = Entry {
            account_id: "1",
            account_name: None,
            account_email: None,
            role_name: "R",
            entitled: None,
        };
        let texts: [fn(usize) -> String; 3] = [
            |_| "x".to_owned(),
            |at| format!("x-{}", at / 2),
            |at| format!("x{}", "-2".repeat(at % 50)),
        ];
        for text in texts {
            let mut named: Vec<_> = (0..8_000).map(|at| (text(at), entry)).collect();
            let tried = number(&mut named);
            assert!(tried <= 3 * named.len(), "{tried} for {}", text(1));
            let different: HashSet<_> = named.iter().map(|(name, _)| name).collect();
            assert_eq!(different.len(), named.len());
        }
    }

    #[test]
    fn small_letters_are_told_apart_too() {
        let two = vec![account("1", Some("Dev"), &["R", "r"]), account("2", Some("DÉV x"), &["R"])];
        let access = Access::Partial { known: two, unlisted: Vec::new() };
        let access = AccessListing { access, tenants: Vec::new(), warnings: Vec::new() };
        let template = Template::parse(None, Case::Lower).unwrap();
        let named = assign(&template, "corp", entries(&access));
        let names: Vec<&str> = named.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["dev.r-1-r", "dev.r-1-r-2", "d-v-x.r"]);
    }

    #[test]
    fn a_template_must_tell_roles_apart() {
        for template in ["", "fixed", "{", "{x}", "{account_id"] {
            assert!(Template::parse(Some(template), Case::AsListed).is_err(), "{template:?}");
        }
    }
}
