//! The Unix socket beside the port.

use std::path::Path;

use sso_cp_cache::{PassingSocket, Step};
use sso_cp_serve::Endpoint;

use crate::commands::endpoint;
use crate::messages::failure::Failure;
use crate::process::interrupt::{Interrupt, Passing};

/// Answers there too. The socket goes with the endpoint.
pub(super) fn open(
    path: &Path,
    endpoint: &mut Endpoint,
    interrupt: &Interrupt,
) -> Result<(), Failure> {
    let path = endpoint::absolute(path, Step::Bind)?;
    let mut held = interrupt.hold();
    let (passing, socket) = PassingSocket::bind(&path)?;
    held.leave_behind(Passing::Socket(passing));
    endpoint.listen_at(socket).map_err(endpoint::unusable)
}
