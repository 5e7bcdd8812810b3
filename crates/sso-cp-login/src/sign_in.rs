//! One sign-in: its port, its secrets, its answer.

use std::time::{Duration, Instant};

use sso_cp_loopback::{Exchange, Hosts, Limits, Listener, Peer, Response, Status, Then};
use sso_cp_types::Secret;
use subtle::ConstantTimeEq;

use crate::authorize::authorize_url;
use crate::callback::{Answer, read_pasted, read_query};
use crate::fresh::Fresh;
use crate::pkce::{base64url, challenge_of, verifier_from};
use crate::{Client, Error, PasteProblem, Refusal, pages};

/// What RegisterClient gets from us, and from the AWS CLI, so that both can use one
/// registration. It has no port: for loopback redirects the service accepts any (RFC 8252 section
/// 7.3).
pub const REGISTERED_REDIRECT_URI: &str = "http://127.0.0.1/oauth/callback";

const CALLBACK_PATH: &str = "/oauth/callback";

/// A bound port and fresh secrets, before the client is known: bind first, then register, print and
/// open.
pub struct Redirect {
    listener: Listener,
    verifier: Secret,
    state: Secret,
    link_path: Secret,
}

/// A sign-in that waits for its answer. Dropping it closes the port.
pub struct SignIn {
    /// Gone as soon as there is an answer, and the port with it.
    listener: Option<Listener>,
    port: u16,
    redirect_uri: String,
    verifier: Secret,
    state: Secret,
    link_path: Secret,
    authorize_url: Secret,
    local_link: Secret,
    link: Link,
}

enum Link {
    Unused,
    Used,
}

/// What [`SignIn::poll`] found.
#[derive(Debug)]
pub enum Progress {
    /// Nothing yet; strangers may have knocked.
    Waiting,
    /// The answer. The port is closed.
    Done(Outcome),
}

/// How a sign-in ended.
#[derive(Debug)]
pub enum Outcome {
    /// The person approved.
    Granted(Grant),
    /// The identity center refused, or the person did.
    Refused(Refusal),
}

/// What CreateToken wants to see, once.
#[derive(Debug)]
pub struct Grant {
    /// The authorization code. It works once.
    pub code: Secret,
    /// The PKCE verifier that the code is bound to.
    pub verifier: Secret,
    /// The redirect URI with its port, the very same as in the authorize URL.
    pub redirect_uri: String,
}

impl Redirect {
    /// Binds `port` of 127.0.0.1, or any free one for 0, and draws this sign-in's secrets.
    ///
    /// # Errors
    ///
    /// [`Error::Redirect`] where the port cannot be had, [`Error::Random`] where there is no
    /// randomness.
    pub fn bind(port: u16) -> Result<Redirect, Error> {
        Redirect::bind_with(port, &Fresh::draw()?)
    }

    /// As [`Redirect::bind`], with the random octets given.
    ///
    /// # Errors
    ///
    /// [`Error::Redirect`] where the port cannot be had.
    pub(crate) fn bind_with(port: u16, fresh: &Fresh) -> Result<Redirect, Error> {
        let listener = Listener::bind(port, Limits::SIGN_IN, Hosts::Exact);
        let listener = listener.map_err(|source| Error::Redirect { source })?;
        Ok(Redirect {
            listener,
            verifier: verifier_from(&fresh.verifier),
            state: base64url(fresh.state.as_slice()),
            link_path: base64url(fresh.link.as_slice()),
        })
    }

    /// The port that is bound.
    pub fn port(&self) -> u16 {
        self.listener.port()
    }

    /// The redirect URI with its port.
    pub fn uri(&self) -> String {
        format!("http://127.0.0.1:{}{CALLBACK_PATH}", self.port())
    }

    /// Begins to wait for the answer to this client's request.
    ///
    /// # Errors
    ///
    /// [`Error::Endpoint`] where the endpoint is not a URL.
    pub fn start(self, client: &Client<'_>) -> Result<SignIn, Error> {
        let redirect_uri = self.uri();
        let challenge = challenge_of(&self.verifier);
        let authorize_url = authorize_url(client, &redirect_uri, &self.state, &challenge)?;
        let local_link = format!("http://127.0.0.1:{}/{}", self.port(), self.link_path.expose());
        Ok(SignIn {
            port: self.port(),
            listener: Some(self.listener),
            redirect_uri,
            verifier: self.verifier,
            state: self.state,
            link_path: self.link_path,
            authorize_url,
            local_link: Secret::new(local_link),
            link: Link::Unused,
        })
    }
}

impl SignIn {
    /// Where the person approves: to be printed, whole, on a line of its own. Not for the command
    /// line of another program, which every user of the machine can read.
    pub fn authorize_url(&self) -> &Secret {
        &self.authorize_url
    }

    /// What the browser is given instead: a link to ourselves that redirects to the authorize URL,
    /// once, and where the system tells whose a connection is, only to our own user: it stands in a process list.
    pub fn local_link(&self) -> &Secret {
        &self.local_link
    }

    /// The port that the redirect goes to, for the line that says how to forward it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The redirect URI with its port.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Serves anyone who knocks for up to `timeout`, or until there is an answer. Requests that are not
    /// this sign-in's answer never end it. After an answer there is nothing more to come, and it only
    /// waits.
    pub fn poll(&mut self, timeout: Duration) -> Progress {
        let deadline = Instant::now() + timeout;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Some(listener) = &self.listener else {
                std::thread::sleep(left);
                return Progress::Waiting;
            };
            let Some(exchange) = listener.next(left) else { return Progress::Waiting };
            if let Some(outcome) = self.serve(exchange) {
                return Progress::Done(outcome);
            }
        }
    }

    /// Takes the address of the page that could not load, pasted by the person: whole, or only its
    /// query. The same checks hold as for the redirect itself.
    ///
    /// # Errors
    ///
    /// What is missing or wrong; the sign-in goes on.
    pub fn accept_pasted(&mut self, text: &str) -> Result<Outcome, PasteProblem> {
        if self.listener.is_none() {
            return Err(PasteProblem::Finished);
        }
        let answer = read_pasted(text, &self.state)?;
        Ok(self.finish(answer))
    }

    fn serve(&mut self, exchange: Exchange) -> Option<Outcome> {
        let request = exchange.request();
        let path = request.path();
        let is_callback = path == CALLBACK_PATH;
        if !is_callback && !self.is_unused_link(path) {
            reply(exchange, &pages::bare(Status::NotFound));
            return None;
        }
        // A script or an image of some page is not a person who comes back from signing in.
        if request.sec_fetch_mode().is_some_and(|mode| mode != b"navigate") {
            reply(exchange, &pages::bare(Status::Forbidden));
            return None;
        }
        // Another user may have seen the link in the list of processes before the browser has fetched it, and would get
        // what it takes to end this sign-in as somebody else; or brings an answer that is not this person's.
        if exchange.peer() == Peer::OtherUser {
            reply(exchange, &pages::bare(Status::Forbidden));
            return None;
        }
        if !is_callback {
            self.link = Link::Used;
            let headers = pages::redirect_headers(self.authorize_url.expose());
            reply(exchange, &Response { headers: &headers, ..pages::bare(Status::Found) });
            return None;
        }
        match read_query(request.query().unwrap_or(""), &self.state) {
            // Nothing of ours is shown before the state is right.
            Err(_) => {
                reply(exchange, &pages::bare(Status::BadRequest));
                None
            }
            Ok(answer) => {
                let page = match answer {
                    Answer::Code(_) => pages::approved(),
                    Answer::Refused(_) => pages::refused(),
                };
                // The port is closed before anybody learns that the answer was accepted.
                let outcome = self.finish(answer);
                reply(exchange, &page);
                Some(outcome)
            }
        }
    }

    fn is_unused_link(&self, path: &str) -> bool {
        let given = path.strip_prefix('/').unwrap_or(path).as_bytes();
        matches!(self.link, Link::Unused)
            && bool::from(given.ct_eq(self.link_path.expose().as_bytes()))
    }

    fn finish(&mut self, answer: Answer) -> Outcome {
        self.listener = None;
        match answer {
            Answer::Code(code) => Outcome::Granted(Grant {
                code,
                verifier: self.verifier.clone(),
                redirect_uri: self.redirect_uri.clone(),
            }),
            Answer::Refused(refusal) => Outcome::Refused(refusal),
        }
    }
}

/// A client that does not wait for its answer harms nobody but itself.
fn reply(exchange: Exchange, response: &Response<'_>) {
    debug_assert_eq!(response.then, Then::Close, "a sign-in keeps no connection");
    let _ = exchange.answer(response);
}
