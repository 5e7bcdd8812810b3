//! What is to be configured, by flags.

use sso_cp_config::{
    Contents, Error, Place, SectionName, Tenant, check_start_url, is_plain_name, is_region, keys,
    parse_scopes, why_not_a_role_arn, why_not_a_value,
};
use sso_cp_types::{ACCOUNT_ACCESS, AccountId};

use super::chosen::Chosen;
use crate::args::Flags;
use crate::args::commands::Configure;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::messages::usage::usage;

/// The flags as they were given.
pub(super) struct Given<'a> {
    pub(super) flags: &'a Configure,
    pub(super) named: &'a Flags,
}

/// The session.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) start_url: String,
    pub(super) region: String,
    pub(super) scopes: Option<String>,
    /// The account access manager that gives the profile's role.
    pub(super) tenant: Option<Tenant>,
    /// Whether its section is to be written.
    pub(super) is_changed: bool,
}

/// The profile.
#[derive(Debug)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) role: Chosen,
    pub(super) region: Option<String>,
}

/// Takes the flags alone.
pub(super) fn from_flags(
    given: &Given<'_>,
    contents: &Contents,
    context: &Context,
) -> Result<(Wanted, Profile), Failure> {
    given.check(contents)?;
    let Given { flags, named } = given;
    let old = named.sso_session.as_deref().and_then(|name| existing(name, contents));
    let is_entitled = given.is_entitled();
    let session = named.sso_session.as_deref().unwrap_or_default();
    let mut wanted = given.session(session, old);
    if is_entitled {
        wanted.tenant = given.tenant(&wanted, contents, context)?;
    }
    let needed = [
        ("--sso-session", named.sso_session.is_none()),
        ("--start-url", wanted.start_url.is_empty()),
        ("--sso-region", wanted.region.is_empty()),
        ("--tenant-id", is_entitled && wanted.tenant.is_none()),
        ("--role-arn", is_entitled && flags.role_arn.is_none()),
        ("--account-id", !is_entitled && named.account_id.is_none()),
        ("--role-name", !is_entitled && named.role_name.is_none()),
    ];
    let missing: Vec<&str> =
        needed.iter().filter(|(_, is_missing)| *is_missing).map(|(flag, _)| *flag).collect();
    let (Some(role), []) = (given.role(), &missing[..]) else {
        let flags = missing.iter().map(|flag| format!("`{flag}`")).collect::<Vec<_>>().join(", ");
        let missing = missing.iter().map(|flag| format!("{flag} VALUE"));
        let words = given.words(None, None).into_iter().chain(missing).collect::<Vec<_>>();
        return Err(usage(
            format!("without a terminal nothing can be asked, and {flags} must be given"),
            &format!("write `sso-cp configure {}`, or run it in a terminal", words.join(" ")),
        ));
    };
    let name = named.profile.clone().unwrap_or_else(|| role.default_name());
    let profile = Profile { name, role, region: flags.region.clone() };
    check_name(&profile.name)?;
    Ok((wanted, profile))
}

/// A session that the file has, with everything that it needs.
pub(super) fn existing(name: &str, contents: &Contents) -> Option<Wanted> {
    let settings = contents.settings(&SectionName::SsoSession(name.to_owned()))?;
    let value = |key: &str| settings.get(key).filter(|value| !value.is_empty()).cloned();
    Some(Wanted {
        name: name.to_owned(),
        start_url: value(keys::SSO_START_URL)?,
        region: value(keys::SSO_REGION)?,
        scopes: value(keys::SSO_REGISTRATION_SCOPES),
        tenant: None,
        is_changed: false,
    })
}

/// A setting of a session in the file that cannot be used.
pub(super) fn bad_setting(session: &str, key: &str, problem: String, context: &Context) -> Error {
    let section = SectionName::SsoSession(session.to_owned()).to_string();
    let place = Place { section, path: context.files().config.clone() };
    Error::BadValue { place, key: key.to_owned(), problem }
}

fn why_no_start_url(url: &str) -> Option<String> {
    let problem = check_start_url(url).err()?;
    Some(format!("cannot be `{}`: it {problem}", clean(url)))
}

impl Given<'_> {
    /// Whatever is given must be usable.
    pub(super) fn check(&self, contents: &Contents) -> Result<(), Failure> {
        let Given { flags, named } = self;
        // A session that is there keeps its name: our own key holds it, which no other tool reads.
        let is_new = |name: &&str| !contents.has(&SectionName::SsoSession((*name).to_owned()));
        let new_session = named.sso_session.as_deref().filter(is_new);
        let checks = [
            ("--start-url", flags.start_url.as_deref().and_then(why_no_start_url)),
            ("--sso-region", flags.sso_region.as_deref().and_then(why_no_region)),
            ("--region", flags.region.as_deref().and_then(why_no_region)),
            ("--scopes", flags.scopes.as_deref().and_then(why_no_scopes)),
            ("--sso-session", new_session.and_then(why_no_name)),
            ("--profile", named.profile.as_deref().and_then(why_no_name)),
            ("--account-id", named.account_id.as_deref().and_then(why_no_value)),
            ("--role-name", named.role_name.as_deref().and_then(why_no_value)),
            ("--tenant-id", flags.tenant_id.as_deref().and_then(why_no_tenant)),
            ("--role-arn", flags.role_arn.as_deref().and_then(why_no_role_arn)),
        ];
        if self.is_entitled() && (named.account_id.is_some() || named.role_name.is_some()) {
            let problem = "`--account-id` and `--role-name` are for a permission set, `--tenant-id` and `--role-arn` for a role of account access manager";
            return Err(usage(problem.to_owned(), "write one of the two pairs"));
        }
        match checks.into_iter().find_map(|(flag, problem)| Some((flag, problem?))) {
            None => Ok(()),
            Some((flag, problem)) => {
                Err(usage(format!("`{flag}` {problem}"), "run `sso-cp configure --help`"))
            }
        }
    }

    /// Whether a role of account access manager is meant.
    pub(super) fn is_entitled(&self) -> bool {
        self.flags.tenant_id.is_some() || self.flags.role_arn.is_some()
    }

    /// The tenant that is given, else the one of the session.
    pub(super) fn tenant(
        &self,
        wanted: &Wanted,
        contents: &Contents,
        context: &Context,
    ) -> Result<Option<Tenant>, Failure> {
        let section = SectionName::SsoSession(wanted.name.clone());
        let settings = contents.settings(&section);
        let of_session =
            |key| settings?.get(key).map(String::as_str).filter(|text| !text.is_empty());
        let set = of_session(keys::SSO_CP_TENANT_REGION);
        let own = of_session(keys::SSO_CP_TENANT_ID)
            .map(|text| Tenant::of_settings(text, set, &wanted.region))
            .transpose()
            .map_err(|(key, problem)| bad_setting(&wanted.name, key, problem, context))?;
        let Some(text) = &self.flags.tenant_id else { return Ok(own) };
        let named = |region: &str| Tenant::parse(text, region).ok();
        let tenant = named(&wanted.region);
        // The session's own one, named again, is where the session says.
        let is_it = |own: &Tenant| tenant.as_ref().is_some_and(|tenant| tenant.id == own.id);
        Ok(match own.filter(is_it) {
            Some(own) => named(&own.region),
            None => tenant,
        })
    }

    /// The role that is given whole.
    pub(super) fn role(&self) -> Option<Chosen> {
        let Given { flags, named } = self;
        match (&flags.role_arn, &named.account_id, &named.role_name) {
            (Some(arn), _, _) => Some(Chosen::of_arn(arn)),
            (None, Some(account_id), Some(role_name)) => {
                Some(Chosen::of_portal(account_id, role_name))
            }
            _ => None,
        }
    }

    /// A session as the flags want it, over what there is already.
    pub(super) fn session(&self, name: &str, old: Option<Wanted>) -> Wanted {
        let flags = self.flags;
        let (start_url, region, scopes) = match &old {
            Some(old) => (old.start_url.clone(), old.region.clone(), old.scopes.clone()),
            None => (String::new(), String::new(), Some(ACCOUNT_ACCESS.to_owned())),
        };
        let wanted = Wanted {
            name: name.to_owned(),
            start_url: flags.start_url.clone().unwrap_or(start_url),
            region: flags.sso_region.clone().unwrap_or(region),
            scopes: flags.scopes.clone().or(scopes),
            tenant: None,
            is_changed: true,
        };
        let is_same = old.is_some_and(|old| {
            (&old.start_url, &old.region, &old.scopes)
                == (&wanted.start_url, &wanted.region, &wanted.scopes)
        });
        Wanted { is_changed: !is_same, ..wanted }
    }
}

fn check_name(profile: &str) -> Result<(), Failure> {
    match why_no_name(profile) {
        None => Ok(()),
        Some(problem) => Err(usage(
            format!("the profile name `{}` {problem}", clean(profile)),
            "give another one by `--profile NAME`",
        )),
    }
}

pub(super) fn why_no_region(text: &str) -> Option<String> {
    (!is_region(text)).then(|| format!("is not a region: `{}`", clean(text)))
}

/// What a person types is a region of AWS; flags may name one that has another form one day.
pub(super) fn why_no_real_region(text: &str) -> Option<String> {
    let is_word =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let parts: Vec<&str> = text.split('-').collect();
    let is_real = match &parts[..] {
        [first, between @ .., number] => {
            is_word(first)
                && (2..=4).contains(&first.len())
                && !between.is_empty()
                && between.iter().all(is_word)
                && (1..=2).contains(&number.len())
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    };
    (!is_real).then(|| "is not a region, which looks like `us-east-1`".to_owned())
}

pub(super) fn why_no_name(text: &str) -> Option<String> {
    (!is_plain_name(text)).then(|| {
        "may have letters, digits and `_.@/+:%-` alone, so that every AWS tool reads it".to_owned()
    })
}

pub(super) fn why_no_scopes(text: &str) -> Option<String> {
    why_no_value(text).or_else(|| parse_scopes(text).err())
}

/// Every real account has twelve digits.
pub(super) fn why_no_account(text: &str) -> Option<String> {
    (!AccountId::typed(text).is_usual())
        .then(|| "is not an account id, which has twelve digits".to_owned())
}

pub(super) fn why_no_tenant(text: &str) -> Option<String> {
    Tenant::parse(text, "").err().map(|problem| clean(&problem))
}

pub(super) fn why_no_role_arn(text: &str) -> Option<String> {
    why_not_a_role_arn(text).map(|problem| format!("{problem}: `{}`", clean(text)))
}

pub(super) fn why_no_value(text: &str) -> Option<String> {
    why_not_a_value(text).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_the_form_of_real_ones() {
        for region in [
            "us-east-1",
            "ap-southeast-7",
            "mx-central-1",
            "us-gov-west-1",
            "cn-north-1",
            "eusc-de-east-1",
            "us-isob-east-1",
            "eu-isoe-west-1",
        ] {
            assert_eq!(why_no_real_region(region), None, "{region}");
        }
        for text in
            ["", "useast1", "us-east", "us-1", "US-EAST-1", "us-east-1a", "frankfurt", "eu--1"]
        {
            assert!(why_no_real_region(text).is_some(), "{text}");
        }
    }
}
