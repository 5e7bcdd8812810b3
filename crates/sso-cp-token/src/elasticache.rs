//! ElastiCache (Redis OSS and Valkey): a presigned URL in place of the cache user's password.

use sso_cp_sign::Presigned;

use crate::presigner::{CONNECT_SECONDS, without_scheme};
use crate::{Presigner, ServiceToken};

/// What a cache is. It is signed too, so it must be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CacheKind {
    /// A replication group.
    Nodes,
    /// A serverless cache.
    Serverless,
}

impl Presigner<'_> {
    /// A token for a user of a cache. `name` is that of the replication group or of the serverless
    /// cache, not its host.
    pub fn elasticache(&self, name: &str, user: &str, kind: CacheKind) -> ServiceToken {
        self.token(without_scheme(&self.elasticache_url(name, user, kind)), CONNECT_SECONDS)
    }

    pub(crate) fn elasticache_url(&self, name: &str, user: &str, kind: CacheKind) -> Presigned {
        self.cache_url("elasticache", name, user, kind)
    }

    /// Caches sign a host that is their name, in lower case.
    pub(crate) fn cache_url(
        &self,
        service: &str,
        name: &str,
        user: &str,
        kind: CacheKind,
    ) -> Presigned {
        let url = format!("http://{}/", name.to_ascii_lowercase());
        let serverless =
            (kind == CacheKind::Serverless).then_some(("ResourceType", "ServerlessCache"));
        let mut query = vec![("Action", "connect")];
        query.extend(serverless);
        query.push(("User", user));
        self.url(service, &url, &query, &[], CONNECT_SECONDS)
    }
}
