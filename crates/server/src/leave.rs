//! Leave to ask: what somebody was given with a credential, for as long as the credential holds.

use std::sync::Arc;

use gateway::Over;
use tokio_util::sync::CancellationToken;

/// Leave to ask. It is over once the credential is taken back or its time has come; what was begun
/// with it, a program or a stream, ends then. Clones are the same leave.
#[derive(Debug, Clone, Default)]
pub struct Leave(Arc<CancellationToken>);

impl Leave {
    /// Takes it back, from everybody who has a clone.
    pub fn withdraw(&self) {
        self.0.cancel();
    }

    /// Whether anybody has a clone: something that was begun with it goes on.
    pub fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.0) > 1
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Whether it is over, for whatever goes on after the request: as long as somebody may ask that, it is
    /// in use.
    pub(crate) fn watched(&self) -> Over {
        let leave = self.clone();
        Arc::new(move || leave.is_over())
    }

    /// Returns once it is over. As long as this is waited for, it is in use.
    pub(crate) async fn over(self) {
        self.0.cancelled().await;
    }
}
