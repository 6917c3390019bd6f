//! Where a request stands in a distributed trace, as the W3C's Trace Context writes it.

use std::fmt;
use std::sync::Arc;

/// The most of a `tracestate` that is passed on, in bytes; a longer one is left out whole.
const MAX_STATE: usize = 512;

/// A span of somebody else's that ours belong below, or one of ours on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace and the span.
    pub parent: TraceParent,
    /// What the vendors on the way had to say, passed on as it came.
    pub state: Option<Arc<str>>,
}

/// The value of a `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    /// The trace; never all zeros.
    pub trace: [u8; 16],
    /// The span; never all zeros.
    pub span: [u8; 8],
    /// Whether who sent it records the trace.
    pub sampled: bool,
}

impl TraceContext {
    /// From the two headers, or the two members of `_meta`. What is malformed counts as absent, as the
    /// standard has it.
    pub fn read(parent: Option<&str>, state: Option<&str>) -> Option<Self> {
        let parent = TraceParent::parse(parent?)?;
        let fits = |state: &&str| {
            (1..=MAX_STATE).contains(&state.len())
                && state.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
        };
        Some(Self { parent, state: state.filter(fits).map(Arc::from) })
    }
}

impl TraceParent {
    /// Reads one of version 00, or the part of a later version's that is the same.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let version = hex::<1>(bytes.get(..2)?)?[0];
        let ends = bytes.len() == 55 || (version > 0 && bytes.get(55) == Some(&b'-'));
        let dashes = [2, 35, 52].iter().all(|&at| bytes.get(at) == Some(&b'-'));
        if version == 0xff || !dashes || !ends {
            return None;
        }
        let trace = hex(bytes.get(3..35)?)?;
        let span = hex(bytes.get(36..52)?)?;
        let flags = hex::<1>(bytes.get(53..55)?)?[0];
        let known = trace != [0; 16] && span != [0; 8];
        known.then_some(Self { trace, span, sampled: flags & 1 == 1 })
    }

    /// The trace's id in hexadecimal, as logs name it.
    pub fn trace_id(&self) -> String {
        self.trace.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("00-")?;
        self.trace.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("-")?;
        self.span.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, "-{:02x}", u8::from(self.sampled))
    }
}

/// Lower-case digits only, as the standard wants them.
fn hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if digits.len() != 2 * N {
        return None;
    }
    let mut read = [0; N];
    for (place, pair) in read.iter_mut().zip(digits.chunks_exact(2)) {
        *place = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(read)
}

#[cfg(test)]
mod tests {
    use super::{TraceContext, TraceParent};

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_good_one_reads_back_as_it_was_written() {
        let parent = TraceParent::parse(GOOD).unwrap();
        assert!(parent.sampled);
        assert_eq!(parent.to_string(), GOOD);
        assert_eq!(parent.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let later = GOOD.replacen("00", "01", 1) + "-what-ever";
        assert_eq!(TraceParent::parse(&later), Some(parent));
        assert!(!TraceParent::parse(&GOOD.replace("-01", "-02")).unwrap().sampled);
    }

    #[test]
    fn a_bad_one_is_as_good_as_none() {
        let bad = [
            "".to_owned(),
            GOOD.to_uppercase(),
            GOOD[..54].to_owned(),
            format!("{GOOD}-"),
            GOOD.replacen("00", "ff", 1),
            GOOD.replace("00f067aa0ba902b7", "0000000000000000"),
            GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            GOOD.replace("4bf9", "4bé"),
            GOOD.replace('-', "_"),
        ];
        for text in bad {
            assert_eq!(TraceParent::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn what_vendors_say_goes_along_when_it_fits() {
        let state = |text: &str| TraceContext::read(Some(GOOD), Some(text)).unwrap().state;
        assert_eq!(state("vendor=1").as_deref(), Some("vendor=1"));
        assert_eq!(state(&"x".repeat(513)), None);
        assert_eq!(state("a\nb"), None);
        assert_eq!(TraceContext::read(None, Some("vendor=1")), None);
    }
}
