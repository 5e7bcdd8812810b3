//! `nohup`, and a shell's `&`, start a program with some signals ignored. Every program that it starts would ignore
//! them too, as a job that is to go on by itself should; but the tests send signals, and wait for what comes of them.

use std::sync::Arc;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

/// Sets signals that are ignored back for the programs that are started from now on: one that has a handler here is as
/// usual there. Here nothing changes, for the handler does nothing. Where the system does not tell what is ignored, nothing
/// is set back.
pub(crate) fn set_back_ignored() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = ignored(&status);
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] {
        if ignored & (1 << (signal - 1)) != 0 {
            signal_hook::flag::register(signal, Arc::default()).unwrap();
        }
    }
}

/// The mask of ignored signals, a bit for each (proc_pid_status(5)).
fn ignored(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
