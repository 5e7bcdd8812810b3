//! Connections made ahead of the request that needs them.

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use sso_cp_http::{Client, Error, Reply, Retry, Settings};

use crate::server::{Server, get, reply, within};

fn send(client: &Client, url: &str, retry: Retry) -> Result<Reply, Error> {
    client.send(&get(url), retry, within(5000))
}

/// Waits for connections to come in, without a request.
fn wait_for(server: &Server, connections: usize) {
    let until = Instant::now() + Duration::from_secs(5);
    while server.connections() < connections && Instant::now() < until {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(server.connections(), connections);
}

#[test]
fn the_request_takes_the_connection_that_was_begun_for_it() {
    let server = Server::replying(reply("200 OK", "", "{}"));
    let client = Client::new(Settings::default());
    client.connect_ahead(&server.url(), within(5000));
    client.connect_ahead(&server.url(), within(5000));
    wait_for(&server, 1);
    assert_eq!(server.requests().len(), 0);
    assert_eq!(send(&client, &server.url(), Retry::Always).unwrap().status, 200);
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_request_that_must_not_be_repeated_makes_its_own() {
    let server = Server::replying(reply("200 OK", "", "{}"));
    for retry in [Retry::Never, Retry::Unambiguous] {
        let client = Client::new(Settings::default());
        let before = server.connections();
        client.connect_ahead(&server.url(), within(5000));
        wait_for(&server, before + 1);
        assert_eq!(send(&client, &server.url(), retry).unwrap().status, 200);
        assert_eq!(server.connections(), before + 2);
    }
}

#[test]
fn a_connection_that_has_died_meanwhile_is_made_anew() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://127.0.0.1:{}/path", listener.local_addr().unwrap().port());
    let client = Client::new(Settings::default());
    client.connect_ahead(&url, within(5000));
    drop(listener.accept().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = crate::server::read_request(&mut stream);
            let _ = stream.write_all(reply("200 OK", "", "{}").as_bytes());
        }
    });
    assert_eq!(send(&client, &url, Retry::Always).unwrap().status, 200);
}

#[test]
fn what_connecting_ahead_has_met_is_the_error_of_the_request() {
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/path");
    let client = Client::new(Settings::default());
    client.connect_ahead(&url, within(300));
    let error = client.send(&get(&url), Retry::Always, within(300)).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_wrong_url_or_a_deadline_that_is_over_begins_nothing() {
    let server = Server::replying(reply("200 OK", "", "{}"));
    let client = Client::new(Settings::default());
    client.connect_ahead("http://portal.example/", within(5000));
    client.connect_ahead(&server.url(), Instant::now());
    assert_eq!(send(&client, &server.url(), Retry::Always).unwrap().status, 200);
    assert_eq!(server.connections(), 1);
}
