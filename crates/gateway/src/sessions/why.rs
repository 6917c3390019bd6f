//! How sessions end, and what is said of it.

use std::time::Duration;

use types::{ErrorCode, Refusal, SessionId};

/// Why a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nothing ran in it for so long.
    Idle(Duration),
    /// It was there for so long.
    Lifetime(Duration),
    /// What it was begun with may no longer be had.
    Rights(&'static str),
    /// The key or token it was used with last holds no more.
    Credential,
    /// Its client began anew, or had no more use for it.
    Unwanted,
    /// We are stopping.
    Stopping,
    /// Its process was gone when it was to go on.
    Died,
    /// Its last program ended so that nothing can follow: by an error of this class.
    Program(String),
    /// No program of it ever began.
    NeverBegan,
    /// A defect of ours.
    Defect,
}

impl Why {
    /// Whether whoever comes next is told of it.
    pub(crate) fn is_told(&self) -> bool {
        !matches!(self, Self::Unwanted | Self::NeverBegan | Self::Stopping)
    }

    /// The word for it in metrics.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Idle(_) => "idle",
            Self::Lifetime(_) => "lifetime",
            Self::Rights(_) => "rights",
            Self::Credential => "credential",
            Self::Unwanted => "unwanted",
            Self::Stopping => "stopping",
            Self::Died => "died",
            Self::Program(_) => "program",
            Self::NeverBegan => "never_began",
            Self::Defect => "defect",
        }
    }

    /// What happened, as the end of a sentence.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Idle(limit) => format!("nothing ran in it for {}", seconds(*limit)),
            Self::Lifetime(limit) => format!("it was {} old, the most there is", seconds(*limit)),
            Self::Rights(what) => format!("its client may no longer have {what}"),
            Self::Credential => {
                "the key or token it was used with was taken back or has expired".to_owned()
            }
            Self::Unwanted => "its client ended it, or began it anew".to_owned(),
            Self::Stopping => "the server is stopping".to_owned(),
            Self::Died => {
                "its process was ended while it was stopped, most likely for want of memory \
                           on the host"
                    .to_owned()
            }
            Self::Program(class) => format!("its last program was ended by {class}"),
            Self::NeverBegan => "no program of it ever began".to_owned(),
            Self::Defect => "of a defect of ours".to_owned(),
        }
    }

    /// What somebody is told who comes back to it.
    pub(crate) fn refusal(&self, id: &SessionId, calls: u64) -> Refusal {
        if calls == 0 {
            let message = format!(
                "session \"{id}\" ended before a program ran in it: {}; the next call with this id begins \
                 a new session",
                self.words()
            );
            return Refusal::new(ErrorCode::SessionLost, message);
        }
        let programs = if calls == 1 { "program" } else { "programs" };
        let message = format!(
            "session \"{id}\" is lost: {}. The variables, functions and imports of its {calls} \
             {programs} are gone; define again what is needed: the next call with this id begins a new \
             session",
            self.words()
        );
        Refusal::new(ErrorCode::SessionLost, message)
    }
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}
