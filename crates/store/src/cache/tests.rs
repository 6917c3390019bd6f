//! The cache in front of files that are not what they were.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Cache, file_name};
use crate::testing::{listed, place, server, tool};
use crate::{Definition, Error};

fn file(directory: &Path, name: &str) -> PathBuf {
    directory.join(file_name(server(name)))
}

#[test]
fn a_list_is_kept_for_its_owner_alone() {
    let (_folder, path) = place();
    let cache = Cache::new(path.clone());
    assert_eq!(cache.load(server("a")), Ok(None));
    let tools =
        listed([tool("read", json!({"path": {"type": "string"}})), tool("write", json!({}))]);
    cache.save(server("a"), &tools).unwrap();
    assert_eq!(cache.load(server("a")), Ok(Some(tools)));
    assert_eq!(cache.load(server("b")), Ok(None));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&file(&path, "a"))), (0o700, 0o600));
    assert_eq!(fs::read_dir(&path).unwrap().count(), 1, "a draft is left");
}

#[test]
fn a_file_that_is_not_ours_is_not_believed_and_is_replaced() {
    let (folder, path) = place();
    let cache = Cache::new(path.clone());
    let tools = listed([tool("read", json!({}))]);
    let whole = {
        cache.save(server("a"), &tools).unwrap();
        fs::read(file(&path, "a")).unwrap()
    };
    let spoilt: [(&str, Vec<u8>); 5] = [
        ("torn", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("foreign", b"{\"tools\": []}".to_vec()),
        ("of another version", {
            let text = String::from_utf8(whole.clone()).unwrap();
            text.replacen("catalog 1", "catalog 2", 1).into_bytes()
        }),
        ("turned", whole.iter().map(|byte| if *byte == b'D' { b'd' } else { *byte }).collect()),
    ];
    for (what, bytes) in spoilt {
        fs::write(file(&path, "a"), bytes).unwrap();
        assert!(matches!(cache.load(server("a")), Err(Error::Damaged { .. })), "{what}");
        cache.save(server("a"), &tools).unwrap();
        assert_eq!(cache.load(server("a")), Ok(Some(tools.clone())), "{what}");
    }
    // Another server's list under this one's name.
    fs::write(file(&path, "b"), &whole).unwrap();
    assert!(matches!(cache.load(server("b")), Err(Error::Damaged { .. })));
    // A link, which is replaced and not followed.
    let outside = folder.path().join("outside");
    fs::write(&outside, &whole).unwrap();
    fs::remove_file(file(&path, "a")).unwrap();
    symlink(&outside, file(&path, "a")).unwrap();
    assert!(matches!(cache.load(server("a")), Err(Error::Foreign { .. })));
    cache.save(server("a"), &listed([])).unwrap();
    assert_eq!(cache.load(server("a")), Ok(Some(Vec::new())));
    assert_eq!(fs::read(&outside).unwrap(), whole);
    // One that others may write, and one that is no file.
    fs::set_permissions(file(&path, "a"), fs::Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(cache.load(server("a")), Err(Error::Foreign { .. })));
    fs::remove_file(file(&path, "a")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        file(&path, "a"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    assert!(matches!(cache.load(server("a")), Err(Error::Foreign { .. })));
}

#[test]
fn a_directory_that_others_may_write_or_that_is_a_link_is_not_used() {
    let (folder, path) = place();
    let cache = Cache::new(path.clone());
    cache.save(server("a"), &[]).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
    assert!(matches!(cache.load(server("a")), Err(Error::Foreign { .. })));
    assert!(matches!(cache.save(server("a"), &[]), Err(Error::Foreign { .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    assert!(matches!(Cache::new(link).load(server("a")), Err(Error::Foreign { .. })));
}

#[test]
fn where_nothing_can_be_written_it_is_an_error_with_a_name() {
    let (folder, path) = place();
    fs::write(folder.path().join("deep"), "a file is in the way").unwrap();
    let error = Cache::new(path).save(server("a"), &[]).unwrap_err();
    assert!(error.to_string().contains("deep"), "{error}");
    // A disk that takes nothing more.
    let full = Path::new("/dev/full");
    assert!(matches!(
        Cache::new(full.to_owned()).save(server("a"), &[]),
        Err(Error::Foreign { .. })
    ));
}

#[test]
fn a_list_beyond_the_limit_is_not_kept_and_the_one_before_is_gone() {
    let (_folder, path) = place();
    let cache = Cache::bounded(path.clone(), 2000, 10_000, 10);
    cache.save(server("a"), &listed([tool("small", json!({}))])).unwrap();
    let large = tool("large", json!({ "x": { "description": "y".repeat(3000) } }));
    let error = cache.save(server("a"), &listed([large])).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 2000, .. }), "{error}");
    assert_eq!(cache.load(server("a")), Ok(None));
    fs::write(file(&path, "b"), vec![b' '; 3000]).unwrap();
    assert!(matches!(cache.load(server("b")), Err(Error::TooLarge { size: 3000, .. })));
}

#[test]
fn the_oldest_make_room() {
    let (_folder, path) = place();
    let by_number = Cache::bounded(path.clone(), 100_000, 1 << 30, 3);
    let names = ["a", "b", "c", "d", "e"];
    for (age, name) in names.iter().enumerate() {
        by_number.save(server(name), &[]).unwrap();
        let then = std::time::SystemTime::now() - std::time::Duration::from_secs(100 - age as u64);
        fs::File::open(file(&path, name)).unwrap().set_modified(then).unwrap();
    }
    let kept = |cache: &Cache| -> Vec<_> {
        names.into_iter().filter(|name| cache.load(server(name)) != Ok(None)).collect()
    };
    assert_eq!(kept(&by_number), ["c", "d", "e"]);
    let size = fs::metadata(file(&path, "c")).unwrap().len();
    let by_size = Cache::bounded(path.clone(), 100_000, 2 * size, 100);
    by_size.save(server("a"), &[]).unwrap();
    assert_eq!(kept(&by_size), ["a", "e"]);
}

#[test]
fn what_dead_processes_left_is_removed() {
    let (_folder, path) = place();
    let cache = Cache::new(path.clone());
    cache.save(server("a"), &[]).unwrap();
    let (old, new) = (path.join(".x.tools.1.draft"), path.join(".x.tools.2.draft"));
    for draft in [&old, &new] {
        fs::write(draft, "half").unwrap();
    }
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(10_000);
    fs::File::options().write(true).open(&old).unwrap().set_modified(long_ago).unwrap();
    cache.save(server("a"), &[]).unwrap();
    assert_eq!((old.exists(), new.exists()), (false, true));
}

#[test]
fn many_write_and_read_at_once_and_nobody_sees_half_a_list() {
    let (_folder, path) = place();
    let lists: Vec<_> = (0..4)
        .map(|n| listed((0..50 * n).map(|at| tool(&format!("t{n}_{at}"), json!({"x": n})))))
        .collect();
    let cache = Cache::new(path);
    cache.save(server("a"), &lists[0]).unwrap();
    let (cache, lists) = (&cache, &lists);
    std::thread::scope(|scope| {
        for list in lists {
            scope.spawn(move || {
                for _ in 0..25 {
                    cache.save(server("a"), list).unwrap();
                }
            });
            scope.spawn(move || {
                for _ in 0..25 {
                    let read = cache.load(server("a")).unwrap().unwrap();
                    assert!(lists.contains(&read));
                }
            });
        }
    });
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 20, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map(".{0,5}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

prop_compose! {
    fn any_tool()(
        name in ".{1,12}",
        title in prop::option::of(".{0,12}"),
        description in "\\PC{0,40}|.{0,40}",
        input in any_json(),
        output in prop::option::of(any_json()),
        hints in prop::option::of(any_json()),
    ) -> Definition {
        Definition {
            name,
            title,
            description,
            input_schema: input.into(),
            output_schema: output.map(Into::into),
            // A hint of nothing is none.
            annotations: hints.filter(|hints| !hints.is_null()).map(Into::into),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_list_comes_back_as_it_was(tools in prop::collection::vec(any_tool(), 0..6)) {
        let (_folder, path) = place();
        let cache = Cache::new(path);
        let mut tools = listed(tools);
        for (tool, _) in &mut tools {
            // What a server leaves out and what it says to be null are the same to us.
            tool.output_schema = tool.output_schema.take().filter(|schema| !schema.is_null());
        }
        cache.save(server("a"), &tools).unwrap();
        prop_assert_eq!(cache.load(server("a")).unwrap().unwrap(), tools);
    }

    #[test]
    fn no_damage_goes_unnoticed(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (_folder, path) = place();
        let cache = Cache::new(path.clone());
        let tools = listed([tool("read", json!({"path": {"type": "string"}}))]);
        cache.save(server("a"), &tools).unwrap();
        let mut bytes = fs::read(file(&path, "a")).unwrap();
        let at = at.index(bytes.len());
        let same = bytes[at] == byte;
        bytes[at] = byte;
        fs::write(file(&path, "a"), bytes).unwrap();
        prop_assert_eq!(cache.load(server("a")).is_ok(), same);
    }
}
