//! HTTP APIs as servers, against an API that is a real process.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::TempDir;
use types::{ErrorCode, ToolAnswer, UpstreamState};

use crate::tests::support::{AMPLE, config, text, until};
use crate::{Config, Document, Error, Hub, OpenApi, Reached, ServerConfig};

/// The API, while this lives.
struct Api {
    child: Child,
    _stdin: ChildStdin,
    port: u16,
    directory: TempDir,
}

impl Api {
    fn start() -> Self {
        Self::start_at(0)
    }

    fn start_at(port: u16) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let script = directory.path().join("rest_api.py");
        std::fs::write(&script, include_str!("rest_api.py")).unwrap();
        let mut command = Command::new("python3");
        command.arg("-I").arg(script).arg(port.to_string());
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3 runs");
        let stdin = child.stdin.take().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("it says its port");
        Self { child, _stdin: stdin, port, directory }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// An entry whose document the API has itself.
    fn entry(&self) -> OpenApi {
        OpenApi {
            document: Document::Url(self.url("/openapi.json")),
            base_url: None,
            headers: BTreeMap::new(),
            include: Vec::new(),
            exclude: Vec::new(),
        }
    }

    /// A document in a file.
    fn file(&self, document: &str) -> PathBuf {
        let path = self.directory.path().join("api.yaml");
        std::fs::write(&path, document).unwrap();
        path
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hub(entry: OpenApi) -> Hub {
    hub_with(entry, config())
}

fn hub_with(entry: OpenApi, mut config: Config) -> Hub {
    config.servers = vec![ServerConfig::new("api", Reached::OpenApi(entry))];
    Hub::new(config)
}

async fn call(hub: &Hub, tool: &str, arguments: Value) -> Result<ToolAnswer, Error> {
    let arguments: Map<String, Value> = serde_json::from_value(arguments).unwrap();
    hub.call("api", tool, arguments, AMPLE).await
}

/// The words of a tool's error.
async fn refused(hub: &Hub, tool: &str, arguments: Value) -> String {
    let answer = call(hub, tool, arguments).await.unwrap();
    assert!(answer.is_error, "{answer:?}");
    text(&answer)
}

/// Why a server cannot be used.
async fn unusable(entry: OpenApi) -> String {
    let hub = hub(entry);
    let error = hub.tools("api").await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable, "{error}");
    assert_eq!(hub.status()[0].state, UpstreamState::Failed);
    hub.shutdown().await;
    error.to_string()
}

#[tokio::test]
async fn operations_are_tools_and_calls_are_requests() {
    let api = Api::start();
    let hub = hub(api.entry());
    let list = hub.tools("api").await.unwrap();
    assert_eq!(list.tools.len(), 12);
    let get = list.tools.iter().find(|tool| tool.name == "getItem").unwrap();
    assert_eq!(get.input_schema["required"], json!(["id"]));
    assert_eq!(get.output_schema.as_ref().unwrap()["type"], "object");
    let arguments = json!({"id": "a/b c", "tags": ["x", "y&z"], "X-Trace": "t1"});
    let answer = call(&hub, "getItem", arguments).await.unwrap();
    let said = answer.structured_content.unwrap();
    assert_eq!(said["path"], "/v1/items/a%2Fb%20c");
    assert_eq!(said["query"], json!([["tags", "x"], ["tags", "y&z"]]));
    assert_eq!(said["trace"], "t1");
    let added = call(&hub, "addItem", json!({"body": {"name": "n", "parts": []}})).await.unwrap();
    let said = added.structured_content.unwrap();
    assert_eq!((&said["method"], &said["type"]), (&json!("POST"), &json!("application/json")));
    assert_eq!(said["body"], "{\"name\":\"n\",\"parts\":[]}");
    let listed = call(&hub, "list", json!({})).await.unwrap();
    assert_eq!(listed.structured_content, Some(json!([1, 2, 3])));
    let gone = call(&hub, "deleteItem", json!({"id": "1"})).await.unwrap();
    assert_eq!((text(&gone).as_str(), gone.is_error), ("", false));
    assert_eq!(text(&call(&hub, "text", json!({})).await.unwrap()), "grüße");
    let photo = call(&hub, "photo", json!({})).await.unwrap();
    assert_eq!(
        (&photo.content[0]["type"], &photo.content[0]["data"]),
        (&json!("image"), &json!("iVBORw0KGgo="))
    );
    let status = hub.status().remove(0);
    assert_eq!((status.state, status.tools), (UpstreamState::Ready, Some(12)));
    hub.shutdown().await;
}

#[tokio::test]
async fn what_goes_wrong_is_the_tools_error_with_the_reason() {
    let api = Api::start();
    let hub = hub(api.entry());
    let said = refused(&hub, "fail", json!({"status": 422})).await;
    assert!(said.contains("422") && said.contains("{\"why\": \"because\"}"), "{said}");
    let said = refused(&hub, "fail", json!({"status": 503})).await;
    assert!(said.contains("503 Service Unavailable"), "{said}");
    assert!(refused(&hub, "getItem", json!({"id": ".."})).await.contains("`id`"));
    assert!(refused(&hub, "getItem", json!({})).await.contains("`id` is missing"));
    assert!(
        refused(&hub, "getItem", json!({"id": "1", "no": 1})).await.contains("no argument `no`")
    );
    assert!(refused(&hub, "nothing", json!({})).await.contains("no tool"));
    assert!(refused(&hub, "broken", json!({})).await.contains("before the answer was complete"));
    assert!(call(&hub, "text", json!({})).await.is_ok(), "the server lives on");
    hub.shutdown().await;
}

#[tokio::test]
async fn arguments_nested_too_deep_are_refused_and_harm_nobody_else() {
    let api = Api::start();
    let hub = hub(api.entry());
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let fine = call(&hub, "addItem", json!({"body": nested(120)})).await.unwrap();
    assert_eq!(fine.structured_content.unwrap()["method"], "POST");
    // More of them than the failures after which a server is left alone.
    for levels in 126..146 {
        let error = call(&hub, "addItem", json!({"body": nested(levels)})).await.unwrap_err();
        assert!(matches!(error, Error::Refused { code: -32602, .. }), "{levels}: {error}");
        assert!(error.to_string().contains("up to 127 levels"), "{levels}: {error}");
    }
    assert_eq!(text(&call(&hub, "text", json!({})).await.unwrap()), "grüße");
    hub.shutdown().await;
}

#[tokio::test]
async fn a_large_body_arrives_whole() {
    let api = Api::start();
    let hub = hub(api.entry());
    let name = "n".repeat(300_000);
    let body = json!({"name": name});
    let added = call(&hub, "addItem", json!({"body": body.clone()})).await.unwrap();
    assert_eq!(added.structured_content.unwrap()["body"], body.to_string());
    let said = refused(&hub, "addItem", json!({"body": body, "no": 1})).await;
    assert!(said.contains("no argument `no`"), "{said}");
    hub.shutdown().await;
}

#[tokio::test]
async fn configured_headers_and_query_go_along_and_are_shown_to_nobody() {
    let api = Api::start();
    let mut entry = api.entry();
    entry.document = Document::Url(api.url("/openapi.json?locked=1"));
    entry.base_url = Some(api.url("/v1/?token=s3cret"));
    entry.headers.insert("X-Api-Key".to_owned(), "hush".to_owned());
    assert!(!format!("{entry:?}").contains("hush"));
    let hub = hub(entry.clone());
    let answer = call(&hub, "getItem", json!({"id": "1"})).await.unwrap();
    let said = answer.structured_content.unwrap();
    assert_eq!((&said["key"], &said["query"]), (&json!(true), &json!([["token", "s3cret"]])));
    for error in [
        refused(&hub, "fail", json!({"status": 401})).await,
        refused(&hub, "redirect", json!({"to": "http://other.test/"})).await,
    ] {
        assert!(!error.contains("hush") && !error.contains("s3cret"), "{error}");
    }
    let list =
        serde_json::to_string(&*hub.tools("api").await.unwrap().tools[0].input_schema).unwrap();
    assert!(!list.contains("hush") && !list.contains("s3cret"));
    hub.shutdown().await;
    // The document alone gets no header, for nobody said that the API is there too.
    entry.base_url = None;
    let error = unusable(entry).await;
    assert!(error.contains("answers 401") && error.contains("baseUrl"), "{error}");
}

#[tokio::test]
async fn a_redirect_leads_to_the_same_host_or_nowhere() {
    let (api, other) = (Api::start(), Api::start());
    let hub = hub(api.entry());
    let here = call(&hub, "redirect", json!({"to": "/v1/text"})).await.unwrap();
    assert_eq!(text(&here), "grüße");
    let said = refused(&hub, "redirect", json!({"to": other.url("/v1/text")})).await;
    assert!(said.contains("redirects to") && said.contains(&other.port.to_string()), "{said}");
    let said = refused(&hub, "redirect", json!({"to": "/v1/redirect?to=/v1/redirect"})).await;
    assert!(!said.is_empty());
    hub.shutdown().await;
}

#[tokio::test]
async fn only_the_operator_names_a_private_host() {
    let api = Api::start();
    let at = |server: &str| {
        format!("openapi: 3.0.0\nservers: [{{url: '{server}'}}]\npaths: {{/text: {{get: {{}}}}}}")
    };
    let with = |document: Document| OpenApi { document, ..api.entry() };
    // Named by the document alone, by address and by name.
    let local = hub(with(Document::File(api.file(&at(&api.url("/v1"))))));
    let said = refused(&local, "get_text", json!({})).await;
    assert!(said.contains("private address") && said.contains("baseUrl"), "{said}");
    local.shutdown().await;
    let named = format!("http://localhost:{}/v1", api.port);
    let error = unusable(with(Document::File(api.file(&at(&named))))).await;
    assert!(error.contains("localhost") && error.contains("baseUrl"), "{error}");
    // Named by the operator.
    for own in [api.url("/v1"), named] {
        let file = api.file(&at("https://api.example.com"));
        let hub = hub(OpenApi { base_url: Some(own), ..with(Document::File(file)) });
        assert_eq!(text(&call(&hub, "get_text", json!({})).await.unwrap()), "grüße");
        hub.shutdown().await;
    }
    // A document from the network does not send the operator's headers elsewhere.
    let mut entry = with(Document::Url(api.url("/openapi.json?server=https://evil.example")));
    entry.headers.insert("X-Api-Key".to_owned(), "hush".to_owned());
    let error = unusable(entry).await;
    assert!(error.contains("evil.example") && error.contains("baseUrl"), "{error}");
    // Metadata services are nobody's API.
    let file = Document::File(api.file(&at("https://api.example.com")));
    let metadata = Some("http://169.254.169.254/latest".to_owned());
    let hub = hub(OpenApi { base_url: metadata, ..with(file) });
    assert!(refused(&hub, "get_text", json!({})).await.contains("metadata service"));
    hub.shutdown().await;
}

#[tokio::test]
async fn a_call_that_is_given_up_ends_its_request() {
    let api = Api::start();
    let hub = hub(api.entry());
    hub.tools("api").await.unwrap();
    let arguments = Map::new();
    let limit = Duration::from_millis(200);
    let error = hub.call("api", "slow", arguments, limit).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamTimeout);
    let dropped = call(&hub, "slow", json!({}));
    assert!(tokio::time::timeout(limit, dropped).await.is_err());
    until("both requests to end", async || {
        let answer = call(&hub, "cancelled", json!({})).await.unwrap();
        answer.structured_content == Some(json!({"count": 2}))
    })
    .await;
    hub.shutdown().await;
}

#[tokio::test]
async fn large_answers_are_held_to_the_limit_and_many_calls_pass() {
    let api = Api::start();
    let limits = Config { max_result_bytes: 1 << 20, ..config() };
    let hub = hub_with(api.entry(), limits);
    let large = call(&hub, "large", json!({"bytes": 900_000})).await.unwrap();
    assert_eq!(large.structured_content.unwrap().as_str().unwrap().len(), 900_000);
    let said = refused(&hub, "large", json!({"bytes": 2_000_000})).await;
    assert!(said.contains("1048576 bytes"), "{said}");
    let calls = (0..100).map(|number| {
        let hub = &hub;
        async move { call(hub, "getItem", json!({"id": number.to_string()})).await }
    });
    for (number, answer) in futures_in_order(calls).await.into_iter().enumerate() {
        let said = answer.unwrap().structured_content.unwrap();
        assert_eq!(said["path"], format!("/v1/items/{number}"));
    }
    hub.shutdown().await;
}

#[tokio::test]
async fn an_api_that_is_down_is_an_error_and_used_again_when_it_is_back() {
    let api = Api::start();
    let port = api.port;
    let hub = hub(api.entry());
    assert!(call(&hub, "text", json!({})).await.is_ok());
    drop(api);
    // The first may still meet the end of the connection that was kept.
    until("the API to be gone", async || {
        refused(&hub, "text", json!({})).await.contains("nothing answers there")
    })
    .await;
    let _back = Api::start_at(port);
    assert_eq!(text(&call(&hub, "text", json!({})).await.unwrap()), "grüße");
    hub.shutdown().await;
}

#[tokio::test]
async fn a_document_that_cannot_be_used_says_why() {
    let api = Api::start();
    let file = |text: &str| OpenApi { document: Document::File(api.file(text)), ..api.entry() };
    assert!(unusable(file("swagger: '2.0'")).await.contains("swagger2openapi"));
    assert!(unusable(file("a: [1")).await.contains("YAML"));
    let missing = Document::File(PathBuf::from("/nowhere/api.yaml"));
    let error = unusable(OpenApi { document: missing, ..api.entry() }).await;
    assert!(error.contains("/nowhere/api.yaml cannot be read"), "{error}");
    let directory = Document::File(api.directory.path().to_owned());
    assert!(unusable(OpenApi { document: directory, ..api.entry() }).await.contains("is no file"));
    // A pipe that nobody writes holds nothing up.
    let pipe = api.directory.path().join("pipe");
    let mode = rustix::fs::Mode::RUSR;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let error = unusable(OpenApi { document: Document::File(pipe), ..api.entry() }).await;
    assert!(error.contains("pipe is no file"), "{error}");
    let lost = Document::Url(api.url("/v1/fail?status=404"));
    assert!(unusable(OpenApi { document: lost, ..api.entry() }).await.contains("answers 404"));
    let base_url = Some("ftp://h".to_owned());
    let error = unusable(OpenApi { base_url, ..api.entry() }).await;
    assert!(error.contains("`baseUrl`"), "{error}");
    let include = vec!["nothing*".to_owned()];
    assert!(
        unusable(OpenApi { include, ..api.entry() }).await.contains("none of the 12 operations")
    );
}

/// The outcomes of futures that run at once, in their order.
async fn futures_in_order<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, outcome) in &mut running {
            if outcome.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *outcome = Some(value);
            }
        }
        match running.iter().all(|(_, outcome)| outcome.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    running.into_iter().filter_map(|(_, outcome)| outcome).collect()
}
