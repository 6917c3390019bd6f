//! One suite for both databases: every case is run on a file of SQLite and on a PostgreSQL server.

mod executions;
mod keys;
mod policies;
mod quotas;
mod trouble;

use testkit::Postgres;

use super::{Database, Options};

/// Runs every case, each on a database of its own, which `url` makes.
async fn suite(mut url: impl FnMut(&str) -> String) {
    macro_rules! cases {
        ($($case:path),* $(,)?) => {
            $({
                let name = stringify!($case).replace("::", "_");
                eprintln!("{name}");
                let database = Database::open(&url(&name), Options::default()).await.expect("it opens");
                $case(&database).await;
                database.close().await;
            })*
        };
    }
    cases![
        keys::are_found_as_they_were_made,
        keys::are_listed_in_pages_of_whom_they_are,
        keys::are_rotated_and_revoked_once,
        keys::tell_when_they_were_last_used,
        keys::say_that_they_changed,
        keys::beyond_the_bounds_are_refused,
        quotas::add_up_whoever_adds,
        quotas::of_others_are_theirs,
        policies::are_put_in_force_as_they_were_written,
        policies::are_not_put_over_one_that_was_not_seen,
        policies::are_kept_for_so_many_versions,
        policies::beyond_the_bounds_are_refused,
        policies::are_copied_only_where_there_was_none,
        executions::begin_and_end_once,
        executions::are_listed_latest_first_of_whom_they_are,
        executions::are_lost_with_a_gateway_that_died,
        executions::are_kept_for_so_long_and_so_many,
        executions::are_deleted_with_all_else_of_somebody,
        executions::are_copied_with_all_else_into_a_file_and_back,
    ];
}

#[tokio::test]
async fn sqlite_keeps_what_it_is_given() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    suite(|name| format!("sqlite:{}/{name}.db", directory.path().display())).await;
}

#[tokio::test]
async fn postgresql_keeps_what_it_is_given() {
    let server = Postgres::start();
    suite(|name| server.create(name)).await;
}
