//! Documents before and after.

use serde_json::json;

use super::*;

fn narrowed(name: &str, path: &str, document: &Value, there: &[&str]) -> Value {
    let root = std::env::temp_dir().join(format!("worker-narrow-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    let file = root.join(path);
    let folder = file.parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    for version in there {
        fs::create_dir_all(folder.join(version)).unwrap();
    }
    fs::write(&file, document.to_string()).unwrap();
    narrow(&root, &file);
    let text = fs::read(&file).unwrap();
    fs::remove_dir_all(root).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn versions_that_are_not_there_are_forgotten() {
    let document = json!({
        "name": "a", "dist-tags": {"latest": "2.0.0", "old": "1.0.0"},
        "versions": {"1.0.0": {"version": "1.0.0"}, "2.0.0": {}, "../x": {}},
    });
    let expected = json!({
        "name": "a", "dist-tags": {"old": "1.0.0"}, "versions": {"1.0.0": {"version": "1.0.0"}},
    });
    for path in ["npm/4873/npm/a/registry.json", "npm/4873/npm/@s/a/registry.json"] {
        assert_eq!(narrowed("some", path, &document, &["1.0.0"]), expected);
    }
    for path in
        ["npm/4873/npm/a/1.0.0/registry.json", "npm/registry.json", "remote/a/b/c/registry.json"]
    {
        assert_eq!(narrowed("other", path, &document, &["1.0.0"]), document, "{path}");
    }
    assert_eq!(narrowed("none", "npm/4873/npm/a/registry.json", &document, &[]), document);
    let strange = json!(["no document"]);
    assert_eq!(narrowed("strange", "npm/4873/npm/a/registry.json", &strange, &["1.0.0"]), strange);
}

#[test]
fn versions_of_jsr_that_are_not_there_are_forgotten() {
    let root = std::env::temp_dir().join(format!("worker-narrow-{}-jsr", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    let folder = root.join("remote/http/127.0.0.1_PORT4873");
    fs::create_dir_all(&folder).unwrap();
    let keep = |file: &str, url: &str, text: &str| {
        let metadata = json!({"headers": {}, "url": format!("http://127.0.0.1:4873/jsr/{url}")});
        fs::write(folder.join(file), format!("{text}{METADATA}{metadata}")).unwrap();
    };
    let meta = r#"{"latest":"2.0.0","versions":{"1.0.0":{},"2.0.0":{}}}"#;
    keep("a", "@s/a/meta.json", meta);
    keep("b", "@s/a/1.0.0_meta.json", "{}");
    keep("c", "@s/other/meta.json", meta);
    fs::write(folder.join("d"), "no metadata").unwrap();
    narrow_modules(&root);
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    let narrowed = r#"{"latest":null,"versions":{"1.0.0":{}}}"#;
    assert!(read("a").starts_with(&format!("{narrowed}{METADATA}")), "{}", read("a"));
    assert!(read("c").starts_with(meta), "{}", read("c"));
    assert_eq!(read("d"), "no metadata");
    fs::remove_dir_all(root).unwrap();
}
