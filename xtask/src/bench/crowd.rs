//! Many processes at once, as a build tool or a test run starts them: how long until all of them have their credentials.

use super::compare::compared;
use super::home;
use super::report::Report;
use super::subject::Subject;
use super::timing::{Row, again, interleaved};
use crate::scene::{PROFILE, Scene};
use crate::workspace::{Outcome, find_program};
use fake_identity_center::{Fake, Setup};
use std::path::Path;

/// How many are started at once.
const CROWDS: [usize; 3] = [1, 10, 100];

pub(super) fn section(
    report: &mut Report,
    subjects: &[Subject],
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    let nothing = find_program("true").ok_or("no `true` on this machine to compare with")?;
    let mut body = String::from(
        "The time until the last of them has ended. Where the token is over and nothing is cached, one of them renews it and asks\n\
         for the role, and the others take the result: that there is exactly one request of each kind is checked.\n",
    );
    for copies in CROWDS {
        // A crowd takes as long as its members; the rounds follow, but not below what a median needs.
        let rounds = (rounds / copies).max(11);
        let fake = Fake::start(Setup::default())?;
        let scene =
            home::warm(&scratch.join(format!("crowd-{copies}")), &fake, subjects, home::FEW)?;
        // The cold rows need a home of their own: they forget what the cached ones live on.
        let cold = home::warm(&scratch.join(format!("cold-{copies}")), &fake, subjects, home::FEW)?;
        let before = (home::role_requests(&fake), home::renewals(&fake));

        let mut rows = vec![Row::new("`true`", scene.command(&nothing, &[])).at_once(copies)];
        rows.extend(
            subjects.iter().flat_map(|subject| pair(subject, &scene, &cold, &fake, copies)),
        );
        let summaries = interleaved(&mut rows, rounds)?;
        let crowds = (rounds + 1) * subjects.len();
        home::asked_exactly("a role", home::role_requests(&fake) - before.0, crowds)?;
        home::asked_exactly("a new token", home::renewals(&fake) - before.1, crowds)?;
        let table = compared(&rows, &summaries, (0, "`true`"), |_, _| String::new());
        body += &format!("\n{copies} at once, {rounds} rounds:\n\n{table}");
    }
    report.section("Many processes at once", body);
    Ok(())
}

/// A crowd that finds the cache, and one that finds a token that is over and no role credentials.
fn pair<'a>(
    subject: &Subject,
    warm: &Scene,
    cold: &'a Scene,
    fake: &'a Fake,
    copies: usize,
) -> [Row<'a>; 2] {
    let command = warm.command(&subject.program, &["--profile", PROFILE]);
    let cached = Row::new(format!("{}, cached", subject.name()), command).at_once(copies);
    let command = cold.command(&subject.program, &["--profile", PROFILE]);
    let renewing = Row::new(format!("{}, and a renewal", subject.name()), again(&command))
        .at_once(copies)
        .prepared_by(|| home::forget_role_and_token(cold, fake));
    [cached, renewing]
}
