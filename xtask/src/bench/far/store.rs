//! The system's store of authorities, the stand-in's among them: what it costs to read it, beside a file with one authority, which takes
//! as long as the bundled ones do.

use super::super::home;
use super::super::table::at_most;
use super::super::timing::{Row, Summary};
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, run};
use fake_identity_center::Fake;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where Debian and others have it.
const STORE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A call may take so much of what it takes with one authority.
const GOAL: f64 = 1.1;

/// A call that trusts the system. This process has a mount namespace of its own, by `ip netns exec`, so the store is another one for us
/// alone. None where there is no store, which is said.
pub(super) fn row<'a>(
    program: &Path,
    scene: &'a Scene,
    fake: &'a Fake,
    scratch: &Path,
) -> Outcome<Option<Row<'a>>> {
    check_own_mounts(Path::new("/proc"))?;
    let Ok(mut authorities) = fs::read(STORE) else {
        eprintln!("SKIPPED: the system's store of authorities: there is no {STORE}");
        return Ok(None);
    };
    authorities.extend(fs::read(scene.ca_bundle())?);
    let ours = scratch.join("authorities.pem");
    fs::write(&ours, authorities)?;
    run(Command::new("mount").arg("--bind").arg(&ours).arg(STORE))?;
    let mut command = scene.command(program, &["--profile", PROFILE]);
    command.env_remove("AWS_CA_BUNDLE").env_remove("SSL_CERT_FILE");
    let row = Row::new("sso-cp, a role, by the system's store", command);
    Ok(Some(row.prepared_by(|| {
        scene.sign_in(fake)?;
        home::forget_role(scene)
    })))
}

/// Refuses to mount anything where the whole machine would see it. `processes` is /proc.
fn check_own_mounts(processes: &Path) -> Outcome<()> {
    let namespace = |process: &str| fs::read_link(processes.join(process).join("ns/mnt"));
    match namespace("self")? == namespace("1")? {
        true => Err("this process has no mount namespace of its own, so nothing is mounted over the store of authorities".into()),
        false => Ok(()),
    }
}

/// Whether it was within its limit, beside the call with one authority.
pub(super) fn goal(store: &Summary, one: &Summary) -> String {
    let ratio = store.times(one);
    format!("{ratio:.3} of one authority: {}", at_most(ratio, GOAL, ""))
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(unix)]
    fn nothing_is_mounted_in_the_namespace_of_the_machine() {
        use super::*;
        use crate::scratch::Scratch;
        use std::os::unix::fs::symlink;

        let scratch = Scratch::new().unwrap();
        let put = |process: &str, namespace: &str| {
            let folder = scratch.path().join(process).join("ns");
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            symlink(namespace, folder.join("mnt")).unwrap();
        };
        put("self", "mnt:[1]");
        assert!(check_own_mounts(scratch.path()).is_err(), "the other one is not known");
        put("1", "mnt:[1]");
        assert!(check_own_mounts(scratch.path()).is_err());
        put("self", "mnt:[2]");
        check_own_mounts(scratch.path()).unwrap();
    }
}
