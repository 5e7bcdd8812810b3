//! Threads that wait for answers. They know nothing but one request at a time.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sso_cp_http::{CallError, Client};
use sso_cp_portal::{Account, Page, Portal};
use sso_cp_types::{AccountId, RoleName, Secret};

use crate::limits;

/// Enough for 20 requests per second where each answer takes half a second.
pub(super) const WORKERS: usize = 10;

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) list: List,
    /// Where its page begins; none for the first.
    pub(super) from: Option<String>,
    /// From 1; those that were throttled do not count.
    pub(super) attempt: u32,
}

/// What is listed.
#[derive(Debug, Clone)]
pub(super) enum List {
    Accounts,
    /// The roles of one account, by its place in the list of accounts.
    Roles {
        place: usize,
        account: AccountId,
    },
}

/// What came of a request.
pub(super) struct Outcome {
    pub(super) job: Job,
    /// The token that it was made with.
    pub(super) token: Secret,
    pub(super) answer: Result<Answer, CallError>,
}

/// A page.
pub(super) enum Answer {
    Accounts(Page<Account>),
    Roles(Page<RoleName>),
}

/// The threads' two ends. They end by themselves when this is dropped, and nobody waits for them.
pub(super) struct Workers {
    jobs: Sender<(Job, Secret)>,
    outcomes: Receiver<Outcome>,
}

impl Workers {
    /// Starts them. Where not all threads can be had, fewer do.
    pub(super) fn start(client: &Arc<Client>, url: &str) -> std::io::Result<Workers> {
        let (jobs, waiting) = channel();
        let (done, outcomes) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..WORKERS {
            let (waiting, done) = (Arc::clone(&waiting), done.clone());
            let (client, url) = (Arc::clone(client), url.to_owned());
            let body = move || work(&waiting, &done, &client, &url);
            match thread::Builder::new().spawn(body) {
                Err(error) if number == 0 => return Err(error),
                _ => {}
            }
        }
        Ok(Workers { jobs, outcomes })
    }

    /// Hands a request to anyone who is free.
    pub(super) fn give(&self, job: Job, token: Secret) {
        // The threads live as long as this does.
        let _ = self.jobs.send((job, token));
    }

    /// What has come, within so much time.
    pub(super) fn take(&self, within: Duration) -> Option<Outcome> {
        self.outcomes.recv_timeout(within).ok()
    }
}

fn work(
    waiting: &Mutex<Receiver<(Job, Secret)>>,
    done: &Sender<Outcome>,
    client: &Client,
    url: &str,
) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((job, token)) = next else { return };
        let portal = Portal { client, url, deadline: Instant::now() + limits::REQUEST };
        let from = job.from.as_deref();
        let answer = match &job.list {
            List::Accounts => portal.accounts(&token, from).map(Answer::Accounts),
            List::Roles { account, .. } => portal.roles(&token, account, from).map(Answer::Roles),
        };
        if done.send(Outcome { job, token, answer }).is_err() {
            return;
        }
    }
}
