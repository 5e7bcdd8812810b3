//! What is replaced, and what killed writers leave.

use std::time::SystemTime;

use super::*;

/// Makes a file look as if nobody had written it for two hours.
fn abandon(path: &Path) {
    let long_ago = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
    fs::File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
}

#[test]
fn the_holder_of_a_lock_clears_what_killed_writers_left() {
    let home = Home::new();
    let place = home.place();
    let pending = Pending::begin(&home.folders(), &place.path).unwrap();
    assert_eq!(home.leftovers(), 1);
    let unfinished = pending.path().to_owned();
    drop(pending);
    // A killed writer has nothing open any more.
    home.put(&unfinished, "x");
    let other = place.path.with_file_name("other.json.0123456789abcdef.sso-cp-tmp");
    home.put(&other, "x");
    drop(Lock::Session(SESSION).take(&home.folders(), Instant::now()));
    assert_eq!(home.leftovers(), 1);
    assert!(other.exists(), "its writer may be at work");
    // Some files are written without a lock: what is long abandoned goes with anybody's.
    let foreign = place.path.with_file_name("other.json.backup.sso-cp-tmp");
    home.put(&foreign, "x");
    abandon(&other);
    abandon(&foreign);
    drop(Lock::Session(SESSION).take(&home.folders(), Instant::now()));
    assert!(!other.exists() && foreign.exists());
}

#[test]
#[cfg(unix)]
fn what_is_abandoned_beside_a_linked_token_goes() {
    let home = Home::new();
    let (_, elsewhere) = home.linked_token();
    let [old, new] = ["0123456789abcdef", "fedcba9876543210"]
        .map(|random| elsewhere.with_file_name(format!("token.{random}.sso-cp-tmp")));
    home.put(&old, "x");
    home.put(&new, "x");
    abandon(&old);
    drop(Lock::Session(SESSION).take(&home.folders(), Instant::now()));
    assert!(!old.exists() && new.exists() && elsewhere.exists());
}

#[test]
fn a_file_that_somebody_else_changed_meanwhile_is_not_replaced() {
    let home = Home::new();
    let path = home.0.join("credentials");
    let begin = || Pending::begin(&home.folders(), &path).unwrap();
    assert!(begin().finish_over(None, b"first").unwrap());
    assert!(!begin().finish_over(None, b"second").unwrap(), "it is there by now");
    let pending = begin();
    home.put(&path, "theirs");
    assert!(!pending.finish_over(Some(b"first"), b"second").unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    assert!(begin().finish_over(Some(b"theirs"), b"third").unwrap());
    assert_eq!(fs::read(&path).unwrap(), b"third");
    assert_eq!(fs::read_dir(&home.0).unwrap().count(), 1, "nothing unfinished stays");
}
