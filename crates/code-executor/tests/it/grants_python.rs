//! Python programs read what they were granted with the language's own functions, through the whole
//! product; the walls around that are tried in `python_mounts`.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use serde_json::json;
use testkit::{Era, McpProcess, Workspace};

use crate::ordinary_user::as_ordinary_user;
use crate::support::{output_of, workspace};

/// A workspace whose operator allows reading `data`, in which there is a closed directory.
fn with_data() -> Workspace {
    let workspace = workspace();
    workspace.write("data/closed/file.txt", "content");
    symlink(workspace.path("data"), workspace.path("by-link")).expect("a link");
    let data = workspace.path("data");
    workspace.with_security("allowRead", json!([data]))
}

fn close(workspace: &Workspace) {
    let closed = workspace.path("data/closed");
    fs::set_permissions(closed, fs::Permissions::from_mode(0o700)).expect("it is ours");
}

#[track_caller]
fn reads_natively(workspace: &Workspace, server: &mut McpProcess) {
    let (data, by_link) = (workspace.path("data"), workspace.path("by-link"));
    let code = format!(
        "
import os, pathlib
print(open({data:?} + '/closed/file.txt').read(), os.getcwd() == {data:?}, os.listdir('.'))
print(pathlib.Path({by_link:?}, 'closed', 'file.txt').read_text())
try:
    os.open({data:?} + '/closed/file.txt', os.O_RDWR)
except OSError as error:
    print(type(error).__name__)
"
    );
    let permissions = json!({ "read": [by_link], "cwd": by_link });
    let arguments = json!({ "code": code, "permissions": permissions });
    let outcome = server.execute_by("executePython", arguments);
    let output = output_of(&outcome);
    assert!(output.starts_with("content True ['closed']\ncontent\n"), "{output}");
    assert_eq!(output.lines().count(), 3, "it was opened for writing: {output}");
    let grants = outcome.grants.as_ref().expect("what was granted");
    assert!(grants.denied.is_empty(), "{grants:?}");
    assert_eq!(grants.read, [data.display().to_string()]);
    let next = server.run_python(&format!("import os; print(os.path.exists({data:?}))"));
    assert_eq!(output_of(&next), "False\n");
}

#[test]
fn a_granted_directory_is_read_by_the_languages_own_functions() {
    let workspace = with_data();
    close(&workspace);
    reads_natively(&workspace, &mut workspace.serve());
}

#[test]
fn an_ordinary_users_programs_read_as_well() {
    let (workspace, command) = as_ordinary_user(with_data(), &[]);
    close(&workspace);
    let mut server = McpProcess::spawn(command, Era::Legacy);
    server.initialize();
    reads_natively(&workspace, &mut server);
}
