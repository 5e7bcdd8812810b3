//! What a Kubernetes client asks for and gets; and `kubectl` itself, with a cluster that checks its tokens.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fake_identity_center::{Setup, Tls, TokenOf};

use super::{line, token, with_profile, with_services, world};
use crate::harness::{Ended, Ran, World, iso, now, program, set_mode, skip, tests};

tests! {
    quick "tokens l08" => the_document_has_the_version_that_is_asked_for,
    quick "tokens" => a_document_is_what_clients_read,
    quick "tokens l07" => a_failing_plugin_speaks_once,
    quick "tokens l07" => a_person_who_signs_in_goes_on_at_once,
    quick "tokens l07" => what_the_network_does_not_give_is_asked_for_once,
    quick "tokens l07" => a_note_that_cannot_be_kept_silences_nobody,
    quick "tokens" => the_set_up_of_a_cluster,
    quick "tokens" => a_cluster_that_is_not_there_or_not_ours_to_see,
    slow "tokens real-clients" => kubectl_by_what_the_set_up_prints,
    slow "tokens real-clients l07" => kubectl_shows_a_failure_once,
}

const EXEC_INFO: &str = "KUBERNETES_EXEC_INFO";
const V1: &str = r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":true}}"#;

fn the_document_has_the_version_that_is_asked_for() {
    let world = world();
    let group = "client.authentication.k8s.io";
    let asked = |version: &str| format!("{{\"apiVersion\":\"{group}/{version}\"}}");
    for (info, version, warned) in [
        (None, "v1beta1", false),
        (Some(String::new()), "v1beta1", false),
        (Some(asked("v1")), "v1", false),
        (Some(V1.to_owned()), "v1", false),
        (Some(asked("v1beta1")), "v1beta1", false),
        (Some(asked("v1alpha1")), "v1beta1", true),
        (Some(asked("v2\\u001b[0m")), "v1beta1", true),
        (Some("{\"apiVersion\":".to_owned()), "v1beta1", true),
        (Some("[]".to_owned()), "v1beta1", true),
        (Some("x".repeat(100_000)), "v1beta1", true),
    ] {
        let words = ["eks", "--cluster", "demo"].map(str::to_owned).to_vec();
        let mut run = with_profile(words);
        if let Some(info) = &info {
            run = run.with_env(EXEC_INFO, info);
        }
        let ran = run.checked(&world);
        let document: serde_json::Value = serde_json::from_str(&line(&ran)).unwrap();
        assert_eq!(document["apiVersion"], format!("{group}/{version}"), "{info:?}");
        assert_eq!(ran.stderr().contains("the answer is v1beta1"), warned, "{ran}");
        assert!(warned || ran.stderr().is_empty(), "{ran}");
    }
}

fn a_document_is_what_clients_read() {
    let world = world();
    let before = now();
    let ran = token(&world, "eks --cluster demo");
    let document: serde_json::Value = serde_json::from_str(&line(&ran)).unwrap();
    assert_eq!(document["kind"], "ExecCredential");
    assert_eq!(document["spec"], serde_json::json!({}));
    let ends = document["status"]["expirationTimestamp"].as_str().unwrap();
    assert!(ends >= &*iso(before + 14 * 60) && ends <= &*iso(now() + 14 * 60), "{ends}");
    let token = document["status"]["token"].as_str().unwrap();
    let of = TokenOf::Eks { cluster: "demo", region: "eu-west-1" };
    assert!(world.fake.speaker(token, &of).is_ok());
    let other = TokenOf::Eks { cluster: "other", region: "eu-west-1" };
    assert_eq!(world.fake.speaker(token, &other), Err("the signature does not match".to_owned()));
    assert!(token.len() <= 4096 && token.bytes().all(|byte| byte.is_ascii_graphic()));
}

/// So many runs of the plugin by one parent, each with its exit code on stdout.
fn plugin_runs(world: &World, line: &str) -> Ran {
    let words = ["eks", "--cluster", "demo"].map(str::to_owned).to_vec();
    let run = with_profile(words).with_env(EXEC_INFO, V1).in_shell(line);
    let started = Instant::now();
    let child = run.within(Duration::from_secs(60)).command(world).spawn().unwrap();
    Ran::of(child, started, Duration::from_secs(60))
}

const FIVE_TIMES: &str = r#"for i in 1 2 3 4 5; do "$@" >/dev/null; echo $?; done"#;

fn told(ran: &Ran) -> usize {
    ran.stderr().lines().filter(|line| line.starts_with("sso-cp: ")).count()
}

fn a_failing_plugin_speaks_once() {
    let world = with_services(World::new());
    let ran = plugin_runs(&world, FIVE_TIMES);
    assert_eq!(ran.stdout(), "4\n4\n4\n4\n4\n");
    assert_eq!(ran.stderr().lines().count(), 2, "{ran}");
    assert!(ran.stderr().contains("hint: run `sso-cp login"), "{ran}");
    assert_eq!(world.fake.operations(), [""; 0]);
    // Another client gets the message for itself, and somebody who types the command always.
    assert_eq!(told(&plugin_runs(&world, FIVE_TIMES)), 1);
    for _ in 0..2 {
        token(&world, "eks --cluster demo").failed(4, "nobody is signed in");
    }
    // Another cluster of the same client is another question.
    let two = r#""$@"; "$@"; "$1" token eks --cluster other --profile dev; true"#;
    assert_eq!(told(&plugin_runs(&world, two)), 2);
}

fn a_person_who_signs_in_goes_on_at_once() {
    let world = with_services(World::new());
    let token_file = world.expand("{token-file corp}");
    let kept = world.put("elsewhere.json", "{token +1h}");
    let line = format!(
        r#""$@"; echo $?; mkdir -p "$HOME/.aws/sso/cache"; cp '{}' "$HOME/.aws/sso/cache/{token_file}"; "$@" >/dev/null; echo $?"#,
        kept.display()
    );
    let ran = plugin_runs(&world, &line);
    assert_eq!(ran.stdout(), "4\n0\n", "{ran}");
    assert_eq!(told(&ran), 1);
}

fn what_the_network_does_not_give_is_asked_for_once() {
    let world = world();
    world.script("portal.*: status=400 repeat=forever");
    let ran = plugin_runs(&world, FIVE_TIMES);
    assert_eq!(ran.stdout(), "6\n6\n6\n6\n6\n");
    assert_eq!(ran.stderr().lines().count(), 2, "{ran}");
    assert_eq!(world.fake.operations().len(), 1, "one try for all five");
    // Six seconds later the same client may have another try.
    let line = format!("{FIVE_TIMES}; sleep 6; {FIVE_TIMES}");
    let before = world.fake.operations().len();
    let ran = plugin_runs(&world, &line);
    assert_eq!(told(&ran), 1, "{ran}");
    assert_eq!(world.fake.operations().len() - before, 2);
}

fn a_note_that_cannot_be_kept_silences_nobody() {
    let world = with_services(World::new());
    world.put(".aws/sso-cp/plugin.json/in-the-way", "");
    let ran = plugin_runs(&world, FIVE_TIMES);
    assert_eq!(told(&ran), 5, "{ran}");
}

fn the_set_up_of_a_cluster() {
    let world = world();
    let ran = token(&world, "eks --setup --cluster demo");
    assert_eq!((ran.ended, &*ran.stderr()), (Ended::Code(0), ""), "{ran}");
    let text = ran.stdout();
    let arn = "arn:aws:eks:eu-west-1:111122223333:cluster/demo";
    let lines: Vec<&str> = text.lines().collect();
    let starts = [
        format!("kubectl config set-cluster {arn} --server=https://"),
        format!("kubectl config set clusters.{arn}.certificate-authority-data "),
        format!(
            "kubectl config set-credentials {arn} --exec-api-version=client.authentication.k8s.io/v1 --exec-interactive-mode=Never --exec-command="
        ),
        format!("kubectl config set-context {arn} --cluster={arn} --user={arn}"),
        format!("kubectl config use-context {arn}"),
    ];
    assert_eq!(lines.len(), starts.len(), "{text}");
    for (line, start) in lines.iter().zip(&starts) {
        assert!(line.starts_with(start), "{line}");
    }
    for argument in ["token", "eks", "--cluster=demo", "--region=eu-west-1", "--profile=dev"] {
        assert!(lines[2].contains(&format!("--exec-arg={argument}")), "{}", lines[2]);
    }
    assert_eq!(world.fake.operations(), ["portal.GetRoleCredentials", "eks.DescribeCluster"]);
    assert!(!world.home(".kube").exists(), "nothing is written by us");
}

fn a_cluster_that_is_not_there_or_not_ours_to_see() {
    let world = world();
    // So that a run that fails has nothing to save.
    line(&token(&world, "eks --cluster demo"));
    token(&world, "eks --setup --cluster other")
        .failed(5, "to describe the cluster `other` in eu-west-1");
    world.script(
        "eks.DescribeCluster: error=AccessDeniedException description=\"User is not authorized\"",
    );
    let ran = token(&world, "eks --setup --cluster demo");
    ran.failed(5, "the role needs `eks:DescribeCluster`");
    for (script, said) in [
        ("unset=/cluster/endpoint", "`endpoint`"),
        ("set=/cluster/endpoint=\"http://x\"", "`endpoint`"),
        ("unset=/cluster/certificateAuthority", "`certificateAuthority`"),
        ("set=/cluster/certificateAuthority/data=\"$(true)\"", "`data`"),
        ("unset=/cluster", "`cluster`"),
        ("body=[] content-type=application/json", "no usable answer"),
        ("status=503 repeat=3", "AWS is failing"),
    ] {
        world.script(&format!("eks.DescribeCluster: {script}"));
        token(&world, "eks --setup --cluster demo").failed(6, said);
    }
}

/// A home whose cluster speaks TLS, and a `kubectl` that talks to it.
struct Cluster {
    world: World,
    kubectl: PathBuf,
}

impl Cluster {
    /// None where there is no `kubectl`. `SSO_CP_TEST_KUBECTL` names another than the `PATH` does.
    fn new() -> Option<Cluster> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path).map(|folder| folder.join("kubectl"));
        let named = std::env::var_os("SSO_CP_TEST_KUBECTL").map(PathBuf::from);
        let Some(kubectl) = named.into_iter().chain(on_path).find(|path| path.exists()) else {
            skip("there is no kubectl");
            return None;
        };
        let setup = Setup { tls: Tls::Good, ..Setup::default() };
        let mut world = with_services(World::with(setup));
        let kubeconfig = world.root().join("kubeconfig");
        world.set("KUBECONFIG", &kubeconfig.to_string_lossy());
        Some(Cluster { world, kubectl })
    }

    fn run(&self, words: &[&str]) -> Ran {
        let world = &self.world;
        let mut command = Command::new(&self.kubectl);
        command.args(words).env_clear().envs(&world.env).current_dir(world.work());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        Ran::of(command.spawn().unwrap(), started, Duration::from_secs(60))
    }

    /// Whether the commands of `--setup` can be typed here: Kubernetes 1.20 knows neither the flag nor `v1`.
    fn knows_interactive_mode(&self) -> bool {
        self.run(&["config", "set-credentials", "--help"])
            .stdout()
            .contains("--exec-interactive-mode")
    }

    /// Adds the cluster to the kubeconfig: by what `--setup` prints, else as the page says to write it.
    fn set_up(&self, plugin: &Path) {
        let world = &self.world;
        let ran = token(world, "eks --setup --cluster demo");
        assert_eq!(ran.ended, Ended::Code(0), "{ran}");
        if !self.knows_interactive_mode() {
            return self.write_kubeconfig(plugin);
        }
        let ours = format!("--exec-command={}", program().display());
        let lines = ran.stdout();
        assert!(lines.contains(&ours), "{lines}");
        let lines = lines.replace(&ours, &format!("--exec-command={}", plugin.display()));
        let mut shell = Command::new("/bin/sh");
        let path = format!("{}:/usr/bin:/bin", self.kubectl.parent().unwrap().display());
        shell.args(["-e", "-c", &lines]).env_clear().envs(&world.env).env("PATH", path);
        let output = shell.current_dir(world.work()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn write_kubeconfig(&self, plugin: &Path) {
        let world = &self.world;
        let text = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: demo\n\
             contexts:\n- name: demo\n  context: {{cluster: demo, user: demo}}\n\
             clusters:\n- name: demo\n  cluster:\n    server: {}\n    certificate-authority: {}\n\
             users:\n- name: demo\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1beta1\n      \
             command: {}\n      args:\n      - token\n      - eks\n      - --cluster=demo\n      - --region=eu-west-1\n      - --profile=dev\n",
            world.fake.sts_url(),
            world.root().join("fake-ca.pem").display(),
            plugin.display()
        );
        fs::write(world.root().join("kubeconfig"), text).unwrap();
    }
}

fn kubectl_by_what_the_set_up_prints() {
    let Some(cluster) = Cluster::new() else { return };
    let world = &cluster.world;
    world.put_token("+1h");
    cluster.set_up(program());
    // Again, as after a new permission set: the arguments are not doubled.
    cluster.set_up(program());
    let config = fs::read_to_string(world.root().join("kubeconfig")).unwrap();
    assert_eq!(config.matches("- --cluster=demo").count(), 1, "{config}");
    assert_eq!(
        config.contains("interactiveMode: Never"),
        cluster.knows_interactive_mode(),
        "{config}"
    );
    world.fake.clear_requests();
    let ran = cluster.run(&["get", "namespaces", "-o", "name"]);
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let name = "namespace/111122223333-awsreservedsso-readonly-0123456789abcdef";
    assert_eq!(ran.stdout().trim(), name, "{ran}");
    let asked = world.fake.requests();
    let of_aws = asked.iter().filter(|request| request.operation != "kubernetes").count();
    assert_eq!(of_aws, 0, "the credentials were cached");
    let is_answered =
        |path: &str| asked.iter().any(|request| request.path() == path && request.status == 200);
    assert!(is_answered("/api/v1/namespaces"));
}

fn kubectl_shows_a_failure_once() {
    let Some(cluster) = Cluster::new() else { return };
    let world = &cluster.world;
    let signed_in = world.put_token("+1h");
    // A plugin that counts how often it is run.
    // Not beside the kubeconfig: kubectl would write its bare name there, and then look for it on the `PATH`.
    let folder = world.root().join("plugins");
    fs::create_dir(&folder).unwrap();
    let (counting, count) = (folder.join("counting"), world.root().join("count"));
    let ours = program().display();
    fs::write(
        &counting,
        format!("#!/bin/sh\necho >> '{}'\nexec '{ours}' \"$@\"\n", count.display()),
    )
    .unwrap();
    set_mode(&counting, 0o755);
    cluster.set_up(&counting);
    fs::remove_file(signed_in).unwrap();
    fs::remove_dir_all(world.home(".aws/cli")).unwrap();
    let ran = cluster.run(&["get", "namespaces"]);
    assert_ne!(ran.ended, Ended::Code(0), "{ran}");
    let runs = fs::read_to_string(&count).unwrap_or_else(|error| panic!("{error}: {ran}"));
    let runs = runs.lines().count();
    println!("kubectl ran the failing plugin {runs} times, in {:?}", ran.took);
    assert!(runs >= 1);
    assert_eq!(ran.stderr().matches("sso-cp: nobody is signed in").count(), 1, "{ran}");
    assert!(ran.took < Duration::from_secs(10), "{ran}");
}
