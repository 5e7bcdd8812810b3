//! MemoryDB: as ElastiCache, by another name in the signature, and never serverless.

use sso_cp_sign::Presigned;

use crate::presigner::{CONNECT_SECONDS, without_scheme};
use crate::{CacheKind, Presigner, ServiceToken};

impl Presigner<'_> {
    /// A token for a user of a cluster. `name` is that of the cluster, not its host.
    pub fn memorydb(&self, name: &str, user: &str) -> ServiceToken {
        self.token(without_scheme(&self.memorydb_url(name, user)), CONNECT_SECONDS)
    }

    pub(crate) fn memorydb_url(&self, name: &str, user: &str) -> Presigned {
        self.cache_url("memorydb", name, user, CacheKind::Nodes)
    }
}
