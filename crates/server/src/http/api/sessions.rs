//! `/sessions`: interpreters that are kept between programs, to look at and to end.

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use types::{Language, Principal, Refusal, SessionEnd, SessionEntry, SessionId, SessionList};

use crate::backend::Backend;
use crate::http::api::named::Named;
use crate::http::api::query::{Query, invalid};
use crate::http::app::App;
use crate::http::identity::Caller;
use crate::http::openapi::Refused;
use crate::http::problem::Problem;

/// The caller's sessions, the one used last first.
#[utoipa::path(
    get, path = "/sessions", tag = "sessions", operation_id = "listSessions",
    responses((status = 200, description = "All of them.", body = SessionList), (status = "default", response = Refused)),
)]
pub(crate) async fn list<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    RawQuery(query): RawQuery,
) -> Result<Json<SessionList>, Problem> {
    Query::read(query.as_deref(), &[])?;
    Ok(Json(SessionList { sessions: app.backend.sessions(&principal) }))
}

/// One session of the caller.
#[utoipa::path(
    get, path = "/sessions/{id}", tag = "sessions", operation_id = "getSession",
    params(
        ("id" = SessionId, Path, description = "Its id."),
        ("language" = Option<Language>, Query, description = "Its language, where there is one of that id in each."),
    ),
    responses((status = 200, description = "How it stands.", body = SessionEntry), (status = "default", response = Refused)),
)]
pub(crate) async fn one<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    Named(id): Named<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<SessionEntry>, Problem> {
    find(&app.backend, &principal, &id, query.as_deref()).map(Json)
}

/// Ends a session of the caller, with the program that runs or waits in it.
#[utoipa::path(
    delete, path = "/sessions/{id}", tag = "sessions", operation_id = "endSession",
    params(
        ("id" = SessionId, Path, description = "Its id."),
        ("language" = Option<Language>, Query, description = "Its language, where there is one of that id in each."),
    ),
    responses((status = 202, description = "It has ended, and its process is not gone yet: it counts until then."), (status = 204, description = "It has ended, and everything in it is gone."), (status = "default", response = Refused)),
)]
pub(crate) async fn end<B: Backend>(
    State(app): State<Arc<App<B>>>,
    Caller(principal): Caller,
    Named(id): Named<String>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Problem> {
    let SessionEntry { id, language, .. } = find(&app.backend, &principal, &id, query.as_deref())?;
    // Somebody else may have ended it meanwhile.
    match app.backend.end_session(&principal, language, &id).await {
        SessionEnd::Gone => Ok(StatusCode::NO_CONTENT),
        SessionEnd::Leaving => Ok(StatusCode::ACCEPTED),
        SessionEnd::Unknown => Err(unknown()),
    }
}

fn find<B: Backend>(
    backend: &B,
    principal: &Principal,
    id: &str,
    query: Option<&str>,
) -> Result<SessionEntry, Problem> {
    let language = language(&Query::read(query, &["language"])?)?;
    let mut found = backend.sessions(principal);
    found.retain(|session| {
        session.id.as_str() == id && language.is_none_or(|wanted| wanted == session.language)
    });
    if found.len() > 1 {
        let what = "there is a session of that id in each language; say `language`";
        return Err(Problem::invalid(what));
    }
    found.pop().ok_or_else(unknown)
}

fn language(query: &Query) -> Result<Option<Language>, Refusal> {
    match query.given("language") {
        None => Ok(None),
        Some("typescript") => Ok(Some(Language::TypeScript)),
        Some("python") => Ok(Some(Language::Python)),
        Some(_) => Err(invalid("`language` must be \"typescript\" or \"python\"".to_owned())),
    }
}

fn unknown() -> Problem {
    let what = "there is no session of that id, or it is somebody else's, or it has ended; GET /sessions \
                lists them";
    Problem::new(StatusCode::NOT_FOUND, "not_found", what)
}
