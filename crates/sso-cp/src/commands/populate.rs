//! `sso-cp populate`: a profile for every account and role, in a block of the config file that the
//! command owns and keeps up to date.
//!
//! What stands in the block is what AWS lists. Access that is gone is removed only where everything
//! was listed; a name that stands elsewhere in the files is the user's, and is left alone.

mod choices;
pub(super) mod names;
mod pattern;

use std::collections::HashMap;

use std::collections::HashSet;

use sso_cp_config::{
    ACCOUNT_NAME_COMMENT, Block, Contents, Document, Saved, SectionName, Session, SessionName,
    Settings, Store, keys, why_not_a_value,
};
use sso_cp_provider::{Access, AccessListing};

use super::access;
use crate::args::commands::Populate;
use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::diff;
use crate::messages::failure::{Failure, Setup, unlisted_warning};
use crate::messages::text::{count, shell_word, shown_path};
use crate::messages::usage::usage;
use crate::process::output;
use choices::{Choices, Record};
pub(crate) use names::Entry;
use names::Template;

/// One profile of the block.
type Profile = (SectionName, Vec<(&'static str, String)>);

/// Lists, and writes the block.
pub(crate) fn run(context: &Context, flags: &Populate) -> Result<(), Failure> {
    Choices::of(flags, Record::None)?.template()?;
    let session = context.provider.session(&context.selected())?;
    let SessionName::Named(session_name) = &session.name else {
        return Err(usage(
            "`populate` writes the profiles of one sso-session, and this is a legacy profile"
                .to_owned(),
            "write `sso-cp populate --sso-session NAME`, or run `sso-cp migrate` first",
        ));
    };
    let title = format!("populate {session_name}");
    let record = Record::of(&shared_file::read(context)?, &title)?;
    if matches!(record, Record::Unreadable) {
        output::warn("the comment of the block cannot be read, so earlier choices are not kept");
    }
    let choices = Choices::of(flags, record)?;
    let template = choices.template()?;
    if choices.is_native() && session.settings().store != Store::Plain {
        return Err(usage(
            format!(
                "sso-session `{session_name}` is sealed, so tools are not signed in by keys of their own"
            ),
            "leave `--native` out: the profiles then have a `credential_process`",
        ));
    }
    let listing = access::list(&session, context)?;
    let populating = Populating {
        context,
        flags,
        choices,
        title: &title,
        session_name,
        template,
        session: &session,
        listing: &listing,
    };
    if flags.dry_run {
        let mut document = shared_file::read(context)?;
        let report = populating.fill(&mut document)?;
        document.check().map_err(Failure::edit)?;
        let name = shown_path(document.path(), context.home());
        output::print(diff::unified(&name, document.before(), document.after()).as_bytes())?;
        populating
            .conclude(&report, if document.is_changed() { Ending::Shown } else { Ending::Same });
        return Ok(());
    }
    let (report, saved) = shared_file::change(context, |document| populating.fill(document))?;
    let ending = if saved == Saved::Written { Ending::Written } else { Ending::Same };
    populating.conclude(&report, ending);
    Ok(())
}

/// What is said of a run.
struct Report {
    profiles: usize,
    new: usize,
    removed: usize,
    /// Names that the user has elsewhere.
    taken: Vec<String>,
    /// Names of roles that no file can hold, for what AWS calls them or their accounts.
    unwritable: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Written,
    Same,
    Shown,
}

struct Populating<'a> {
    context: &'a Context,
    flags: &'a Populate,
    choices: Choices,
    title: &'a str,
    session_name: &'a str,
    template: Template,
    session: &'a Session,
    listing: &'a AccessListing,
}

impl Populating<'_> {
    fn fill(&self, document: &mut Document) -> Result<Report, Failure> {
        let title = self.title;
        let outside = document.contents_outside(title).map_err(Failure::edit)?;
        let before = document.block_contents(title).map_err(Failure::edit)?.unwrap_or_default();
        let credentials = shared_file::read_credentials(self.context)?;
        let is_taken = |name: &SectionName| outside.has(name) || credentials.contents().has(name);
        let mut profiles = Vec::new();
        let (mut taken, mut unwritable) = (Vec::new(), Vec::new());
        let wanted: Vec<Entry<'_>> =
            names::entries(self.listing).filter(|entry| self.choices.wants(entry)).collect();
        let is_empty = wanted.is_empty();
        for (name, entry) in names::assign(&self.template, self.session_name, wanted.into_iter()) {
            let section = SectionName::Profile(name.clone());
            let values = [entry.account_id, entry.role_name].into_iter().chain(entry.arn());
            let is_odd = values.map(why_not_a_value).any(|odd| odd.is_some());
            match (is_taken(&section), is_odd) {
                (true, _) => taken.push(name),
                (false, true) => unwritable.push(name),
                (false, false) => profiles.push((section, self.settings(&name, &entry))),
            }
        }
        self.keep_or_remove(&mut profiles, &before, is_empty, &is_taken)?;
        let note = self.choices.note(self.session_name);
        let comments = self.comments(&profiles);
        let block = Block { title, note: &note, sections: &profiles, comments: &comments };
        document.replace_block(&block).map_err(Failure::edit)?;
        shared_file::check_readers(document, credentials.contents(), self.context)?;
        // One stands for all: they differ in names and values alone.
        if let Some((first, _)) = profiles.first() {
            let credentials = credentials.contents();
            shared_file::check_profile_is_read(document, first.name(), credentials, self.context)?;
        }
        let is_new = |(name, _): &&Profile| !before.has(name);
        let kept: HashSet<&SectionName> = profiles.iter().map(|(name, _)| name).collect();
        let stays = |name: &&SectionName| kept.contains(*name);
        Ok(Report {
            profiles: profiles.len(),
            new: profiles.iter().filter(is_new).count(),
            removed: before.names().count() - before.names().filter(stays).count(),
            taken,
            unwritable,
        })
    }

    /// Where not everything was listed, what is not listed may still be there: it stays.
    fn keep_or_remove(
        &self,
        profiles: &mut Vec<Profile>,
        before: &Contents,
        is_empty: bool,
        is_taken: &dyn Fn(&SectionName) -> bool,
    ) -> Result<(), Failure> {
        let are_tenants_known = self.listing.tenants.iter().all(|listed| listed.roles.is_ok());
        match &self.listing.access {
            Access::Complete(_) if are_tenants_known => {
                let count = before.names().count();
                if is_empty && names::entries(self.listing).next().is_some() && !self.flags.yes {
                    return Err(self.nothing_is_wanted());
                }
                if is_empty && count > 0 && !self.flags.yes {
                    let session = self.session_name.to_owned();
                    return Err(Failure::Setup(Setup::NothingListed { session, profiles: count }));
                }
            }
            _ => {
                let listed: HashSet<SectionName> =
                    profiles.iter().map(|(name, _)| name.clone()).collect();
                for name in before.names().filter(|name| !is_taken(name)) {
                    if let (false, Some(settings)) = (listed.contains(name), before.settings(name))
                    {
                        profiles.push((name.clone(), as_before(settings)));
                    }
                }
            }
        }
        Ok(())
    }

    fn settings(&self, name: &str, entry: &Entry<'_>) -> Vec<(&'static str, String)> {
        let session = self.session_name.to_owned();
        let (account, role) = (entry.account_id.to_owned(), entry.role_name.to_owned());
        let is_portable = self.choices.is_portable();
        let process = || match is_portable {
            true => shared_file::portable_process(name),
            false => shared_file::credential_process(name, self.context),
        };
        let mut settings = match (entry.entitled, self.choices.is_native()) {
            (Some((tenant, role)), _) => {
                let mut settings = vec![
                    (keys::CREDENTIAL_PROCESS, process()),
                    (keys::SSO_CP_SESSION, session),
                    (keys::SSO_CP_TENANT_ID, tenant.id.clone()),
                    (keys::SSO_CP_ROLE_ARN, role.role_arn.clone()),
                ];
                if tenant.region != self.session.region {
                    settings.push((keys::SSO_CP_TENANT_REGION, tenant.region.clone()));
                }
                settings
            }
            (None, true) => {
                vec![
                    (keys::SSO_SESSION, session),
                    (keys::SSO_ACCOUNT_ID, account),
                    (keys::SSO_ROLE_NAME, role),
                ]
            }
            (None, false) => vec![
                (keys::CREDENTIAL_PROCESS, process()),
                (keys::SSO_CP_SESSION, session),
                (keys::SSO_CP_ACCOUNT_ID, account),
                (keys::SSO_CP_ROLE_NAME, role),
            ],
        };
        if is_portable {
            settings.push((keys::SSO_CP_PORTABLE, "true".to_owned()));
        }
        settings.extend(self.choices.region(entry).map(|region| ("region", region.to_owned())));
        settings
    }

    /// The names of the profiles' accounts, for the list of `use` and for anyone who reads the file.
    fn comments(&self, profiles: &[Profile]) -> Vec<Option<String>> {
        let access = &self.listing.access;
        let known = access.accounts().iter().map(|known| &known.account);
        let accounts = known.chain(access.unlisted().iter().map(|(account, _)| account));
        let entitled = access::entitled(&self.listing.tenants)
            .filter_map(|(_, role)| Some((&*role.account_id.0, role.account_name.as_deref()?)));
        let names: HashMap<&str, &str> = accounts
            .filter_map(|account| Some((&*account.id.0, account.name.as_deref()?)))
            .chain(entitled)
            .collect();
        let comment = |settings: &[(&str, String)]| {
            let is_id = |key: &str| [keys::SSO_CP_ACCOUNT_ID, keys::SSO_ACCOUNT_ID].contains(&key);
            let value = |is: fn(&str) -> bool| {
                settings.iter().find(|(key, _)| is(key)).map(|(_, value)| value.as_str())
            };
            let of_arn = || value(|key| key == keys::SSO_CP_ROLE_ARN)?.split(':').nth(4);
            let id = value(is_id).or_else(of_arn)?;
            let name = names.get(id).filter(|name| **name != id)?;
            Some([ACCOUNT_NAME_COMMENT, name].concat())
        };
        profiles.iter().map(|(_, settings)| comment(settings)).collect()
    }

    fn nothing_is_wanted(&self) -> Failure {
        usage(
            "no role of any account is what the flags ask for, or what earlier runs chose"
                .to_owned(),
            &format!("see `sso-cp list --sso-session {}`", shell_word(self.session_name)),
        )
    }

    fn conclude(&self, report: &Report, ending: Ending) {
        const SHOWN: usize = 5;
        let file = shown_path(&self.context.files().config, self.context.home());
        let Report { profiles, new, removed, taken, unwritable } = report;
        let profiles = count(*profiles, "profile");
        let counts = format!("{profiles} ({new} new, {removed} removed)");
        output::say(&match ending {
            Ending::Written => format!("sso-cp: {file} has {counts}\n"),
            Ending::Shown => format!("sso-cp: {file} would have {counts}; nothing was written\n"),
            Ending::Same => format!("sso-cp: {file} is up to date, {profiles}\n"),
        });
        output::warn_of(&self.listing.warnings, || self.context.scene());
        let entries: Vec<Entry<'_>> = names::entries(self.listing).collect();
        for idle in self.choices.idle(&entries).iter().take(SHOWN) {
            output::warn(idle);
        }
        for (names, why) in [
            (taken, "you have profiles of that name"),
            (unwritable, "no config file can hold what AWS calls the role or its account"),
        ] {
            if !names.is_empty() {
                output::warn(&format!("left out, because {why}: {}", some_of(names, SHOWN)));
            }
        }
        let unlisted = self.listing.access.unlisted();
        for (account, error) in unlisted.iter().take(SHOWN) {
            output::warn(&unlisted_warning(account, error));
        }
        access::warn_of_tenants(&self.listing.tenants, self.context);
        if !unlisted.is_empty() || self.listing.tenants.iter().any(|listed| listed.roles.is_err()) {
            output::warn("the listing is not complete, so no profile was removed");
        }
    }
}

/// The first of them, and how many more there are.
fn some_of(names: &[String], shown: usize) -> String {
    let first: Vec<String> = names.iter().take(shown).map(|name| format!("`{name}`")).collect();
    let more = match names.len() - first.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    first.join(", ") + &more
}

/// A profile of the block as it stands, its keys in our order.
fn as_before(settings: &Settings) -> Vec<(&'static str, String)> {
    const ORDER: [&str; 12] = [
        keys::CREDENTIAL_PROCESS,
        keys::SSO_CP_SESSION,
        keys::SSO_CP_ACCOUNT_ID,
        keys::SSO_CP_ROLE_NAME,
        keys::SSO_CP_TENANT_ID,
        keys::SSO_CP_ROLE_ARN,
        keys::SSO_CP_TENANT_REGION,
        keys::SSO_CP_PORTABLE,
        keys::SSO_SESSION,
        keys::SSO_ACCOUNT_ID,
        keys::SSO_ROLE_NAME,
        "region",
    ];
    let found = ORDER.iter().filter_map(|key| Some((*key, settings.get(*key)?.clone())));
    found.collect()
}
