//! The order in which a child may speak: ready, then advice, then output and requests, then done, then
//! nothing, or in a session the same again from its advice on, when the next program was given.

use crate::FromChild;

/// A child spoke out of turn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the child spoke out of turn: {0}")]
pub struct OrderError(pub &'static str);

/// Follows one child's conversation.
#[derive(Debug, Clone, Default)]
pub struct Order {
    phase: Phase,
    last_request: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Locking,
    Ready,
    Running,
    Ended,
}

impl Order {
    /// Expects another program's words, which the host is about to give. The child must have said
    /// how the one before ended.
    pub fn again(&mut self) -> Result<(), OrderError> {
        if self.phase != Phase::Ended {
            return Err(OrderError("it was to run another program before it ended the last"));
        }
        self.phase = Phase::Ready;
        Ok(())
    }

    /// Checks the next message of the child.
    pub fn check(&mut self, message: &FromChild) -> Result<(), OrderError> {
        match (&self.phase, message) {
            (Phase::Locking, FromChild::Ready) => {
                self.phase = Phase::Ready;
                Ok(())
            }
            (Phase::Locking, _) => Err(OrderError("it spoke before it was ready")),
            (Phase::Ready, FromChild::Advice(_)) => {
                self.phase = Phase::Running;
                Ok(())
            }
            (Phase::Running, FromChild::Advice(_)) => {
                Err(OrderError("its advice came twice, or after the program began"))
            }
            (Phase::Ready | Phase::Running, FromChild::Ready) => {
                Err(OrderError("it was ready twice"))
            }
            (Phase::Ready | Phase::Running, FromChild::Output(_)) => {
                self.phase = Phase::Running;
                Ok(())
            }
            (Phase::Ready | Phase::Running, FromChild::Request { id, .. }) => {
                if self.last_request.checked_add(1) != Some(*id) {
                    return Err(OrderError("its request numbers do not rise by one"));
                }
                self.phase = Phase::Running;
                self.last_request = *id;
                Ok(())
            }
            (Phase::Ready | Phase::Running, FromChild::Done(_)) => {
                self.phase = Phase::Ended;
                Ok(())
            }
            (Phase::Ended, _) => Err(OrderError("it spoke after its end")),
        }
    }
}

#[cfg(test)]
mod tests;
