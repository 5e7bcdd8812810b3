//! Clients that ask an endpoint as fast as they can.

use super::endpoint::{connect, exchange};
use crate::workspace::Outcome;
use std::thread;
use std::time::{Duration, Instant};

/// Clients that ask at once.
pub(super) const CLIENTS: usize = 8;

/// Whether a client keeps its connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Connections {
    Kept,
    New,
}

/// How many answers they get per second, all together.
pub(super) fn answers_per_second(
    address: &str,
    request: &str,
    connections: Connections,
    time: Duration,
) -> Outcome<f64> {
    let started = Instant::now();
    let client = || -> Outcome<usize> {
        let mut count = 0;
        let mut stream = connect(address)?;
        while started.elapsed() < time {
            if connections == Connections::New {
                stream = connect(address)?;
            }
            exchange(&mut stream, request)?;
            count += 1;
        }
        Ok(count)
    };
    thread::scope(|scope| {
        let clients: Vec<_> =
            (0..CLIENTS).map(|_| scope.spawn(|| client().map_err(|e| e.to_string()))).collect();
        let mut sum = 0;
        for client in clients {
            sum += client.join().map_err(|_| "a client panicked")??;
        }
        Ok(sum as f64 / started.elapsed().as_secs_f64())
    })
}

pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
