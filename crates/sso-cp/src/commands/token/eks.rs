//! Kubernetes in EKS: the answer of a credential plugin.

use sso_cp_config::Service;
use sso_cp_token::{ExecVersion, ServiceToken, cluster_name, exec_credential};

use super::make::{need, presigned, print, usable};
use super::plugin::{self, EXEC_INFO};
use super::{place, setup};
use crate::args::token::{Eks, TokenFormat};
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::clean;
use crate::process::output;
use crate::process::output::Warnings;

const LINE: &str = "eks --cluster NAME";

/// Prints a document with a token, the token alone, or the commands that set a cluster up.
pub(super) fn run(context: &Context, flags: &Eks) -> Result<(), Failure> {
    let cluster = need("--cluster", flags.cluster.as_ref(), LINE)?;
    usable("--cluster", cluster_name(cluster), LINE)?;
    if flags.setup {
        return setup::run(context, flags, cluster);
    }
    let mut warnings = Warnings::default();
    let token =
        plugin::told_once(context, cluster, || token(context, flags, cluster, &mut warnings))?;
    match flags.format.unwrap_or(TokenFormat::ExecCredential) {
        TokenFormat::Token => return print(&token.token, &warnings),
        TokenFormat::ExecCredential => {}
    }
    let version = version(context, &mut warnings);
    output::print(exec_credential(version, &token).as_bytes())?;
    warnings.say();
    Ok(())
}

fn token(
    context: &Context,
    flags: &Eks,
    cluster: &str,
    warnings: &mut Warnings,
) -> Result<ServiceToken, Failure> {
    let target = context.target()?;
    let region = place::region(&target, flags.region.as_deref(), None, context, warnings)?;
    let sts = target.aws_service_endpoint(Service::Sts, &region, context.env());
    presigned(context, &target, &region, warnings, |sign| sign.eks(cluster, &sts))
}

/// The version that the client asks for. One that cannot be had is reported, for the client refuses the
/// other.
fn version(context: &Context, warnings: &mut Warnings) -> ExecVersion {
    let asked = ExecVersion::of(context.env().text(EXEC_INFO).as_deref());
    asked.unwrap_or_else(|asked| {
        warnings.warn(&match asked.as_str() {
            "" => format!(
                "{EXEC_INFO} is not the document of a Kubernetes client; the answer is v1beta1"
            ),
            asked => format!("{EXEC_INFO} asks for `{}`; the answer is v1beta1", clean(asked)),
        });
        ExecVersion::V1Beta1
    })
}
