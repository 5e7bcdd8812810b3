//! The system's store of authorities, the stand-in's among them: what it costs to read it, beside a file with one authority, which takes
//! as long as the bundled ones do.

use super::super::home;
use super::super::network::{MOUNTS_OUTSIDE, OWN_MOUNTS};
use super::super::table::at_most;
use super::super::timing::{Row, Summary};
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, run};
use fake_identity_center::Fake;
use std::env;
use std::ffi::OsStr;
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
    check_own_mounts(env::var_os(MOUNTS_OUTSIDE).as_deref(), &fs::read_link(OWN_MOUNTS)?)?;
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

/// Refuses to mount anything where the whole machine would see it: where the namespace of this process is the one outside, or that is
/// not known.
fn check_own_mounts(outside: Option<&OsStr>, own: &Path) -> Outcome<()> {
    match outside.is_some_and(|outside| outside != own.as_os_str()) {
        true => Ok(()),
        false => Err("this process has no mount namespace of its own, so nothing is mounted over the store of authorities".into()),
    }
}

/// Whether it was within its limit, beside the call with one authority.
pub(super) fn goal(store: &Summary, one: &Summary) -> String {
    let ratio = store.times(one);
    format!("{ratio:.3} of one authority: {}", at_most(ratio, GOAL, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_mounted_in_the_namespace_of_the_machine() {
        let own = Path::new("mnt:[2]");
        assert!(check_own_mounts(None, own).is_err(), "the other one is not known");
        assert!(check_own_mounts(Some(OsStr::new("mnt:[2]")), own).is_err());
        check_own_mounts(Some(OsStr::new("mnt:[1]")), own).unwrap();
    }
}
