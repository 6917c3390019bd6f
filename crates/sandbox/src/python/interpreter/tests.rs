//! Finding an interpreter, and what a probe makes of one.

use super::*;

fn found() -> Interpreter {
    Interpreter {
        executable: "/usr/bin/python3".into(),
        version: (3, 11, 2),
        implementation: "cpython".to_owned(),
        abi_tag: "cpython-311-x86_64-linux-gnu".to_owned(),
        platform_tag: "linux-x86_64".to_owned(),
        prefix: "/usr".to_owned(),
        exec_prefix: "/usr".to_owned(),
        search_path: Vec::new(),
        read_only: Vec::new(),
        ctypes: true,
        free_threaded: false,
    }
}

#[test]
fn what_cannot_be_used_says_why() {
    assert_eq!(found().check(), Ok(()));
    let error = |change: fn(&mut Interpreter)| {
        let mut interpreter = found();
        change(&mut interpreter);
        interpreter.check().unwrap_err()
    };
    assert!(error(|found| found.version = (3, 8, 18)).contains("3.8.18"));
    assert!(error(|found| found.version = (3, 15, 0)).contains("3.9 to 3.14"));
    assert!(error(|found| found.implementation = "pypy".to_owned()).contains("pypy"));
    assert!(error(|found| found.ctypes = false).contains("ctypes"));
    assert!(error(|found| found.free_threaded = true).contains("free-threaded"));
}

#[test]
fn a_named_interpreter_that_is_not_there_is_an_error_that_names_it() {
    let error = Interpreter::find(Some(Path::new("/nonexistent/python")), None).unwrap_err();
    assert!(error.contains("/nonexistent/python"), "{error}");
    let error = Interpreter::find(None, Some(Path::new("/nonexistent"))).unwrap_err();
    assert!(error.contains("bin/python3"), "{error}");
}

#[tokio::test]
async fn what_is_no_interpreter_is_an_error_that_names_it() {
    let error = Interpreter::probe(Path::new("/bin/true")).await.unwrap_err();
    assert!(error.to_string().contains("/bin/true"), "{error}");
}
