//! What keeps secrets in this process's memory and out of everything else.

/// What a panic does: it says where, never what, for the values in its message may be secrets; it
/// puts right what `put_right` knows of, and ends the process with the exit code of a bug. Nothing
/// unwinds after that and nothing aborts, so that no core file is written.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "there is no main to return to")]
pub(crate) fn end_on_panic(put_right: impl Fn() + Send + Sync + 'static) {
    const BUG: i32 = 1;
    std::panic::set_hook(Box::new(move |panic| {
        put_right();
        let place = panic.location().map(|at| format!("{}:{}", file_name(at.file()), at.line()));
        super::output::say(&format!(
            "sso-cp: a bug: the program stopped at {}\nhint: report it at {}/issues\n",
            place.as_deref().unwrap_or("an unknown place"),
            env!("CARGO_PKG_REPOSITORY"),
        ));
        std::process::exit(BUG);
    }));
}

/// The path without the folders of the person who built the program.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// Forbids core files: a crash must not write a token to the disk. A failure changes nothing for
/// the user, so it is passed over. The hard limit stays, so that [`CoreLimit::restore`] can undo it.
#[cfg(unix)]
pub(crate) fn forbid_core_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let before = getrlimit(Resource::Core);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..before });
    forbid_dumps();
}

/// The same for as long as it takes to read credentials and print them, at half the system calls:
/// what is not dumpable leaves no core file, whatever the limit says (core(5)).
pub(crate) fn forbid_core_files_of_cached_calls() {
    if !forbid_dumps() {
        forbid_core_files();
    }
}

/// A core pattern that pipes to a program ignores the limit; not being dumpable does not.
#[cfg(target_os = "linux")]
fn forbid_dumps() -> bool {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn forbid_dumps() -> bool {
    false
}

#[cfg(not(unix))]
pub(crate) fn forbid_core_files() {}

/// The limit on core files as we found it. A command of the person's gets it back, since limits are
/// inherited; being dumpable comes back by itself with a new program (execve(2)).
#[derive(Debug, Clone)]
pub(crate) struct CoreLimit(#[cfg(unix)] rustix::process::Rlimit);

#[cfg(unix)]
impl CoreLimit {
    /// To be called before anything forbids core files.
    pub(crate) fn found() -> CoreLimit {
        CoreLimit(rustix::process::getrlimit(rustix::process::Resource::Core))
    }

    pub(crate) fn restore(&self) {
        let _ = rustix::process::setrlimit(rustix::process::Resource::Core, self.0);
    }
}

#[cfg(not(unix))]
impl CoreLimit {
    pub(crate) fn found() -> CoreLimit {
        CoreLimit()
    }

    pub(crate) fn restore(&self) {}
}
