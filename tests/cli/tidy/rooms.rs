//! The rooms of the program, and that none looks up: `main -> commands -> context -> {args, process} ->
//! messages`. What a room holds is described in `docs/architecture.md`.

use std::collections::BTreeSet;
use std::path::Path;

use super::imports::{needs, sources};
use crate::harness::tests;

tests! {
    quick "contract tidy" => no_room_of_the_program_looks_up,
}

/// Each room, and what it may need beside itself.
const ROOMS: [(&str, &[&str]); 5] = [
    ("messages", &[]),
    ("process", &["messages"]),
    ("args", &["messages"]),
    ("context", &["args", "process", "messages"]),
    ("commands", &["context", "args", "process", "messages"]),
];

fn no_room_of_the_program_looks_up() {
    let needs = needs(&sources(Path::new(env!("CARGO_MANIFEST_DIR"))));
    let room_of = |module: &[String]| module.first().map_or("main", String::as_str).to_owned();
    let rooms: BTreeSet<String> = needs.keys().map(|module| room_of(module)).collect();
    let named = ROOMS.iter().map(|(room, _)| *room).chain(["main"]);
    assert_eq!(rooms, named.map(str::to_owned).collect(), "a room that no rule is for");
    let mut wrong = Vec::new();
    for (module, others) in &needs {
        let Some((room, below)) = ROOMS.iter().find(|(room, _)| *room == room_of(module)) else {
            continue;
        };
        for other in others.iter().map(|other| room_of(other)) {
            if other != *room && !below.contains(&other.as_str()) {
                wrong.push(format!("{} needs {other}", module.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "these look up:\n{}", wrong.join("\n"));
}
