//! The description of the API (OpenAPI 3.1): made from the types by a test, kept in `docs`, and served
//! as it stands there.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::http::problem::Problem;

/// The description.
const TEXT: &str = include_str!("../../../../docs/openapi.json");

/// Why a request was not answered as it was meant.
#[derive(utoipa::ToResponse)]
#[response(
    description = "A problem (RFC 9457): what is wrong, and what to do.",
    content_type = "application/problem+json"
)]
#[expect(dead_code, reason = "it is read by the test that writes the description")]
pub(crate) struct Refused(Problem);

/// `GET /openapi.json`.
#[utoipa::path(
    get, path = "/openapi.json", tag = "descriptions", operation_id = "describe",
    responses(
        (status = 200, description = "This description.", body = Object),
        (status = "default", response = Refused),
    ),
)]
pub(crate) async fn document() -> Response {
    ([(CONTENT_TYPE, "application/json")], TEXT).into_response()
}

/// The description, read.
pub(crate) fn parsed() -> Value {
    serde_json::from_str(TEXT).unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use serde_json::{Value, json};
    use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
    use utoipa::{Modify, OpenApi};

    use crate::http::problem::Problem;
    use crate::http::{api, openapi, pages};

    #[derive(OpenApi)]
    #[openapi(
        info(
            title = "code-executor",
            version = "1",
            description = "Runs programs that call the tools of MCP servers. MCP itself is at `/mcp`.",
            license(name = "MIT", identifier = "MIT"),
        ),
        paths(
            api::execute::execute,
            api::executions::list,
            api::executions::one,
            api::executions::cancel,
            api::sessions::list,
            api::sessions::one,
            api::sessions::end,
            api::tools::list,
            api::tools::search,
            api::tools::info,
            api::health::health,
            api::health::live,
            api::health::ready,
            api::metrics::metrics,
            openapi::document,
            pages::error,
        ),
        components(schemas(Problem), responses(openapi::Refused)),
        modifiers(&Credentials),
        security((), ("key" = []), ("token" = [])),
    )]
    struct Api;

    struct Credentials;

    impl Modify for Credentials {
        fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
            let components = document.components.get_or_insert_default();
            let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
            let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme("key", key);
            components.add_security_scheme("token", token);
        }
    }

    /// Holds a generated file against what it should be; writes it instead where `UPDATE` is set.
    pub(crate) fn kept(path: &str, expected: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, expected).expect("a file");
        }
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            text == expected,
            "{} is not what the sources say: UPDATE=1 cargo nextest run -p server every_ described",
            path.display()
        );
    }

    /// A parameter is there or not; none is `null`, whatever stands for it in the sources.
    fn sent(schema: &mut Value) {
        if let Some(choices) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
            choices.retain(|choice| choice["type"] != "null");
            if let [only] = choices.as_slice() {
                *schema = only.clone();
            }
        } else if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
            kinds.retain(|kind| kind != "null");
        }
    }

    #[test]
    fn the_api_is_described_as_it_is() {
        let mut document = serde_json::to_value(Api::openapi()).expect("JSON");
        // What says less also fits what says more.
        for name in ["Answer", "ShownTool"] {
            let schema = document["components"]["schemas"][name].as_object_mut().expect("a schema");
            let several = schema.remove("oneOf").expect("several");
            schema.insert("anyOf".to_owned(), several);
        }
        // What cannot be asked for together: a session in Deno, and a runtime of Python.
        document["components"]["schemas"]["Execute"]["not"] = json!({"anyOf": [
            {
                "required": ["runtime", "sessionId"],
                "properties": {"runtime": {"const": "deno"}, "sessionId": {"type": "string"}},
            },
            {
                "required": ["runtime", "language"],
                "properties": {"runtime": {"type": "string"}, "language": {"const": "python"}},
            },
        ]});
        let paths = document["paths"].as_object_mut().expect("paths").values_mut();
        let operations =
            paths.flat_map(|path| path.as_object_mut().expect("operations").values_mut());
        for operation in operations {
            let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
            parameters.into_iter().flatten().for_each(|parameter| sent(&mut parameter["schema"]));
        }
        let mut text = serde_json::to_string_pretty(&document).expect("JSON");
        text.push('\n');
        kept("docs/openapi.json", &text);
    }
}
