//! An HTTP API without MCP: its description is read, and a server of ours speaks for it over a pipe
//! within this process.

use std::sync::Arc;

use tokio::time::timeout_at;

use crate::OpenApi;
use crate::handshake::{Era, shake};
use crate::life::Body;
use crate::open::{NotOpened, Opened, Plan};
use crate::rest::load::{Start, load};
use crate::rest::server::serve;
use crate::task::{self, Kind};
use crate::transport::{Stdio, Writer};

/// How much may wait in the pipe, in each direction.
const PIPE: usize = 64 * 1024;

/// Makes the server of an API, and a connection to it.
pub(super) async fn open(plan: &Plan<'_>, entry: &OpenApi) -> Result<Opened, NotOpened> {
    let opened = tokio::select! {
        biased;
        () = plan.stopping.cancelled() => Err("we are stopping".to_owned()),
        opened = timeout_at(plan.deadline, attempt(plan, entry)) => opened.unwrap_or_else(|_| {
            Err(format!(
                "its OpenAPI document was not read within {} ms: check where it is, or raise its \
                 start timeout",
                plan.limit.as_millis()
            ))
        }),
    };
    opened.map_err(|reason| NotOpened { reason, era: Era::Modern, wants_login: false })
}

async fn attempt(plan: &Plan<'_>, entry: &OpenApi) -> Result<Opened, String> {
    let name = plan.server.name.as_str();
    let longest = plan.config.max_call_timeout.max(plan.config.call_timeout).max(plan.limit);
    let timeout = plan.server.call_timeout.unwrap_or_default().max(longest);
    let start = Start { name, config: plan.config, timeout };
    let server = Arc::new(load(&start, entry).await?);
    let (ours, theirs) = tokio::io::duplex(PIPE);
    let (input, output) = tokio::io::split(theirs);
    // It ends with the link, which closes its end of the pipe.
    task::spawn(Kind::Serve, name, async move { serve(server, input, output).await });
    let (output, input) = tokio::io::split(ours);
    let (limit, budget) = (plan.config.max_result_bytes, plan.budget.clone());
    let writer = Arc::new(Writer::new(input));
    let mut link = Stdio::new(name.into(), output, writer, limit, budget);
    match shake(&mut link, Era::Modern).await {
        Ok((information, era)) => Ok(plan.connected(Body::Remote, link, information, era)),
        Err(failure) => Err(format!("our own server for it did not start: {failure:?}")),
    }
}
