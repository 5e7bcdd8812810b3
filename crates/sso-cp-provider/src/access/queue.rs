//! What is still to be asked, and what has come.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sso_cp_config::Session;
use sso_cp_http::{BadReply, CallError, Client};
use sso_cp_portal::Account;
use sso_cp_types::Secret;

use super::found::{AccountRoles, Listed};
use super::pace::Pace;
use super::workers::{Answer, Job, List, Outcome, WORKERS, Workers};
use crate::call::Call;
use crate::error::{Error, SignInReason};
use crate::event::Event;
use crate::limits;
use crate::token::TokenProvider;

/// How often one request is made where AWS fails, or cannot be reached.
const MAX_ATTEMPTS: u32 = 4;
/// The pause after the first failure; each further one doubles it.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(250);
/// Pages beyond the first of each list, over all lists: a hundred times what AWS's largest organisations
/// have. Who answers with more of them goes on for ever.
const MAX_FURTHER_PAGES: u32 = 50_000;
/// So often is looked whether there is something to say.
const TICK: Duration = Duration::from_millis(100);

/// Accounts with their roles, and accounts whose roles AWS does not list.
type Found = (Vec<AccountRoles>, Vec<(Account, CallError)>);

/// Asks until everything has come.
pub(super) fn run(
    session: &Session,
    call: &Call<'_>,
    on_progress: impl FnMut(Listed),
) -> Result<Found, Error> {
    let client = Arc::new(call.provider.client(session));
    let portal = session.portal(call.provider.env())?;
    let workers = Workers::start(&client, &portal.url).map_err(Error::Thread)?;
    let token = TokenProvider::of(session, call, &client).get(None)?;
    let now = Instant::now();
    let mut queue = Queue {
        session,
        call,
        client: &client,
        workers,
        token,
        has_renewed: false,
        pace: Pace::new(now),
        last_answer: now,
        waiting: VecDeque::from([first(List::Accounts)]),
        in_flight: 0,
        accounts: Vec::new(),
        unlisted: Vec::new(),
        listed: 0,
        further_pages: 0,
    };
    queue.work(on_progress)?;
    Ok(queue.found())
}

fn endless(list: &List) -> CallError {
    let awaited = match list {
        List::Accounts => "the list of accounts",
        List::Roles { .. } => "the list of roles",
    };
    let (field, expected) = ("nextToken", "that of a page which is still to come");
    CallError::BadReply {
        problem: BadReply::WrongType { field, expected },
        awaited,
        request_id: None,
    }
}

fn first(list: List) -> Job {
    Job { list, from: None, attempt: 1 }
}

struct Queue<'a> {
    session: &'a Session,
    call: &'a Call<'a>,
    client: &'a Client,
    workers: Workers,
    token: Secret,
    /// One renewal helps where a token has just expired; if it does not, the sign-in is over.
    has_renewed: bool,
    pace: Pace,
    last_answer: Instant,
    waiting: VecDeque<Job>,
    in_flight: usize,
    accounts: Vec<AccountRoles>,
    unlisted: Vec<(usize, CallError)>,
    /// Accounts whose last page has come.
    listed: usize,
    /// Pages that were named by another one.
    further_pages: u32,
}

impl Queue<'_> {
    fn work(&mut self, mut on_progress: impl FnMut(Listed)) -> Result<(), Error> {
        while !self.waiting.is_empty() || self.in_flight > 0 {
            on_progress(Listed { listed: self.listed, accounts: self.accounts.len() });
            let now = Instant::now();
            let mut wait = TICK;
            if !self.waiting.is_empty() && self.in_flight < WORKERS {
                wait = self.pace.wait(now).min(TICK);
                if wait.is_zero() {
                    self.start(now);
                    continue;
                }
            }
            if let Some(outcome) = self.workers.take(wait) {
                self.in_flight -= 1;
                self.settle(outcome)?;
            }
        }
        Ok(())
    }

    fn start(&mut self, now: Instant) {
        let Some(job) = self.waiting.pop_front() else { return };
        self.pace.started(now);
        self.in_flight += 1;
        self.workers.give(job, self.token.clone());
    }

    fn settle(&mut self, outcome: Outcome) -> Result<(), Error> {
        let Outcome { job, token, answer } = outcome;
        match answer {
            Ok(answer) => {
                self.pace.answered();
                self.last_answer = Instant::now();
                self.keep(job, answer)
            }
            Err(error) if error.status() == Some(401) => self.renew(job, &token, error),
            Err(error) => self.fail(job, error),
        }
    }

    fn keep(&mut self, job: Job, answer: Answer) -> Result<(), Error> {
        let next = match answer {
            Answer::Accounts(page) => {
                for account in page.items {
                    let place = self.accounts.len();
                    let list = List::Roles { place, account: account.id.clone() };
                    self.waiting.push_back(first(list));
                    self.accounts.push(AccountRoles { account, roles: Vec::new() });
                }
                page.next
            }
            Answer::Roles(page) => {
                if let List::Roles { place, .. } = job.list {
                    self.accounts[place].roles.extend(page.items);
                    self.listed += usize::from(page.next.is_none());
                }
                page.next
            }
        };
        let Some(next) = next else { return Ok(()) };
        self.further_pages += 1;
        // A list without an end must not pass for one that has come to it: profiles are removed by that.
        if job.from.as_ref() == Some(&next) || self.further_pages > MAX_FURTHER_PAGES {
            return Err(endless(&job.list).into());
        }
        self.waiting.push_front(Job { from: Some(next), attempt: 1, ..job });
        Ok(())
    }

    /// The token has ended: a new one, once, and the request again.
    fn renew(&mut self, job: Job, refused: &Secret, error: CallError) -> Result<(), Error> {
        if *refused == self.token {
            let tokens = TokenProvider::of(self.session, self.call, self.client);
            if self.has_renewed {
                let needed = tokens.sign_in(SignInReason::TokenRefused(Box::new(error)));
                return Err(needed.of_rejected(refused));
            }
            self.call.tell(|| Event::TokenRejected);
            let renewed = tokens.get(Some(refused));
            self.token = renewed.map_err(|error| error.of_rejected(refused))?;
            self.has_renewed = true;
        }
        self.waiting.push_front(job);
        Ok(())
    }

    fn fail(&mut self, job: Job, error: CallError) -> Result<(), Error> {
        let now = Instant::now();
        if let CallError::Refused { error: said, .. } = &error
            && said.is_throttling()
        {
            let asked = said.retry_after_ms.map(|ms| Duration::from_millis(ms.get().into()));
            let is_over = now.duration_since(self.last_answer) > limits::LISTING;
            if is_over || asked.is_some_and(|asked| asked > limits::LISTING) {
                return Err(error.into());
            }
            self.call.tell(|| Event::Throttled { asked });
            self.pace.refused(now, asked);
            self.waiting.push_front(job);
            return Ok(());
        }
        if let (List::Roles { place, .. }, Some(403 | 404)) = (&job.list, error.status()) {
            self.unlisted.push((*place, error));
            self.listed += 1;
            return Ok(());
        }
        if !error.is_passing() || job.attempt >= MAX_ATTEMPTS {
            return Err(error.into());
        }
        self.pace.refused(now, Some(PAUSE_AFTER_FAILURE * (1 << (job.attempt - 1))));
        self.waiting.push_front(Job { attempt: job.attempt + 1, ..job });
        Ok(())
    }

    fn found(self) -> Found {
        let unlisted: Vec<(Account, CallError)> = self
            .unlisted
            .into_iter()
            .map(|(place, error)| (self.accounts[place].account.clone(), error))
            .collect();
        let is_listed = |known: &AccountRoles| {
            !unlisted.iter().any(|(account, _)| account.id == known.account.id)
        };
        let known = self.accounts.into_iter().filter(is_listed).collect();
        (known, unlisted)
    }
}
