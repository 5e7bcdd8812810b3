//! Kubernetes clients that still start the AWS CLI, or another program, for each token of a profile of ours.

mod users;

use std::path::{Path, PathBuf};

use sso_cp_cache::read_file;

use super::check::{Check, Finding};
use super::scene::Scene;
use crate::messages::text::{clean, posix_word, shown_path};
use users::{PluginUser, plugin_users};

/// Looks at every user of every kubeconfig. Without one there is nothing to tell.
pub(super) fn look(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for path in kubeconfigs(scene) {
        let Ok(Some(bytes)) = read_file(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        let users = plugin_users(&text);
        findings.extend(users.iter().filter_map(|user| judge(user, &path, scene)));
    }
}

/// Those of `KUBECONFIG`, else the usual one.
fn kubeconfigs(scene: &Scene<'_>) -> Vec<PathBuf> {
    match scene.context.env().raw("KUBECONFIG") {
        Some(list) => std::env::split_paths(&list).filter(|path| path.is_absolute()).collect(),
        None => {
            scene.context.home().map(|home| home.join(".kube").join("config")).into_iter().collect()
        }
    }
}

fn judge(user: &PluginUser, path: &Path, scene: &Scene<'_>) -> Option<Finding> {
    let runs = other_helper(user)?;
    let profile = user
        .argument(&["--profile"])
        .or_else(|| user.variable("AWS_PROFILE"))
        .map(str::to_owned)
        .or_else(|| scene.context.env().text("AWS_PROFILE"))?;
    let is_ours = scene.role_of(&profile)?.is_ok();
    if !is_ours || !scene.has_profile(&profile) {
        return None;
    }
    let cluster = user.argument(&["--cluster-name", "--cluster-id", "-i"]);
    Some(Check::Kubeconfig.warning(
        format!("user {} in {}", clean(&user.name), shown_path(path, scene.context.home())),
        format!("it runs `{runs}` for each token of profile `{}`", clean(&profile)),
        fix(user, cluster, &profile),
    ))
}

/// The helper that we could stand in for.
fn other_helper(user: &PluginUser) -> Option<&'static str> {
    let has = |word: &str| user.arguments.iter().any(|argument| argument == word);
    let program = user.command.rsplit(['/', '\\']).next().unwrap_or_default();
    match program.strip_suffix(".exe").unwrap_or(program) {
        "aws" if has("eks") && has("get-token") => Some("aws eks get-token"),
        "aws-iam-authenticator" | "heptio-authenticator-aws" if has("token") => {
            Some("aws-iam-authenticator token")
        }
        _ => None,
    }
}

/// What the AWS CLI has set up is called after the cluster's ARN, and `--setup` takes it over; another
/// user is changed where it stands.
fn fix(user: &PluginUser, cluster: Option<&str>, profile: &str) -> String {
    let Some(cluster) = cluster else {
        return "sso-cp token eks --setup --cluster NAME".to_owned();
    };
    let of_arn = user.name.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2));
    let region = user.argument(&["--region"]).or(of_arn);
    let (cluster, profile) = (format!("--cluster={cluster}"), format!("--profile={profile}"));
    let region = region.map(|region| format!("--region={region}"));
    let flags = [Some(cluster), region, Some(profile)].into_iter().flatten();
    if of_arn.is_some() {
        let flags: String = flags.map(|flag| format!(" {}", posix_word(&flag))).collect();
        return format!("sso-cp token eks --setup{flags} | sh");
    }
    let words = ["token".to_owned(), "eks".to_owned()].into_iter().chain(flags);
    let words: String = words.map(|word| format!(" --exec-arg={}", posix_word(&word))).collect();
    format!(
        "kubectl config set-credentials {} --exec-api-version=client.authentication.k8s.io/v1 \
         --exec-interactive-mode=Never --exec-command=sso-cp{words}",
        posix_word(&user.name)
    )
}
