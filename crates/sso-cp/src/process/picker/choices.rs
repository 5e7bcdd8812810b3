//! What a picker knows: the rows, what was typed, which of them fit, and where the person is among them. It draws
//! nothing and reads nothing.

use std::cmp::Reverse;

use super::keys::Key;
use super::matching::Wanted;

/// A row of the list beside its name, as it is shown: account, role and so on.
pub(crate) type Details = Vec<String>;

/// The rows and how far the person is.
pub(super) struct Choices {
    rows: Vec<Row>,
    /// Which rows are shown first as long as nothing is typed, by what was used last.
    recent: Vec<usize>,
    typed: String,
    /// The rows that fit, best first.
    fitting: Vec<usize>,
    /// Where the person is among them.
    at: usize,
    /// The first of them that is on the screen.
    top: usize,
    /// How many of them the screen has room for.
    page: usize,
}

/// A row, in small letters. Its details come later than its name.
struct Row {
    name: String,
    details: Option<String>,
}

/// What a key comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The screen is to be drawn.
    Draw,
    /// This row was chosen.
    Accept(usize),
    Cancel,
    Suspend,
}

impl Choices {
    pub(super) fn new(names: &[String], recent: &[usize], page: usize) -> Choices {
        let row = |name: &String| Row { name: name.to_lowercase(), details: None };
        let mut choices = Choices {
            rows: names.iter().map(row).collect(),
            recent: recent.to_vec(),
            typed: String::new(),
            fitting: Vec::new(),
            at: 0,
            top: 0,
            page,
        };
        choices.narrow();
        choices
    }

    /// Makes a row be found by its details too, from the next narrowing on.
    pub(super) fn learn(&mut self, row: usize, details: &Details) {
        self.rows[row].details = Some(details.join(" ").to_lowercase());
    }

    /// Looks anew for what fits. The best is where the person is then.
    pub(super) fn narrow(&mut self) {
        let wanted = Wanted::of(&self.typed);
        if self.typed.trim().is_empty() {
            let others = (0..self.rows.len()).filter(|row| !self.recent.contains(row));
            self.fitting = self.recent.iter().copied().chain(others).collect();
        } else {
            let rows = self.rows.iter().enumerate();
            let fits = rows.filter_map(|(at, row)| {
                let details = row.details.as_deref().unwrap_or_default();
                let score = wanted.score(&row.name, details)?;
                let recent = self.recent.iter().position(|recent| *recent == at);
                // Among equals, what was used last, then what is shortest, then the order of the file.
                Some((Reverse(score), recent.unwrap_or(usize::MAX), row.name.len(), at))
            });
            let mut fits: Vec<_> = fits.collect();
            fits.sort_unstable();
            self.fitting = fits.into_iter().map(|(.., at)| at).collect();
        }
        (self.at, self.top) = (0, 0);
    }

    /// What was typed.
    pub(super) fn typed(&self) -> &str {
        &self.typed
    }

    /// How many rows fit, and how many there are.
    pub(super) fn counts(&self) -> [usize; 2] {
        [self.fitting.len(), self.rows.len()]
    }

    /// The rows on the screen, and which of them the person is at.
    pub(super) fn visible(&self) -> (&[usize], usize) {
        let end = (self.top + self.page).min(self.fitting.len());
        (&self.fitting[self.top..end], self.at - self.top)
    }

    /// The screen has room for so many rows now.
    pub(super) fn resize(&mut self, page: usize) {
        self.page = page.max(1);
        self.move_to(self.at);
    }

    /// Does what a key is for.
    pub(super) fn press(&mut self, key: Key) -> Step {
        let last = self.fitting.len().saturating_sub(1);
        match key {
            Key::Letter(letter) => return self.edit(|typed| typed.push(letter)),
            Key::Backspace => {
                return self.edit(|typed| {
                    typed.pop();
                });
            }
            Key::EraseAll => return self.edit(String::clear),
            Key::EraseWord => {
                return self.edit(|typed| {
                    let rest = typed.trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
                    typed.truncate(rest);
                });
            }
            // Over the ends, the way back is short.
            Key::Up => self.move_to(self.at.checked_sub(1).unwrap_or(last)),
            Key::Down => self.move_to(if self.at == last { 0 } else { self.at + 1 }),
            Key::PageUp => self.move_to(self.at.saturating_sub(self.page)),
            Key::PageDown => self.move_to(self.at.saturating_add(self.page)),
            Key::First => self.move_to(0),
            Key::Last => self.move_to(last),
            Key::Accept => match self.fitting.get(self.at) {
                Some(row) => return Step::Accept(*row),
                None => return Step::Draw,
            },
            Key::Cancel => return Step::Cancel,
            Key::Suspend => return Step::Suspend,
            Key::Redraw => {}
        }
        Step::Draw
    }

    fn edit(&mut self, change: impl FnOnce(&mut String)) -> Step {
        /// Longer than any name, and short enough for a pasted page to do no harm.
        const MAX_BYTES: usize = 256;
        change(&mut self.typed);
        if self.typed.len() > MAX_BYTES {
            self.typed.pop();
        }
        self.narrow();
        Step::Draw
    }

    fn move_to(&mut self, at: usize) {
        self.at = at.min(self.fitting.len().saturating_sub(1));
        if self.at < self.top {
            self.top = self.at;
        }
        if self.at >= self.top + self.page {
            self.top = self.at + 1 - self.page;
        }
        // No empty rows at the end while there are others before.
        self.top = self.top.min(self.fitting.len().saturating_sub(self.page));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(names: &[&str], recent: &[usize], page: usize) -> Choices {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Choices::new(&names, recent, page)
    }

    fn press(choices: &mut Choices, keys: &[Key]) -> Step {
        keys.iter().map(|key| choices.press(*key)).last().unwrap()
    }

    fn typed(text: &str) -> Vec<Key> {
        text.chars().map(Key::Letter).collect()
    }

    #[test]
    fn what_was_used_last_comes_first_and_then_the_file_s_order() {
        let mut some = choices(&["a", "b", "c", "d"], &[2, 1], 9);
        assert_eq!(some.visible(), (&[2, 1, 0, 3][..], 0));
        assert_eq!(some.press(Key::Accept), Step::Accept(2));
        // Among those that fit equally well too.
        let mut some = choices(&["x-dev", "y-dev", "dev"], &[1], 9);
        press(&mut some, &typed("dev"));
        assert_eq!(some.visible().0, [2, 1, 0]);
    }

    #[test]
    fn typing_narrows_and_erasing_widens() {
        let mut some = choices(&["Prod.Admin", "dev.admin", "dev.read"], &[], 9);
        press(&mut some, &typed("ADM"));
        assert_eq!((some.visible().0, some.counts(), some.typed()), (&[1, 0][..], [2, 3], "ADM"));
        press(&mut some, &typed(" pr"));
        assert_eq!(some.press(Key::Accept), Step::Accept(0));
        some.press(Key::EraseWord);
        assert_eq!(some.typed(), "ADM ");
        some.press(Key::EraseWord);
        assert_eq!((some.typed(), some.counts()), ("", [3, 3]));
        press(&mut some, &typed("zz"));
        assert_eq!(some.visible(), (&[][..], 0));
        assert_eq!(some.press(Key::Accept), Step::Draw);
        press(
            &mut some,
            &[Key::Down, Key::PageDown, Key::Up, Key::Last, Key::Backspace, Key::EraseAll],
        );
        assert_eq!(some.counts(), [3, 3]);
        press(&mut some, &typed(&"x".repeat(300)));
        assert_eq!(some.typed().len(), 256);
    }

    #[test]
    fn details_are_found_once_they_are_known() {
        let mut some = choices(&["dev", "prod"], &[], 9);
        press(&mut some, &typed("2222"));
        assert_eq!(some.counts(), [0, 2]);
        for (row, account) in [(0, "111111111111"), (1, "222222222222")] {
            some.learn(row, &vec![account.to_owned(), "Role".to_owned()]);
        }
        some.narrow();
        assert_eq!(some.visible().0, [1]);
    }

    #[test]
    fn the_person_stays_on_the_screen() {
        let names: Vec<String> = (0..10).map(|at| at.to_string()).collect();
        let mut some = Choices::new(&names, &[], 3);
        let mut at = |keys: &[Key]| {
            press(&mut some, keys);
            let (visible, at) = some.visible();
            (visible.to_vec(), at)
        };
        assert_eq!(at(&[Key::Down; 3]), (vec![1, 2, 3], 2));
        assert_eq!(at(&[Key::PageDown]), (vec![4, 5, 6], 2));
        assert_eq!(at(&[Key::Last]), (vec![7, 8, 9], 2));
        assert_eq!(at(&[Key::Down]), (vec![0, 1, 2], 0));
        assert_eq!(at(&[Key::Up]), (vec![7, 8, 9], 2));
        assert_eq!(at(&[Key::PageUp, Key::PageUp]), (vec![3, 4, 5], 0));
        assert_eq!(at(&[Key::First]), (vec![0, 1, 2], 0));
        press(&mut some, &[Key::Last]);
        some.resize(1);
        assert_eq!(some.visible(), (&[9][..], 0));
        some.resize(0);
        assert_eq!(some.visible(), (&[9][..], 0));
        some.resize(100);
        assert_eq!(some.visible(), (&(0..10).collect::<Vec<_>>()[..], 9));
    }
}
