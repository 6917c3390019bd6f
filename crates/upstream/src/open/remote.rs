//! A server over HTTP: by Streamable HTTP, and by the older transport where that is what it has.

use tokio::time::timeout_at;

use crate::Http;
use crate::config::HttpStyle;
use crate::handshake::{Era, Failure, shake};
use crate::life::Body;
use crate::open::{NotOpened, Opened, Plan};
use crate::transport::http::{Client, Goodbye, HttpLink};

/// Opens a connection to a server over HTTP.
pub(super) async fn open(plan: &Plan<'_>, http: &Http, era: Era) -> Result<Opened, NotOpened> {
    let opened = tokio::select! {
        biased;
        () = plan.stopping.cancelled() => Err(Failed::plainly("we are stopping")),
        opened = timeout_at(plan.deadline, attempt(plan, http, era)) => {
            opened.unwrap_or_else(|_| Err(Failed::plainly(silent(plan))))
        }
    };
    // What it speaks shows at once, whatever was believed before.
    opened.map_err(|Failed { reason, wants_login, .. }| NotOpened {
        reason,
        era: Era::Unknown,
        wants_login,
    })
}

async fn attempt(plan: &Plan<'_>, http: &Http, era: Era) -> Result<Opened, Failed> {
    match http.style {
        HttpStyle::Streamable => streamable(plan, http, era).await,
        HttpStyle::Sse => older(plan, http).await,
        HttpStyle::Auto => match streamable(plan, http, era).await {
            Ok(opened) => Ok(opened),
            Err(failed) if !failed.looks_older => Err(failed),
            Err(Failed { reason, .. }) => {
                tracing::debug!(server = plan.server.name, "tried by the older transport");
                older(plan, http).await.map_err(|older| {
                    let Failed { reason: older, wants_login, .. } = older;
                    let reason = format!("{reason}; and by the older transport of events, {older}");
                    Failed { wants_login, ..Failed::plainly(reason) }
                })
            }
        },
    }
}

/// Why Streamable HTTP did not do.
struct Failed {
    reason: String,
    /// Whether a server of the older transport would have answered so.
    looks_older: bool,
    wants_login: bool,
}

impl Failed {
    fn plainly(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), looks_older: false, wants_login: false }
    }
}

async fn streamable(plan: &Plan<'_>, http: &Http, era: Era) -> Result<Opened, Failed> {
    let client = client(plan, http).await.map_err(Failed::plainly)?;
    let (limit, budget) = (plan.config.max_result_bytes, plan.budget.clone());
    let (link, goodbye) = HttpLink::streamable(&plan.server.name, client, limit, budget);
    connect(plan, link, goodbye, era).await
}

async fn older(plan: &Plan<'_>, http: &Http) -> Result<Opened, Failed> {
    let client = client(plan, http).await.map_err(Failed::plainly)?;
    let (limit, budget) = (plan.config.max_result_bytes, plan.budget.clone());
    let opened = HttpLink::older(&plan.server.name, client, limit, budget).await;
    let (link, goodbye) = opened.map_err(|failed| Failed::plainly(failed.reason))?;
    connect(plan, link, goodbye, Era::Legacy).await
}

async fn connect(
    plan: &Plan<'_>,
    mut link: HttpLink,
    goodbye: Goodbye,
    era: Era,
) -> Result<Opened, Failed> {
    match shake(&mut link, era).await {
        Ok((information, era)) => {
            Ok(plan.connected(Body::Http(Some(goodbye)), link, information, era))
        }
        Err(failure) => {
            let reason = match failure {
                Failure::Closed { .. } => "it closed its stream of events".to_owned(),
                Failure::Noise => "what it sends is no MCP".to_owned(),
                Failure::Refused(what) => what,
            };
            let (looks_older, wants_login) = (link.looks_older(), link.wants_login());
            Err(Failed { reason, looks_older, wants_login })
        }
    }
}

async fn client(plan: &Plan<'_>, http: &Http) -> Result<Client, String> {
    Client::new(&plan.server.name, http, plan.config).await
}

fn silent(plan: &Plan<'_>) -> String {
    format!(
        "it did not answer the handshake within {} ms: check its url and whether it is running, or \
         raise its start timeout",
        plan.limit.as_millis()
    )
}
