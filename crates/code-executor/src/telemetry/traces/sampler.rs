//! Which traces are kept: OpenTelemetry's samplers, by their names.

use types::TraceParent;

/// A sampler.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampler {
    /// Whether whoever sent us the request decides, where somebody did.
    by_parent: bool,
    /// The part of the other traces, from 0 to 1.
    ratio: f64,
}

impl Default for Sampler {
    fn default() -> Self {
        Self { by_parent: true, ratio: 1.0 }
    }
}

impl Sampler {
    /// By OpenTelemetry's name; `ratio` is for those that take one.
    pub fn of_name(name: Option<&str>, ratio: f64) -> Option<Self> {
        let (by_parent, ratio) = match name {
            None | Some("parentbased_always_on") => (true, 1.0),
            Some("parentbased_always_off") => (true, 0.0),
            Some("parentbased_traceidratio") => (true, ratio),
            Some("always_on") => (false, 1.0),
            Some("always_off") => (false, 0.0),
            Some("traceidratio") => (false, ratio),
            Some(_) => return None,
        };
        Some(Self { by_parent, ratio })
    }

    /// Whether a trace is kept. All who go by its id alone come to the same answer.
    pub fn keeps(self, trace: [u8; 16], parent: Option<&TraceParent>) -> bool {
        match parent.filter(|_| self.by_parent) {
            Some(parent) => parent.sampled,
            None => {
                let [.., a, b, c, d, e, f, g] = trace;
                // 56 bits fit a float's neighbourhood well enough.
                let part = u64::from_be_bytes([0, a, b, c, d, e, f, g]) as f64;
                part < self.ratio * 2_f64.powi(56)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use types::TraceParent;

    use super::Sampler;

    fn trace(number: u64) -> [u8; 16] {
        let mut trace = [1; 16];
        let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        trace[8..].copy_from_slice(&spread.to_be_bytes());
        trace
    }

    #[test]
    fn a_parent_decides_where_it_may() {
        let parent = |sampled| TraceParent { trace: trace(1), span: [1; 8], sampled };
        let named = |name| Sampler::of_name(Some(name), 0.5).unwrap();
        assert!(!Sampler::default().keeps(trace(1), Some(&parent(false))));
        assert!(named("parentbased_always_off").keeps(trace(1), Some(&parent(true))));
        assert!(named("always_on").keeps(trace(1), Some(&parent(false))));
        assert!(!named("always_off").keeps(trace(1), Some(&parent(true))));
        assert!(Sampler::of_name(Some("jaeger_remote"), 1.0).is_none());
    }

    #[test]
    fn a_ratio_is_kept_to() {
        let sampler = Sampler::of_name(Some("traceidratio"), 0.25).unwrap();
        let kept = (0..4_000).filter(|&number| sampler.keeps(trace(number), None)).count();
        assert!((900..1_100).contains(&kept), "{kept}");
    }
}
