//! A profile of account access manager: the role that it names, and where that is asked for.

use crate::endpoint::{Endpoint, Service};
use crate::entitled::{Entitled, Tenant};
use crate::role_limits::{MAX_SESSION_SECONDS, MIN_SESSION_SECONDS, is_role_arn, session_name};
use crate::section::{Section, bad_value, missing};
use crate::selection::{Role, Session};
use crate::{Env, Error, keys};

impl Tenant {
    /// Where it is asked. It is another service than the portal.
    ///
    /// # Errors
    ///
    /// The configuration names an endpoint that cannot be used.
    pub fn endpoint(&self, session: &Session, env: &Env) -> Result<Endpoint, Error> {
        session.endpoints.resolve(Service::AccountAccess, &self.region, env)
    }
}

impl Role {
    /// Where its credentials are asked for.
    ///
    /// # Errors
    ///
    /// The configuration names an endpoint that cannot be used.
    pub fn endpoint(&self, env: &Env) -> Result<Endpoint, Error> {
        match &self.entitled {
            None => self.session.portal(env),
            Some(entitled) => entitled.tenant.endpoint(&self.session, env),
        }
    }

    /// One that a tenant gives, before it stands in the file; `role_arn` has passed [`why_not_a_role_arn`].
    pub fn of_tenant(
        tenant: Tenant,
        role_arn: String,
        session: Session,
        region: Option<String>,
    ) -> Role {
        of(tenant, role_arn, session, region, (None, None))
    }
}

/// What is wrong with the ARN of a role, for a message.
pub fn why_not_a_role_arn(text: &str) -> Option<&'static str> {
    (!is_role_arn(text))
        .then_some("is not an ARN of a role, such as `arn:aws:iam::111122223333:role/NAME`")
}

/// The role that a profile names.
#[cold]
pub(crate) fn role(profile: &Section, session: Session) -> Result<Role, Error> {
    const KEY: &str = keys::SSO_CP_ROLE_ARN;
    for key in [keys::SSO_CP_ACCOUNT_ID, keys::SSO_CP_ROLE_NAME] {
        if profile.get(key).is_some() {
            let problem = format!("contradicts `{KEY}`, which names the role already");
            return Err(bad_value(profile, key, problem));
        }
    }
    let role_arn = profile.owned(KEY).ok_or_else(|| missing(profile, KEY))?;
    if let Some(problem) = why_not_a_role_arn(&role_arn) {
        return Err(bad_value(profile, KEY, problem.to_owned()));
    }
    let tenant = match Tenant::of(profile, &session.region)? {
        Some(tenant) => tenant,
        None => session
            .settings()
            .tenant
            .clone()
            .ok_or_else(|| missing(profile, keys::SSO_CP_TENANT_ID))?,
    };
    let session_name = session_name(profile, keys::SSO_CP_ROLE_SESSION_NAME)?;
    let limits = (session_name, duration(profile)?);
    Ok(of(tenant, role_arn, session, profile.owned(keys::REGION), limits))
}

/// With the name and the life of its session, where the profile says them.
fn of(
    tenant: Tenant,
    role_arn: String,
    session: Session,
    region: Option<String>,
    (session_name, duration_seconds): (Option<String>, Option<u32>),
) -> Role {
    let life = duration_seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
    let name = session_name.as_deref().unwrap_or_default();
    let key = [tenant.id.as_str(), &tenant.region, name, &life].join(" ");
    let (account_id, role_name) = account_and_role(&role_arn);
    let entitled = Entitled { tenant, role_arn, session_name, duration_seconds, key };
    let entitled = Some(Box::new(entitled));
    Role { account_id, role_name, session, region, scope: None, entitled }
}

/// The account of a role's ARN, and the role's path and name.
fn account_and_role(arn: &str) -> (String, String) {
    let mut parts = arn.splitn(6, ':').skip(4);
    let account = parts.next().unwrap_or_default();
    let role = parts.next().and_then(|rest| rest.strip_prefix("role/")).unwrap_or_default();
    (account.to_owned(), role.to_owned())
}

fn duration(profile: &Section) -> Result<Option<u32>, Error> {
    const KEY: &str = keys::SSO_CP_DURATION_SECONDS;
    let Some(text) = profile.get(KEY) else { return Ok(None) };
    match text.parse::<u32>() {
        Ok(seconds @ MIN_SESSION_SECONDS..=MAX_SESSION_SECONDS) => Ok(Some(seconds)),
        _ => Err(bad_value(
            profile,
            KEY,
            format!("must be {MIN_SESSION_SECONDS} to {MAX_SESSION_SECONDS}"),
        )),
    }
}
