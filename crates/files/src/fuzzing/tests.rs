//! The property over paths made of names that mean something; the fuzzer goes further.

use proptest::prelude::*;

use super::paths;

fn path() -> impl Strategy<Value = String> {
    let names = vec![
        "/", "/", "/", "..", ".", "a", "b", "proc", "dev", "sys", "self", "root", ".git", "*", "?",
        "~", "\0", "é", "\u{200b}", ":", " ", "",
    ];
    prop::collection::vec(prop::sample::select(names), 0..12).prop_map(|names| names.concat())
}

proptest! {
    #[test]
    fn paths_are_what_they_say(
        depth in any::<u8>(), one in path(), other in path(), bytes in prop::collection::vec(any::<u8>(), 0..60),
    ) {
        let mut data = vec![depth];
        data.extend_from_slice(format!("{one}\n{other}").as_bytes());
        paths(&data);
        paths(&bytes);
    }
}
