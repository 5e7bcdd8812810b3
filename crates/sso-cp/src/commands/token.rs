//! `sso-cp token KIND`: a token for what is not an AWS API. Each kind has a file of its own.

mod codeartifact;
mod dsql;
pub(crate) mod ecr;
mod eks;
mod elasticache;
mod make;
mod memorydb;
mod msk;
pub(crate) mod place;
mod plugin;
mod rds;
mod setup;

use crate::args::commands::Token;
use crate::args::token::TokenKind;
use crate::context::Context;
use crate::messages::failure::Failure;

/// Prints a token.
pub(crate) fn run(context: &Context, flags: &Token) -> Result<(), Failure> {
    match &flags.kind {
        TokenKind::Eks(flags) => eks::run(context, flags),
        TokenKind::Rds(flags) => rds::run(context, flags),
        TokenKind::Dsql(flags) => dsql::run(context, flags),
        TokenKind::Elasticache(flags) => elasticache::run(context, flags),
        TokenKind::Memorydb(flags) => memorydb::run(context, flags),
        TokenKind::Msk(flags) => msk::run(context, flags),
        TokenKind::Ecr(flags) => ecr::run(context, flags),
        TokenKind::Codeartifact(flags) => codeartifact::run(context, flags),
    }
}
