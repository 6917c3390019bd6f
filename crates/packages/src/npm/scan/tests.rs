//! What is found in programs, and what is passed over.

use proptest::prelude::*;

use super::*;

fn found(source: &str) -> (Vec<String>, Vec<String>) {
    let imports = imports(source).expect("read");
    let texts = |list: &[Specifier]| list.iter().map(ToString::to_string).collect();
    (texts(&imports.imported), texts(&imports.mentioned))
}

#[test]
fn every_way_of_importing_is_found() {
    let source = r#"
import ms from "npm:ms@2";
import "npm:side-effect";
import { a,
  b } from 'jsr:@std/path@1/posix';
export * from"npm:@a/b";
const zod = await import( `npm:zod` );
const ms2 = await import("npm:ms@2", { with: {} });
"#;
    let (imported, mentioned) = found(source);
    let all = ["npm:@a/b", "npm:ms@2", "npm:side-effect", "npm:zod", "jsr:@std/path@1/posix"];
    assert_eq!(imported, all);
    assert!(mentioned.is_empty());
}

#[test]
fn what_may_be_imported_by_a_name_is_mentioned_only() {
    let source =
        "const which = 'npm:ms';\nawait import(which);\nlet reimport = 1; x.from\n('npm:y')";
    let (imported, mentioned) = found(source);
    assert!(imported.is_empty());
    assert_eq!(mentioned, ["npm:ms", "npm:y"]);
}

#[test]
fn comments_and_sentences_are_passed_over() {
    let source = "// import x from 'npm:x';\n/*\n * import y from 'npm:y'\n */\n\
                  console.log('npm: is a registry', \"npm:WHAT ever\");\n'see npm:z'";
    assert_eq!(found(source), (Vec::new(), Vec::new()));
    assert!(imports("").expect("read").is_empty());
}

#[test]
fn an_import_that_is_no_specifier_is_refused_with_its_text() {
    let error = imports("import x from 'npm:ms@https://evil.example/ms.tgz'").unwrap_err();
    let words = error.to_string();
    assert!(words.contains("npm:ms@https://evil.example/ms.tgz"), "{words}");
    assert!(words.contains("versions"), "{words}");
    let long = format!("import 'npm:{}'", "a".repeat(10_000));
    assert!(imports(&long).is_err());
}

#[test]
fn too_many_are_refused() {
    let source: String = (0..=MAX_SPECIFIERS).map(|n| format!("import 'npm:p{n}';\n")).collect();
    assert!(matches!(imports(&source), Err(Error::TooManyImports { count: 101 })));
}

proptest! {
    #[test]
    fn no_text_is_too_strange(source in ".{0,200}", quote in "[\"'`]") {
        let _ = imports(&source);
        let _ = imports(&format!("import {quote}npm:{source}"));
    }
}
