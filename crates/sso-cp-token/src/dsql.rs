//! Aurora DSQL: a presigned URL without a user in it; its action says which users it is for.

use sso_cp_sign::Presigned;

use crate::presigner::{CONNECT_SECONDS, without_scheme};
use crate::{Presigner, ServiceToken};

/// For whom a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DsqlUser {
    /// The user `admin`: needs `dsql:DbConnectAdmin`.
    Admin,
    /// All other users: need `dsql:DbConnect`.
    Other,
}

impl Presigner<'_> {
    /// A token for the users of a cluster. The host is the one that AWS gave the cluster.
    pub fn dsql(&self, host: &str, user: DsqlUser) -> ServiceToken {
        self.token(without_scheme(&self.dsql_url(host, user, CONNECT_SECONDS)), CONNECT_SECONDS)
    }

    pub(crate) fn dsql_url(&self, host: &str, user: DsqlUser, seconds: u32) -> Presigned {
        let action = match user {
            DsqlUser::Admin => "DbConnectAdmin",
            DsqlUser::Other => "DbConnect",
        };
        self.url("dsql", &format!("https://{host}/"), &[("Action", action)], &[], seconds)
    }
}
