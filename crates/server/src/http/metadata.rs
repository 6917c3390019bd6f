//! What a client is told that has no token yet, or not enough of one: where they are given
//! (RFC 9728), and in which scopes.
//!
//! The header `WWW-Authenticate` is written here alone. Whoever refuses a request leaves a
//! [`Challenge`] with the answer.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use types::scope;

use crate::http::app::App;
use crate::http::problem::Problem;

/// Where the description of the API as a whole is.
pub(crate) const OF_ALL: &str = "/.well-known/oauth-protected-resource";
/// Where the description of the endpoint of MCP is.
pub(crate) const OF_MCP: &str = "/.well-known/oauth-protected-resource/mcp";

/// The path of MCP, as a client of it names us.
const MCP: &str = "/mcp";
/// The scopes that a client asks for that does not know what it will need.
const USUAL: [&str; 3] = [scope::EXECUTE_TYPESCRIPT, scope::EXECUTE_PYTHON, scope::TOOLS_READ];

/// Who gives tokens for this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The URL by which clients reach us, without a slash at its end. Tokens are meant for it, or for
    /// its `/mcp`.
    pub resource: String,
    /// Whoever gives tokens.
    pub issuers: Vec<String>,
    /// Whether the scope `admin` can be had from any of them.
    pub may_admin: bool,
}

/// What is to be said of an answer that refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// There is no credential.
    Missing,
    /// The credential does not hold.
    Invalid,
    /// It lacks this scope.
    Lacks(String),
}

impl Challenge {
    fn header(&self, authorization: Option<&Authorization>, path: &str) -> String {
        let mut header = String::from("Bearer realm=\"code-executor\"");
        let scopes = match self {
            Self::Missing => USUAL.join(" "),
            Self::Invalid => {
                header.push_str(", error=\"invalid_token\"");
                USUAL.join(" ")
            }
            Self::Lacks(scope) => {
                header.push_str(", error=\"insufficient_scope\"");
                scope.clone()
            }
        };
        header.push_str(&format!(", scope=\"{scopes}\""));
        if let Some(Authorization { resource, .. }) = authorization {
            let place = if path == MCP { OF_MCP } else { OF_ALL };
            let origin = origin(resource);
            let below = &resource[origin.len()..];
            let place = place.replacen(OF_ALL, &format!("{OF_ALL}{below}"), 1);
            header.push_str(&format!(", resource_metadata=\"{origin}{place}\""));
        }
        header
    }
}

/// Says with a refusal how to get what is missing.
pub(crate) async fn challenge<B: Send + Sync + 'static>(
    State(app): State<Arc<App<B>>>,
    request: Request,
    next: Next,
) -> Response {
    let is_mcp = request.uri().path() == MCP;
    let mut response = next.run(request).await;
    if let Some(challenge) = response.extensions_mut().remove::<Challenge>() {
        let path = if is_mcp { MCP } else { "/" };
        let header = challenge.header(app.identify.authorization(), path);
        if let Ok(value) = HeaderValue::from_str(&header) {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    response
}

/// The description of the API as a whole.
pub(crate) async fn of_all<B: Send + Sync + 'static>(State(app): State<Arc<App<B>>>) -> Response {
    describe(app.identify.authorization(), "")
}

/// The description of the endpoint of MCP.
pub(crate) async fn of_mcp<B: Send + Sync + 'static>(State(app): State<Arc<App<B>>>) -> Response {
    describe(app.identify.authorization(), MCP)
}

fn describe(authorization: Option<&Authorization>, path: &str) -> Response {
    let Some(Authorization { resource, issuers, may_admin }) = authorization else {
        let what =
            "no authorization server gives tokens for this server; it takes keys, if anything";
        return Problem::new(StatusCode::NOT_FOUND, "not_found", what).into_response();
    };
    let scopes: &[&str] = if *may_admin { &scope::ALL } else { &USUAL };
    let document = json!({
        "resource": format!("{resource}{path}"),
        "authorization_servers": issuers,
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
        "resource_name": "code-executor",
    });
    let mut response = Json(document).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

/// The part of a URL before its path.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find('/').map_or(url.len(), |at| host + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::{Authorization, Challenge};

    fn at(resource: &str) -> Authorization {
        Authorization { resource: resource.to_owned(), issuers: Vec::new(), may_admin: false }
    }

    #[test]
    fn a_challenge_says_what_is_missing_and_where_it_is_had() {
        let here = at("https://tools.example:8443");
        assert_eq!(
            Challenge::Missing.header(Some(&here), "/mcp"),
            "Bearer realm=\"code-executor\", scope=\"execute:typescript execute:python tools:read\", \
             resource_metadata=\"https://tools.example:8443/.well-known/oauth-protected-resource/mcp\""
        );
        assert_eq!(
            Challenge::Lacks("admin".to_owned()).header(Some(&here), "/"),
            "Bearer realm=\"code-executor\", error=\"insufficient_scope\", scope=\"admin\", \
             resource_metadata=\"https://tools.example:8443/.well-known/oauth-protected-resource\""
        );
        let keys_only = Challenge::Invalid.header(None, "/mcp");
        assert!(keys_only.contains("error=\"invalid_token\""), "{keys_only}");
        assert!(!keys_only.contains("resource_metadata"), "{keys_only}");
    }

    #[test]
    fn below_a_path_the_description_is_where_the_standard_says() {
        let header = Challenge::Missing.header(Some(&at("https://a.example/tools")), "/mcp");
        let place = "\"https://a.example/.well-known/oauth-protected-resource/tools/mcp\"";
        assert!(header.ends_with(place), "{header}");
    }
}
