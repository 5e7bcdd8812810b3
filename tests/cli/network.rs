//! Addresses that refuse, hang, drip or lie, names that do not resolve, and proxies.

use std::fs;
use std::io::Read;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::process::Child;
use std::time::{Duration, Instant};

use fake_identity_center::{Setup, Tls};

use crate::harness::{
    Proxy, ProxyRule, Ran, Run, World, closed_port, full_backlog, needs_root, silent_listener,
    skip, tests,
};

tests! {
    slow "d02" => a_resolver_that_hangs,
    slow "d04" => packets_that_are_dropped,
    slow "d05" => a_server_that_never_answers,
    slow "d05" => a_server_that_never_shakes_hands,
    slow "d05" => a_stalled_renewal,
    slow "d06" => a_head_in_drips,
    slow "d06" => a_body_in_drips,
    slow "d08" => a_body_without_end,
    slow "d26" => a_proxy_that_never_answers,
    slow "c06" => a_silent_service_with_cached_credentials,
    quick "d01" => a_name_that_does_not_exist,
    quick "d03" => a_connection_that_is_refused,
    quick "d08" => a_body_of_a_gigabyte,
    quick "d11 s-44" => a_redirect_is_not_followed,
    quick "d28" => a_dead_ipv6_address_first,
    quick "d26" => a_proxy_that_refuses,
    quick "d26" => a_proxy_that_is_down,
    quick "s-47" => a_proxy_that_tunnels,
    quick "s-47" => a_proxy_of_an_unusable_kind,
    quick "s-47 s-60" => a_proxy_s_password_with_the_marks_of_a_url,
    quick "s-47" => no_proxy_is_obeyed,
    quick "s-47" => loopback_needs_no_proxy,
}

/// A world whose portal is somewhere else, with a good token.
fn portal_at(url: &str) -> World {
    let mut world = World::new();
    world.put_token("+1h");
    world.set("AWS_ENDPOINT_URL_SSO", url);
    world
}

fn fails_with_network(world: &World, word: &str, limit: Duration) -> Ran {
    let ran = world.dev();
    ran.failed(6, word);
    assert!(ran.took < limit, "{ran}");
    ran
}

/// The contract's limit for everything that hangs.
const LIMIT: Duration = Duration::from_secs(20);

fn a_name_that_does_not_exist() {
    // A label may have 63 characters: the resolver refuses this one without asking anybody.
    let host = format!("{}.example", "a".repeat(64));
    let world = portal_at(&format!("https://{host}"));
    fails_with_network(&world, &host, LIMIT);
}

/// A resolver on loopback that never answers, for this one process.
fn a_resolver_that_hangs() {
    if !needs_root() {
        return;
    }
    let Ok(_silent) = UdpSocket::bind("127.0.53.53:53") else {
        return skip("port 53 of 127.0.53.53 is taken");
    };
    let world = portal_at("https://portal.example");
    let resolver = world.root().join("resolv.conf");
    fs::write(&resolver, "nameserver 127.0.53.53\n").unwrap();
    let line = format!(
        "unshare -m sh -c 'mount --bind {} /etc/resolv.conf && exec \"$@\"' sh \"$@\"",
        resolver.display()
    );
    let probe = Run::new(["--version".into()]).in_shell(&line).checked(&world);
    if probe.stdout.is_empty() {
        return skip("no namespace can be made here");
    }
    let ran = world.dev_in_shell(&line);
    ran.failed(6, "portal.example");
    assert!(ran.took < LIMIT, "{ran}");
}

fn a_connection_that_is_refused() {
    let address = closed_port();
    let world = portal_at(&format!("http://{address}"));
    fails_with_network(&world, &address.to_string(), Duration::from_secs(5));
}

fn packets_that_are_dropped() {
    let (address, _held) = full_backlog();
    let world = portal_at(&format!("http://{address}"));
    fails_with_network(&world, &address.to_string(), LIMIT);
}

fn a_server_that_never_answers() {
    let silent = silent_listener();
    let address = silent.local_addr().unwrap();
    let world = portal_at(&format!("http://{address}"));
    fails_with_network(&world, &address.to_string(), LIMIT);
}

fn a_server_that_never_shakes_hands() {
    let silent = silent_listener();
    let address = silent.local_addr().unwrap();
    let world = portal_at(&format!("https://{address}"));
    fails_with_network(&world, &address.to_string(), LIMIT);
}

fn a_stalled_renewal() {
    let world = World::new();
    world.put_token("-1h");
    world.script("oidc.CreateToken: stall repeat=forever");
    fails_with_network(&world, "", LIMIT);
}

/// With something to fall back to, nobody is made to wait for the whole limit.
fn a_silent_service_with_cached_credentials() {
    let world = World::new();
    world.put_token("+1h");
    world.put_role("+10m");
    world.script("portal.*: stall repeat=forever");
    let ran = world.dev();
    assert_eq!(ran.warned_document()["AccessKeyId"], "ASIACACHED0000000000");
    assert!(ran.stderr().starts_with("sso-cp: warning: "), "{ran}");
    assert!(ran.took < Duration::from_secs(12), "{ran}");
}

fn a_head_in_drips() {
    let world = World::new();
    world.put_token("+1h");
    world.script("portal.*: drip=1/1s repeat=forever");
    fails_with_network(&world, "", LIMIT);
}

fn a_body_in_drips() {
    let world = World::new();
    world.put_token("+1h");
    world.script("portal.*: drip-body=1/1s repeat=forever");
    fails_with_network(&world, "", LIMIT);
}

fn a_body_without_end() {
    let world = World::new();
    world.put_token("+1h");
    world.script("portal.*: endless repeat=forever");
    let ran = bounded(&world);
    ran.failed(6, "");
}

fn a_body_of_a_gigabyte() {
    let world = World::new();
    world.put_token("+1h");
    world.script("portal.*: content-length=1073741824 endless repeat=forever");
    let ran = bounded(&world);
    ran.failed(6, "");
}

/// Runs it and asserts that it never had more than 32 MiB, by the kernel's own high-water mark.
fn bounded(world: &World) -> Ran {
    const MOST_KIB: u64 = 32 * 1024;
    let started = Instant::now();
    let child = Run::new(["--profile", "dev"].map(Into::into)).command(world).spawn().unwrap();
    let watcher = peak_memory(&child);
    let ran = Ran::of(child, started, LIMIT);
    let peak = watcher.join().unwrap();
    assert!(peak < MOST_KIB, "{peak} KiB\n{ran}");
    ran
}

/// The most memory that a process had, in KiB, as long as it could be watched.
fn peak_memory(child: &Child) -> std::thread::JoinHandle<u64> {
    let status = format!("/proc/{}/status", child.id());
    std::thread::spawn(move || {
        let mut peak = 0;
        while let Ok(text) = fs::read_to_string(&status) {
            let Some(line) = text.lines().find(|line| line.starts_with("VmHWM:")) else { break };
            peak = line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(peak);
            std::thread::sleep(Duration::from_millis(5));
        }
        peak
    })
}

fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let address = elsewhere.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let world = World::new();
        world.put_token("+1h");
        world.script(&format!(
            "portal.*: redirect=http://{address}/x status={status} repeat=forever"
        ));
        world.dev().failed(6, "");
    }
    assert!(elsewhere.accept().is_err(), "the other host was connected to");
}

/// `localhost` has both addresses; the IPv6 one drops everything.
fn a_dead_ipv6_address_first() {
    let mut world = World::new();
    world.put_token("+1h");
    let port: u16 = world.fake.sso_url().rsplit(':').next().unwrap().parse().unwrap();
    let Some(_held) = full_ipv6_backlog(port) else { return skip("there is no IPv6 loopback") };
    world.set("AWS_ENDPOINT_URL_SSO", &format!("http://localhost:{port}"));
    let ran = world.dev();
    ran.document();
    assert!(ran.took < Duration::from_secs(8), "{ran}");
}

fn full_ipv6_backlog(port: u16) -> Option<Vec<socket2::Socket>> {
    use socket2::{Domain, Socket, Type};
    let address: SocketAddr = format!("[::1]:{port}").parse().ok()?;
    let listener = Socket::new(Domain::IPV6, Type::STREAM, None).ok()?;
    listener.set_only_v6(true).ok()?;
    listener.bind(&address.into()).and_then(|()| listener.listen(0)).ok()?;
    let mut held = vec![listener];
    for _ in 0..4 {
        let client = Socket::new(Domain::IPV6, Type::STREAM, None).ok()?;
        client.set_nonblocking(true).ok()?;
        let _ = client.connect(&address.into());
        held.push(client);
    }
    Some(held)
}

/// A stand-in that is known as `wrong.example`, which only a proxy can reach.
fn behind_a_proxy() -> World {
    let mut world = World::with(Setup { tls: Tls::WrongHost, ..Setup::default() });
    world.put_token("+1h");
    world.set("AWS_ENDPOINT_URL_SSO", "https://wrong.example");
    world
}

fn fake_address(world: &World) -> SocketAddr {
    world.fake.sso_url().split("://").nth(1).unwrap().parse().unwrap()
}

fn a_proxy_that_tunnels() {
    for name in ["HTTPS_PROXY", "https_proxy"] {
        let mut world = behind_a_proxy();
        let proxy = Proxy::start(ProxyRule::Tunnel(fake_address(&world)));
        // The stand-in goes by other names and answers this one only where it is told what to say.
        world.script(
            "portal.*: body={\"roleCredentials\":{\"accessKeyId\":\"ASIAPROXY\",\"secretAccessKey\":\"SECRETx\",\
             \"sessionToken\":\"SECRETy\",\"expiration\":{ms+1h}}}",
        );
        world.set(name, &format!("http://proxyuser:SECRETword@{}", proxy.address()));
        world.dev().document();
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1);
        assert!(heads[0].starts_with("CONNECT wrong.example:443 HTTP/1.1\r\n"), "{heads:?}");
        // `proxyuser:SECRETword` in base64; the token never leaves the tunnel.
        assert!(heads[0].contains("Basic cHJveHl1c2VyOlNFQ1JFVHdvcmQ="), "{heads:?}");
        assert!(!heads[0].contains("aoaSECRET"), "{heads:?}");
    }
}

fn a_proxy_that_refuses() {
    for status in [407, 403, 502] {
        let mut world = behind_a_proxy();
        let proxy = Proxy::start(ProxyRule::Refuse(status));
        world.set("HTTPS_PROXY", &format!("http://proxyuser:SECRETword@{}", proxy.address()));
        let ran = world.dev();
        ran.failed(6, &proxy.address().to_string());
        assert!(ran.stderr().contains(&status.to_string()), "{ran}");
        assert!(!ran.stderr().contains("proxyuser"), "{ran}");
    }
}

fn a_proxy_that_is_down() {
    let mut world = behind_a_proxy();
    let address = closed_port();
    world.set("HTTPS_PROXY", &format!("http://proxyuser:SECRETword@{address}"));
    let ran = fails_with_network(&world, &address.to_string(), Duration::from_secs(6));
    assert!(!ran.stderr().contains("proxyuser"), "{ran}");
}

fn a_proxy_that_never_answers() {
    let mut world = behind_a_proxy();
    let silent = silent_listener();
    let address = silent.local_addr().unwrap();
    world.set("HTTPS_PROXY", &format!("http://{address}"));
    fails_with_network(&world, &address.to_string(), LIMIT);
}

/// A proxy of a kind that we cannot use is never gone around.
fn a_proxy_of_an_unusable_kind() {
    let mut world = behind_a_proxy();
    world.set("HTTPS_PROXY", "socks5://proxyuser:SECRETword@127.0.0.1:1080");
    let ran = world.dev();
    ran.failed(3, "SOCKS");
    assert!(!ran.stderr().contains("proxyuser"), "{ran}");
}

/// Everything before the last `@` is user information, whatever it holds.
fn a_proxy_s_password_with_the_marks_of_a_url() {
    let port = closed_port().port();
    for mark in ["#", "/", "?", "@", ":", "#/?@", "%23", " "] {
        for host in [format!("127.0.0.1:{port}"), "ho st:1".to_owned(), String::new()] {
            let mut world = behind_a_proxy();
            world.set("HTTPS_PROXY", &format!("http://proxyuser:SECRET{mark}word@{host}"));
            let (ran, _) = Run::new(["--profile", "dev", "--debug"].map(Into::into)).run(&world);
            assert!(matches!(ran.ended, crate::harness::Ended::Code(3 | 6)), "{ran}");
            let said = ran.stderr();
            assert!(
                !["proxyuser", "SECRET", "word"].iter().any(|part| said.contains(part)),
                "{ran}"
            );
        }
    }
}

fn no_proxy_is_obeyed() {
    let port = closed_port().port();
    for list in ["wrong.example", "a.example, .example", "*"] {
        let mut world = World::new();
        world.put_token("+1h");
        let proxy = Proxy::start(ProxyRule::Refuse(403));
        world.set("HTTPS_PROXY", &format!("http://{}", proxy.address()));
        world.set("NO_PROXY", list);
        // Gone to directly, this name is refused by the resolver without asking anybody.
        let host = format!("{}.wrong.example", "a".repeat(64));
        world.set("AWS_ENDPOINT_URL_SSO", &format!("https://{host}:{port}"));
        world.dev().failed(6, &host);
        assert_eq!(proxy.heads(), [""; 0], "{list}");
    }
}

fn loopback_needs_no_proxy() {
    let mut world = World::with(Setup { tls: Tls::Good, ..Setup::default() });
    world.put_token("+1h");
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    silent.set_nonblocking(true).unwrap();
    let proxy = format!("http://{}", silent.local_addr().unwrap());
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] {
        world.set(name, &proxy);
    }
    world.dev().document();
    let connected = silent.accept().map(|(mut client, _)| client.read(&mut [0]));
    assert!(connected.is_err(), "the proxy was connected to");
}
