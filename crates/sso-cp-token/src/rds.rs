//! RDS, Aurora and RDS Proxy: a presigned URL in place of the database user's password.

use sso_cp_sign::Presigned;

use crate::presigner::{CONNECT_SECONDS, without_scheme};
use crate::{Presigner, ServiceToken};

impl Presigner<'_> {
    /// A token for a user of a database. Host and port are those that AWS gave the database, not those
    /// of a tunnel to it or of another name for it; the capitals of a user's name count.
    pub fn rds(&self, host: &str, port: u16, user: &str) -> ServiceToken {
        self.token(without_scheme(&self.rds_url(host, port, user)), CONNECT_SECONDS)
    }

    pub(crate) fn rds_url(&self, host: &str, port: u16, user: &str) -> Presigned {
        let url = format!("https://{host}:{port}/");
        self.url("rds-db", &url, &[("Action", "connect"), ("DBUser", user)], &[], CONNECT_SECONDS)
    }
}
