//! Trees as they go out.

use std::collections::BTreeMap;

use super::*;

fn tree(name: &str) -> PathBuf {
    let root = std::env::temp_dir().join(format!("worker-files-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    for (path, content) in [
        ("npm/host/a/1.0.0/index.js", "one"),
        ("npm/host/a/1.0.0/empty", ""),
        ("remote/http/x", "two"),
        ("gen/file/x", "not wanted"),
        ("dep_analysis_cache_v2", "not wanted"),
    ] {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

#[test]
fn packages_go_out_whole_and_nothing_else_does() {
    let root = tree("whole");
    let large = "x".repeat(3 * AT_ONCE + 1);
    fs::write(root.join("npm/host/a/large"), &large).unwrap();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut payloads = 0;
    let taken = hand_over(&root, |payload| {
        payloads += 1;
        for piece in wire::pieces::split(payload).unwrap() {
            let text = std::str::from_utf8(piece.bytes).unwrap();
            assert_eq!(piece.continues, files.contains_key(piece.path));
            files.entry(piece.path.to_owned()).or_default().push_str(text);
        }
        true
    });
    taken.unwrap();
    assert!(payloads >= 3, "{payloads}");
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let all = [
        "npm/host/a/1.0.0/empty",
        "npm/host/a/1.0.0/index.js",
        "npm/host/a/large",
        "remote/http/x",
    ];
    assert_eq!(names, all);
    assert_eq!(files["npm/host/a/1.0.0/index.js"], "one");
    assert!(files["npm/host/a/large"] == large);
    assert!(hand_over(&root, |_| false).is_err());
    fs::remove_dir_all(root).unwrap();
}

#[test]
fn a_link_is_no_part_of_a_package() {
    let root = tree("link");
    std::os::unix::fs::symlink("/etc/passwd", root.join("npm/link")).unwrap();
    assert!(hand_over(&root, |_| true).unwrap_err().contains("link"));
    fs::remove_dir_all(root).unwrap();
}
