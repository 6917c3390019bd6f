//! The list of tools as one client sees it: which languages are run, and which of them its roles allow.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use rmcp::model::Tool;
use tokio::sync::watch;

use gateway::Languages;
use types::Principal;

use crate::Config;
use crate::backend::Backend;
use crate::mcp::handler::language_of;
use crate::mcp::tools;

/// What tells a list from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Print(u64);

impl Print {
    /// Of these tools.
    pub(crate) fn of(tools: &[Tool]) -> Self {
        let mut hasher = DefaultHasher::new();
        // Ours can always be written.
        serde_json::to_string(tools).unwrap_or_default().hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// The list of tools as one client sees it.
pub(crate) trait Shown: Send + 'static {
    /// As it is now.
    fn print(&mut self) -> Print;

    /// Returns when it may have become another; `false` when it never will.
    fn changed(&mut self) -> impl Future<Output = bool> + Send;
}

/// The list of whoever asks, who may come back with other roles.
pub(crate) struct List<B> {
    backend: B,
    config: Arc<Config>,
    languages: watch::Receiver<Languages>,
    roles: Option<watch::Receiver<()>>,
    caller: watch::Receiver<Option<Arc<Principal>>>,
}

impl<B: Backend> List<B> {
    /// Of the caller of the moment.
    pub(crate) fn new(
        backend: B,
        config: Arc<Config>,
        caller: watch::Receiver<Option<Arc<Principal>>>,
    ) -> Self {
        let (languages, roles) = (backend.languages(), backend.roles());
        Self { backend, config, languages, roles, caller }
    }

    /// Of one caller.
    pub(crate) fn of(backend: B, config: Arc<Config>, caller: Arc<Principal>) -> Self {
        // With the sender gone it never changes.
        Self::new(backend, config, watch::channel(Some(caller)).1)
    }
}

impl<B: Backend> Shown for List<B> {
    fn print(&mut self) -> Print {
        if let Some(roles) = &mut self.roles {
            roles.mark_unchanged();
        }
        let offered = tools::offered(&self.config, &self.languages.borrow_and_update());
        let caller = self.caller.borrow_and_update().clone();
        Print::of(&match caller {
            Some(caller) => seen_by(&self.backend, &caller, offered),
            None => offered,
        })
    }

    async fn changed(&mut self) -> bool {
        let Self { languages, roles, caller, .. } = self;
        let of_roles = async {
            let changed = match roles {
                Some(roles) => roles.changed().await.is_ok(),
                None => false,
            };
            if !changed {
                std::future::pending().await
            }
        };
        let of_caller = async {
            if caller.changed().await.is_err() {
                std::future::pending().await
            }
        };
        tokio::select! {
            changed = languages.changed() => changed.is_ok(),
            () = of_roles => true,
            () = of_caller => true,
        }
    }
}

/// Those of our tools that somebody may use.
pub(crate) fn seen_by(
    backend: &impl Backend,
    principal: &Principal,
    mut tools: Vec<Tool>,
) -> Vec<Tool> {
    tools.retain(|tool| {
        let may_run = |language| backend.may_run(principal, language);
        tools::scope(&tool.name).is_none_or(|scope| principal.may(scope))
            && language_of(&tool.name).is_none_or(may_run)
    });
    tools
}
