//! Ends the sessions whose time has come, whose process is gone, or whose client may no longer have
//! what they were begun with: looked at every now and then, as long as there are sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use policy::roles::Authority;

use crate::caller::Caller;
use crate::engine::Engine;
use crate::live::Current;
use crate::sessions::table::{Body, Phase, Session, Sessions};
use crate::sessions::{Fixed, Why};
use crate::task::{self, Kind};

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(1);

/// Whoever looks.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) current: Arc<Current>,
    pub(crate) roles: Option<Authority>,
    pub(crate) looks: Arc<AtomicBool>,
}

impl Watch {
    /// Looks from now on, unless it does.
    pub(crate) fn start<C: Body>(&self, sessions: &Sessions<C>) {
        if self.looks.swap(true, SeqCst) {
            return;
        }
        let (this, sessions) = (self.clone(), sessions.downgrade());
        task::spawn(Kind::Watch, async move {
            loop {
                tokio::time::sleep(LOOK).await;
                let Some(sessions) = sessions() else { return };
                for session in sessions.stopped() {
                    if let Some(why) = this.judge(&session).await {
                        sessions.end_stopped(&session, why);
                    }
                }
                if sessions.expire(Instant::now()) {
                    continue;
                }
                this.looks.store(false, SeqCst);
                // Somebody may have come in between, and have seen that it is looked.
                if !sessions.expire(Instant::now()) || this.looks.swap(true, SeqCst) {
                    return;
                }
            }
        });
    }

    /// Why a session in which nothing runs is to end, if it is.
    async fn judge<C: Body>(&self, session: &Session<C>) -> Option<Why> {
        let (grants, over, dead) = {
            let state = session.state();
            let Phase::Stopped(body) = &state.phase else { return None };
            (state.grants.clone(), state.credential.clone(), !body.is_alive())
        };
        if dead {
            return Some(Why::Died);
        }
        if over.is_some_and(|over| over()) {
            return Some(Why::Credential);
        }
        let Fixed { principal, roles, permissions, .. } = &session.fixed;
        let caller = Caller::new(self.roles.as_ref(), principal);
        if caller.roles() != *roles {
            return Some(Why::Rights("its roles"));
        }
        let (view, language) = (caller.view(), session.key.language);
        if !view.may_run(Engine::usual(language)) {
            return Some(Why::Rights("programs in its language"));
        }
        let still = match &grants {
            Some(grants) => self.current.get().reach.still_gives(grants, permissions, &view).await,
            None => true,
        };
        (!still).then_some(Why::Rights("the directories or hosts it was granted"))
    }
}
