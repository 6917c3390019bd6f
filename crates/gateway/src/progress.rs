//! News of a request whose program has not begun yet: what it is waiting for.

use std::sync::Arc;

/// Whoever reads the news.
type Reader = Arc<dyn Fn(&str) + Send + Sync>;

/// Where news goes. Nothing of what is told may hold code, arguments or secrets.
#[derive(Clone, Default)]
pub struct Progress(Option<Reader>);

impl Progress {
    /// News that nobody reads.
    pub fn unread() -> Self {
        Self::default()
    }

    /// News for a reader, who is called where it happens and must not block.
    pub fn new(reader: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(reader)))
    }

    /// Tells what is being done, in a few words.
    pub fn tell(&self, what: &str) {
        if let Some(reader) = &self.0 {
            reader(what);
        }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Progress").field(&self.0.is_some()).finish()
    }
}
