//! Choosing one of many: a number, or a part of the name.

use crate::messages::failure::Failure;
use crate::process::output;

/// What fits on a small terminal.
const SHOWN: usize = 20;

/// Asks which one it is and gives its place. One alone is not asked for.
pub(crate) fn choose(
    what: &str,
    labels: &[String],
    read_line: impl Fn(&str) -> Result<String, Failure>,
) -> Result<usize, Failure> {
    if let [only] = labels {
        output::say(&format!("the only {what}: {only}\n"));
        return Ok(0);
    }
    let mut shown: Vec<usize> = (0..labels.len()).collect();
    loop {
        output::say(&page(what, labels, &shown));
        let answer = read_line(&format!("{what}, by its number or a part of its name: "))?;
        match narrow(&answer, labels, &shown) {
            Narrowed::To(place) => {
                output::say(&format!("{what}: {}\n", labels[place]));
                return Ok(place);
            }
            Narrowed::Several(places) => shown = places,
            Narrowed::Nothing => {
                output::say(&format!("no {what} has `{}`\n", crate::messages::text::clean(&answer)))
            }
        }
    }
}

fn page(what: &str, labels: &[String], shown: &[usize]) -> String {
    let mut text = String::new();
    for (number, place) in shown.iter().take(SHOWN).enumerate() {
        text.push_str(&format!("{:4}  {}\n", number + 1, labels[*place]));
    }
    if shown.len() > SHOWN {
        let more = shown.len() - SHOWN;
        text.push_str(&format!("      and {more} more; a part of the {what}'s name shows fewer\n"));
    }
    text
}

#[derive(Debug, PartialEq, Eq)]
enum Narrowed {
    To(usize),
    Several(Vec<usize>),
    Nothing,
}

/// A number of those that are shown; else all that have the text, whatever was searched before. An
/// empty answer shows everything again.
fn narrow(answer: &str, labels: &[String], shown: &[usize]) -> Narrowed {
    let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    if let Some(place) = number.and_then(|number| shown.iter().take(SHOWN).nth(number)) {
        return Narrowed::To(*place);
    }
    let wanted = answer.to_lowercase();
    if let Some(place) = labels.iter().position(|label| label.to_lowercase() == wanted) {
        return Narrowed::To(place);
    }
    let has_it = |place: &usize| labels[*place].to_lowercase().contains(&wanted);
    let found: Vec<usize> = (0..labels.len()).filter(has_it).collect();
    match found[..] {
        [] => Narrowed::Nothing,
        [place] => Narrowed::To(place),
        _ => Narrowed::Several(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_part_of_the_name_chooses() {
        let labels = ["team-1 (111)", "team-12 (222)", "prod (333)", "Prod-eu (444)"];
        let labels = labels.map(str::to_owned);
        let all = [0, 1, 2, 3];
        assert_eq!(narrow("3", &labels, &all), Narrowed::To(2));
        assert_eq!(narrow("1", &labels, &[3, 2]), Narrowed::To(3));
        assert_eq!(narrow("PROD", &labels, &all), Narrowed::Several(vec![2, 3]));
        assert_eq!(narrow("prod (333)", &labels, &all), Narrowed::To(2));
        assert_eq!(narrow("444", &labels, &all), Narrowed::To(3));
        assert_eq!(narrow("nope", &labels, &all), Narrowed::Nothing);
        assert_eq!(narrow("", &labels, &[2]), Narrowed::Several(vec![0, 1, 2, 3]));
    }
}
