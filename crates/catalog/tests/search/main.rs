//! How well search finds what is meant, measured over real tools: a labelled set of requests, our
//! ranking beside plain ones, by kind of request. Skipped where the corpus of tools is not there.
//! `SEARCH_MISSES=development` prints what went wrong; the misses of the other half are for the end
//! of a change, since it says nothing any more once the ranking was made to fit it.
#![forbid(unsafe_code)]

mod corpus;
mod plain;
mod quality;

use quality::{Ranking, Row};

/// What has to be reached over the whole set, and over the half that nothing was tuned on.
const IN_FIVE: f64 = 0.90;
const RECIPROCAL: f64 = 0.75;

#[test]
fn the_tool_that_was_meant_is_among_the_first_five() {
    let Some(tools) = corpus::load() else {
        eprintln!("skipped: {}", corpus::ABSENT);
        return;
    };
    let questions = quality::questions(&tools);
    assert!(questions.len() >= 150, "{} requests", questions.len());
    let catalog = corpus::catalog(&tools);
    let ours = Ranking::ours(&catalog, &questions);
    let bm25 = plain::Bm25::new(&tools);
    let bm25 = Ranking::plain(&questions, |query| bm25.search(query));
    let substring = Ranking::plain(&questions, |query| plain::substring(&tools, query));
    let rankings = [("ours", &ours), ("BM25", &bm25), ("substring", &substring)];
    eprintln!("{}", quality::report(&questions, &rankings));
    for half in [None, Some("held-out")] {
        let row =
            Row::of(&questions, &ours, |question| half.is_none_or(|half| question.half == half));
        assert!(row.in_five() >= IN_FIVE, "{half:?}: {:.3} in the first five", row.in_five());
        assert!(row.reciprocal() >= RECIPROCAL, "{half:?}: MRR {:.3}", row.reciprocal());
    }
}

#[test]
fn search_takes_little_memory_beside_the_tools() {
    let Some(tools) = corpus::load() else {
        eprintln!("skipped: {}", corpus::ABSENT);
        return;
    };
    let each = corpus::catalog(&tools).index_size() / tools.len();
    eprintln!("{each} bytes of index for each of {} tools", tools.len());
    assert!(each < 2 * 1024, "{each} bytes for each tool");
}
