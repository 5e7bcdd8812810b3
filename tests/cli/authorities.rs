//! Which certificate authorities are trusted: the system's where there are any, else those that are built in, or what a setting
//! says. `--debug` and `doctor` say whose they are, also where they are the reason; they are read once, and only for TLS.

use std::path::Path;
use std::process::Command;

use fake_identity_center::{Setup, Tls};

use crate::harness::{Run, World, skip, tests};

tests! {
    quick "contract d24" => a_file_that_is_named_counts_alone,
    quick "contract d24" => the_system_s_store_else_the_bundled_ones,
    quick "contract d24" => a_setting_takes_the_bundled_ones,
    quick "contract" => they_are_read_once_and_only_for_tls,
}

/// Where most systems have theirs.
const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";
const BUNDLED: &str = "is verified by the bundled certificates";

/// Signed in at a stand-in with TLS, whose authority is named in `AWS_CA_BUNDLE`.
fn world() -> World {
    let world = World::with(Setup { tls: Tls::Good, ..Setup::default() });
    world.put_token("+1h");
    world
}

fn debugged(world: &World) -> String {
    Run::new(["--profile", "dev", "--debug"].map(Into::into)).checked(world).stderr()
}

fn doctor(world: &World) -> String {
    let run = Run::new(["doctor", "dev"].map(Into::into)).with_env("PATH", "/nowhere");
    run.checked(world).stdout()
}

fn a_file_that_is_named_counts_alone() {
    let world = world();
    let file = format!("the certificates in {}", world.root().join("fake-ca.pem").display());
    let said = debugged(&world);
    assert!(said.contains(&format!("is verified by {file}\n")) && said.contains("debug: TLS with"));
    let found = doctor(&world);
    assert!(found.contains(&format!("can be reached, trusted by {file}\n")), "{found}");
}

fn the_system_s_store_else_the_bundled_ones() {
    let mut world = world();
    world.unset("AWS_CA_BUNDLE");
    let is_there = Path::new(STORE).exists();
    let verified = format!("is verified by the certificates in {STORE}");
    let verified = if is_there { &*verified } else { BUNDLED };
    let said = debugged(&world);
    assert!(said.contains(verified) && said.contains("issuer is unknown"), "{said}");
    let found = doctor(&world);
    assert!(
        found.contains(&format!("the certificate's issuer is unknown; it {verified}\n")),
        "{found}"
    );
}

fn a_setting_takes_the_bundled_ones() {
    let mut world = world();
    world.unset("AWS_CA_BUNDLE");
    world.set("SSO_CP_BUNDLED_ROOTS", "1");
    let said = debugged(&world);
    assert!(said.contains(BUNDLED) && said.contains("issuer is unknown"), "{said}");
    assert!(doctor(&world).contains(&format!("; it {BUNDLED}\n")));
    world.set("SSO_CP_BUNDLED_ROOTS", "0");
    assert_eq!(debugged(&world).contains(BUNDLED), !Path::new(STORE).exists());
}

/// How often the system's store was opened.
fn openings(world: &World) -> usize {
    let traced = "exec strace -f -e trace=open,openat -o \"$HOME/../trace\" \"$@\"";
    let run = Run::new(["--profile", "dev"].map(Into::into)).in_shell(traced);
    run.run(world);
    let trace = std::fs::read_to_string(world.root().join("trace")).unwrap();
    assert!(trace.contains(".aws/config"), "{trace}");
    trace.lines().filter(|line| line.contains(STORE) && !line.contains("= -1")).count()
}

fn they_are_read_once_and_only_for_tls() {
    if !Path::new(STORE).exists()
        || !Command::new("strace").arg("-V").output().is_ok_and(|it| it.status.success())
    {
        return skip("strace, or the system's store of certificates, is not there");
    }
    let mut world = world();
    world.unset("AWS_CA_BUNDLE");
    // A renewal and a role: two hosts' handshakes, and each may be tried several times.
    world.put_token("-1h");
    assert_eq!(openings(&world), 1, "with TLS");
    world.put_role("+1h");
    assert_eq!(openings(&world), 0, "a cached call");
    let plain = World::new();
    plain.put_token("-1h");
    assert_eq!(openings(&plain), 0, "by plain http");
}
