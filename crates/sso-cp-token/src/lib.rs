//! Tokens for what is not an AWS API, and takes AWS's credentials all the same.
//!
//! Most of them are a presigned URL: role credentials and a clock are all that they need, and anyone who
//! gets one asks AWS whether its signature is good ([`Presigner`]). Registries of images and packages
//! have tokens of their own, which one call gives ([`ServiceEndpoint`]).
//!
//! One file per kind. No token is good for longer than the service says; a presigned one ends with the
//! credentials that signed it, too.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests may panic"))]

mod call;
mod cluster;
mod codeartifact;
mod dsql;
mod ecr;
mod eks;
mod elasticache;
mod exec_credential;
mod host;
mod memorydb;
mod msk;
mod name;
mod presigner;
mod rds;
mod registry;
#[cfg(test)]
mod tests;

pub use call::ServiceEndpoint;
pub use cluster::Cluster;
pub use codeartifact::{BadDomain, Domain};
pub use dsql::DsqlUser;
pub use ecr::{RegistryPassword, RegistryTokenFor};
pub use elasticache::CacheKind;
pub use exec_credential::{ExecVersion, exec_credential};
pub use host::{region_of_dsql, region_of_rds};
pub use msk::LIFE_SECONDS as MSK_LIFE_SECONDS;
pub use name::{Unusable, cache_name, cluster_name, database_host, user_name};
pub use presigner::{Presigner, ServiceToken};
pub use registry::{PUBLIC_REGION, Registry};
pub use sso_cp_http::CallError as Error;
