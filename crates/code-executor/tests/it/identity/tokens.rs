//! Tokens of a real provider: signed in every usual way, opaque, meant for others, and forged.

use serde_json::{Value, json};
use testkit::{Fixtures, HttpServer, Protected, Workspace};

use super::{asked, execute, tools};
use crate::support::workspace;

/// A provider, and a server that takes its tokens.
struct Taken {
    provider: Protected,
    workspace: Workspace,
    server: HttpServer,
}

impl Taken {
    /// With these settings of the issuer beside its name.
    fn with(more: &Value) -> Self {
        let workspace = workspace();
        let provider = Protected::start(&Fixtures::locate(), &workspace.path("tmp"), 3_600);
        let mut issuer = json!({"issuer": provider.issuer});
        for (name, value) in more.as_object().into_iter().flatten() {
            issuer[name.as_str()] = value.clone();
        }
        let workspace = workspace.with_setting("auth", json!({"issuers": [issuer]}));
        let server = HttpServer::start(&workspace);
        Self { provider, workspace, server }
    }

    fn resource(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// A token for the whole API.
    fn token(&mut self, format: &str, scopes: &[&str]) -> String {
        let resource = self.resource();
        self.provider.accept(&resource, format);
        self.provider.token(&resource, scopes)
    }
}

#[test]
fn tokens_are_taken_however_they_are_signed() {
    let claims = json!({"tenant": "org", "roles": "groups"});
    let mut taken = Taken::with(&json!({"claims": claims}));
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let token = taken.token(algorithm, &["tools:read", "execute:typescript"]);
        assert_eq!(tools(&taken.server, &token), 200, "{algorithm}: {}", taken.server.stderr());
        let executed = execute(&taken.server, &token);
        assert_eq!(executed.status, 200, "{algorithm}: {}", executed.body);
    }
    let start = taken.workspace.audit_records().into_iter().find(|it| it["event"] == "start");
    let start = start.expect("a record");
    assert_eq!((&start["tenant"], &start["clientId"]), (&json!("acme"), &json!("agent")));
}

#[test]
fn who_has_no_token_is_told_where_they_are_given() {
    let mut taken = Taken::with(&json!({}));
    let resource = taken.resource();
    for (path, below) in [("/tools", ""), ("/mcp", "/mcp")] {
        let accept = ("Accept", "application/json, text/event-stream");
        let method = if below.is_empty() { "GET" } else { "POST" };
        let answer = taken.server.request(method, path, &[accept], "");
        assert_eq!(answer.status, 401, "{}", answer.body);
        let challenge = answer.header("www-authenticate").expect("a challenge");
        let place = format!("{resource}/.well-known/oauth-protected-resource{below}");
        assert!(challenge.contains(&format!("resource_metadata=\"{place}\"")), "{challenge}");
        assert!(challenge.contains("scope=\"execute:typescript "), "{challenge}");
        let document = taken.server.get(&place[resource.len()..]).json();
        assert_eq!(document["resource"], format!("{resource}{below}"));
        assert_eq!(document["authorization_servers"], json!([taken.provider.issuer]));
        assert!(document["scopes_supported"].as_array().is_some_and(|all| all.len() == 3));
    }
    let token = taken.token("RS256", &["tools:read"]);
    let refused = execute(&taken.server, &token);
    assert_eq!(refused.status, 403);
    let challenge = refused.header("www-authenticate").expect("a challenge").to_owned();
    assert!(challenge.contains("error=\"insufficient_scope\", scope=\"execute:typescript\""));
    let more = taken.token("RS256", &["tools:read", "execute:typescript"]);
    assert_eq!(execute(&taken.server, &more).status, 200, "the step up: {challenge}");
}

/// Its tokens are one tenant's, and `admin` is over all.
#[test]
fn an_issuer_makes_nobody_an_administrator_unless_it_may() {
    for (may, status) in [(false, 403), (true, 200)] {
        let mut taken = Taken::with(&json!({"mayAdmin": may}));
        let token = taken.token("RS256", &["tools:read", "admin"]);
        assert_eq!(tools(&taken.server, &token), 200);
        let all = asked(&taken.server, "GET", "/executions?tenant=*", &token, "");
        assert_eq!(all.status, status, "{}", all.body);
        let challenge = all.header("www-authenticate").unwrap_or_default();
        assert_eq!(challenge.contains("scope=\"admin\""), !may, "{challenge}");
        let place = "/.well-known/oauth-protected-resource";
        let document = taken.server.get(place).json();
        let scopes = document["scopes_supported"].as_array().expect("a list").clone();
        assert_eq!(scopes.contains(&json!("admin")), may);
    }
}

#[test]
fn tokens_for_others_and_forged_ones_are_refused() {
    let mut taken = Taken::with(&json!({"algorithms": ["ES256", "RS256"]}));
    let good = taken.token("ES256", &["tools:read"]);
    assert_eq!(tools(&taken.server, &good), 200);
    let elsewhere = "https://other.example/mcp";
    taken.provider.accept(elsewhere, "ES256");
    let mut wrong = vec![("audience", taken.provider.token(elsewhere, &["tools:read"]))];
    wrong.push(("algorithm", taken.token("PS256", &["tools:read"])));
    let parts: Vec<&str> = good.split('.').collect();
    let claims = parts[1];
    for alg in ["none", "None", "NONE", "HS256"] {
        let header = base64url(&json!({"alg": alg, "kid": "ES256", "typ": "at+jwt"}).to_string());
        wrong.push(("algorithm", format!("{header}.{claims}.")));
        wrong.push(("algorithm", format!("{header}.{claims}.{}", parts[2])));
    }
    let tampered = claims.replacen(&claims[10..12], "AA", 1);
    wrong.push(("malformed", format!("{}.{tampered}.{}", parts[0], parts[2])));
    wrong.push(("malformed", "opaque".to_owned()));
    wrong.push(("malformed", "..".to_owned()));
    let count = wrong.len();
    for (why, token) in &wrong {
        let answer = asked(&taken.server, "GET", "/tools", token, "");
        assert_eq!(answer.status, 401, "{why}: {}", answer.body);
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    }
    let records = taken.workspace.audit_records();
    let reasons: Vec<_> =
        records.iter().filter(|it| it["event"] == "refused").map(|it| &it["reason"]).collect();
    assert_eq!(reasons.len(), count);
    assert_eq!((reasons[0], reasons[1]), (&json!("audience"), &json!("algorithm")));
}

#[test]
fn opaque_tokens_are_asked_about_at_their_issuer() {
    let workspace = workspace();
    let mut provider = Protected::start(&Fixtures::locate(), &workspace.path("tmp"), 3_600);
    let introspection = json!({
        "endpoint": format!("{}/token/introspection", provider.issuer),
        "clientId": "gateway",
        "clientSecret": "the password of gateway",
    });
    let issuer =
        json!({"issuer": provider.issuer, "introspection": introspection, "tenant": "acme"});
    let workspace = workspace.with_setting("auth", json!({"issuers": [issuer]}));
    let server = HttpServer::start(&workspace);
    let resource = format!("http://{}/mcp", server.address());
    provider.accept(&resource, "opaque");
    let token = provider.token(&resource, &["tools:read"]);
    assert_eq!(tools(&server, &token), 200, "{}", server.stderr());
    assert_eq!(execute(&server, &token).status, 403);
    assert_eq!(tools(&server, "never-given"), 401);
    let late = provider.token(&resource, &["tools:read"]);
    provider.expire_tokens();
    assert_eq!(tools(&server, &late), 401, "its issuer has taken it back");
}

#[test]
fn settings_that_cannot_be_meant_end_the_start() {
    let start = |auth: Value| {
        let workspace = workspace().with_setting("auth", auth);
        let command = workspace.command(&["serve", "--http", "0.0.0.0:0"]);
        let finished = testkit::run(command, testkit::DEFAULT_WAIT);
        (finished.code(), finished.stderr)
    };
    let issuer = "https://id.example";
    let cases = [
        (json!({"issuers": {}}), "must be a list"),
        (json!({"issuers": [{"isuer": issuer}]}), "did you mean `issuer`"),
        (json!({"issuers": [{}]}), "`auth.issuers[].issuer` is missing"),
        (json!({"issuers": [{"issuer": "http://id.example"}]}), "no URL that can be relied on"),
        (json!({"issuers": [{"issuer": issuer}, {"issuer": issuer}]}), "twice"),
        (json!({"issuers": [{"issuer": issuer, "algorithms": ["HS256"]}]}), "there are RS256"),
        (json!({"issuers": [{"issuer": issuer, "tenant": "local"}]}), "another name"),
        (json!({"issuers": [{"issuer": issuer, "mayAdmin": "no"}]}), "must be true or false"),
        (
            json!({"issuers": [{"issuer": issuer, "tenant": "a", "claims": {"tenant": "tid"}}]}),
            "leave out one",
        ),
        (
            json!({"issuers": [{"issuer": issuer, "introspection": {"endpoint": issuer}}]}),
            "no `clientId`",
        ),
        (
            json!({"issuers": [{"issuer": issuer, "introspection": {"endpoint": issuer, "clientId": "x", "clientSecret": ["s3cret"]}}]}),
            "must be a string",
        ),
        (json!({"issuers": [{"issuer": issuer}]}), "`auth.resource` is not"),
        (json!({"resource": "http://tools.example"}), "`auth.resource` is no URL"),
    ];
    for (auth, said) in cases {
        let (code, stderr) = start(auth.clone());
        assert_eq!(code, Some(64), "{auth}: {stderr}");
        assert!(stderr.contains(said), "{auth}: {stderr}");
        assert!(!stderr.contains("s3cret"), "{stderr}");
    }
}

fn base64url(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        let bits = bits << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            out.push(char::from(LETTERS[(bits >> (18 - 6 * n)) as usize & 63]));
        }
    }
    out
}
