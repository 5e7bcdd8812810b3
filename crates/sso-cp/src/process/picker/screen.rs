//! The picker on a terminal that takes it key by key. Its screen is the terminal's second one, so that what stood
//! there before stands there again afterwards, however the picker ends.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::termios::{
    InputModes, LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcgetpgrp, tcgetwinsize,
    tcsetattr,
};
use sso_cp_config::Env;

use super::choices::{Choices, Details, Step};
use super::frame::{Size, View, frame, page};
use super::keys::{Key, Keys};
use super::question::{Columns, Picked, Question};
use crate::messages::page::Colours;
use crate::process::interrupt::Interrupt;

/// The second screen, on which long lines end at the edge.
const ENTER_SCREEN: &str = "\u{1b}[?1049h\u{1b}[?7l";
/// How long further columns are read before a key is looked for.
const SLICE: Duration = Duration::from_millis(3);

pub(super) fn pick(
    question: &Question<'_>,
    columns: Columns<impl Fn(usize) -> Details, impl FnMut(usize) -> String>,
    interrupt: &Interrupt,
    env: &Env,
) -> Picked {
    let Some(terminal) = Terminal::open(interrupt) else { return Picked::NoTerminal };
    let Some(size) = terminal.size() else { return Picked::NoTerminal };
    let colours = if env.raw("NO_COLOR").is_none() { Colours::On } else { Colours::Off };
    let choices = Choices::new(question.names, question.recent, page(size));
    let seen = HashMap::new();
    Picker { question, columns, terminal, size, colours, choices, seen, learned: 0 }.run()
}

struct Picker<'a, D: Fn(usize) -> Details, S: FnMut(usize) -> String> {
    question: &'a Question<'a>,
    columns: Columns<D, S>,
    terminal: Terminal<'a>,
    size: Size,
    colours: Colours,
    choices: Choices,
    /// The rows that were on the screen, whole.
    seen: HashMap<usize, Details>,
    /// How many rows can be found by their details.
    learned: usize,
}

impl<D: Fn(usize) -> Details, S: FnMut(usize) -> String> Picker<'_, D, S> {
    fn run(mut self) -> Picked {
        let mut keys = Keys::default();
        let mut bytes = [0; 256];
        self.draw();
        loop {
            let is_learning = self.learned < self.question.names.len();
            let pressed: Vec<Key> = match self.terminal.read(&mut bytes, is_learning) {
                Some(0) if is_learning => {
                    self.learn();
                    continue;
                }
                Some(0) => keys.pause().into_iter().collect(),
                Some(read) => bytes[..read].iter().filter_map(|byte| keys.take(*byte)).collect(),
                None => return Picked::Cancelled,
            };
            let mut is_changed = false;
            for key in pressed {
                match self.choices.press(key) {
                    Step::Draw => is_changed = true,
                    Step::Accept(row) => return Picked::Chosen(row),
                    Step::Cancel => return Picked::Cancelled,
                    Step::Suspend => is_changed |= self.terminal.suspend(),
                }
            }
            let Some(size) = self.terminal.size() else { return Picked::Cancelled };
            if size != self.size || self.terminal.was_continued() {
                self.size = size;
                self.choices.resize(page(size));
                is_changed = true;
            }
            if is_changed {
                self.draw();
            }
        }
    }

    /// Lets some more rows be found by their details. The names alone are there at once, so that nobody waits.
    fn learn(&mut self) {
        let until = Instant::now() + SLICE;
        let all = self.question.names.len();
        while self.learned < all && Instant::now() < until {
            self.choices.learn(self.learned, &(self.columns.details)(self.learned));
            self.learned += 1;
        }
        if self.learned == all && !self.choices.typed().trim().is_empty() {
            self.choices.narrow();
            self.draw();
        }
    }

    fn draw(&mut self) {
        let (visible, at) = self.choices.visible();
        for row in visible {
            self.seen.entry(*row).or_insert_with(|| {
                let mut details = (self.columns.details)(*row);
                details.push((self.columns.state)(*row));
                details
            });
        }
        let rows = visible.iter().map(|row| (&*self.question.names[*row], self.seen[row].clone()));
        let view = View {
            what: self.question.what,
            heads: self.question.heads,
            typed: self.choices.typed(),
            rows: rows.collect(),
            at,
            counts: self.choices.counts(),
        };
        self.terminal.write(&frame(&view, self.size, self.colours));
    }
}

/// The person's terminal while the picker has it. It is put back when this is dropped, and where a signal or a
/// panic ends the process by what [`Interrupt`] puts right.
struct Terminal<'a> {
    screen: File,
    interrupt: &'a Interrupt,
    /// Whether reading waits for a moment.
    waits: bool,
    was_continued: Arc<AtomicBool>,
}

impl<'a> Terminal<'a> {
    /// Takes the terminal over. `None` where stdin's is not the one that we belong to, or another job has it.
    fn open(interrupt: &'a Interrupt) -> Option<Terminal<'a>> {
        use rustix::fs::{Mode, OFlags, open};
        let flags = OFlags::WRONLY | OFlags::NOCTTY | OFlags::CLOEXEC;
        let screen = open("/dev/tty", flags, Mode::empty()).ok()?.into();
        let was_continued = Arc::new(AtomicBool::new(false));
        let _ =
            signal_hook::flag::register(signal_hook::consts::SIGCONT, Arc::clone(&was_continued));
        let mut terminal = Terminal { screen, interrupt, waits: true, was_continued };
        terminal.enter().then_some(terminal)
    }

    /// Key by key, nothing shown by itself, and no key a signal.
    fn enter(&mut self) -> bool {
        let stdin = std::io::stdin();
        // Changing the terminal from the background would stop us.
        if tcgetpgrp(&stdin).ok() != Some(rustix::process::getpgrp()) {
            return false;
        }
        let Ok(before) = tcgetattr(&stdin) else { return false };
        let mut during = before.clone();
        during.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ECHONL);
        during.local_modes.remove(LocalModes::ISIG | LocalModes::IEXTEN);
        during
            .input_modes
            .remove(InputModes::IXON | InputModes::ICRNL | InputModes::INLCR | InputModes::IGNCR);
        during.special_codes[SpecialCodeIndex::VMIN] = 0;
        during.special_codes[SpecialCodeIndex::VTIME] = PAUSE_TENTHS;
        self.waits = true;
        let mut held = self.interrupt.hold();
        if tcsetattr(&stdin, OptionalActions::Now, &during).is_err() {
            return false;
        }
        held.leave_terminal(before);
        held.note_screen(true);
        let _ = self.screen.write_all(ENTER_SCREEN.as_bytes());
        true
    }

    fn leave(&self) {
        let mut held = self.interrupt.hold();
        if held.note_screen(false) {
            let _ = (&self.screen).write_all(crate::process::interrupt::LEAVE_SCREEN.as_bytes());
        }
        if let Some(before) = held.terminal() {
            crate::process::interrupt::restore(&before);
        }
    }

    fn write(&self, text: &str) {
        // A terminal that has gone is found when it is read.
        let _ = (&self.screen).write_all(text.as_bytes());
    }

    /// Some bytes, or none after a moment or at once; `None` where there will be no more.
    fn read(&mut self, bytes: &mut [u8], at_once: bool) -> Option<usize> {
        self.set_waiting(!at_once);
        match rustix::io::read(std::io::stdin(), bytes) {
            Ok(read) => Some(read),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Some(0),
            Err(_) => None,
        }
    }

    fn set_waiting(&mut self, waits: bool) {
        if self.waits == waits {
            return;
        }
        self.waits = waits;
        let stdin = std::io::stdin();
        let Ok(mut during) = tcgetattr(&stdin) else { return };
        during.special_codes[SpecialCodeIndex::VTIME] = if waits { PAUSE_TENTHS } else { 0 };
        let _ = tcsetattr(&stdin, OptionalActions::Now, &during);
    }

    /// The room on the screen; `None` where the terminal has gone.
    fn size(&self) -> Option<Size> {
        /// What terminals that do not tell are taken for.
        const USUAL: [u16; 2] = [80, 24];
        let told = tcgetwinsize(&self.screen).ok()?;
        let or = |told: u16, usual| usize::from(if told == 0 { usual } else { told });
        Some(Size { columns: or(told.ws_col, USUAL[0]), rows: or(told.ws_row, USUAL[1]) })
    }

    /// Ctrl-Z. The shell gets its terminal as it was, and gives it back with `fg`. Where we are not a job of our own, as
    /// in a shell's `$(...)`, nobody would: then nothing happens.
    fn suspend(&mut self) -> bool {
        use rustix::process::{Signal, getpgrp, getpid, kill_process};
        if getpgrp() != getpid() {
            return false;
        }
        self.leave();
        let _ = kill_process(getpid(), Signal::TSTP);
        self.enter();
        self.was_continued.store(false, Ordering::Relaxed);
        true
    }

    /// Whether somebody else has stopped us and let us go on: the shell has had the terminal meanwhile.
    fn was_continued(&mut self) -> bool {
        let was_continued = self.was_continued.swap(false, Ordering::Relaxed);
        if was_continued {
            self.interrupt.hold().terminal();
            self.enter();
        }
        was_continued
    }
}

impl Drop for Terminal<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

/// How long reading waits, in tenths of a second: a sequence that a key sends comes within that, and what has
/// changed meanwhile (the size, a stop) is seen soon enough.
const PAUSE_TENTHS: u8 = 1;
