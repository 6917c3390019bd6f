//! Metrics and traces of a host that serves, from its first request to its last.

use std::sync::Arc;
use std::time::Duration;

use gateway::Gateway;
use gateway::trace::Spans;
use server::{Readers, Scrape};

use crate::config::env::Environment;
use crate::telemetry::traces::{Exporter, wanted};
use crate::telemetry::{Metrics, announce};

/// How long the last spans may take to be sent.
const LAST_SPANS: Duration = Duration::from_secs(3);

/// What watches a host.
pub struct Watching {
    metrics: Option<Metrics>,
    exporter: Option<Exporter>,
}

impl Watching {
    /// Of one that can be scraped.
    pub async fn with_metrics(environment: &Environment) -> anyhow::Result<Self> {
        let metrics = Some(Metrics::install()?);
        Ok(Self { metrics, ..Self::start(environment).await })
    }

    /// Of one that nobody can scrape.
    pub async fn start(environment: &Environment) -> Self {
        let (wanted, notices) = wanted(environment);
        announce(&notices);
        let exporter = match wanted {
            None => None,
            Some(wanted) => match Exporter::start(wanted).await {
                Ok(exporter) => Some(exporter),
                Err(error) => {
                    tracing::error!("no traces are sent: {error}");
                    None
                }
            },
        };
        Self { metrics: None, exporter }
    }

    /// Where spans go, if anywhere.
    pub fn spans(&self) -> Option<Arc<dyn Spans>> {
        let exporter = self.exporter.clone()?;
        Some(Arc::new(exporter))
    }

    /// What is scraped.
    pub fn scrape(&self, gateway: &Gateway, readers: Readers) -> Option<Scrape> {
        let (metrics, gateway) = (self.metrics.clone()?, gateway.clone());
        Some(Scrape { render: Arc::new(move || metrics.render(&gateway)), readers })
    }

    /// Sends what is still to be sent.
    pub async fn end(self) {
        if let Some(exporter) = self.exporter {
            exporter.shutdown(LAST_SPANS).await;
        }
    }
}
