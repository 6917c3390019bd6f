//! Who is reached: the grant, the resolver's answers, and that only checked addresses are dialled.

use std::time::Duration;

use egress::{Cause, Config, Egress, Error, Grant};

use crate::support::{Client, Server, TestNetwork, get, ok};

const SITE: &str = "93.184.215.14";

fn rules(rules: &[&str]) -> Vec<String> {
    rules.iter().map(|rule| (*rule).to_owned()).collect()
}

fn cause(error: &Error) -> Option<Cause> {
    error.cause()
}

#[tokio::test]
async fn localhost_is_reached_by_name_and_port() {
    let server = Server::answering(|_| ok("hello")).await;
    let client = Client::local(&[server.rule()]);
    let (status, body) = client.get(&server.url("/a?b=c#d")).await.unwrap();
    assert_eq!((status, &body[..]), (200, &b"hello"[..]));
    let received = server.received();
    assert_eq!(received[0].path(), "/a?b=c");
    assert_eq!(received[0].values("host"), [server.rule()]);
    let record = &client.records()[0];
    assert_eq!(record.host, Some(server.rule()));
    assert_eq!((record.status, record.bytes_received, record.error), (Some(200), 5, None));
}

#[tokio::test]
async fn no_other_spelling_of_this_machine_is_dialled() {
    let server = Server::answering(|_| ok("hello")).await;
    let other = Server::answering(|_| ok("other")).await;
    let client = Client::local(&[server.rule()]);
    let port = server.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0x0.0x0.0x1",
        "017700000001",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost.localdomain",
        "allowed.example@127.0.0.1",
        "127.0.0.1.",
        "①②⑦.0.0.1",
    ] {
        let code = client.refused(&format!("http://{host}:{port}/")).await;
        assert!(matches!(code, "EgressDenied" | "EgressBadUrl"), "{host}: {code}");
    }
    for url in [other.url("/"), "http://localhost/".to_owned()] {
        assert_eq!(client.refused(&url).await, "EgressDenied", "{url}");
    }
    assert_eq!((server.connections(), other.connections()), (0, 0));
    assert!(client.get(&format!("http://LOCALHOST.:{port}/")).await.is_ok());
}

#[tokio::test]
async fn an_empty_grant_reaches_nothing() {
    let server = Server::answering(|_| ok("hello")).await;
    let allow = Grant::parse(&[server.rule()]).unwrap();
    let egress = Egress::new(Config { allow, ..Config::default() }).unwrap();
    let (session, denied) = egress.session(&Grant::default());
    assert!(denied.is_empty() && session.grant().is_empty());
    let none = Client::new(session);
    assert_eq!(none.refused(&server.url("/")).await, "EgressDenied");
    assert_eq!(Client::local(&[]).refused(&server.url("/")).await, "EgressDenied");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_request_for_more_is_cut_down_and_told_so() {
    let server = Server::answering(|_| ok("hello")).await;
    let allow = Grant::parse(&[server.rule()]).unwrap();
    let egress = Egress::new(Config { allow, ..Config::default() }).unwrap();
    let asked = Grant::parse(&[server.rule(), "example.com".to_owned()]).unwrap();
    let (session, denied) = egress.session(&asked);
    assert_eq!(denied.iter().map(ToString::to_string).collect::<Vec<_>>(), ["example.com"]);
    let client = Client::new(session);
    assert!(client.get(&server.url("/")).await.is_ok());
    assert_eq!(client.refused("http://example.com/").await, "EgressDenied");
}

#[tokio::test]
async fn a_name_is_resolved_once_and_what_was_checked_is_dialled() {
    let server = Server::answering(|_| ok("site")).await;
    let network = TestNetwork::default()
        .name("example.com", &[&[SITE], &["127.0.0.1"]])
        .route("93.184.215.14:80", server.address);
    let client = Client::over(&rules(&["example.com"]), Config::default(), network.clone());
    assert_eq!(client.get("http://EXAMPLE.com./").await.unwrap().1, "site");
    assert_eq!(network.lookups(), ["example.com"]);
    assert_eq!(network.dialled(), ["93.184.215.14:80"]);
    assert_eq!(server.received()[0].values("host"), ["example.com"]);
}

#[tokio::test]
async fn a_name_that_is_rebound_is_refused_before_it_is_dialled() {
    let site = Server::answering(|_| ok("site")).await;
    let inner = Server::answering(|_| ok("secret")).await;
    let allow = Grant::parse(&["rebound.example", &inner.rule()]).unwrap();
    let network = TestNetwork::default()
        .name("rebound.example", &[&[SITE], &["127.0.0.1"], &["169.254.169.254"], &["::1"]])
        .route("93.184.215.14:80", site.address)
        .route("127.0.0.1:80", inner.address);
    let egress = Egress::over(Config { allow, ..Config::default() }, network.clone()).unwrap();
    let url = "http://rebound.example/";
    assert_eq!(Client::of(&egress).get(url).await.unwrap().1, "site");
    for expected in [Cause::AddressNotGlobal, Cause::AddressMetadata, Cause::AddressNotGlobal] {
        let client = Client::of(&egress);
        let error = client.get(url).await.unwrap_err();
        assert_eq!(cause(&error), Some(expected));
        assert_eq!(client.records()[0].cause, Some(expected));
        assert_eq!(client.records()[0].error, Some("EgressUnreachable"));
    }
    assert_eq!(network.dialled(), ["93.184.215.14:80"]);
    assert_eq!(inner.connections(), 0);
}

#[tokio::test]
async fn one_refused_address_among_many_refuses_them_all() {
    for answer in [
        &[SITE, "10.0.0.1"][..],
        &["10.0.0.1", SITE],
        &[SITE, "::1"],
        &["2606:4700:4700::1111", "::ffff:127.0.0.1"],
        &[SITE, "64:ff9b::a9fe:a9fe"],
    ] {
        let network = TestNetwork::default().name("dual.example", &[answer]);
        let client = Client::over(&rules(&["dual.example"]), Config::default(), network.clone());
        assert_eq!(client.refused("http://dual.example/").await, "EgressUnreachable", "{answer:?}");
        assert_eq!(network.dialled(), [] as [&str; 0], "{answer:?}");
    }
}

#[tokio::test]
async fn an_address_of_this_host_is_refused_by_name_and_as_a_literal() {
    let network = TestNetwork::default().name("me.example", &[&["81.2.69.142"]]).own("81.2.69.142");
    let rules = rules(&["me.example", "81.2.69.142"]);
    let client = Client::over(&rules, Config::default(), network.clone());
    for url in ["http://me.example/", "http://81.2.69.142/"] {
        let error = client.get(url).await.unwrap_err();
        assert_eq!(cause(&error), Some(Cause::AddressOwn), "{url}");
    }
    assert_eq!(network.dialled(), [] as [&str; 0]);
}

#[tokio::test]
async fn a_granted_literal_is_dialled_without_a_resolver() {
    let server = Server::answering(|_| ok("one")).await;
    let network = TestNetwork::default().route("1.1.1.1:80", server.address);
    let client = Client::over(&rules(&["1.1.1.1"]), Config::default(), network.clone());
    assert_eq!(client.get("http://1.1.1.1/").await.unwrap().1, "one");
    assert_eq!(client.refused("http://16843009/").await, "EgressBadUrl");
    assert_eq!(client.refused("http://[::ffff:1.1.1.1]/").await, "EgressBadUrl");
    assert_eq!(network.lookups(), [] as [&str; 0]);
    assert_eq!(network.dialled(), ["1.1.1.1:80"]);
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_does_not_answer() {
    let server = Server::answering(|_| ok("second")).await;
    let network = TestNetwork::default()
        .name("two.example", &[&["2606:4700:4700::1111", SITE, SITE]])
        .route("93.184.215.14:80", server.address);
    let client = Client::over(&rules(&["two.example"]), Config::default(), network.clone());
    assert_eq!(client.get("http://two.example/").await.unwrap().1, "second");
    assert_eq!(network.dialled(), ["[2606:4700:4700::1111]:80", "93.184.215.14:80"]);
}

#[tokio::test]
async fn a_program_cannot_tell_why_a_host_is_not_reached() {
    let network = TestNetwork::default()
        .name("host.example", &[&["10.0.0.1"], &["169.254.169.254"], &[SITE], &[]]);
    let client = Client::over(
        &rules(&["host.example", "missing.example"]),
        Config::default(),
        network.clone(),
    );
    let mut texts = Vec::new();
    for url in ["http://host.example/"; 4].into_iter().chain(["http://missing.example/"]) {
        let error = client.get(url).await.unwrap_err();
        texts.push(error.to_string().replace("missing.example", "host.example"));
    }
    assert!(texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
    let causes: Vec<_> = client.records().iter().filter_map(|record| record.cause).collect();
    let expected = [
        Cause::AddressNotGlobal,
        Cause::AddressMetadata,
        Cause::Connect,
        Cause::Resolve,
        Cause::Resolve,
    ];
    assert_eq!(causes, expected);
}

#[tokio::test]
async fn a_denied_port_says_the_same_open_or_closed() {
    let server = Server::answering(|_| ok("hello")).await;
    let open = server.port();
    let client = Client::local(&["localhost:1".to_owned()]);
    let text = |port: u16| {
        let request = get(&format!("http://localhost:{port}/"));
        let client = &client;
        async move {
            let error = client.fetch(request).await.unwrap_err();
            error.to_string().replace(&port.to_string(), "PORT")
        }
    };
    let (open_text, closed_text) = (text(open).await, text(2).await);
    assert_eq!(open_text, closed_text);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_host_that_takes_no_connection_is_given_up() {
    struct Silent;
    impl egress::Network for Silent {
        fn resolve<'a>(
            &'a self,
            _: &'a str,
        ) -> futures_util::future::BoxFuture<'a, std::io::Result<Vec<std::net::IpAddr>>> {
            Box::pin(std::future::pending())
        }
        fn connect(
            &self,
            _: egress::Checked,
        ) -> futures_util::future::BoxFuture<'_, std::io::Result<tokio::net::TcpStream>> {
            Box::pin(std::future::pending())
        }
        fn own_addresses(&self) -> std::io::Result<Vec<std::net::IpAddr>> {
            Ok(Vec::new())
        }
    }
    let config = Config { connect_timeout: Duration::from_millis(50), ..Config::default() };
    let client = Client::over(&rules(&["example.com", "1.1.1.1"]), config, Silent);
    assert_eq!(client.refused("http://example.com/").await, "EgressUnreachable");
    assert_eq!(client.refused("http://1.1.1.1/").await, "EgressUnreachable");
}

/// Set for the child in which the environment names a proxy: the URL it fetches.
const CHILD_URL: &str = "EGRESS_TEST_URL";

#[tokio::test]
async fn no_proxy_of_the_environment_is_used() {
    if let Ok(url) = std::env::var(CHILD_URL) {
        let rule = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        assert_eq!(Client::local(&[rule]).get(&url).await.unwrap().1, "direct");
        return;
    }
    let server = Server::answering(|_| ok("direct")).await;
    let proxy = Server::answering(|_| ok("through a proxy")).await;
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "reach::no_proxy_of_the_environment_is_used"]);
    child.env(CHILD_URL, server.url("/")).kill_on_drop(true);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        child.env(name, format!("http://127.0.0.1:{}", proxy.port()));
    }
    let output = child.env_remove("NO_PROXY").env_remove("no_proxy").output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((server.connections(), proxy.connections()), (1, 0));
}

#[tokio::test]
async fn the_systems_own_addresses_and_names_are_known() {
    use egress::Network;
    let network = egress::SystemNetwork::default();
    let own = network.own_addresses().unwrap();
    assert!(own.iter().any(std::net::IpAddr::is_loopback), "{own:?}");
    // Not a name, whatever search domains this machine has.
    assert!(network.resolve("no-such-name.invalid").await.is_err());
}
