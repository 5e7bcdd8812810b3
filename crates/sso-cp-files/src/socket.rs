//! A Unix socket that is a private file.

use std::io;
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::fs::Mode;

/// Binds a Unix socket, mode 0600 before anybody can connect to it: the mode of a socket comes from the
/// umask alone, so that is changed for the one call. Whatever stands at the path already is an error,
/// `AddrInUse`; a path that is too long for a socket address is `InvalidInput`.
///
/// # Errors
///
/// The system's.
pub fn bind_private(path: &Path) -> io::Result<UnixListener> {
    let before = rustix::process::umask(Mode::from_raw_mode(0o177));
    let bound = UnixListener::bind(path);
    rustix::process::umask(before);
    bound
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};

    use super::*;
    use crate::tests::scratch;

    #[test]
    fn a_socket_is_private_and_takes_no_place() {
        let folder = scratch("socket");
        let path = folder.join("s");
        let socket = bind_private(&path).unwrap();
        let metadata = fs::metadata(&path).unwrap();
        assert!(metadata.file_type().is_socket());
        assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
        drop(socket);
        let (file, link) = (folder.join("file"), folder.join("link"));
        fs::write(&file, b"x").unwrap();
        symlink(folder.join("nowhere"), &link).unwrap();
        for taken in [&path, &file, &link, &folder] {
            assert_eq!(bind_private(taken).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        }
        assert!(!folder.join("nowhere").exists());
        let long = folder.join("x".repeat(200));
        assert_eq!(bind_private(&long).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        fs::remove_dir_all(folder).unwrap();
    }
}
