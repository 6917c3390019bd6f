//! What is made, what is left alone, and what is refused.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use catalog::wrappers::File;
use tempfile::TempDir;

use super::{Manifest, NAME, Plan};

const OURS: &str =
    "// Made by code-executor: a tool of the server s. Changes will be overwritten.\n";

fn file(path: &str, body: &str) -> File {
    let text = format!("{OURS}{body}\n");
    File { server: Some("s".to_owned()), path: path.to_owned(), text }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn plan(folder: &Path, files: Vec<File>) -> Plan {
    let known = Manifest::read(&folder.join("servers").join(NAME)).expect("it can be read");
    Plan::new(folder, files, &known, |_, _| false).expect("it can be planned")
}

fn made(folder: &Path, files: &[File]) -> Plan {
    let plan = plan(folder, files.to_vec());
    plan.apply().expect("it can be done");
    plan
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn only_what_differs_is_written() {
    let folder = folder();
    let files = [file("servers/s/a.ts", "a"), file("servers/s/b.ts", "b")];
    assert_eq!(made(folder.path(), &files).missing.len(), 2);
    let before = fs::metadata(folder.path().join("servers/s/a.ts")).expect("it is there");
    let files = [file("servers/s/a.ts", "a"), file("servers/s/b.ts", "changed")];
    let second = made(folder.path(), &files);
    assert_eq!((second.unchanged, second.stale.len(), second.missing.len()), (1, 1, 0));
    let after = fs::metadata(folder.path().join("servers/s/a.ts")).expect("it is there");
    assert_eq!(before.modified().expect("a time"), after.modified().expect("a time"));
    assert_eq!(made(folder.path(), &files).unchanged, 2);
    assert_eq!(names(&folder.path().join("servers")), [NAME, "s"], "drafts are left behind");
}

#[test]
fn what_is_made_of_nothing_any_more_goes_and_takes_its_folder_along() {
    let folder = folder();
    made(folder.path(), &[file("servers/s/a.ts", "a"), file("servers/t/b.ts", "b")]);
    let plan = made(folder.path(), &[file("servers/s/a.ts", "a")]);
    assert_eq!(plan.left_over, ["servers/t/b.ts"]);
    assert_eq!(names(&folder.path().join("servers")), [NAME, "s"]);
}

#[test]
fn files_of_others_stay() {
    let folder = folder();
    let theirs = folder.path().join("servers/s");
    made(folder.path(), &[file("servers/s/a.ts", "a"), file("servers/s/b.ts", "b")]);
    fs::write(theirs.join("mine.ts"), "// mine").expect("written");
    fs::write(theirs.join("b.ts"), "// changed by hand").expect("written");
    let plan = made(folder.path(), &[file("servers/s/a.ts", "a")]);
    assert_eq!(plan.changed, ["servers/s/b.ts"]);
    assert_eq!(names(&theirs), ["a.ts", "b.ts", "mine.ts"]);
    let plan = self::plan(folder.path(), vec![file("servers/s/mine.ts", "a tool of that name")]);
    assert_eq!(plan.foreign, ["servers/s/mine.ts"]);
    let error = plan.apply().expect_err("it is in the way").to_string();
    assert!(error.contains("mine.ts") && error.contains("--out"), "{error}");
    assert_eq!(fs::read_to_string(theirs.join("mine.ts")).expect("it is there"), "// mine");
}

#[test]
fn a_tree_whose_list_is_lost_is_still_ours() {
    let folder = folder();
    made(folder.path(), &[file("servers/s/a.ts", "a")]);
    fs::remove_file(folder.path().join("servers").join(NAME)).expect("removed");
    let plan = made(folder.path(), &[file("servers/s/a.ts", "newer")]);
    assert_eq!((plan.stale.len(), plan.foreign.len()), (1, 0));
}

#[test]
fn links_lead_nowhere() {
    let (folder, outside) = (folder(), folder());
    fs::create_dir(folder.path().join("servers")).expect("made");
    symlink(outside.path(), folder.path().join("servers/s")).expect("linked");
    let plan = plan(folder.path(), vec![file("servers/s/a.ts", "a")]);
    assert_eq!(plan.foreign, ["servers/s"]);
    assert!(plan.apply().is_err());
    assert!(names(outside.path()).is_empty());
    let aim = outside.path().join("aim");
    fs::write(&aim, "untouched").expect("written");
    fs::create_dir(folder.path().join("servers/t")).expect("made");
    symlink(&aim, folder.path().join("servers/t/a.ts")).expect("linked");
    let plan = self::plan(folder.path(), vec![file("servers/t/a.ts", "a")]);
    assert_eq!(plan.foreign, ["servers/t/a.ts"]);
    assert_eq!(fs::read_to_string(&aim).expect("it is there"), "untouched");
}

#[test]
fn what_a_list_names_behind_a_link_stays() {
    let (folder, outside) = (folder(), folder());
    let theirs = outside.path().join("theirs.ts");
    fs::write(&theirs, format!("{OURS}kept\n")).expect("written");
    let files = [file("servers/s/a.ts", "a")];
    made(folder.path(), &[files[0].clone(), file("servers/t/theirs.ts", "kept")]);
    fs::remove_dir_all(folder.path().join("servers/t")).expect("removed");
    symlink(outside.path(), folder.path().join("servers/t")).expect("linked");
    let plan = made(folder.path(), &files);
    assert_eq!(
        (plan.left_over.len(), plan.changed.as_slice()),
        (0, &["servers/t/theirs.ts".into()][..])
    );
    assert_eq!(names(outside.path()), ["theirs.ts"]);
}

#[test]
fn a_folder_that_becomes_a_link_after_the_plan_leads_nowhere() {
    let (folder, outside) = (folder(), folder());
    fs::write(outside.path().join("b.ts"), format!("{OURS}kept\n")).expect("written");
    made(folder.path(), &[file("servers/s/a.ts", "a"), file("servers/t/b.ts", "b")]);
    for files in [vec![file("servers/s/a.ts", "a")], vec![file("servers/t/b.ts", "newer")]] {
        let plan = plan(folder.path(), files);
        let kept = folder.path().join("servers/kept");
        fs::rename(folder.path().join("servers/t"), &kept).expect("moved");
        symlink(outside.path(), folder.path().join("servers/t")).expect("linked");
        let error = plan.apply().expect_err("it is in the way").to_string();
        assert!(error.contains("servers/t") && error.contains("no folder"), "{error}");
        assert_eq!(names(outside.path()), ["b.ts"]);
        let text = fs::read_to_string(outside.path().join("b.ts")).expect("it is there");
        assert!(text.ends_with("kept\n"), "{text}");
        fs::remove_file(folder.path().join("servers/t")).expect("removed");
        fs::rename(&kept, folder.path().join("servers/t")).expect("moved back");
    }
}

#[test]
fn servers_itself_may_be_no_link() {
    let (folder, outside) = (folder(), folder());
    symlink(outside.path(), folder.path().join("servers")).expect("linked");
    let plan = plan(folder.path(), vec![file("servers/s/a.ts", "a")]);
    assert_eq!(plan.foreign, ["servers"]);
    assert!(plan.apply().is_err());
    assert!(names(outside.path()).is_empty());
}

#[test]
fn a_list_that_names_other_files_is_refused() {
    let folder = folder();
    fs::create_dir(folder.path().join("servers")).expect("made");
    let list = folder.path().join("servers").join(NAME);
    for text in [
        r#"{"version": 1, "files": {"servers/../../x.ts": {"sha256": "0"}}}"#,
        r#"{"version": 2, "files": {}}"#,
        "{",
        r#"{"version": 1, "files": {}, "more": 1}"#,
    ] {
        fs::write(&list, text).expect("written");
        let error = Manifest::read(&list).expect_err("it is refused").to_string();
        assert!(error.contains("delete it"), "{error}");
    }
}
