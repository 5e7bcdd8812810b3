//! The picker for terminals that can only go on: it lists what fits, asks for a part of the name or a number, and
//! lists again until one is left.

use super::choices::{Choices, Details, Step};
use super::keys::Key;
use super::question::{Columns, Picked, Question};
use crate::messages::text::clean;
use crate::process::output;

/// How many rows are listed at once.
const SHOWN: usize = 20;

pub(super) fn pick(
    question: &Question<'_>,
    mut columns: Columns<impl Fn(usize) -> Details, impl FnMut(usize) -> String>,
) -> Picked {
    let mut choices = Choices::new(question.names, question.recent, SHOWN);
    for row in 0..question.names.len() {
        choices.learn(row, &(columns.details)(row));
    }
    loop {
        let listed = choices.visible().0.to_vec();
        output::say(&list(question, &mut columns, &listed, choices.counts()));
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => return Picked::Cancelled,
            Ok(_) => {}
        }
        match answer(line.trim(), &listed, &mut choices, question.names) {
            Some(row) => return Picked::Chosen(row),
            None => continue,
        }
    }
}

/// What a line comes to: a number of the list, a whole name, a part that only one row has; or a shorter list.
fn answer(line: &str, listed: &[usize], choices: &mut Choices, names: &[String]) -> Option<usize> {
    if let Some(row) = names.iter().position(|name| name == line) {
        return Some(row);
    }
    let number = line.parse::<usize>().ok().and_then(|number| listed.get(number.checked_sub(1)?));
    if let Some(row) = number {
        return Some(*row);
    }
    choices.press(Key::EraseAll);
    for letter in line.chars() {
        choices.press(Key::Letter(letter));
    }
    match (choices.counts(), choices.press(Key::Accept)) {
        ([1, _], Step::Accept(row)) => Some(row),
        _ => None,
    }
}

fn list(
    question: &Question<'_>,
    columns: &mut Columns<impl Fn(usize) -> Details, impl FnMut(usize) -> String>,
    listed: &[usize],
    [fitting, all]: [usize; 2],
) -> String {
    let mut text = String::new();
    for (at, row) in listed.iter().enumerate() {
        let mut cells = (columns.details)(*row);
        cells.push((columns.state)(*row));
        let cells: Vec<String> = cells.iter().map(|cell| clean(cell)).collect();
        let name = clean(&question.names[*row]);
        text.push_str(&format!("{:>3}  {name}  ({})\n", at + 1, cells.join(", ")));
    }
    let what = question.what;
    text + &format!("{fitting} of {all}\n{what} (a number, or a part of the name): ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_parts_lead_to_a_row() {
        let names = ["dev", "dev.admin", "prod", "7"].map(str::to_owned);
        let mut choices = Choices::new(&names, &[2], SHOWN);
        let listed = choices.visible().0.to_vec();
        let mut said = |line: &str| answer(line, &listed, &mut choices, &names);
        assert_eq!(said("1"), Some(2));
        assert_eq!(said("dev"), Some(0));
        assert_eq!(said("7"), Some(3), "a name before a number");
        assert_eq!(said("adm"), Some(1));
        assert_eq!([said(""), said("de"), said("99"), said("nothing"), said("0")], [None; 5]);
    }
}
