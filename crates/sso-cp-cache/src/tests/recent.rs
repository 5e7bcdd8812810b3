//! What was chosen last.

use std::fs;

use super::Home;
use crate::Recent;

#[test]
fn the_latest_choice_comes_first_and_the_list_ends() {
    let home = Home::new();
    let (folders, recent) = (home.folders(), Recent::new(&home.folders()));
    assert_eq!(recent.read(), [""; 0]);
    for name in ["dev", "prod", "dev", "dev"] {
        recent.note(&folders, name).unwrap();
    }
    assert_eq!(recent.read(), ["dev", "prod"]);
    let path = home.0.join(".aws/sso-cp/recent.json");
    assert_eq!(fs::read_to_string(&path).unwrap(), r#"{"profiles": ["dev", "prod"]}"#);
    for number in 0..60 {
        recent.note(&folders, &number.to_string()).unwrap();
    }
    assert_eq!((recent.read().len(), recent.read()[0].as_str()), (50, "59"));
    recent.note(&folders, &"x".repeat(300)).unwrap();
    assert_eq!(recent.read()[0], "59", "what is not a name of a person's is not kept");
    let left = fs::read_dir(path.parent().unwrap()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["recent.json"]);
}

#[test]
#[cfg(unix)]
fn the_list_is_private_whatever_was_there() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    let path = home.0.join(".aws/sso-cp/recent.json");
    for broken in ["", "[]", "{\"profiles\": 1}", "{\"profiles\": [1]}", "\0"] {
        home.put(&path, broken);
        let recent = Recent::new(&home.folders());
        assert_eq!(recent.read(), [""; 0], "{broken:?}");
        recent.note(&home.folders(), "a\"b\u{1}é").unwrap();
        assert_eq!(recent.read(), ["a\"b\u{1}é"]);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
