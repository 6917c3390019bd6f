//! Whoever asks, and what it may by its roles. The policy file may change while a program runs, so
//! each call and each question is decided by a [`View`] of its own.

use std::sync::Arc;

use catalog::names;
use policy::roles::{Act, Authority, Rights};
use tokio_util::sync::CancellationToken;
use types::{Principal, Refusal};

use crate::engine::Engine;

/// Says whether the credential of a caller holds no more. As long as there is one, it is looked at
/// whether it does.
pub type Over = Arc<dyn Fn() -> bool + Send + Sync>;

/// How long a request stands.
#[derive(Clone, Default)]
pub struct Client {
    /// Cancelled when its client no longer wants it, or may no longer ask.
    pub cancel: CancellationToken,
    /// Of what goes on after the request: whether the caller may no longer ask.
    pub over: Option<Over>,
}

impl From<CancellationToken> for Client {
    fn from(cancel: CancellationToken) -> Self {
        Self { cancel, over: None }
    }
}

/// Who asks.
#[derive(Clone)]
pub struct Caller {
    authority: Option<Authority>,
    principal: Principal,
}

/// What a caller may at this moment.
#[derive(Clone)]
pub struct View(Option<Arc<Rights>>);

impl Caller {
    /// This one; without an authority it may everything.
    pub fn new(authority: Option<&Authority>, principal: &Principal) -> Self {
        Self { authority: authority.cloned(), principal: principal.clone() }
    }

    /// What it may now.
    pub fn view(&self) -> View {
        View(self.authority.as_ref().map(|authority| authority.rights(&self.principal)))
    }
}

impl Caller {
    /// The caller as limits know it: with the roles that the policy file gives it, too.
    pub fn charged(&self) -> Principal {
        let mut principal = self.principal.clone();
        if let Some(authority) = &self.authority {
            principal.roles = authority.rights(&principal).roles().map(str::to_owned).collect();
        }
        principal
    }
}

impl Caller {
    /// The roles it is in now, in order.
    pub fn roles(&self) -> Vec<String> {
        let mut roles = self.charged().roles;
        roles.sort_unstable();
        roles.dedup();
        roles
    }
}

impl View {
    /// Of somebody who may everything.
    pub fn everything() -> Self {
        Self(None)
    }

    /// Whether a policy file says what the caller may.
    pub fn is_limited(&self) -> bool {
        self.0.is_some()
    }

    /// Whether a tool may be called, or what a server has beside tools read by this name.
    pub fn may_call(&self, name: &str) -> bool {
        self.may(Act::Call, name)
    }

    /// Whether the caller may do this.
    pub fn may(&self, act: Act, what: &str) -> bool {
        self.0.as_ref().is_none_or(|rights| rights.may(act, what))
    }

    /// Whether a rule denies this, whatever else is said.
    pub fn is_denied(&self, act: Act, what: &str) -> bool {
        self.0.as_ref().is_some_and(|rights| rights.is_denied(act, what))
    }

    /// What rules allow of this kind, as they are written; `None` when everything is allowed.
    pub fn allowed(&self, act: Act) -> Option<Vec<String>> {
        self.0.as_ref().map(|rights| rights.allowed(act).map(str::to_owned).collect())
    }

    /// Whether there may be anything of a server for the caller. The others are not told of.
    pub fn sees(&self, server: &str) -> bool {
        let reached = |rights: &Arc<Rights>| rights.reaches_server(&names::server_segment(server));
        self.0.as_ref().is_none_or(reached)
    }

    /// Whether the caller may have programs run by an engine.
    pub fn may_run(&self, engine: Engine) -> bool {
        self.may(Act::Run, &format!("{}/{}", engine.language().as_str(), engine.as_str()))
    }

    /// Refuses a program that the caller may not run; shortens its time to what the caller may have.
    pub fn admit(
        &self,
        engine: Engine,
        asked: Option<u64>,
        timeout_ms: &mut u64,
    ) -> Result<(), Refusal> {
        match &self.0 {
            Some(rights) => rights.admit(engine.language(), engine.as_str(), asked, timeout_ms),
            None => Ok(()),
        }
    }
}

/// Why a tool may not be called that the caller's own list has.
pub fn not_by_roles(tool: &str) -> String {
    format!(
        "tool \"{tool}\" may not be called: the roles of the caller do not allow it; ask the \
         operator for one that does"
    )
}
