//! The property over declarations made of their own words; the fuzzer goes further.

use proptest::prelude::*;

use super::declarations;

const WORDS: &[&str] = &[
    "# /// script\n",
    "# ///\n",
    "# dependencies = [",
    "# requires-python = ",
    "\">=3.11\"",
    "]\n",
    "\"requests\"",
    "\"a[b]>=1 ; python_version<'4'\"",
    ", ",
    "# ",
    "#\n",
    "\n",
    "\r\n",
    "\"a @ x\"",
    "\"-r x\"",
    "requests==2.*",
    "a>=1,!=2",
    "a[x,y]",
    " ; ",
    "(",
    ")",
    "'",
    "\"",
    "==",
    "~=",
    "-",
    "_",
    ".",
    "\u{7}",
    "é",
    "[tool.uv]\n",
    "import '",
    "npm:",
    "jsr:@a/",
    "@",
    "/",
    "..",
    "https://x",
    "^1 || 2",
    "a",
    "1",
    "print(1)\n",
];

proptest! {
    #[test]
    fn any_declaration_is_read_or_refused(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..30), inside in any::<bool>(),
    ) {
        let text = words.concat();
        declarations(text.as_bytes());
        if inside {
            declarations(format!("# /// script\n# dependencies = [\"{text}\"]\n# ///\n").as_bytes());
        }
    }
}
