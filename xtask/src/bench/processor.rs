//! Keeps what is measured on one processor.
//!
//! A process that is started on an idle second processor waits for it to wake up, which costs as much as a small program and
//! differs from run to run. The caller of a credential process does nothing but wait for it, so one processor is enough.

/// While it lives, this thread, and what it starts, stays on one processor. Other threads stay where they are.
pub(super) struct Pinned {
    #[cfg(target_os = "linux")]
    before: rustix::thread::CpuSet,
}

#[cfg(target_os = "linux")]
impl Pinned {
    /// Chooses the last processor that we may use: the first has the interrupts. None where the system refuses.
    pub(super) fn new() -> Option<Self> {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        let before = sched_getaffinity(None).ok()?;
        let last = (0..CpuSet::MAX_CPU).rev().find(|processor| before.is_set(*processor))?;
        let mut one = CpuSet::new();
        one.set(last);
        sched_setaffinity(None, &one).ok()?;
        Some(Self { before })
    }
}

#[cfg(target_os = "linux")]
impl Drop for Pinned {
    fn drop(&mut self) {
        // Where that fails, the tables that follow share one processor, all of their rows alike.
        let _ = rustix::thread::sched_setaffinity(None, &self.before);
    }
}

#[cfg(not(target_os = "linux"))]
impl Pinned {
    /// There is no safe way to do that here.
    pub(super) fn new() -> Option<Self> {
        None
    }
}
