//! Walls that the attack tests take away, to see that what they hold gets through without them.
//!
//! Only a build with the feature `attack-controls` can take any away: everywhere else the question
//! is answered when it is compiled, and neither the variable nor the Python beside this file is in
//! the binary.

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// The system-call filter.
    Seccomp,
    /// Landlock's rules.
    Landlock,
    /// Resource limits.
    Rlimits,
    /// Emptied sets of capabilities.
    Capabilities,
}

/// The walls that are gone, as names with commas between them.
#[cfg(feature = "attack-controls")]
const VARIABLE: &str = "CODE_EXECUTOR_ATTACK_CONTROLS";

/// What a build for the controls adds to the lockdown of a Python child.
#[cfg(feature = "attack-controls")]
const PYTHON: &str = include_str!("controls.py");

/// Whether a wall is taken away: never.
#[cfg(not(feature = "attack-controls"))]
pub const fn is_off(_: Wall) -> bool {
    false
}

/// Whether a wall is taken away.
#[cfg(feature = "attack-controls")]
pub fn is_off(wall: Wall) -> bool {
    let name = match wall {
        Wall::Seccomp => "seccomp",
        Wall::Landlock => "landlock",
        Wall::Rlimits => "rlimits",
        Wall::Capabilities => "capabilities",
    };
    taken_away().split(',').any(|gone| gone == name)
}

#[cfg(feature = "attack-controls")]
fn taken_away() -> String {
    std::env::var(VARIABLE).unwrap_or_default()
}

/// The lockdown of a Python child: as it is.
#[cfg(not(feature = "attack-controls"))]
pub const fn python_lockdown(source: &'static str) -> &'static str {
    source
}

/// The lockdown of a Python child, without the walls that are gone.
#[cfg(feature = "attack-controls")]
pub fn python_lockdown(source: &'static str) -> &'static str {
    format!("{source}\nGONE = {:?}.split(',')\n{PYTHON}", taken_away()).leak()
}
