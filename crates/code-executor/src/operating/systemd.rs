//! What a service manager is told, by systemd's protocol: that we stand, that we reload, that we stop,
//! and that we are still alive. Without `NOTIFY_SOCKET` nobody is told.

use std::net::SocketAddr;

use sd_notify::NotifyState;

/// We take requests.
pub fn ready(address: SocketAddr) {
    let status = format!("serving on {address}");
    tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
}

/// We read our configuration anew; [`reloaded`] follows.
pub fn reloading() {
    // The time lets the manager tell this reload from one before.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// That is done, with this result.
pub fn reloaded(result: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(result)]);
}

/// We take no more requests, and let those come to their ends.
pub fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("waiting for executions to end")]);
}

/// Tells the manager that we are alive, twice as often as it wants, where it wants that. A host whose
/// tasks no longer get their turn says nothing, and is started anew.
pub fn watch() {
    let Some(limit) = sd_notify::watchdog_enabled() else { return };
    tokio::spawn(async move {
        let mut turn = tokio::time::interval(limit / 2);
        loop {
            turn.tick().await;
            tell(&[NotifyState::Watchdog]);
        }
    });
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}
