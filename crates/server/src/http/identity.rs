//! Who sends a request: the seam behind which keys and tokens are checked.

use std::net::IpAddr;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use types::Principal;

use crate::http::app::App;
use crate::http::listen::Peer;
use crate::http::problem::Problem;

/// The longest credential that is looked at, in bytes.
const MAX_CREDENTIAL: usize = 16 * 1024;

/// Finds out who sends a request.
pub trait Identify: Send + Sync + 'static {
    /// `credential` is what stands after `Bearer` or in `X-API-Key`.
    fn identify<'a>(
        &'a self,
        credential: Option<&'a str>,
        peer: IpAddr,
    ) -> BoxFuture<'a, Result<Principal, Unidentified>>;
}

/// Why nobody is known to have sent a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unidentified {
    /// There is no credential.
    Missing,
    /// The credential is not one of ours, or has expired or been revoked.
    Invalid,
    /// Too many wrong ones came from there.
    Throttled {
        /// When it may be tried again.
        retry_after: Duration,
    },
    /// It cannot be checked now.
    Unavailable,
}

/// Whoever reaches a server that listens on this machine alone is its user.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalUser;

impl Identify for LocalUser {
    fn identify<'a>(
        &'a self,
        _credential: Option<&'a str>,
        peer: IpAddr,
    ) -> BoxFuture<'a, Result<Principal, Unidentified>> {
        let local = peer.is_loopback();
        Box::pin(
            async move { if local { Ok(Principal::local()) } else { Err(Unidentified::Missing) } },
        )
    }
}

/// The sender of a request, as a handler takes it.
pub(crate) struct Caller(pub(crate) Principal);

impl<B: Send + Sync + 'static> FromRequestParts<std::sync::Arc<App<B>>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &std::sync::Arc<App<B>>,
    ) -> Result<Self, Response> {
        let peer = parts.extensions.get::<Peer>().copied();
        let peer = peer.ok_or_else(|| Problem::invalid("nobody is there").into_response())?;
        let credential = credential(&parts.headers).map_err(IntoResponse::into_response)?;
        let found = app.identify.identify(credential.as_deref(), peer.ip()).await;
        found.map(Self).map_err(refusal)
    }
}

fn credential(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let invalid =
        || Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "the credential is not one");
    let text = |value: &HeaderValue| {
        let text = value.to_str().map_err(|_| invalid())?;
        if text.len() > MAX_CREDENTIAL { Err(invalid()) } else { Ok(text.trim().to_owned()) }
    };
    if let Some(value) = headers.get(AUTHORIZATION) {
        let text = text(value)?;
        let (scheme, rest) = text.split_once(' ').ok_or_else(invalid)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(invalid());
        }
        return Ok(Some(rest.trim().to_owned()));
    }
    headers.get("x-api-key").map(text).transpose()
}

fn refusal(why: Unidentified) -> Response {
    let unauthorized = |detail: &str| {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail);
        let mut response = problem.into_response();
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        response
    };
    match why {
        Unidentified::Missing => unauthorized(
            "the request says not who sends it: give a key or a token as `Authorization: Bearer ...`",
        ),
        Unidentified::Invalid => {
            unauthorized("the key or token is unknown, revoked or has expired")
        }
        Unidentified::Throttled { retry_after } => {
            let seconds = retry_after.as_secs().max(1);
            let detail = format!("too many wrong credentials came from there; wait {seconds} s");
            let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail);
            let mut response = problem.into_response();
            response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
            response
        }
        Unidentified::Unavailable => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "identity_unavailable",
            "who sends the request cannot be checked now; try again",
        )
        .into_response(),
    }
}
