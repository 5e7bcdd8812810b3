//! What a person chooses for a block: the flags of this run, and those of earlier ones. The comment at the block's
//! beginning is their record: the command that wrote it, which is read again by the next run.

use sso_cp_config::{Document, is_region, posix_words};
use sso_cp_types::AccountId;

use super::names::{Case, Entry, Template};
use super::pattern::is_like;
use crate::args::commands::Populate;
use crate::args::{self, Command, Parsed};
use crate::messages::failure::Failure;
use crate::messages::text::{clean, posix_word};
use crate::messages::usage::{Usage, usage};

const BEFORE: &str = "Written by `";
const BEHIND: &str = "`, which rewrites everything up to the end of the block.";

/// The flags as they hold for this run.
pub(super) struct Choices(Populate);

/// What the comment of a block says.
pub(super) enum Record {
    /// There is no block, or no such comment.
    None,
    Choices(Box<Populate>),
    /// Somebody has changed it.
    Unreadable,
}

impl Record {
    /// Reads it.
    pub(super) fn of(document: &Document, title: &str) -> Result<Record, Failure> {
        let Some(note) = document.block_note(title).map_err(Failure::edit)? else {
            return Ok(Record::None);
        };
        let Some(command) = note.strip_prefix(BEFORE) else { return Ok(Record::None) };
        let words = command.strip_suffix(BEHIND).and_then(posix_words).unwrap_or_default();
        Ok(match args::parse(words.iter().skip(1).map(Into::into)) {
            Ok(Parsed::Command(arguments)) => match arguments.command {
                Some(Command::Populate(flags)) => Record::Choices(Box::new(flags)),
                _ => Record::Unreadable,
            },
            _ => Record::Unreadable,
        })
    }
}

impl Choices {
    /// What was typed goes before what was chosen earlier, flag by flag.
    ///
    /// # Errors
    ///
    /// A flag has a value that cannot be used.
    pub(super) fn of(typed: &Populate, record: Record) -> Result<Choices, Failure> {
        check(typed)?;
        let mut flags = typed.clone();
        if let (Record::Choices(earlier), false) = (record, typed.reset) {
            let earlier = *earlier;
            flags.name_template = flags.name_template.or(earlier.name_template);
            flags.region = flags.region.or(earlier.region);
            for (now, earlier) in [
                (&mut flags.region_for, earlier.region_for),
                (&mut flags.account, earlier.account),
                (&mut flags.exclude_account, earlier.exclude_account),
                (&mut flags.role, earlier.role),
                (&mut flags.exclude_role, earlier.exclude_role),
            ] {
                if now.is_empty() {
                    *now = earlier;
                }
            }
            flags.lower_case |= earlier.lower_case;
            flags.native |= earlier.native && !flags.portable;
            flags.portable |= earlier.portable && !flags.native;
        }
        Ok(Choices(flags))
    }

    pub(super) fn template(&self) -> Result<Template, Failure> {
        let case = if self.0.lower_case { Case::Lower } else { Case::AsListed };
        Template::parse(self.0.name_template.as_deref(), case)
    }

    pub(super) fn is_native(&self) -> bool {
        self.0.native
    }

    pub(super) fn is_portable(&self) -> bool {
        self.0.portable
    }

    /// Whether a profile is wanted for this role.
    pub(super) fn wants(&self, entry: &Entry<'_>) -> bool {
        let Populate { account, exclude_account, role, exclude_role, .. } = &self.0;
        let has_account = |patterns: &[String]| patterns.iter().any(|it| is_account(it, entry));
        let has_role = |patterns: &[String]| patterns.iter().any(|it| is_like(it, entry.role_name));
        (account.is_empty() || has_account(account))
            && (role.is_empty() || has_role(role))
            && !has_account(exclude_account)
            && !has_role(exclude_role)
    }

    /// The region of a role's profile: the first of the map that is about its account, else that of all.
    pub(super) fn region(&self, entry: &Entry<'_>) -> Option<&str> {
        let mut map = self.0.region_for.iter().filter_map(|pair| pair.rsplit_once('='));
        let own = map.find(|(account, _)| is_account(account, entry)).map(|(_, region)| region);
        own.or(self.0.region.as_deref())
    }

    /// The choices that are about nothing of what is listed, in words.
    pub(super) fn idle(&self, entries: &[Entry<'_>]) -> Vec<String> {
        let Populate { account, exclude_account, role, exclude_role, region_for, .. } = &self.0;
        let of_map = region_for.iter().filter_map(|pair| Some(pair.rsplit_once('=')?.0));
        let accounts = account.iter().chain(exclude_account).map(String::as_str).chain(of_map);
        let idle = accounts.filter(|it| !entries.iter().any(|entry| is_account(it, entry)));
        let mut words: Vec<String> =
            idle.map(|it| format!("no account is called `{}`", clean(it))).collect();
        let roles = role.iter().chain(exclude_role);
        let idle = roles.filter(|it| !entries.iter().any(|entry| is_like(it, entry.role_name)));
        words.extend(idle.map(|it| format!("no role is called `{}`", clean(it))));
        words
    }

    /// The comment for anyone who reads the file, and for the next run.
    pub(super) fn note(&self, session: &str) -> String {
        let flags = &self.0;
        let mut command = format!("sso-cp populate --sso-session {}", posix_word(session));
        let mut add = |flag: &str, value: &str| {
            command.push_str(&[" ", flag, " ", &posix_word(value)].concat());
        };
        for (flag, value) in
            [("--name-template", &flags.name_template), ("--region", &flags.region)]
        {
            value.iter().for_each(|value| add(flag, value));
        }
        for (flag, values) in [
            ("--region-for", &flags.region_for),
            ("--account", &flags.account),
            ("--exclude-account", &flags.exclude_account),
            ("--role", &flags.role),
            ("--exclude-role", &flags.exclude_role),
        ] {
            values.iter().for_each(|value| add(flag, value));
        }
        for (flag, is_on) in [
            (" --lower-case", flags.lower_case),
            (" --portable", flags.portable),
            (" --native", flags.native),
        ] {
            if is_on {
                command.push_str(flag);
            }
        }
        [BEFORE, &command, BEHIND].concat()
    }
}

/// By the id, as it is or as the console shows it, by the name, or by the address.
fn is_account(pattern: &str, entry: &Entry<'_>) -> bool {
    is_like(&AccountId::typed(pattern).0, entry.account_id)
        || entry.account_name.is_some_and(|name| is_like(pattern, name))
        || entry.account_email.is_some_and(|email| is_like(pattern, email))
}

fn check(typed: &Populate) -> Result<(), Usage> {
    let regions = typed.region_for.iter().map(|pair| pair.rsplit_once('='));
    for (account, region) in regions.map(|pair| pair.unwrap_or(("", ""))) {
        if account.is_empty() || !is_region(region) {
            return Err(usage(
                "`--region-for` takes an account and a region".to_owned(),
                "write `--region-for 111122223333=eu-west-1`",
            ));
        }
    }
    if let Some(region) = typed.region.as_deref().filter(|region| !is_region(region)) {
        return Err(usage(
            format!("`{}` is not a region", clean(region)),
            "write `--region us-east-1`",
        ));
    }
    if typed.native && typed.portable {
        return Err(usage(
            "`--portable` is about `credential_process`, which `--native` leaves out".to_owned(),
            "leave one of them out",
        ));
    }
    let Populate { account, exclude_account, role, exclude_role, region_for, .. } = typed;
    let texts = [account, exclude_account, role, exclude_role, region_for].into_iter().flatten();
    match texts.chain(&typed.name_template).find(|text| clean(text) != **text || text.is_empty()) {
        Some(odd) => Err(usage(
            format!("`{}` cannot be kept in a comment", clean(odd)),
            "leave control characters out, and no value empty",
        )),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(typed: Populate, earlier: Option<Populate>) -> Choices {
        let record = earlier.map_or(Record::None, |flags| Record::Choices(Box::new(flags)));
        Choices::of(&typed, record).unwrap()
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn entry<'a>(id: &'a str, name: &'a str, role_name: &'a str) -> Entry<'a> {
        Entry {
            account_id: id,
            account_name: Some(name),
            account_email: None,
            role_name,
            entitled: None,
        }
    }

    #[test]
    fn accounts_and_roles_are_taken_and_left_out() {
        let some = choices(
            Populate {
                account: texts(&["prod-*", "1111-2222-3333"]),
                exclude_account: texts(&["prod-old"]),
                exclude_role: texts(&["*admin*"]),
                region: Some("us-east-1".to_owned()),
                region_for: texts(&["prod-eu=eu-west-1", "prod-*=eu-central-1"]),
                ..Populate::default()
            },
            None,
        );
        for (entry, wanted, region) in [
            (entry("1", "Prod-EU", "Read"), true, "eu-west-1"),
            (entry("2", "prod-us", "Read"), true, "eu-central-1"),
            (entry("2", "prod-old", "Read"), false, "eu-central-1"),
            (entry("2", "prod-us", "SysAdministrator"), false, "eu-central-1"),
            (entry("111122223333", "x", "Read"), true, "us-east-1"),
            (entry("4", "x", "Read"), false, "us-east-1"),
        ] {
            assert_eq!((some.wants(&entry), some.region(&entry)), (wanted, Some(region)));
        }
        let idle = some.idle(&[entry("1", "prod-eu", "Admin")]);
        let expected = ["no account is called `1111-2222-3333`", "no account is called `prod-old`"];
        assert_eq!(idle, expected);
    }

    #[test]
    fn what_was_chosen_is_read_again_from_the_comment() {
        let all = || Populate {
            name_template: Some("{account_name}'s `{role_name}`".to_owned()),
            account: texts(&["a b", "*"]),
            region_for: texts(&["x=eu-west-1"]),
            lower_case: true,
            portable: true,
            ..Populate::default()
        };
        let note = choices(all(), None).note("corp");
        let command = note.strip_prefix(BEFORE).unwrap().strip_suffix(BEHIND).unwrap();
        let words = posix_words(command).unwrap();
        let Ok(Parsed::Command(arguments)) = args::parse(words[1..].iter().map(Into::into)) else {
            panic!("{note}")
        };
        let Some(Command::Populate(earlier)) = arguments.command else { panic!("{note}") };
        assert_eq!(choices(Populate::default(), Some(earlier.clone())).note("corp"), note);
        let native = Populate { native: true, ..Populate::default() };
        let note = choices(native, Some(earlier.clone())).note("corp");
        assert!(note.contains("--lower-case --native`"), "{note}");
        let reset = Populate { reset: true, ..Populate::default() };
        let note = choices(reset, Some(earlier)).note("corp");
        assert!(note.starts_with("Written by `sso-cp populate --sso-session corp`,"), "{note}");
    }
}
