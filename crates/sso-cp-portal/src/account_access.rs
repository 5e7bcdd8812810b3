//! Account access manager: IAM roles that an organisation lets people use as they are, without a
//! permission set. Another service than the portal, with the same access token.
//!
//! Built to AWS's published model (`account-access-runtime`, 2018-05-10), and not yet seen against AWS
//! itself. The token must have been given the scopes [`LIST_SCOPE`] and [`ASSUME_SCOPE`]; it does not
//! say whether it was.

use std::time::Instant;

use serde::Deserialize;
use sso_cp_http::{
    BadReply, CallError, Client, Method, RawValue, Reply, Request, Retry, optional_text, seconds,
    text,
};
use sso_cp_types::{AccountId, RoleCredentials, Secret, Timestamp, percent_encode};
use zeroize::Zeroizing;

use crate::answer::{Answer, ask};
use crate::listing::Page;

/// The scope that a token needs for [`AccountAccess::roles`].
pub const LIST_SCOPE: &str = "account_access:read_only";

/// The scope that a token needs for [`AccountAccess::credentials`].
pub const ASSUME_SCOPE: &str = "account_access:assume";

/// The one kind of access that the service gives.
const ACCESS_TYPE: &str = "PROGRAMMATIC_ACCESS";

/// Account access manager as one sign-in sees it.
#[derive(Debug, Clone, Copy)]
pub struct AccountAccess<'a> {
    /// The way to the network.
    pub client: &'a Client,
    /// Its base URL, by the configuration.
    pub url: &'a str,
    /// When to give up, over all attempts.
    pub deadline: Instant,
}

/// A role that the signed-in person may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntitledRole {
    /// The account that it is in.
    pub account_id: AccountId,
    /// The account's name, where AWS tells it.
    pub account_name: Option<String>,
    /// The role.
    pub role_arn: String,
}

/// Which role is asked for, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The tenant: `aa-...`.
    pub tenant_id: &'a str,
    /// The role.
    pub role_arn: &'a str,
    /// The name of the session, which CloudTrail shows; without one, AWS chooses.
    pub session_name: Option<&'a str>,
    /// How long the session lives, 900 to 43,200; without it, as long as the role allows.
    pub duration_seconds: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct List<'a> {
    #[serde(borrow)]
    next_token: Option<&'a RawValue>,
    #[serde(borrow)]
    roles: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    #[serde(borrow)]
    account_id: Option<&'a RawValue>,
    #[serde(borrow)]
    account_name: Option<&'a RawValue>,
    #[serde(borrow)]
    role_arn: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outer<'a> {
    #[serde(borrow)]
    credentials_details: Option<&'a RawValue>,
}

/// A union, of which one member is known: another one is an answer to another question.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    #[serde(borrow)]
    programmatic_access: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Inner<'a> {
    #[serde(borrow)]
    access_key_id: Option<&'a RawValue>,
    #[serde(borrow)]
    secret_access_key: Option<&'a RawValue>,
    #[serde(borrow)]
    session_token: Option<&'a RawValue>,
    #[serde(borrow)]
    expires_at: Option<&'a RawValue>,
}

impl AccountAccess<'_> {
    /// A page of the roles that the sign-in may use. A page may be short or empty and have a next one
    /// all the same. Who lists much must pace all attempts, so nothing is repeated here.
    ///
    /// # Errors
    ///
    /// As [`AccountAccess::credentials`].
    pub fn roles(
        &self,
        token: &Secret,
        tenant_id: &str,
        from: Option<&str>,
    ) -> Result<Page<EntitledRole>, CallError> {
        let next = from.map(|token| format!("&nextToken={}", percent_encode(token)));
        let path = format!(
            "/access?tenantId={}&maxResults=100{}",
            percent_encode(tenant_id),
            next.unwrap_or_default()
        );
        self.get(&path, token, "the list of roles", Retry::Never, |answer| {
            read_roles(answer.reply).map_err(answer.bad)
        })
    }

    /// Credentials of one role.
    ///
    /// # Errors
    ///
    /// As [`Client::call`]. 401: the token is not, or no longer, good. 403: the role is not given to
    /// this person, or the token lacks the scope [`ASSUME_SCOPE`]. A reply that lacks a member, has an
    /// odd one, or has expired by the clock of this machine, is an error too.
    pub fn credentials(
        &self,
        token: &Secret,
        wanted: &Wanted<'_>,
    ) -> Result<RoleCredentials, CallError> {
        self.get(&path(wanted), token, "role credentials", Retry::Always, |answer| {
            let credentials = read_credentials(answer.reply).map_err(answer.bad)?;
            answer.still_valid(credentials)
        })
    }

    fn get<T>(
        &self,
        path_and_query: &str,
        token: &Secret,
        awaited: &'static str,
        retry: Retry,
        read: impl FnOnce(Answer<'_>) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let url = format!("{}{path_and_query}", self.url);
        // With its whole length at once: growing would leave a copy behind.
        let start = "Bearer ";
        let mut bearer = Zeroizing::new(String::with_capacity(start.len() + token.expose().len()));
        bearer.push_str(start);
        bearer.push_str(token.expose());
        let request = Request {
            method: Method::Get,
            url: &url,
            bearer: None,
            headers: &[("authorization", bearer.as_str())],
            body: None,
            awaited,
        };
        ask(self.client, &request, retry, self.deadline, read)
    }
}

fn path(wanted: &Wanted<'_>) -> String {
    let mut path = format!(
        "/access/credentials?tenantId={}&roleArn={}&accessType={ACCESS_TYPE}",
        percent_encode(wanted.tenant_id),
        percent_encode(wanted.role_arn)
    );
    if let Some(name) = wanted.session_name {
        path.extend(["&sessionName=", &percent_encode(name)]);
    }
    if let Some(seconds) = wanted.duration_seconds {
        path.push_str(&format!("&sessionDuration={seconds}"));
    }
    path
}

pub(crate) fn read_roles(reply: &Reply) -> Result<Page<EntitledRole>, BadReply> {
    let list: List<'_> = reply.json()?;
    crate::listing::read("roles", list.roles, list.next_token, |item: &Item<'_>| {
        let name = optional_text("accountName", item.account_name)?;
        Ok(EntitledRole {
            account_id: AccountId(text("accountId", item.account_id)?.to_string()),
            account_name: name.map(|name| name.to_string()),
            role_arn: text("roleArn", item.role_arn)?.to_string(),
        })
    })
}

pub(crate) fn read_credentials(reply: &Reply) -> Result<RoleCredentials, BadReply> {
    let outer: Outer<'_> = reply.json()?;
    let details: Details<'_> = object("credentialsDetails", outer.credentials_details)?;
    let inner: Inner<'_> = object("programmaticAccess", details.programmatic_access)?;
    let credentials = RoleCredentials {
        access_key_id: text("accessKeyId", inner.access_key_id)?.to_string(),
        secret_access_key: Secret::new(text("secretAccessKey", inner.secret_access_key)?),
        session_token: Secret::new(text("sessionToken", inner.session_token)?),
        expires_at: moment("expiresAt", inner.expires_at)?,
    };
    match credentials.malformed_field() {
        None => Ok(credentials),
        Some(field) => Err(BadReply::malformed(field)),
    }
}

fn object<'a, T: Deserialize<'a>>(
    field: &'static str,
    raw: Option<&'a RawValue>,
) -> Result<T, BadReply> {
    let raw = raw.filter(|raw| raw.get() != "null").ok_or(BadReply::MissingField(field))?;
    // A struct would also be read from an array.
    let wrong = BadReply::WrongType { field, expected: "an object" };
    match raw.get().starts_with('{') {
        true => serde_json::from_str(raw.get()).map_err(|_| wrong),
        false => Err(wrong),
    }
}

/// Seconds, not milliseconds as the portal's: the model names no format, so it is the protocol's own. The
/// AWS CLI takes a fraction and a text too.
fn moment(field: &'static str, raw: Option<&RawValue>) -> Result<Timestamp, BadReply> {
    let wrong = BadReply::WrongType { field, expected: "a moment in seconds" };
    if raw.is_some_and(|raw| raw.get().starts_with('"')) {
        return Timestamp::parse(&text(field, raw)?).ok_or(wrong);
    }
    Timestamp::from_unix_seconds(seconds(field, raw)?).ok_or(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &str) -> Reply {
        Reply { status: 200, body: body.as_bytes().to_vec().into(), ..Reply::default() }
    }

    const ARN: &str = "arn:aws:iam::111122223333:role/team/Developer";

    #[test]
    fn every_value_of_a_question_is_encoded() {
        let wanted =
            Wanted { tenant_id: "aa-x", role_arn: ARN, session_name: None, duration_seconds: None };
        let role = "arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fteam%2FDeveloper";
        let start = format!(
            "/access/credentials?tenantId=aa-x&roleArn={role}&accessType=PROGRAMMATIC_ACCESS"
        );
        assert_eq!(path(&wanted), start);
        let session_name = Some("jane@example.com");
        let wanted = Wanted { session_name, duration_seconds: Some(3600), ..wanted };
        let end = "&sessionName=jane%40example.com&sessionDuration=3600";
        assert_eq!(path(&wanted), start + end);
    }

    #[test]
    fn pages_may_be_empty_and_go_on() {
        let page = read_roles(&reply(&format!(
            r#"{{"roles":[{{"accountId":"111122223333","accountName":"dev","roleArn":"{ARN}"}},
                {{"accountId":"444455556666","roleArn":"{ARN}","x":1}}],"nextToken":"a+/="}}"#
        )))
        .unwrap();
        assert_eq!((page.items.len(), page.next.as_deref()), (2, Some("a+/=")));
        assert_eq!(page.items[0].account_name.as_deref(), Some("dev"));
        assert_eq!(page.items[1].account_name, None);
        let page = read_roles(&reply(r#"{"roles":[],"nextToken":"more"}"#)).unwrap();
        assert_eq!((page.items.len(), page.next.as_deref()), (0, Some("more")));
        let page = read_roles(&reply(r#"{"roles":[],"nextToken":null}"#)).unwrap();
        assert_eq!(page.next, None);
        for (body, field) in [
            ("{}", "roles"),
            (r#"{"roles":[{"accountId":"1"}]}"#, "roleArn"),
            (r#"{"roles":[{"roleArn":"x"}]}"#, "accountId"),
        ] {
            assert_eq!(read_roles(&reply(body)), Err(BadReply::MissingField(field)), "{body}");
        }
    }

    #[test]
    fn an_end_is_in_seconds_with_a_fraction_or_as_a_text() {
        let body = |expires_at: &str| {
            reply(&format!(
                r#"{{"credentialsDetails":{{"programmaticAccess":{{"accessKeyId":"ASIAMADEUP",
                    "secretAccessKey":"made/up","sessionToken":"made+up","expiresAt":{expires_at}}}}}}}"#
            ))
        };
        for good in ["1795225880", "1795225880.5", "1.79522588E9", r#""2026-11-21T01:51:20Z""#] {
            let credentials = read_credentials(&body(good)).unwrap();
            assert_eq!(credentials.expires_at.to_string(), "2026-11-21T01:51:20Z", "{good}");
        }
        for bad in ["\"soon\"", "\"\"", "-1e99", "1e999", "[]", "true", "9223372036854775807"] {
            let error = read_credentials(&body(bad)).unwrap_err();
            let is_it = matches!(error, BadReply::WrongType { field: "expiresAt", .. });
            assert!(is_it, "{bad}: {error:?}");
        }
        assert_eq!(read_credentials(&body("null")), Err(BadReply::MissingField("expiresAt")));
    }

    #[test]
    fn another_member_of_the_union_is_no_answer() {
        for (body, field) in [
            ("{}", "credentialsDetails"),
            (r#"{"credentialsDetails":{"console":{"url":"https://x"}}}"#, "programmaticAccess"),
            (r#"{"credentialsDetails":{"programmaticAccess":null}}"#, "programmaticAccess"),
        ] {
            let error = read_credentials(&reply(body)).unwrap_err();
            assert_eq!(error, BadReply::MissingField(field), "{body}");
        }
        let list = reply(r#"{"credentialsDetails":[null]}"#);
        assert!(matches!(read_credentials(&list), Err(BadReply::WrongType { .. })));
    }
}
