//! GetCallerIdentity: whose the credentials are.

use sso_cp_types::{AccountId, RoleCredentials};

use crate::{Answer, Error, Sts, VERSION};

/// Who the credentials are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account.
    pub account_id: AccountId,
    /// `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReadOnly_0123456789abcdef/alice`
    pub arn: String,
    /// `AROA...:alice`
    pub user_id: String,
}

impl Caller {
    /// The session's name, which for a role of Identity Center is the name of the person.
    pub fn session_name(&self) -> Option<&str> {
        let resource = self.arn.splitn(6, ':').nth(5)?.strip_prefix("assumed-role/")?;
        let name = resource.rsplit_once('/')?.1;
        (!name.is_empty()).then_some(name)
    }
}

impl Sts<'_> {
    /// GetCallerIdentity, which needs no permission.
    ///
    /// # Errors
    ///
    /// As [`sso_cp_http::Client::call`].
    pub fn caller_identity(&self, signer: &RoleCredentials) -> Result<Caller, Error> {
        let parameters = [("Action", "GetCallerIdentity"), ("Version", VERSION)];
        self.post(signer, "the identity of the credentials", &parameters, read)
    }
}

pub(crate) fn read(answer: &Answer<'_>) -> Result<Caller, Error> {
    let text = |path| answer.text(path);
    Ok(Caller {
        account_id: AccountId(text("GetCallerIdentityResponse/GetCallerIdentityResult/Account")?),
        arn: text("GetCallerIdentityResponse/GetCallerIdentityResult/Arn")?,
        user_id: text("GetCallerIdentityResponse/GetCallerIdentityResult/UserId")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_s_name_stands_at_the_end_of_its_arn() {
        let name = |arn: &str| {
            let (account_id, user_id) = (AccountId("1".to_owned()), String::new());
            let caller = Caller { account_id, arn: arn.to_owned(), user_id };
            caller.session_name().map(str::to_owned)
        };
        let person = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_R_0/a.b@example.com";
        assert_eq!(name(person).as_deref(), Some("a.b@example.com"));
        for other in [
            "",
            "arn:aws:iam::111122223333:user/x",
            "arn:aws:sts::111122223333:assumed-role/R",
            "arn:aws:sts::111122223333:assumed-role/R/",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
    }
}
