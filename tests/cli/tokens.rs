//! Tokens for what is not an AWS API: checked as the services check them, by the stand-in's own code. Contents:
//!
//! - `presigned`: the kinds without network: regions, names, ends, what was asked of AWS and what was not.
//! - `kubernetes`: what a Kubernetes client asks for and gets, and the real `kubectl` against a cluster.
//! - `registries`: ECR and CodeArtifact: kept, asked for once, answers that nobody should give.
//! - `docker`: Docker's protocol, and whose credentials a registry gets.
//! - `peers`: botocore and AWS's signer for Kafka in the same second.
//! - `clients`: psql, redis-cli, docker, cargo and npm with a token.

mod clients;
mod docker;
mod kubernetes;
mod peers;
mod presigned;
mod registries;

use crate::harness::{Ended, Ran, Run, Test, World};

pub(crate) fn tests() -> Vec<Test> {
    [
        clients::tests(),
        docker::tests(),
        kubernetes::tests(),
        peers::tests(),
        presigned::tests(),
        registries::tests(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Somebody is signed in, and the stand-in is all the services.
fn world() -> World {
    let world = with_services(World::new());
    world.put_token("+1h");
    world
}

fn with_services(mut world: World) -> World {
    for service in ["ECR", "ECR_PUBLIC", "CODEARTIFACT", "EKS"] {
        let url = world.fake.sts_url().to_owned();
        world.set(&format!("AWS_ENDPOINT_URL_{service}"), &url);
    }
    world
}

/// `sso-cp token ... --profile dev`
fn token(world: &World, words: &str) -> Ran {
    run(world, words).checked(world)
}

fn run(_world: &World, words: &str) -> Run {
    let words = words.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    with_profile(words)
}

fn with_profile(words: Vec<String>) -> Run {
    let line = ["token".to_owned()].into_iter().chain(words);
    Run::new(line.chain(["--profile".to_owned(), "dev".to_owned()]).map(Into::into))
}

/// The token of a run that ended well: one line, with one line end.
#[track_caller]
fn line(ran: &Ran) -> String {
    assert_eq!(ran.ended, Ended::Code(0), "{ran}");
    let text = ran.stdout();
    let line = text.strip_suffix('\n').unwrap_or_else(|| panic!("{ran}"));
    assert!(!line.contains(['\n', '\r']) && !line.is_empty(), "{ran}");
    line.to_owned()
}
