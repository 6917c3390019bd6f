//! The requests of one execution, under its grant.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Response as Answer, StatusCode, Version,
    body::{Body as _, Incoming},
    header::{self, HeaderValue},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::{
    Body, Config, Error, Grant, Observer, Redirect, Request, Response,
    body::{Limits, Reading},
    clock::Clock,
    connection::{Connection, Dialler, Idle, Unsent},
    decode::Decoder,
    egress::Shared,
    record::Recording,
    redirect,
    request::Prepared,
    response::{self, Coding},
    target::{Origin, Target},
};

/// What one execution may reach, what it used of its share, and its open connections. Cheap to clone;
/// the last clone that goes closes them.
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    own: Arc<Own>,
}

struct Own {
    grant: Grant,
    requests: AtomicUsize,
    places: Arc<Semaphore>,
    idle: Arc<Idle>,
}

/// An answer whose body was not looked at.
struct Answered {
    target: Target,
    method: Method,
    redirected: bool,
    connection: Connection,
    answer: Answer<Incoming>,
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, grant: Grant) -> Self {
        let own = Own {
            grant,
            requests: AtomicUsize::new(0),
            places: places(shared.config.concurrent),
            idle: Arc::default(),
        };
        Self { shared, own: Arc::new(own) }
    }

    /// What may be reached: the request cut down to what the operator allows.
    pub fn grant(&self) -> &Grant {
        &self.own.grant
    }

    /// Makes a request. `observer` hears of it, and of each redirect, whatever becomes of them.
    /// Dropping the future or the response's body ends it, as `cancel` does.
    pub async fn fetch(
        &self,
        request: Request,
        observer: &Observer,
        cancel: CancellationToken,
    ) -> Result<Response, Error> {
        let clock = Clock::start(self.shared.config.total_timeout, cancel);
        let mut recording = Recording::start(observer, "");
        let made = clock.bound(self.make(&request, observer, &mut recording)).await;
        let fits = made.and_then(|(answered, places)| {
            self.check_length(&answered)?;
            Ok((answered, places))
        });
        match fits {
            Ok((answered, places)) => Ok(self.response(answered, places, clock, recording)),
            Err(error) => {
                recording.fail(&error);
                Err(error)
            }
        }
    }

    async fn make(
        &self,
        request: &Request,
        observer: &Observer,
        recording: &mut Recording,
    ) -> Result<(Answered, [OwnedSemaphorePermit; 2]), Error> {
        self.count()?;
        let prepared = Prepared::new(request, &self.shared.config)?;
        recording.method(prepared.method.as_str());
        let target = Target::parse(&request.url)?;
        self.check(target.origin(), recording)?;
        let places = [place(&self.own.places).await?, place(&self.shared.places).await?];
        let answered = self.follow(prepared, target, request.redirect, observer, recording).await?;
        Ok((answered, places))
    }

    /// The request, and what it is redirected to, each checked as if it were the first.
    async fn follow(
        &self,
        mut prepared: Prepared,
        mut target: Target,
        mode: Redirect,
        observer: &Observer,
        recording: &mut Recording,
    ) -> Result<Answered, Error> {
        let limit = self.shared.config.redirects;
        for hops in 0.. {
            let (connection, answer) = self.exchange(&prepared, &target, recording).await?;
            let status = answer.status();
            if status == StatusCode::SWITCHING_PROTOCOLS {
                return Err(target.origin().protocol("it switches to another protocol"));
            }
            let next = match mode {
                Redirect::Manual => None,
                Redirect::Error if redirect::is_redirect(status) => return Err(Error::Redirected),
                Redirect::Error => None,
                Redirect::Follow => redirect::location(&target, status, answer.headers())?,
            };
            let Some(next) = next else {
                let (method, redirected) = (prepared.method, hops > 0);
                return Ok(Answered { target, method, redirected, connection, answer });
            };
            if hops >= limit {
                return Err(Error::TooManyRedirects { limit });
            }
            recording.succeed();
            redirect::rewrite(&mut prepared, status, &target, &next);
            *recording = Recording::start(observer, prepared.method.as_str());
            target = next;
            self.count()?;
            self.check(target.origin(), recording)?;
        }
        Err(Error::TooManyRedirects { limit })
    }

    /// Takes one more request from the execution's share, whatever becomes of it.
    fn count(&self) -> Result<(), Error> {
        let limit = self.shared.config.requests;
        let next = |made: usize| (made < limit).then_some(made + 1);
        let counted = self.own.requests.try_update(Ordering::Relaxed, Ordering::Relaxed, next);
        counted.map(drop).map_err(|_| Error::TooManyRequests { limit })
    }

    /// Whether the execution may go there.
    fn check(&self, origin: &Origin, recording: &mut Recording) -> Result<(), Error> {
        recording.goes_to(origin);
        let grants = [&self.own.grant, &self.shared.config.allow];
        grants.iter().try_for_each(|grant| grant.check_origin(origin))
    }

    async fn exchange(
        &self,
        prepared: &Prepared,
        target: &Target,
        recording: &mut Recording,
    ) -> Result<(Connection, Answer<Incoming>), Error> {
        let origin = target.origin();
        let mut request = message(prepared, target)?;
        recording.sent(prepared.body.len());
        let mut kept = self.own.idle.take(origin).await;
        loop {
            let is_kept = kept.is_some();
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => self.dialler().connect(origin).await?,
            };
            match connection.send(request).await {
                Ok(answer) => {
                    recording.status(answer.status().as_u16());
                    return Ok((connection, answer));
                }
                // A connection that was kept too long.
                Err(Unsent::Untouched(unsent)) if is_kept => request = unsent,
                Err(Unsent::Untouched(_)) => return Err(origin.protocol(CLOSED)),
                Err(Unsent::Failed(error)) if error.is_parse_too_large() => {
                    return Err(self.shared.config.head_too_large());
                }
                Err(Unsent::Failed(error)) => return Err(origin.broken(&error)),
            }
        }
    }

    fn dialler(&self) -> Dialler<'_> {
        let Shared { config, network, tls, .. } = &*self.shared;
        Dialler { config, network: &**network, tls }
    }

    /// Whether the body that is announced fits at all.
    fn check_length(&self, answered: &Answered) -> Result<(), Error> {
        let limits = Limits::new(&self.shared.config);
        match answered.answer.body().size_hint().lower() > limits.sent as u64 {
            true => Err(limits.too_large()),
            false => Ok(()),
        }
    }

    fn response(
        &self,
        answered: Answered,
        places: [OwnedSemaphorePermit; 2],
        clock: Clock,
        recording: Recording,
    ) -> Response {
        let Answered { target, method, redirected, connection, answer } = answered;
        let limits = Limits::new(&self.shared.config);
        let (head, incoming) = answer.into_parts();
        let decoder = decoder(&method, head.status, &head.headers, limits.decompressed);
        let coding = if decoder.is_some() { Coding::Removed } else { Coding::Kept };
        let reading = Reading {
            incoming,
            decoder,
            limits,
            origin: target.origin().clone(),
            clock,
            recording,
            connection: Some(connection),
            idle: Arc::clone(&self.own.idle),
            places,
            pending: Bytes::new(),
            received: 0,
        };
        Response {
            status: head.status.as_u16(),
            status_text: response::status_text(head.status, &head.extensions),
            url: target.shown(),
            redirected,
            headers: response::shown_headers(&head.headers, coding),
            body: Body::new(reading),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("grant", &self.own.grant).finish_non_exhaustive()
    }
}

pub(crate) const CLOSED: &str = "the connection ended before the answer was complete";

impl Origin {
    pub(crate) fn protocol(&self, reason: &'static str) -> Error {
        Error::Protocol { host: self.host.to_string(), port: self.port, reason }
    }

    pub(crate) fn broken(&self, error: &hyper::Error) -> Error {
        let is_wrong = error.is_parse() || error.is_user();
        self.protocol(if is_wrong { "it is not valid HTTP/1.1" } else { CLOSED })
    }
}

impl Config {
    fn head_too_large(&self) -> Error {
        let (bytes, headers) = (self.response_header_bytes, self.response_headers);
        Error::TooLarge {
            what: "the response's head",
            limit: format!("{bytes} bytes in {headers} headers"),
        }
    }
}

/// So many places for requests that are under way.
pub(crate) fn places(count: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)))
}

async fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Error> {
    Arc::clone(places).acquire_owned().await.map_err(|_| Error::Cancelled)
}

/// The request as it goes out. Its framing is the library's, from the body's length.
fn message(prepared: &Prepared, target: &Target) -> Result<hyper::Request<Full<Bytes>>, Error> {
    let mut request = hyper::Request::new(Full::new(prepared.body.clone()));
    let bad = || Error::BadUrl { reason: "its path or query cannot be sent" };
    *request.method_mut() = prepared.method.clone();
    *request.version_mut() = Version::HTTP_11;
    *request.uri_mut() = target.path_and_query().parse().map_err(|_| bad())?;
    *request.headers_mut() = prepared.headers.clone();
    let host = HeaderValue::from_str(target.authority()).map_err(|_| bad())?;
    request.headers_mut().insert(header::HOST, host);
    Ok(request)
}

/// Nothing for an answer without a body, or with a coding that is the program's to understand.
fn decoder(
    method: &Method,
    status: StatusCode,
    headers: &hyper::HeaderMap,
    limit: usize,
) -> Option<Decoder> {
    let has_body = *method != Method::HEAD
        && status != StatusCode::NO_CONTENT
        && status != StatusCode::NOT_MODIFIED;
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (Some(coding), None) if has_body => Decoder::new(coding.to_str().ok()?, limit),
        _ => None,
    }
}
