//! The back end: takes requests from tiny_http, finds the operation, applies the script, records, answers.

use crate::answer::{Answer, Family, Refusal};
use crate::clock::http_date;
use crate::message::WIRE_HEADER;
use crate::record::Recorded;
use crate::request::Call;
use crate::state::State;
use crate::{account_access, control, eks, oidc, pages, portal, registry, sts, token};
use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// Requests are short and the relay does all the waiting.
const WORKERS: usize = 2;

/// The state and the bell that rings with every recorded request.
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) recorded: Condvar,
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Mutex::new(state), recorded: Condvar::new() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running back end; it stops when it is dropped.
pub(crate) struct BackEnd {
    server: Arc<tiny_http::Server>,
    pub(crate) address: SocketAddr,
}

impl BackEnd {
    pub(crate) fn start(shared: &Arc<Shared>) -> io::Result<Self> {
        let server = tiny_http::Server::http("127.0.0.1:0").map_err(io::Error::other)?;
        let address =
            server.server_addr().to_ip().ok_or_else(|| io::Error::other("no IP address"))?;
        let server = Arc::new(server);
        for _ in 0..WORKERS {
            let (server, shared) = (Arc::clone(&server), Arc::clone(shared));
            thread::Builder::new().name("back-end".to_owned()).spawn(move || {
                while let Ok(request) = server.recv() {
                    respond(request, &shared);
                }
            })?;
        }
        Ok(Self { server, address })
    }
}

impl Drop for BackEnd {
    fn drop(&mut self) {
        for _ in 0..WORKERS {
            self.server.unblock();
        }
    }
}

fn respond(mut request: tiny_http::Request, shared: &Shared) {
    let mut body = Vec::new();
    // The relay sends whole requests, so a short body is its own end.
    drop(request.as_reader().read_to_end(&mut body));
    let headers = request.headers().iter();
    let headers = headers.map(|header| (header.field.to_string(), header.value.to_string()));
    // Our relay adds this one in place of the client's.
    let headers = headers.filter(|(name, _)| !name.eq_ignore_ascii_case("connection"));
    let call = Call {
        method: request.method().to_string(),
        target: request.url().to_owned(),
        headers: headers.collect(),
        body,
        arrived: Instant::now(),
    };
    let answer = handle(&mut shared.state(), &call);
    shared.recorded.notify_all();
    let mut headers = answer.headers.clone();
    headers.push(("Content-Type".to_owned(), answer.content_type.clone()));
    headers.push((WIRE_HEADER.to_owned(), answer.wire_header()));
    let headers = headers.iter().filter_map(|(name, value)| {
        // What is not a header (a script can write anything) is left out; `header=` reaches the wire unchecked.
        tiny_http::Header::from_bytes(name.as_bytes(), value.as_bytes()).ok()
    });
    let length = answer.body.len();
    let status = tiny_http::StatusCode(answer.status);
    let response = tiny_http::Response::new(
        status,
        headers.collect(),
        Cursor::new(answer.body),
        Some(length),
        None,
    );
    // The relay waits for every answer; should it be gone, nobody else does.
    drop(request.respond(response.with_chunked_threshold(usize::MAX)));
}

type Handler = fn(&mut State, &Call) -> Result<Answer, Refusal>;

struct Route {
    path: &'static str,
    method: &'static str,
    operation: &'static str,
    family: Family,
    handler: Handler,
}

const fn route(
    method: &'static str,
    path: &'static str,
    operation: &'static str,
    family: Family,
    handler: Handler,
) -> Route {
    Route { path, method, operation, family, handler }
}

const ROUTES: [Route; 18] = [
    route("POST", "/client/register", "oidc.RegisterClient", Family::Oidc, oidc::register),
    route(
        "POST",
        "/device_authorization",
        "oidc.StartDeviceAuthorization",
        Family::Oidc,
        oidc::start_device,
    ),
    route("POST", "/token", "oidc.CreateToken", Family::Oidc, token::create),
    route("GET", "/authorize", "browser.Authorize", Family::Browser, pages::authorize),
    route(
        "GET",
        "/_browser/authorize",
        "browser.AuthorizeDecision",
        Family::Browser,
        pages::decide_authorize,
    ),
    route("GET", "/device", "browser.Device", Family::Browser, pages::device),
    route(
        "GET",
        "/_browser/device",
        "browser.DeviceDecision",
        Family::Browser,
        pages::decide_device,
    ),
    route(
        "GET",
        "/federation/credentials",
        "portal.GetRoleCredentials",
        Family::Portal,
        portal::role_credentials,
    ),
    route("GET", "/assignment/accounts", "portal.ListAccounts", Family::Portal, portal::accounts),
    route(
        "GET",
        "/assignment/roles",
        "portal.ListAccountRoles",
        Family::Portal,
        portal::account_roles,
    ),
    route("POST", "/logout", "portal.Logout", Family::Portal, portal::logout),
    route("GET", "/access", "account-access.ListRoles", Family::RestJson, account_access::roles),
    route(
        "GET",
        "/access/credentials",
        "account-access.GetRoleCredentials",
        Family::RestJson,
        account_access::credentials,
    ),
    route("POST", "/", "sts", Family::Sts, sts::action),
    route("POST", AMZ_JSON, "ecr", Family::AmzJson, registry::ecr),
    route(
        "POST",
        "/v1/authorization-token",
        "codeartifact.GetAuthorizationToken",
        Family::RestJson,
        registry::codeartifact,
    ),
    route("GET", CLUSTER, "eks.DescribeCluster", Family::RestJson, eks::describe),
    route("GET", API_SERVER, "kubernetes", Family::Kubernetes, eks::api_server),
];

/// Routes that are known by more than a path.
const AMZ_JSON: &str = "/ (X-Amz-Target)";
const CLUSTER: &str = "/clusters/NAME";
const API_SERVER: &str = "/api/...";

/// The path in the table of routes.
fn route_path(call: &Call) -> &str {
    let first = call.path().split('/').nth(1).unwrap_or_default();
    match (call.path(), first) {
        ("/", _) if call.header("x-amz-target").is_some() => AMZ_JSON,
        (_, "clusters") => CLUSTER,
        (_, "api" | "apis" | "openapi" | "version") => API_SERVER,
        (path, _) => path,
    }
}

fn handle(state: &mut State, call: &Call) -> Answer {
    if call.path().starts_with("/_fake/") {
        return control::answer(state, call);
    }
    if call.path() == "/favicon.ico" {
        return Answer::new(404, "text/plain", "");
    }
    let found = ROUTES.iter().find(|route| route.path == route_path(call));
    let operation = found.map_or_else(|| "unknown".to_owned(), |route| operation_name(route, call));
    let family = found.map_or(Family::Portal, |route| route.family);
    let now = state.now();
    let scripted = state.script.take(&operation);
    let mut perform = || match carry_out(state, call, found) {
        Ok(answer) => answer,
        Err(refusal) => refusal.into_answer(family),
    };
    let answer = match scripted {
        Some(scripted) => scripted.apply(family, now, perform),
        None => perform(),
    };
    state.recorded.push(Recorded::new(&operation, call, answer.status));
    finish(state, answer)
}

fn carry_out(state: &mut State, call: &Call, found: Option<&Route>) -> Result<Answer, Refusal> {
    check_host(state, call)?;
    let route =
        found.ok_or_else(|| Refusal::new("UnknownOperationException", "Unknown operation"))?;
    if call.method != route.method {
        let text = format!("{} takes {} and not {}", route.path, route.method, call.method);
        return Err(Refusal::invalid_request(&text));
    }
    if route.method == "POST" && call.header("content-length").is_none() {
        return Err(Refusal::invalid_request("a POST needs one Content-Length"));
    }
    if route.family == Family::Portal {
        portal::throttle(state, call.arrived)?;
    }
    (route.handler)(state, call)
}

/// A request for another host did not mean us, or comes from a page that plays with names.
fn check_host(state: &State, call: &Call) -> Result<(), Refusal> {
    let host = call.header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    match ["127.0.0.1", "localhost"].contains(&name)
        || state.setup.hosts.iter().any(|own| own == name)
    {
        true => Ok(()),
        false => Err(Refusal::invalid_request("the Host header does not name this server")),
    }
}

/// Adds what tells requests of one path apart: the grant, the STS action.
fn operation_name(route: &Route, call: &Call) -> String {
    match route.path {
        "/token" => match call.peek_json("grantType") {
            // A URN's last part is enough.
            Some(grant) => {
                format!("{}/{}", route.operation, grant.rsplit(':').next().unwrap_or_default())
            }
            None => route.operation.to_owned(),
        },
        "/" => {
            let action = call.form().ok().and_then(|form| form.get("Action").map(str::to_owned));
            format!("{}.{}", route.operation, action.unwrap_or_default())
        }
        AMZ_JSON => registry::operation(call).to_owned(),
        _ => route.operation.to_owned(),
    }
}

/// The headers that every AWS reply has.
fn finish(state: &mut State, mut answer: Answer) -> Answer {
    let id = state.names.request_id();
    answer = answer.with_header("x-amzn-RequestId", &id);
    if !answer.headers.iter().any(|(name, _)| name == "Date") {
        answer = answer.with_header("Date", &http_date(state.now()));
    }
    answer
}
