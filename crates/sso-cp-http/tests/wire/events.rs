use std::sync::Mutex;

use sso_cp_http::{Body, Client, Event, Method, Request, Retry, Settings};

use crate::server::{Server, get, reply, within};

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn record(event: &Event<'_>) {
    SEEN.lock().unwrap().push(format!("{event:?}"));
}

#[test]
fn events_tell_the_steps_and_no_secret() {
    let server = Server::http(|number, stream| {
        let status = if number == 0 { "503 Busy" } else { "200 OK" };
        let headers = "x-amzn-RequestId: id-7\r\nX-Other: HEADERSECRET\r\n";
        stream.write_all(reply(status, headers, "BODYSECRET").as_bytes())
    });
    let client = Client::new(Settings { on_event: Some(record), ..Settings::default() });
    let url = server.url();
    let body = Some(Body::Json("\"BODYSECRET\""));
    let request = Request { method: Method::Post, body, ..get(&url) };
    client.send(&request, Retry::Always, within(10_000)).unwrap();
    let seen = SEEN.lock().unwrap().join("\n");
    assert!(!seen.contains("SECRET"), "{seen}");
    let kinds: Vec<_> = seen.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(
        kinds,
        ["Attempt", "Resolved", "Connected", "Answered", "Waiting", "Attempt", "Answered"],
        "{seen}"
    );
    for part in ["number: 2", "POST", "path: \"/path\"", "id-7", "bytes: 10", "status: 503"] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
}
