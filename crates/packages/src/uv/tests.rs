//! What `uv` prints, read back.

use std::path::Path;

use super::{Compile, Lock, reduce};
use crate::{Bytecode, Config, Mode, mask::Mask};

const HASH: &str = "--hash=sha256:a7db850025b95ded1eae8a46181a1a6c56c92c96f0e2b005d9ff8dc0210cab44";

#[test]
fn a_lock_is_versions_with_hashes() {
    let text = format!(
        "Zope.Interface==7.1 \\\n    {HASH} \\\n    {HASH}\n    # via alpha\nalpha[x,y]==1.0+local.1 ; python_version < '4' \\\n    {HASH}\n"
    );
    let error = Lock::parse(&text).expect_err("a marker is no hash");
    assert!(error.contains("more than hashes"), "{error}");

    let lock = Lock::parse(&text.replace(" ; python_version < '4'", "")).expect("sound");
    assert_eq!(lock.packages(), ["alpha==1.0+local.1", "zope-interface==7.1"]);
    assert_eq!(
        lock.text(),
        format!(
            "zope-interface==7.1 \\\n    {HASH} \\\n    {HASH}\n\
             alpha[x,y]==1.0+local.1 \\\n    {HASH}\n"
        )
    );
    assert_eq!(Lock::parse(lock.text()).expect("our own").packages(), lock.packages());
}

#[test]
fn a_lock_with_anything_else_is_refused() {
    for line in [
        format!("alpha @ https://evil.example/alpha.whl {HASH}"),
        format!("-e ./alpha {HASH}"),
        "--index-url https://evil.example".to_owned(),
        "alpha==1.0".to_owned(),
        format!("alpha==1.0 {HASH} --index-url=https://evil.example"),
        "alpha==1.0 --hash=md5:00000000000000000000000000000000".to_owned(),
        format!("alpha==1.0;x {HASH}"),
        format!("alpha[../x]==1.0 {HASH}"),
    ] {
        assert!(Lock::parse(&line).is_err(), "{line}");
    }
}

#[test]
fn reasons_are_one_line_without_paths_of_ours() {
    let mask = Mask::default();
    let folder = Path::new("/cache/staging/0123");
    let reduce = |text: &str| reduce(text, &mask, folder);
    assert_eq!(
        reduce(
            "Using CPython 3.11.7 interpreter at: /usr/bin/python3\n\
             error: Couldn't parse requirement in `/cache/staging/0123/requirements.in` at 0\n\
             \x20 cause: Expected a valid marker\n         alpha ; x\n         ^^^^^\n"
        ),
        "Couldn't parse requirement in `requirements.in` at 0: Expected a valid marker alpha ; x"
    );
    // As earlier versions draw it.
    assert_eq!(
        reduce(
            "  × No solution found when resolving dependencies:\n  ╰─▶ Because nope was not \
             found in the package registry and you\n      require nope, we can conclude that your \
             requirements are unsatisfiable.\n"
        ),
        "Because nope was not found in the package registry and you require nope; check the name, \
         and whether the index has it"
    );
    assert_eq!(reduce(""), "uv ended without saying why");
    assert!(reduce(&format!("error: {}", "x".repeat(10_000))).len() < 2_000);
    assert_eq!(reduce("error: a\u{1b}[31mb"), "a [31mb");
}

#[test]
fn modules_are_compiled_where_the_operator_chose_them() {
    let compile = |mode, bytecode| {
        let mut config = Config::new("/cache".into());
        (config.mode, config.bytecode) = (mode, bytecode);
        Compile::of(&config)
    };
    let list = || Mode::Allowlist(Vec::new());
    assert_eq!(compile(list(), Bytecode::Allowlisted), Compile::Yes);
    assert_eq!(compile(Mode::Any, Bytecode::Allowlisted), Compile::No);
    assert_eq!(compile(Mode::Any, Bytecode::Always), Compile::Yes);
    assert_eq!(compile(list(), Bytecode::Never), Compile::No);
}
