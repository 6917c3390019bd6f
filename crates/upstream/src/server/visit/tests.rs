//! What a use that outlives its connection says of the server.

use serde_json::Map;
use tokio::sync::Semaphore;

use super::*;
use crate::server::Shared;
use crate::tests::support::{AMPLE, fake, until};
use crate::transport::Budget;

#[tokio::test]
async fn a_late_answer_of_a_connection_that_is_gone_closes_no_circuit() {
    let fakes = fake(&[]);
    let mut config = fakes.config.clone();
    let settings = config.servers.remove(0);
    let shared = Shared {
        budget: Budget::new(config.in_flight_bytes),
        starts: Semaphore::new(1),
        config: Arc::new(config),
    };
    let server = Arc::new(Server::new(settings, Arc::new(shared)));
    let patience = server.patience(AMPLE);
    let late = server.visit("echo", &patience).await.unwrap();
    server.call("die", Map::new(), AMPLE).await.unwrap_err();
    until("its end", async || server.lock().breaker.last().is_some()).await;
    late.end(Ok(())).unwrap();
    let known = server.lock().breaker.last().map(str::to_owned);
    assert!(known.is_some_and(|last| last.contains("status 9")), "the failure is forgotten");
    // One of the connection that stands counts.
    server.visit("echo", &patience).await.unwrap().end(Ok(())).unwrap();
    assert_eq!(server.lock().breaker.last(), None);
    server.stop().await;
}
