//! Who sends a request: the seam behind which keys and tokens are checked.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use types::{ErrorCode, Principal, Refusal};

use crate::Leave;
use crate::http::app::App;
use crate::http::metadata::{Authorization, Challenge};
use crate::http::problem::Problem;
use crate::http::refusals::Asking;

/// The longest credential that is looked at, in bytes.
const MAX_CREDENTIAL: usize = 16 * 1024;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender {
    /// The other end of its connection.
    pub peer: IpAddr,
    /// By what it is counted: the same, or who stands behind proxies that are trusted.
    pub address: IpAddr,
    /// Whether such a proxy passes it on, whether it says for whom or not.
    pub forwarded: bool,
}

impl Sender {
    /// Whether it comes from this machine itself. What a proxy passes on never does, whoever it says is
    /// behind it.
    pub fn is_near(self) -> bool {
        !self.forwarded && self.peer.to_canonical().is_loopback()
    }
}

/// Finds out who sends a request.
pub trait Identify: Send + Sync + 'static {
    /// `credential` is what stands after `Bearer` or in `X-API-Key`.
    fn identify<'a>(
        &'a self,
        credential: Option<&'a str>,
        sender: Sender,
    ) -> BoxFuture<'a, Result<Identified, Unidentified>>;

    /// What becomes of a request with something that cannot be a credential.
    fn unreadable(&self, _sender: Sender) -> Unidentified {
        Unidentified::Invalid
    }

    /// Who gives tokens, where there are tokens.
    fn authorization(&self) -> Option<&Authorization> {
        None
    }
}

/// Who has sent a request.
#[derive(Debug, Clone)]
pub struct Identified {
    /// Who that is.
    pub principal: Principal,
    /// As long as the credential holds.
    pub leave: Leave,
}

impl Identified {
    /// Whoever started us, or uses the same machine.
    pub fn local() -> Self {
        Self { principal: Principal::local(), leave: Leave::default() }
    }
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
        sender: Sender,
    ) -> BoxFuture<'a, Result<Identified, Unidentified>> {
        let local = sender.is_near();
        Box::pin(
            async move { if local { Ok(Identified::local()) } else { Err(Unidentified::Missing) } },
        )
    }
}

/// The sender of a request, as a handler takes it that answers at once.
pub(crate) struct Caller(pub(crate) Principal);

/// The sender of a request, as a handler takes it whose answer may last: see [`while_it_lasts`].
pub(crate) struct Holder(pub(crate) Principal, pub(crate) Leave);

impl<B: Send + Sync + 'static> FromRequestParts<Arc<App<B>>> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App<B>>) -> Result<Self, Response> {
        identified(parts, app).await.map(|found| Self(found.principal))
    }
}

impl<B: Send + Sync + 'static> FromRequestParts<Arc<App<B>>> for Holder {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App<B>>) -> Result<Self, Response> {
        identified(parts, app).await.map(|found| Self(found.principal, found.leave))
    }
}

async fn identified<B>(parts: &Parts, app: &App<B>) -> Result<Identified, Response> {
    let sender = parts.extensions.get::<Sender>().copied();
    let sender = sender.ok_or_else(|| Problem::invalid("nobody is there").into_response())?;
    let credential =
        credential(&parts.headers).map_err(|problem| match app.identify.unreadable(sender) {
            throttled @ Unidentified::Throttled { .. } => refusal(throttled),
            _ => problem.into_response(),
        })?;
    let found = app.identify.identify(credential, sender).await.map_err(refusal)?;
    if let Some(asking) = parts.extensions.get::<Asking>() {
        asking.is(&found.principal);
    }
    Ok(found)
}

/// An answer for as long as the leave to ask for it lasts: one that is not there by then is dropped
/// for a refusal, and a stream of events ends. What is dropped takes back what it stands for, as when
/// its client goes away.
pub(crate) async fn while_it_lasts(
    leave: Leave,
    answering: impl Future<Output = Response>,
) -> Response {
    let response = tokio::select! {
        biased;
        () = leave.clone().over() => return refusal(Unidentified::Invalid),
        response = answering => response,
    };
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind != Some(b"text/event-stream") {
        return response;
    }
    response.map(|body| Body::from_stream(body.into_data_stream().take_until(leave.over())))
}

/// The one credential of a request: `Authorization: Bearer ...` or `X-API-Key`, once, and not both.
fn credential(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut given = headers.get_all(AUTHORIZATION).iter().map(|value| (value, Some("bearer")));
    let mut keys = headers.get_all("x-api-key").iter().map(|value| (value, None));
    let Some((value, scheme)) = given.next().or_else(|| keys.next()) else { return Ok(None) };
    if given.next().is_some() || keys.next().is_some() {
        return Err(no_credential("the request has more than one credential; send one"));
    }
    let how = "the credential is not one; send `Authorization: Bearer ...` or `X-API-Key: ...`";
    let text = value.to_str().map_err(|_| no_credential(how))?;
    let token = match (scheme, text.split_once(' ')) {
        (None, _) => text,
        (Some(known), Some((scheme, token))) if scheme.eq_ignore_ascii_case(known) => token,
        (Some(_), _) => return Err(no_credential(how)),
    };
    // The letters of RFC 6750: nothing else stands in keys and tokens.
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.is_empty() || token.len() > MAX_CREDENTIAL || !token.bytes().all(is_letter) {
        return Err(no_credential(how));
    }
    Ok(Some(token))
}

fn no_credential(detail: &str) -> Problem {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail);
    problem.with_challenge(Challenge::Invalid)
}

fn refusal(why: Unidentified) -> Response {
    let unauthorized = |detail: &str, challenge| {
        let problem = Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail);
        problem.with_challenge(challenge).into_response()
    };
    match why {
        Unidentified::Missing => unauthorized(
            "the request says not who sends it: give a key or a token as `Authorization: Bearer ...`",
            Challenge::Missing,
        ),
        Unidentified::Invalid => {
            unauthorized("the key or token is unknown, revoked or has expired", Challenge::Invalid)
        }
        Unidentified::Throttled { retry_after } => {
            let refusal = Refusal::new(
                ErrorCode::RateLimited,
                "too many wrong credentials came from there; wait as long as `Retry-After` says",
            );
            Problem::from(refusal.again_after(retry_after)).into_response()
        }
        Unidentified::Unavailable => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "identity_unavailable",
            "who sends the request cannot be checked now; try again",
        )
        .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::{MAX_CREDENTIAL, credential};

    fn of(headers: &[(&'static str, &str)]) -> Result<Option<String>, ()> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).expect("a value");
            map.append(HeaderName::from_static(name), value);
        }
        credential(&map).map(|found| found.map(str::to_owned)).map_err(drop)
    }

    #[test]
    fn a_credential_stands_in_one_of_two_headers() {
        assert_eq!(of(&[]), Ok(None));
        for scheme in ["Bearer", "bearer", "BEARER"] {
            assert_eq!(of(&[("authorization", &format!("{scheme} x"))]), Ok(Some("x".to_owned())));
        }
        assert_eq!(of(&[("x-api-key", "cex_a_b")]), Ok(Some("cex_a_b".to_owned())));
    }

    #[test]
    fn what_may_be_read_in_two_ways_is_none() {
        let long = format!("Bearer {}", "x".repeat(MAX_CREDENTIAL + 1));
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer  x",
            "Bearer x ",
            "Bearer x y",
            "Bearer\tx",
            "Basic eDp5",
            "x",
            "Bearer x,y",
            "Bearer \"x\"",
            &long,
        ] {
            assert_eq!(of(&[("authorization", value)]), Err(()), "{value:.20}");
        }
        assert_eq!(of(&[("x-api-key", "")]), Err(()));
        let bearer = ("authorization", "Bearer x");
        assert_eq!(of(&[bearer, bearer]), Err(()));
        assert_eq!(of(&[bearer, ("x-api-key", "x")]), Err(()));
        assert_eq!(of(&[("x-api-key", "x"), ("x-api-key", "x")]), Err(()));
    }
}
