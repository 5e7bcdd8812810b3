//! The calls of `far.rs` where there is no distance: what is gained far away may cost next to nothing here.

use super::compare::compared;
use super::contestants::{Case, Contestants, config};
use super::report::Report;
use super::timing::interleaved;
use crate::scene::Scene;
use crate::workspace::Outcome;
use fake_identity_center::{Fake, Setup, Tls};
use std::path::Path;

/// What a call may take of the other build's time.
const GOAL: f64 = 1.10;

pub(super) fn section(
    report: &mut Report,
    contestants: Contestants<'_>,
    scratch: &Path,
    rounds: usize,
) -> Outcome<()> {
    if contestants.base.is_none() {
        eprintln!("SKIPPED: calls on one machine beside another build: --base names none");
        return Ok(());
    }
    let fake = Fake::start(Setup { tls: Tls::Good, ..Setup::default() })?;
    let scene = Scene::new(&scratch.join("near"), &fake)?;
    scene.write_config(&config())?;
    scene.sign_in(&fake)?;
    // Not the portal's host, as with AWS: else the connection to one of them would serve for all.
    let [oidc, sts] =
        [fake.oidc_url(), fake.sts_url()].map(|url| url.replace("127.0.0.1", "localhost"));
    let variables = [("AWS_ENDPOINT_URL_SSO_OIDC", &*oidc), ("AWS_ENDPOINT_URL_STS", &*sts)];
    let mut rows = contestants.rows(&scene, &fake, &variables);
    let summaries = interleaved(&mut rows, rounds)?;
    let table = compared(&rows, &summaries, (0, "the first row"), |index, _| {
        let goal = Case::ALL.get(index).map(|case| contestants.judged(*case, &summaries, GOAL));
        goal.flatten().unwrap_or_default()
    });
    report.section(
        "The same calls on one machine",
        format!(
            "{rounds} rounds over TLS. AWS is the stand-in on loopback, so nothing is gained by doing two things at once.\n\n{table}"
        ),
    );
    Ok(())
}
