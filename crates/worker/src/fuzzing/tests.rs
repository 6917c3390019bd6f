//! The properties over texts made of a language's own words; the fuzzer goes further.

use proptest::prelude::*;

use super::{python, typescript};

const TYPESCRIPT: &[&str] = &[
    "export default ",
    "await ",
    "import x from 'y'",
    "enum E { a",
    "namespace N {",
    "declare ",
    "const x",
    "let y: number",
    " = ",
    "1",
    "'é'",
    "`${",
    "}`",
    "/a/u",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "<T>",
    ";",
    "\n",
    "\r\n",
    "\u{2028}",
    "// c",
    "/*",
    "*/",
    "async ",
    "function f",
    "class A",
    " extends ",
    "@d",
    "return",
    "yield",
    ".",
    "?.",
    "...",
    "=>",
    "as const",
    "satisfies T",
    "!",
    "```ts\n",
    "<div>",
    "eval",
    "using z",
    "throw ",
    "abstract ",
    "#p",
    "accessor ",
    "type T",
];

const PYTHON: &[&str] = &[
    "def f",
    "(",
    ")",
    ":",
    "\n",
    "    ",
    "\t",
    "return ",
    "eval",
    "import os",
    " as o",
    "os.system",
    "'x'",
    "f'{",
    "}'",
    "\"\"\"",
    "\\",
    "match x:",
    "case ",
    "lambda ",
    "*",
    "**",
    "=",
    ":=",
    ",",
    "[",
    "]",
    "{",
    "}",
    "async ",
    "await ",
    "with ",
    "open",
    "class A",
    "@d",
    "é",
    "ｅval",
    "\r",
    "\u{feff}",
    "\u{c}",
    "if 1:",
    "else",
    "try:",
    "except ",
    "type X = ",
    "print ",
    "0x",
    "1e",
    "#",
];

fn program(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_typescript_is_read(source in program(TYPESCRIPT)) {
        typescript(source.as_bytes());
    }

    #[test]
    fn any_python_is_read(source in program(PYTHON)) {
        python(source.as_bytes());
    }
}
