//! `sso-cp token eks --setup`: what to type so that `kubectl` knows a cluster and asks us for tokens.
//! The kubeconfig is the person's, so nothing is written here.

use std::fmt::Write;

use sso_cp_provider::Selection;
use sso_cp_token::Cluster;

use super::place;
use crate::args::token::Eks;
use crate::commands::shared_file;
use crate::context::Context;
use crate::messages::failure::Failure;
use crate::messages::text::posix_word;
use crate::messages::usage::usage;
use crate::process::output::{self, Warnings};

/// Asks EKS about the cluster, once, and prints the commands.
pub(super) fn run(context: &Context, flags: &Eks, name: &str) -> Result<(), Failure> {
    if context.scope_flags.is_some() {
        return Err(usage(
            "`--setup` writes no scope into the kubeconfig, and kubectl would get more than was asked for".to_owned(),
            "put `sso_cp_scope_policy` into the profile, which holds for kubectl too",
        ));
    }
    let (target, mut warnings) = (context.target()?, Warnings::default());
    let region = place::region(&target, flags.region.as_deref(), None, context, &mut warnings)?;
    let (cluster, told) = context.provider.cluster(&target, name, &region, context.cleanup())?;
    warnings.warn_of(&told, &context.scene());
    output::print(commands(&cluster, name, &region, context).as_bytes())?;
    warnings.say();
    Ok(())
}

/// Cluster, user and context are called after the ARN, as the AWS CLI calls them: contexts that it made
/// go on to work, with us in its place.
fn commands(cluster: &Cluster, name: &str, region: &str, context: &Context) -> String {
    let arn = posix_word(&cluster.arn);
    let authority = posix_word(&format!("clusters.{}.certificate-authority-data", cluster.arn));
    let program = shared_file::program(context).unwrap_or_else(|| "sso-cp".to_owned());
    let mut user = format!(
        "kubectl config set-credentials {arn} --exec-api-version=client.authentication.k8s.io/v1 \
         --exec-interactive-mode=Never --exec-command={}",
        posix_word(&program)
    );
    for argument in plugin_arguments(&context.selected(), name, region) {
        let _ = write!(user, " --exec-arg={}", posix_word(&argument));
    }
    format!(
        "kubectl config set-cluster {arn} --server={}\n\
         kubectl config set {authority} {}\n\
         {user}\n\
         kubectl config set-context {arn} --cluster={arn} --user={arn}\n\
         kubectl config use-context {arn}\n",
        posix_word(&cluster.endpoint),
        posix_word(&cluster.certificate_authority),
    )
}

/// What the plugin is started with: everything is named, for a kubeconfig serves any shell.
fn plugin_arguments(selection: &Selection, name: &str, region: &str) -> Vec<String> {
    let mut arguments: Vec<String> = ["token", "eks"].map(str::to_owned).to_vec();
    arguments.extend([format!("--cluster={name}"), format!("--region={region}")]);
    match selection {
        Selection::Profile(profile) => arguments.push(format!("--profile={profile}")),
        Selection::SsoSession(session) => arguments.push(format!("--sso-session={session}")),
        Selection::Role { sso_session, account_id, role_name } => arguments.extend([
            format!("--sso-session={sso_session}"),
            format!("--account-id={account_id}"),
            format!("--role-name={role_name}"),
        ]),
    }
    arguments
}
