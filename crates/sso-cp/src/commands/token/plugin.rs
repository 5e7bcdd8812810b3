//! A failing credential plugin is run again and again: `kubectl` does so five times for one command, and
//! once more on every 401. Its person is told once, and what the network does not give is asked for
//! once.

use sso_cp_cache::PluginNote;
use sso_cp_types::Timestamp;

use crate::context::Context;
use crate::messages::exit_code::Class;
use crate::messages::failure::Failure;

/// The variable by which Kubernetes clients say what they want.
pub(super) const EXEC_INFO: &str = "KUBERNETES_EXEC_INFO";

/// A client that goes on for hours, such as k9s, is told again after this.
const QUIET_SECONDS: i64 = 60;

/// A client's next try follows at once. This long after a failure of the network, it fails at once too.
const SAME_COMMAND_SECONDS: i64 = 5;

/// Does the work of a plugin for a Kubernetes client; for everybody else, the work alone.
pub(super) fn told_once<T>(
    context: &Context,
    cluster: &str,
    work: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let caller = context.env().text(EXEC_INFO).and_then(|_| caller(context, cluster));
    let Some(caller) = caller else { return work() };
    let known = PluginNote::read(context.folders()).filter(|note| note.caller == caller);
    let network = Class::Network.exit_code();
    if let Some(note) = &known
        && note.exit_code == network.to_string()
        && is_within(note.failed_at, SAME_COMMAND_SECONDS)
    {
        context.debug.tell(|| "the network has just failed for the same caller".to_owned());
        return Err(Failure::Told(Class::Network));
    }
    work().map_err(|failure| {
        let now = Timestamp::now();
        let told = known.filter(|note| is_within(note.told_at, QUIET_SECONDS));
        let note = PluginNote {
            caller,
            told_at: told.as_ref().map_or(now, |note| note.told_at),
            failed_at: now,
            exit_code: failure.exit_code().to_string(),
        };
        let kept = note.write(context.folders());
        match (told, kept) {
            // Without a note nobody has been told for sure.
            (Some(_), Ok(())) => Failure::Told(failure.class()),
            _ => failure,
        }
    })
}

/// Not in the future either: a clock may have been set back.
fn is_within(moment: Timestamp, seconds: i64) -> bool {
    (0..=seconds).contains(&Timestamp::now().seconds_after(moment))
}

/// Who runs us, and what for.
#[cfg(unix)]
fn caller(context: &Context, cluster: &str) -> Option<String> {
    let parent = rustix::process::getppid()?.as_raw_nonzero();
    Some(format!("{parent} {cluster} {:?}", context.selected()))
}

/// Windows does not tell a program who has started it, so each run speaks for itself.
#[cfg(not(unix))]
fn caller(_context: &Context, _cluster: &str) -> Option<String> {
    None
}
