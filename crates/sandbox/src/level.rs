//! From layers to a level. SECURITY.md defines the levels; this is that definition.

use types::{IsolationLevel, Layer};

const L1: [Layer; 5] =
    [Layer::NoCapabilities, Layer::NoNewPrivs, Layer::Landlock, Layer::Seccomp, Layer::Rlimits];
const L2: [Layer; 5] = [
    Layer::UserNamespace,
    Layer::EmptyRoot,
    Layer::PidNamespace,
    Layer::NetworkNamespace,
    Layer::IpcNamespace,
];

/// The level that layers in force add up to.
pub fn of(layers: &[Layer]) -> IsolationLevel {
    let all = |wanted: &[Layer]| wanted.iter().all(|layer| layers.contains(layer));
    if !all(&L1) {
        IsolationLevel::L0
    } else if !all(&L2) {
        IsolationLevel::L1
    } else if !layers.contains(&Layer::Cgroup) {
        IsolationLevel::L2
    } else {
        IsolationLevel::L3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_layer_lowers_the_level() {
        let mut layers = [L1, L2].concat();
        assert_eq!(of(&layers), IsolationLevel::L2);
        layers.push(Layer::Cgroup);
        assert_eq!(of(&layers), IsolationLevel::L3);
        layers.retain(|layer| *layer != Layer::EmptyRoot);
        assert_eq!(of(&layers), IsolationLevel::L1);
        layers.retain(|layer| *layer != Layer::Seccomp);
        assert_eq!(of(&layers), IsolationLevel::L0);
    }
}
