//! `target/chaos/table.md`, a row a test, whichever of them run.

use std::{fs, path::PathBuf};

use crate::chaos::storm::After;

const HEAD: &str = "| what | sent | succeeded | failed | refused | unanswered | lost audit lines | \
    survivors | next program |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";

/// Puts a row into the table. It is called when everything has been asserted: a test that fails has
/// none.
pub fn row(what: &str, after: &After, next: &str) {
    let After { sent, refused, unanswered, .. } = after;
    let (succeeded, failed) = (after.succeeded(), after.failed());
    let row = format!(
        "| {what} | {sent} | {succeeded} | {failed} | {refused} | {unanswered} | 0 | 0 | {next} |\n"
    );
    eprint!("{after:?}\n{row}");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../chaos");
    let rows = folder.join("rows");
    fs::create_dir_all(&rows).expect("a folder for the rows");
    let test = std::thread::current().name().unwrap_or("chaos").replace("::", "-");
    fs::write(rows.join(test), &row).expect("a row");
    let mut files: Vec<PathBuf> =
        fs::read_dir(&rows).expect("the rows").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let rows: String = files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    fs::write(folder.join("table.md"), format!("{HEAD}{rows}")).expect("the table");
}
