//! The sealed store: sealing and unsealing, locking, keystores, and what is left when a run is killed.

mod ahead_of_need;
mod commands;
mod faults;
mod keystores;
mod killed;
mod meanwhile;
mod passphrase;
mod scene;
mod scoped;
mod secrets;
mod surroundings;
mod tools;

use crate::harness::Test;

pub(crate) fn tests() -> Vec<Test> {
    let modules = [
        ahead_of_need::tests(),
        commands::tests(),
        faults::tests(),
        keystores::tests(),
        killed::tests(),
        meanwhile::tests(),
        passphrase::tests(),
        scoped::tests(),
        secrets::tests(),
        surroundings::tests(),
        tools::tests(),
    ];
    modules.into_iter().flatten().collect()
}
