//! A shared file that another program replaces while it is read: the old one or the new one, and whole.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::{HOME, Scratch};
use crate::{Env, Files, Selection, Target, target};

/// As when `sso-cp seal` adds a line, at the moment when a call looks at the file.
#[test]
fn a_longer_file_in_the_place_of_a_shorter_one_is_read_to_its_end() {
    let text = |further: &str| {
        format!(
            "[sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n{further}\n\
             [profile dev]\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\nsso_cp_role_name = ReadOnly\n\
             sso_cp_scope_policy = policy.json\n"
        )
    };
    let scratch = Scratch::new().with("config", text(""));
    let env = Env::listed([(HOME, scratch.home())]);
    let files = Files::locate(&env).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let beside = scratch.home().join("beside");
            for further in ["sso_cp_store = sealed", ""].iter().cycle() {
                std::fs::write(&beside, text(further)).unwrap();
                std::fs::rename(&beside, &files.config).unwrap();
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        let end = Instant::now() + Duration::from_millis(500);
        while Instant::now() < end {
            let read = target(&Selection::Profile("dev".to_owned()), &files, &env);
            let is_whole = matches!(&read, Ok(Target::Role(role)) if role.role_name == "ReadOnly")
                && read.as_ref().is_ok_and(|target| target.scope().is_some());
            if !is_whole {
                is_over.store(true, Ordering::Relaxed);
            }
            assert!(is_whole, "{read:?}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
