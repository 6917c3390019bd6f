//! The recorder of metrics, and their text as Prometheus scrapes it.

use std::time::Duration;

use gateway::Gateway;
use gateway::metrics::{BUCKETS, BUILD_INFO, describe};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::compose::VERSION;
use crate::telemetry::process;

/// How often what histograms have collected is summed up, whether anybody scrapes or not: until then
/// each observation is kept.
const UPKEEP: Duration = Duration::from_secs(5);

/// The metrics of this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Records from now on. To be called once, inside the runtime.
    pub fn install() -> anyhow::Result<Self> {
        let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder)
            .map_err(|_| anyhow::anyhow!("metrics are recorded already"))?;
        describe();
        metrics::gauge!(BUILD_INFO, "version" => VERSION).set(1.0);
        let upkeep = handle.clone();
        tokio::spawn(async move {
            let mut turn = tokio::time::interval(UPKEEP);
            loop {
                turn.tick().await;
                upkeep.run_upkeep();
            }
        });
        Ok(Self(handle))
    }

    /// All of them as they are now.
    pub fn render(&self, gateway: &Gateway) -> String {
        gateway.measure();
        let mut text = self.0.render();
        text.push_str(&process::render());
        text
    }
}
