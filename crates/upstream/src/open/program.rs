//! A server that is a program: started, asked for its handshake, and once more without the probe
//! when it ended at the sight of it.

use std::sync::Arc;

use tokio::time::{timeout, timeout_at};

use crate::Program;
use crate::handshake::{Era, Failure, shake};
use crate::life::{Body, STATUS};
use crate::open::{NotOpened, Opened, Plan};
use crate::process::{self, Process, Started};
use crate::transport::{Stdio, Writer};

/// Opens a connection to a program.
pub(super) async fn open(
    plan: &Plan<'_>,
    program: &Program,
    era: Era,
) -> Result<Opened, NotOpened> {
    let failed = |attempt: Failed| NotOpened {
        reason: attempt.reason,
        era: attempt.next_era,
        wants_login: false,
    };
    match attempt(plan, program, era).await {
        Err(first) if first.again && !plan.stopping.is_cancelled() => {
            tracing::debug!(server = plan.server.name, "ended at the probe; started without it");
            attempt(plan, program, Era::Legacy).await.map_err(failed)
        }
        outcome => outcome.map_err(failed),
    }
}

struct Failed {
    reason: String,
    next_era: Era,
    /// Whether the probe may be to blame.
    again: bool,
}

async fn attempt(plan: &Plan<'_>, program: &Program, era: Era) -> Result<Opened, Failed> {
    let Started { mut process, input, output } =
        process::start(&plan.server.name, program, plan.config).map_err(|reason| Failed {
            reason,
            next_era: Era::Unknown,
            again: false,
        })?;
    let writer = Arc::new(Writer::new(input));
    let mut stdio = Stdio::new(
        plan.server.name.as_str().into(),
        output,
        Arc::clone(&writer),
        plan.config.max_result_bytes,
        plan.budget.clone(),
    );
    let shaken = tokio::select! {
        biased;
        () = plan.stopping.cancelled() => {
            process.kill().await;
            let reason = "we are stopping".to_owned();
            return Err(Failed { reason, next_era: Era::Unknown, again: false });
        }
        shaken = timeout_at(plan.deadline, shake(&mut stdio, era)) => shaken,
    };
    match shaken {
        Ok(Ok((information, era))) => {
            Ok(plan.connected(Body::Process(process, writer), stdio, information, era))
        }
        Ok(Err(failure)) => Err(refused(failure, &mut process).await),
        Err(_) => {
            let noise = stdio.noise();
            process.kill().await;
            // It may have choked on the probe: the next start does without, and the one after
            // a failed start without it tries it again.
            let next_era = if era == Era::Legacy { Era::Unknown } else { Era::Legacy };
            Err(Failed { reason: silent(plan, noise), next_era, again: false })
        }
    }
}

fn silent(plan: &Plan<'_>, noise: usize) -> String {
    let printed = if noise == 0 {
        "printed nothing on standard output".to_owned()
    } else {
        format!("printed only {noise} bytes that are no MCP messages on standard output")
    };
    format!(
        "it did not answer the handshake within {} ms and {printed}: check that it is an MCP server \
         for stdio, see its standard error in the log at debug level, or raise its start timeout",
        plan.limit.as_millis()
    )
}

async fn refused(failure: Failure, process: &mut Process) -> Failed {
    let again = failure == Failure::Closed { probed: true };
    let reason = match failure {
        Failure::Closed { .. } => {
            let how = match timeout(STATUS, process.ended()).await {
                Ok(how) => how,
                Err(_) => "it closed its standard output".to_owned(),
            };
            format!("{how} before it answered: see its standard error in the log at debug level")
        }
        Failure::Noise => {
            "it printed more than 1 MiB on standard output that are no MCP messages: \
                           check that it is an MCP server for stdio"
                .to_owned()
        }
        Failure::Refused(what) => what,
    };
    process.kill().await;
    Failed { reason, next_era: Era::Unknown, again }
}
