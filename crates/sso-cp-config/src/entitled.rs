//! A role that account access manager gives: an IAM role as it is, and the tenant that it is given by.
//!
//! The keys are ours, for AWS names none. That the standard `role_arn` is not among them keeps every SDK from
//! assuming the role by itself.

use crate::endpoint::is_region;
use crate::section::{Section, bad_value, missing};
use crate::{Error, keys};

/// How account access manager is asked for a role.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entitled {
    /// Who gives it.
    pub tenant: Tenant,
    /// `arn:aws:iam::111122223333:role/team/Developer`
    pub role_arn: String,
    /// The name of its session, which CloudTrail shows; without one, AWS chooses.
    pub session_name: Option<String>,
    /// How long its session lives; without it, as long as the role allows.
    pub duration_seconds: Option<u32>,
    /// All of this in one text: what another one of is another session of the role.
    pub key: String,
}

/// An organisation's account access manager.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tenant {
    /// `aa-` and letters, digits and dashes.
    pub id: String,
    /// Where it is; a valid host label.
    pub region: String,
}

impl Tenant {
    /// Reads an id, or the address of the tenant's portal,
    /// `https://aa-x.account-access.us-east-1.app.aws`, which says the Region too; else it is in `region`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, for a message.
    pub fn parse(text: &str, region: &str) -> Result<Tenant, String> {
        let by_url = || {
            let host = text.strip_prefix("https://")?.split(['/', '#', '?']).next()?;
            let (id, rest) = host.split_once(".account-access.")?;
            Some((id, rest.split_once('.')?.0))
        };
        let (id, region) = by_url().unwrap_or((text, region));
        match is_tenant_id(id) {
            true => Ok(Tenant { id: id.to_owned(), region: region.to_owned() }),
            false => Err(format!("is not a tenant id, such as `aa-gyxmap389`: `{text}`")),
        }
    }

    /// The text that [`Tenant::parse`] reads as this one: its id, or its portal's address where the id alone would be
    /// in another Region.
    pub fn to_text(&self, region: &str) -> String {
        match self.region == region {
            true => self.id.clone(),
            false => format!("https://{}.account-access.{}.app.aws", self.id, self.region),
        }
    }

    fn read(section: &Section, region: &str) -> Result<Tenant, Error> {
        const KEY: &str = keys::SSO_CP_TENANT_ID;
        let text = section.get(KEY).ok_or_else(|| missing(section, KEY))?;
        Tenant::of_settings(text, section.get(keys::SSO_CP_TENANT_REGION), region)
            .map_err(|(key, problem)| bad_value(section, key, problem))
    }

    /// Reads `sso_cp_tenant_id` and the `sso_cp_tenant_region` beside it, which is the Region where there is one. An
    /// address must not name another one.
    ///
    /// # Errors
    ///
    /// The key that is wrong, and what is wrong with it, for a message.
    pub fn of_settings(
        text: &str,
        set: Option<&str>,
        region: &str,
    ) -> Result<Tenant, (&'static str, String)> {
        const REGION: &str = keys::SSO_CP_TENANT_REGION;
        let tenant = Tenant::parse(text, set.unwrap_or(region))
            .map_err(|problem| (keys::SSO_CP_TENANT_ID, problem))?;
        let Tenant { region, .. } = &tenant;
        match set {
            Some(set) if set != region => {
                let id = keys::SSO_CP_TENANT_ID;
                Err((REGION, format!("is `{set}`, and the address in `{id}` is in `{region}`")))
            }
            _ if !is_region(region) => Err((REGION, format!("is not a region: `{region}`"))),
            _ => Ok(tenant),
        }
    }

    /// The tenant that a section names, if it names one.
    pub(crate) fn of(section: &Section, region: &str) -> Result<Option<Tenant>, Error> {
        section.get(keys::SSO_CP_TENANT_ID).map(|_| Tenant::read(section, region)).transpose()
    }

    /// Its access portal.
    pub fn portal(&self) -> String {
        format!("https://{}.account-access.{}.app.aws", self.id, self.region)
    }
}

/// Three to 24 letters, digits and dashes, the first of them `aa-` (the service's model).
fn is_tenant_id(id: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (4..=24).contains(&id.len()) && id.starts_with("aa-") && id.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::Tenant;

    #[test]
    fn the_text_of_a_tenant_is_read_as_the_same_one() {
        for (region, text) in [
            ("us-east-1", "aa-x"),
            ("eu-central-1", "https://aa-x.account-access.eu-central-1.app.aws"),
        ] {
            let tenant = Tenant { id: "aa-x".to_owned(), region: region.to_owned() };
            assert_eq!(tenant.to_text("us-east-1"), text);
            assert_eq!(Tenant::parse(text, "us-east-1"), Ok(tenant));
        }
    }

    #[test]
    fn a_region_that_is_set_wins_and_no_address_contradicts_it() {
        const ADDRESS: &str = "https://aa-x.account-access.eu-central-1.app.aws/#/console";
        for (text, set, expected) in [
            ("aa-x", None, Ok("us-east-1")),
            ("aa-x", Some("eu-west-1"), Ok("eu-west-1")),
            (ADDRESS, None, Ok("eu-central-1")),
            (ADDRESS, Some("eu-central-1"), Ok("eu-central-1")),
            (
                ADDRESS,
                Some("eu-west-1"),
                Err(
                    "sso_cp_tenant_region is `eu-west-1`, and the address in `sso_cp_tenant_id` is in `eu-central-1`",
                ),
            ),
            ("aa-x", Some("a b"), Err("sso_cp_tenant_region is not a region: `a b`")),
            ("x", None, Err("sso_cp_tenant_id is not a tenant id, such as `aa-gyxmap389`: `x`")),
        ] {
            let read = Tenant::of_settings(text, set, "us-east-1");
            let region = read.map(|tenant| tenant.region);
            let region = region.map_err(|(key, problem)| format!("{key} {problem}"));
            assert_eq!(region.as_deref().map_err(String::as_str), expected, "{text} {set:?}");
        }
    }
}
