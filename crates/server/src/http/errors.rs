//! What each code means and what to do about it: the pages behind the `type` of a problem.

use axum::http::StatusCode;
use types::ErrorCode;

use crate::http::problem;

/// What is said of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Explained {
    /// The status it comes with.
    pub(crate) status: StatusCode,
    /// What it means.
    pub(crate) meaning: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
}

/// What is said of a code, if it is one of ours.
pub(crate) fn explained(code: &str) -> Option<Explained> {
    let of_http = OF_HTTP.iter().find(|(known, ..)| *known == code);
    if let Some(&(_, status, meaning, remedy)) = of_http {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        return Some(Explained { status, meaning, remedy });
    }
    let code: ErrorCode = serde_json::from_value(code.into()).ok()?;
    let (meaning, remedy) = of_refusals(code);
    Some(Explained { status: problem::status(code), meaning, remedy })
}

/// Codes that only this front has.
pub(crate) const OF_HTTP: [(&str, u16, &str, &str); 14] = [
    (
        "already_ended",
        409,
        "The execution that was to be cancelled has come to its end.",
        "Nothing is to be done; `GET /executions/{id}` says how it ended.",
    ),
    (
        "body_timeout",
        408,
        "The body of the request did not come within its time.",
        "Send it faster, or in one piece.",
    ),
    (
        "body_too_large",
        413,
        "The body of the request, or a list or object in it, is longer than its limit.",
        "Send less, or have the operator raise `server.maxBodyBytes`.",
    ),
    (
        "head_too_large",
        431,
        "The path and the headers of the request are longer than 64 KiB.",
        "Send less in the query and in headers.",
    ),
    (
        "identity_unavailable",
        503,
        "Who sends the request cannot be checked now: the place that knows is away.",
        "Try again after `Retry-After`; the operator finds the reason in the log.",
    ),
    (
        "insufficient_scope",
        403,
        "The key or token was not given the scope that this takes.",
        "Ask for a key or token with the scope that `detail` and `WWW-Authenticate` name.",
    ),
    (
        "method_not_allowed",
        405,
        "The path is right and the method is not.",
        "Use a method of the header `Allow`.",
    ),
    (
        "misdirected",
        421,
        "The request is for a host name that this server does not go by.",
        "Use its own name; the operator gives it more with `server.hosts`.",
    ),
    (
        "not_acceptable",
        406,
        "The client takes none of the forms in which there is an answer.",
        "Name `application/json`, and where it is offered `text/event-stream`, in `Accept`.",
    ),
    (
        "not_found",
        404,
        "There is nothing at this path, or nothing that the caller may see.",
        "See `/docs` for the paths there are.",
    ),
    (
        "origin_not_allowed",
        403,
        "A page of another site sent the request from a browser.",
        "The operator allows origins with `server.origins`.",
    ),
    (
        "session_not_found",
        404,
        "There is no such MCP session, or it is somebody else's, or it has ended.",
        "Begin a new one with `initialize`.",
    ),
    (
        "unauthorized",
        401,
        "The request does not say who sends it, or its key or token is unknown, revoked or expired.",
        "Send a key or a token as `Authorization: Bearer ...`; keys are made with `code-executor keys create`.",
    ),
    (
        "unsupported_media_type",
        415,
        "The body is not JSON, or is compressed.",
        "Send JSON as it is, with `Content-Type: application/json`.",
    ),
];

fn of_refusals(code: ErrorCode) -> (&'static str, &'static str) {
    match code {
        ErrorCode::InvalidRequest => (
            "The request is malformed or out of bounds.",
            "`detail` names the part that is wrong and what it takes; `/docs` has all of them.",
        ),
        ErrorCode::CodeTooLarge => (
            "The program is longer than the operator's limit.",
            "Move data out of it or split it, or have `limits.maxCodeBytes` raised.",
        ),
        ErrorCode::PermissionUnsupported => (
            "A permission was asked for that no program is given.",
            "Leave it out; use a tool in `allowedTools` instead.",
        ),
        ErrorCode::Busy => (
            "Too many programs are running and waiting.",
            "Try again after `Retry-After`; what can wait says `\"priority\": \"batch\"`.",
        ),
        ErrorCode::RateLimited => (
            "The client ran more programs, or called a tool more often, than it may in this time.",
            "Go on after `Retry-After`; `detail` says which limit it is.",
        ),
        ErrorCode::QuotaExceeded => (
            "What a day or a month gives is used up.",
            "`detail` says whose it is and when it begins anew.",
        ),
        ErrorCode::LimitsUnavailable => (
            "The limits are kept in a Redis that is away, and the operator has nothing run meanwhile.",
            "Try again after `Retry-After`.",
        ),
        ErrorCode::StateUnavailable => (
            "What is kept of executions and keys cannot be read or written now.",
            "Try again after `Retry-After`; the operator finds the reason in the log.",
        ),
        ErrorCode::Forbidden => (
            "The roles of the caller do not allow it.",
            "`code-executor policy explain` prints the rule that decided.",
        ),
        ErrorCode::IsolationUnavailable => (
            "This host cannot give the isolation that the operator asked for.",
            "`code-executor doctor` says what is missing and how to have it.",
        ),
        ErrorCode::AuditUnavailable => (
            "The audit record could not be written, so nothing was run.",
            "The operator makes room for the log, or writes it elsewhere.",
        ),
        ErrorCode::SandboxFailed => (
            "The sandbox itself failed, not the program in it.",
            "Try again; if it stays, `code-executor doctor` and the log say more.",
        ),
        ErrorCode::LanguageUnavailable => (
            "The language, or the runtime that was asked for, is switched off, or its engine is missing.",
            "Leave `runtime` out, or write the program in the other language; `/health` says why this one cannot be \
             had.",
        ),
        ErrorCode::DependencyRefused => (
            "The program declares packages, or a Python, that it may not have here.",
            "Do without them, or have them allowed in `executors.python.dependencies`, or \
             `executors.typescript.deno.packages`.",
        ),
        ErrorCode::DependencyFailed => (
            "The packages that the program declares could not be had.",
            "`detail` says which, from where and why.",
        ),
        ErrorCode::SessionMismatch => (
            "The session was begun with other tools, permissions, roles or packages; they stay as they were.",
            "Leave out what `detail` names, or use another `sessionId`, or begin anew with `resetSession`.",
        ),
        ErrorCode::SessionBusy => (
            "Programs of one session run one at a time, and this one's turn did not come.",
            "Try again when the one that runs has ended, or use another `sessionId`.",
        ),
        ErrorCode::SessionLost => (
            "The session is gone, with its variables, functions and imports. This is said once.",
            "Send again what the program needs: the next call with this id begins a new session.",
        ),
        ErrorCode::SessionLimit => (
            "The client, or all of them together, have as many sessions as they may.",
            "Use one of them, end one with `DELETE /sessions/{id}`, or wait: idle ones end by themselves.",
        ),
        ErrorCode::ToolNotAllowed => (
            "The tool is there or may be, and this program may not call it.",
            "Name it in `allowedTools`.",
        ),
        ErrorCode::ToolChanged => (
            "The tool is not as it was approved, and the operator has such tools blocked.",
            "The operator looks at the change and accepts it with `code-executor upstreams accept`.",
        ),
        ErrorCode::ToolNotFound => {
            ("No tool has that name.", "`GET /tools/search` finds the one that is meant.")
        }
        ErrorCode::InvalidArguments => (
            "The arguments do not fit the tool's input schema.",
            "`GET /tools/info/{server}/{tool}` shows it.",
        ),
        ErrorCode::UpstreamUnavailable => (
            "The server behind the tool cannot be reached, or went away.",
            "Try again later; `/health` says how it is.",
        ),
        ErrorCode::UpstreamTimeout => (
            "The server behind the tool did not answer in time.",
            "Ask it for less at once, or have `upstreams.callTimeoutMs` raised.",
        ),
        ErrorCode::ToolError => {
            ("The tool ran and answered with an error.", "Its own words say what was wrong.")
        }
        ErrorCode::ResultTooLarge => (
            "The answer of the tool is larger than the operator's limit.",
            "Ask for a part of it, or have `upstreams.maxResultBytes` raised.",
        ),
        ErrorCode::TooManyCalls => (
            "The program has made all the calls it may.",
            "Ask for more in each, or have `limits.maxToolCalls` raised.",
        ),
        ErrorCode::Cancelled => {
            ("The client cancelled before anything was run.", "Nothing is to be done.")
        }
        ErrorCode::ShuttingDown => (
            "The server is stopping and takes no new work.",
            "Ask another one, or again after `Retry-After`.",
        ),
        ErrorCode::Internal => (
            "A defect of ours.",
            "Report it with the id of the execution or request and what the log says.",
        ),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fmt::Write;

    use types::ErrorCode;
    use utoipa::PartialSchema;

    use super::{OF_HTTP, explained};
    use crate::http::openapi::tests::kept;

    /// Every code there is, in alphabetical order.
    fn codes() -> Vec<String> {
        let schema = serde_json::to_value(ErrorCode::schema()).expect("a schema");
        let of_refusals = schema["enum"].as_array().expect("codes").iter();
        let of_refusals = of_refusals.map(|code| code.as_str().expect("a word").to_owned());
        let mut codes: Vec<_> =
            of_refusals.chain(OF_HTTP.map(|(code, ..)| code.to_owned())).collect();
        codes.sort();
        codes
    }

    #[test]
    fn every_code_has_a_page() {
        let mut page = "# Errors of the HTTP API\n\n\
             The `code` of a problem, which is also the end of its `type`: a running server has a page \
             of each at\n`/errors/{code}`. A code never changes its meaning. This page is made from \
             `crates/server/src/http/errors.rs`.\n\n| code | status | meaning | what to do |\n|---|---|---|---|\n"
            .to_owned();
        for code in codes() {
            let said = explained(&code).unwrap_or_else(|| panic!("{code} is not explained"));
            let (status, meaning, remedy) = (said.status.as_u16(), said.meaning, said.remedy);
            let _ = writeln!(page, "| `{code}` | {status} | {meaning} | {remedy} |");
        }
        kept("docs/errors.md", &page);
        assert_eq!(explained("no_such_code"), None);
    }

    /// Codes of problems are written where they are met.
    #[test]
    fn no_problem_has_a_code_without_a_page() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
        let mut folders = vec![folder];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("a source");
                for call in text.split("Problem::new(").skip(1) {
                    let arguments = call.split(';').next().unwrap_or_default();
                    let Some(code) = arguments.split('"').nth(1) else { continue };
                    let is_code = code.bytes().all(|it| it.is_ascii_lowercase() || it == b'_');
                    assert!(
                        !is_code || explained(code).is_some(),
                        "{}: {code} has no page",
                        path.display()
                    );
                }
            }
        }
    }
}
