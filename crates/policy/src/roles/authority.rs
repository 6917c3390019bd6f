//! The policy in force. It is replaced while programs run: what they call next is decided by the
//! new one. A file that cannot be used leaves the last good one in force.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;
use types::{Principal, RolesHealth};

use crate::roles::file::Roles;
use crate::roles::rights::{Rights, Shared};

/// Callers whose rights are remembered: those of now, and as many of before.
const HALF: usize = 256;

/// Who may do what, by the policy file of now; cheap to clone.
#[derive(Clone)]
pub struct Authority(Arc<Inner>);

struct Inner {
    now: RwLock<Arc<Loaded>>,
    problem: Mutex<Option<String>>,
    /// Told of each replacement.
    changed: watch::Sender<()>,
}

struct Loaded {
    roles: Roles,
    known: Mutex<Known>,
}

/// Rights that were asked for lately, and those that were before: when the first are many, they
/// become the second, and those are forgotten.
#[derive(Default)]
struct Known {
    lately: HashMap<Caller, Shared>,
    before: HashMap<Caller, Shared>,
}

/// What of a principal its rights depend on.
type Caller = (String, String, Vec<String>);

impl Authority {
    /// By this file.
    pub fn new(roles: Roles) -> Self {
        let now = RwLock::new(Loaded::new(roles));
        let changed = watch::Sender::new(());
        Self(Arc::new(Inner { now, problem: Mutex::default(), changed }))
    }

    /// Tells whenever another policy is in force.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    /// What a caller may now. To be asked for anew with every call: the file may have changed.
    pub fn rights(&self, principal: &Principal) -> Arc<Rights> {
        let now = Arc::clone(&self.0.now.read().unwrap_or_else(PoisonError::into_inner));
        let Principal { tenant, subject, roles, .. } = principal;
        let caller = (tenant.clone(), subject.clone(), roles.clone());
        let mut known = now.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rights) = known.lately.get(&caller) {
            return Arc::clone(rights);
        }
        let before = known.before.remove(&caller);
        let rights = before.unwrap_or_else(|| Arc::new(Rights::new(&now.roles, principal)));
        if known.lately.len() >= HALF {
            known.before = std::mem::take(&mut known.lately);
        }
        known.lately.insert(caller, Arc::clone(&rights));
        rights
    }

    /// Puts another file in force.
    pub fn replace(&self, roles: Roles) {
        *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = Loaded::new(roles);
        self.set_problem(None);
        self.0.changed.send_replace(());
    }

    /// Leaves what is in force, and says in health why there is nothing later; or that nothing is in the
    /// way any more.
    pub fn keep(&self, problem: Option<String>) {
        self.set_problem(problem);
    }

    /// The version in force, where versions have numbers.
    pub fn version(&self) -> Option<i64> {
        self.0.now.read().unwrap_or_else(PoisonError::into_inner).roles.version()
    }

    /// How it stands.
    pub fn health(&self) -> RolesHealth {
        let now = Arc::clone(&self.0.now.read().unwrap_or_else(PoisonError::into_inner));
        let problem = self.0.problem.lock().unwrap_or_else(PoisonError::into_inner);
        RolesHealth {
            rules: now.roles.rules().len(),
            version: now.roles.version(),
            error: problem.clone(),
        }
    }

    fn set_problem(&self, problem: Option<String>) {
        *self.0.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }
}

impl Loaded {
    fn new(roles: Roles) -> Arc<Self> {
        Arc::new(Self { roles, known: Mutex::default() })
    }
}
