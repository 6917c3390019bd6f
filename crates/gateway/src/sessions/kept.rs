//! What a session holds between two programs: its process, stopped, and what it was given.

use sandbox::Child;

use crate::dependencies::Prepared;
use crate::reach::Given;
use crate::sessions::Body;

/// A child with what it was given.
pub(crate) struct Kept {
    pub(crate) child: Child,
    pub(crate) given: Given,
    /// Its packages, which stay installed as long as this is there.
    pub(crate) packages: Option<Prepared>,
}

impl Kept {
    /// Which packages it has.
    pub(crate) fn environment(&self) -> Option<&str> {
        self.packages.as_ref().map(|packages| packages.environment().key.as_str())
    }
}

impl Body for Kept {
    fn is_alive(&self) -> bool {
        self.child.is_running()
    }

    async fn end(self) {
        self.child.kill();
        self.child.exit().await;
    }
}
