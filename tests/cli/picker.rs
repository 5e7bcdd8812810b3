//! Choosing a profile from a list, at a pseudo-terminal: what is seen, what keys do, and how the terminal is left.

use std::time::Duration;

use fake_identity_center::Setup;

use crate::harness::{World, program, tests};
use crate::login::Terminal;

tests! {
    quick "contract use" => typing_narrows_and_enter_takes_one,
    quick "contract use" => the_last_choice_comes_first,
    quick "contract use" => leaving_chooses_nothing_and_leaves_the_terminal_as_it_was,
    quick "contract use" => a_signal_leaves_the_terminal_as_it_was,
    quick "contract use" => twenty_columns_and_another_size_are_drawn,
    quick "contract use" => a_dumb_terminal_is_asked_line_by_line,
    quick "contract use" => a_stopped_picker_goes_on,
    quick "contract use" => ctrl_z_stops_nothing_where_no_shell_would_know,
    quick "contract use" => commands_that_need_a_role_ask_for_one,
    quick "contract use" => the_credential_command_never_asks,
}

const CONFIG: &str = "[default]\nregion = eu-west-1\n\
    [profile dev]\n# account: Payments\nsso_cp_session = corp\nsso_cp_account_id = 111122223333\n\
    sso_cp_role_name = ReadOnly\n\
    [profile prod.admin]\nsso_cp_session = corp\nsso_cp_account_id = 444455556666\nsso_cp_role_name = Admin\n\
    [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n\
    sso_registration_scopes = sso:account:access\n";
const LEFT: &str = "\u{1b}[?1049l";
const ENDED: i32 = 128 + 15;

fn world() -> World {
    let world = World::bare(Setup::default());
    world.put(".aws/config", CONFIG);
    world
}

/// What the program has printed after its screen was gone.
fn result(terminal: &Terminal) -> String {
    terminal.shown().rsplit(LEFT).next().unwrap().to_owned()
}

fn typing_narrows_and_enter_takes_one() {
    let world = world();
    world.put_role("+1h");
    let mut terminal = Terminal::start(&world, &["use"]);
    terminal.wait_for("> default");
    terminal.wait_for("3 of 3");
    let shown = terminal.shown();
    for words in [
        "PROFILE",
        "111122223333 Payments  ReadOnly  ready",
        "444455556666           Admin     sign in",
    ] {
        assert!(shown.contains(words), "no `{words}`:\n{shown}");
    }
    assert!(!terminal.is_sane(), "keys must come one by one");
    terminal.type_in("4444");
    terminal.wait_for("1 of 3");
    terminal.wait_for("> prod.admin");
    terminal.type_in("\u{15}\u{1b}[B\u{1b}OB\u{1b}[A");
    terminal.wait_for("> dev");
    terminal.type_in("\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert_eq!(result(&terminal), "dev\n");
    assert!(terminal.is_sane());
}

fn the_last_choice_comes_first() {
    let world = world();
    assert_eq!(world.run(&["use", "prod.admin"]).stdout(), "prod.admin\n");
    let mut terminal = Terminal::start(&world, &["use"]);
    terminal.wait_for("> prod.admin");
    terminal.type_in("\n");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert_eq!(result(&terminal), "prod.admin\n");
}

fn leaving_chooses_nothing_and_leaves_the_terminal_as_it_was() {
    for key in ["\u{1b}", "\u{3}", "\u{4}", "\u{7}"] {
        let world = world();
        let mut terminal = Terminal::start(&world, &["use"]);
        terminal.wait_for("3 of 3");
        terminal.type_in(key);
        assert_eq!(terminal.end(), 130, "{}", terminal.shown());
        assert_eq!(result(&terminal), "", "{key:?}");
        assert!(terminal.is_sane() && !world.home(".aws/sso-cp").exists());
    }
}

fn a_signal_leaves_the_terminal_as_it_was() {
    let world = world();
    let mut terminal = Terminal::start(&world, &["use"]);
    terminal.wait_for("3 of 3");
    terminal.signal("TERM");
    assert_eq!(terminal.end(), ENDED, "{}", terminal.shown());
    assert!(terminal.is_sane());
    assert_eq!(result(&terminal), "");
}

fn twenty_columns_and_another_size_are_drawn() {
    let world = world();
    let mut terminal = Terminal::start(&world, &["use"]);
    terminal.wait_for("3 of 3");
    terminal.resize(20, 10);
    terminal.wait_for("3 of 3  Enter: take…");
    terminal.resize(4, 2);
    terminal.wait_for("> d…");
    terminal.resize(100, 40);
    terminal.type_in("dev");
    terminal.wait_for("1 of 3  Enter: take it");
    terminal.type_in("\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert_eq!(result(&terminal), "dev\n");
}

fn a_dumb_terminal_is_asked_line_by_line() {
    let world = world();
    let mut terminal = Terminal::start_as(&world, &["use"], "dumb");
    terminal.wait_for("  2  dev  (111122223333 Payments, ReadOnly, sign in)\n");
    terminal.wait_for("profile (a number, or a part of the name): ");
    terminal.type_in("d\n");
    terminal.wait_for("3 of 3\n");
    terminal.type_in("adm\n");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    let shown = terminal.shown();
    assert!(shown.ends_with("prod.admin\n") && !shown.contains('\u{1b}'), "{shown}");
    let mut terminal = Terminal::start_as(&world, &["use"], "dumb");
    terminal.wait_for("a part of the name): ");
    terminal.type_in("\u{4}");
    assert_eq!(terminal.end(), 130, "{}", terminal.shown());
}

/// bash with job control, in a terminal of its own.
fn bash(world: &World) -> Terminal {
    let bin = world.root().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(program(), bin.join("sso-cp")).unwrap();
    let mut command = std::process::Command::new("setsid");
    command.args(["--ctty", "--wait", "bash", "--norc", "--noprofile", "--noediting", "-i"]);
    let mut terminal = Terminal::of(world, command);
    terminal.type_in(&format!("PS1='ready% ' PATH={}:$PATH\n", bin.display()));
    let is_ready = |terminal: &Terminal| terminal.shown().matches("ready% ").count() == 2;
    terminal.wait_until("the prompt is there", is_ready);
    terminal
}

fn a_stopped_picker_goes_on() {
    let world = world();
    let mut terminal = bash(&world);
    terminal.type_in("sso-cp use\n");
    terminal.wait_for("3 of 3");
    terminal.type_in("\u{1a}");
    terminal.wait_for("Stopped");
    terminal.wait_until("the terminal is the shell's again", |terminal| {
        terminal.shown().ends_with("ready% ")
    });
    terminal.type_in("prod\u{15}fg\n");
    terminal.wait_for("fg\n");
    terminal.type_in("admin\r");
    terminal.wait_for("\u{1b}[?1049lprod.admin\n");
    terminal.type_in(
        "stty -a | tr ' ' '\\n' | grep -x -e icanon -e echo | sort | tr '\\n' ' '; exit\n",
    );
    terminal.wait_for("echo icanon ");
    terminal.end();
}

/// In `$(...)` we are in the shell's own process group: were we stopped there, nobody could let us go on.
fn ctrl_z_stops_nothing_where_no_shell_would_know() {
    let world = world();
    let mut terminal = bash(&world);
    terminal.type_in("name=$(sso-cp use)\n");
    terminal.wait_for("3 of 3");
    terminal.type_in("\u{1a}");
    std::thread::sleep(Duration::from_millis(200));
    terminal.type_in("admin\r");
    terminal.wait_for("sso-cp: profile `prod.admin`\n");
    terminal.wait_until("the shell asks again", |terminal| terminal.shown().ends_with("ready% "));
    terminal.type_in("echo \"[$name]\"; exit\n");
    terminal.wait_for("\n[prod.admin]\n");
    terminal.end();
}

fn commands_that_need_a_role_ask_for_one() {
    let world = world();
    world.put_role("+1h");
    let mut terminal =
        Terminal::start(&world, &["exec", "--", "sh", "-c", "echo key $AWS_ACCESS_KEY_ID"]);
    terminal.wait_for("3 of 3");
    terminal.type_in("dev\r");
    assert_eq!(terminal.end(), 0, "{}", terminal.shown());
    assert!(result(&terminal).starts_with("key ASIA"), "{}", terminal.shown());
    let mut terminal = Terminal::start(&world, &["export"]);
    terminal.wait_for("> dev");
    terminal.type_in("\u{1b}");
    assert_eq!(terminal.end(), 130, "{}", terminal.shown());
}

fn the_credential_command_never_asks() {
    let world = world();
    let mut terminal = Terminal::start(&world, &["--debug"]);
    assert_eq!(terminal.end(), 2, "{}", terminal.shown());
    terminal.wait_for("no profile given");
}
