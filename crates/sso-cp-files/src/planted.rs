//! Links that another user may have planted for root.

use std::io;
use std::path::{Path, PathBuf};

/// Where root works in a home that belongs to somebody else (`sudo -E`): the first part of a path below that home that is a
/// link. Its owner would choose the file that root reads, writes or deletes. Nothing where we are not root, where the home is
/// root's own, and for a path that is not below the home.
///
/// The parts are opened one after the other, each from the one before, and no link is followed. A part that does not exist
/// ends the walk: what is made there is made by us.
///
/// # Errors
///
/// The system's: a part that cannot be looked at.
#[cfg(unix)]
pub fn planted_link(home: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    use rustix::fs::{AtFlags, FileType, Mode, OFlags};
    const ROOT: u32 = 0;
    const FOLDER: OFlags =
        OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);
    let Ok(below) = path.strip_prefix(home) else { return Ok(None) };
    if rustix::process::geteuid().as_raw() != ROOT {
        return Ok(None);
    }
    // The way to the home, and the home itself, are the system's: automounters link them.
    let opened = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(mut folder) = rustix::fs::open(home, opened, Mode::empty()) else { return Ok(None) };
    if rustix::fs::fstat(&folder)?.st_uid == ROOT {
        return Ok(None);
    }
    let mut reached = home.to_owned();
    for part in below {
        reached.push(part);
        match rustix::fs::statat(&folder, part, AtFlags::SYMLINK_NOFOLLOW) {
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
            Ok(found) => match FileType::from_raw_mode(found.st_mode) {
                FileType::Symlink => return Ok(Some(reached)),
                FileType::Directory => {}
                _ => return Ok(None),
            },
        }
        match rustix::fs::openat(&folder, part, FOLDER, Mode::empty()) {
            Ok(next) => folder = next,
            // It has become a link since it was looked at.
            Err(rustix::io::Errno::LOOP | rustix::io::Errno::NOTDIR) => return Ok(Some(reached)),
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// Windows has no root, and its links need a right of their own.
///
/// # Errors
///
/// None.
#[cfg(not(unix))]
pub fn planted_link(_home: &Path, _path: &Path) -> io::Result<Option<PathBuf>> {
    Ok(None)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{chown, symlink};

    use super::planted_link;
    use crate::tests::scratch;

    #[test]
    fn every_part_below_another_user_s_home_is_looked_at() {
        if !rustix::process::geteuid().is_root() {
            println!("SKIPPED: every_part_below_another_user_s_home_is_looked_at: needs root");
            return;
        }
        let home = scratch("planted");
        fs::create_dir_all(home.join("real/cache")).unwrap();
        fs::write(home.join("real/cache/file"), "x").unwrap();
        symlink("real", home.join("linked")).unwrap();
        symlink("file", home.join("real/cache/name")).unwrap();
        let found = |path: &str| planted_link(&home, &home.join(path)).unwrap();
        assert_eq!(found("linked/cache/file"), None, "the home is root's own");
        chown(&home, Some(65_534), None).unwrap();
        assert_eq!(found("real/cache/file"), None);
        assert_eq!(found("real/nothing/here"), None);
        assert_eq!(found("linked/cache/file"), Some(home.join("linked")));
        assert_eq!(found("real/cache/name"), Some(home.join("real/cache/name")));
        assert_eq!(planted_link(&home.join("real"), &home.join("linked/x")).unwrap(), None);
        fs::remove_dir_all(&home).unwrap();
    }
}
