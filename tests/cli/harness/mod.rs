//! What tests stand on. From the outside in: `runner` is the test program, `case` reads a text case and `play` plays it, `world`
//! is a throw-away home with its own stand-in for AWS, `run` starts the program in it, `rules` is what every run must keep.

mod case;
mod listeners;
mod names;
mod play;
mod rules;
mod run;
mod runner;
mod scene;
mod signals;
mod time;
mod tree;
mod words;
mod world;

pub(crate) use case::{Case, cases_below};
pub(crate) use listeners::{Proxy, ProxyRule, closed_port, full_backlog, silent_listener};
pub(crate) use names::{role_file, sha1_hex};
pub(crate) use play::{Replayed, play, replay};
pub(crate) use rules::Ended;
pub(crate) use run::{Ran, Run, finish, program};
pub(crate) use runner::{Test, needs_root, run_all, skip};
pub(crate) use signals::set_back_ignored;
pub(crate) use time::{iso, now};
pub(crate) use words::{CONFIG, shell_words};
pub(crate) use world::{NOBODY, World, give_all, is_root, set_mode};

/// The tests of one module, in the order of the rows that they prove: `tests! { slow b03 => complete_after_a_moment, ... }`.
/// A test is named `module::function (rows)`, so that `cargo test b03` finds it by its row.
macro_rules! tests {
    ($($speed:ident $rows:literal => $function:ident,)*) => {
        pub(crate) fn tests() -> Vec<crate::harness::Test> {
            let module = module_path!().rsplit("::").next().unwrap_or_default();
            vec![$(crate::harness::Test::$speed(
                format!("{module}::{} ({})", stringify!($function), $rows),
                $function,
            )),*]
        }
    };
}
pub(crate) use tests;
