//! Walls that the attack tests take away on the host's side, as `worker` has its own.
//!
//! Only a build with the feature `attack-controls` can take any away.

/// The walls that are gone, as names with commas between them; the worker reads it, too.
#[cfg(feature = "attack-controls")]
pub const VARIABLE: &str = "CODE_EXECUTOR_ATTACK_CONTROLS";

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// The look at a child before it is given a program.
    Look,
    /// The order in which a child may speak.
    Order,
    /// The form of what it says.
    Frames,
}

/// Whether a wall is taken away: never.
#[cfg(not(feature = "attack-controls"))]
pub const fn is_off(_: Wall) -> bool {
    false
}

/// Whether a wall is taken away.
#[cfg(feature = "attack-controls")]
pub fn is_off(wall: Wall) -> bool {
    let name = match wall {
        Wall::Look => "look",
        Wall::Order => "order",
        Wall::Frames => "frames",
    };
    std::env::var(VARIABLE).is_ok_and(|gone| gone.split(',').any(|gone| gone == name))
}
