//! How well and how fast search works: `cargo bench -p catalog --bench search`, or as a section of
//! `cargo xtask bench`. One line of JSON per figure on the standard output, for that section; the
//! table of quality on standard error.

#[path = "../tests/search/corpus.rs"]
mod corpus;
#[path = "../tests/search/plain.rs"]
mod plain;
#[path = "../tests/search/quality.rs"]
mod quality;

use std::{
    hint::black_box,
    io::Write,
    time::{Duration, Instant},
};

use catalog::Catalog;
use corpus::Tool;
use quality::{Question, Ranking, Row};
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let Some(tools) = corpus::load() else {
        eprintln!("skipped: {}", corpus::ABSENT);
        return Ok(());
    };
    let questions = quality::questions(&tools);
    let mut figures = quality_of(&tools, &questions);
    for count in [10_000, 100_000] {
        figures.extend(speed_with(&tools, count, &questions));
    }
    let mut out = std::io::stdout().lock();
    for figure in figures {
        writeln!(out, "{figure}")?;
    }
    Ok(())
}

fn quality_of(tools: &[Tool], questions: &[Question]) -> Vec<Value> {
    let ours = Ranking::ours(&corpus::catalog(tools), questions);
    let bm25 = plain::Bm25::new(tools);
    let bm25 = Ranking::plain(questions, |query| bm25.search(query));
    let substring = Ranking::plain(questions, |query| plain::substring(tools, query));
    let rankings = [("ours", &ours), ("BM25", &bm25), ("substring", &substring)];
    eprintln!("{}", quality::report(questions, &rankings));
    let figure = |(name, ranking): &(&str, &Ranking)| {
        let row = Row::of(questions, ranking, |_| true);
        let (first, five, reciprocal) = (row.in_one(), row.in_five(), row.reciprocal());
        json!({"ranking": name, "first": first, "inFive": five, "reciprocal": reciprocal})
    };
    rankings.iter().map(figure).collect()
}

/// The corpus over and over, under other server names, until there are this many tools.
fn speed_with(tools: &[Tool], count: usize, questions: &[Question]) -> Vec<Value> {
    let many: Vec<Tool> = (0..count)
        .map(|number| {
            let Tool { server, tool } = &tools[number % tools.len()];
            Tool { server: format!("{server}-{}", number / tools.len()), tool: tool.clone() }
        })
        .collect();
    let (built, catalog) = timed(|| {
        let catalog = corpus::catalog(&many);
        catalog.search("build", None, 1);
        catalog
    });
    let of_first = |tool: &&Tool| tool.server == many[0].server;
    let listed: Vec<_> = many.iter().filter(of_first).map(|tool| tool.tool.clone()).collect();
    let (updated, ()) = timed(|| {
        catalog.replace_server(&many[0].server, 2, listed);
        catalog.search("update", None, 1);
    });
    let mut times = searches(&catalog, questions);
    let (half, most) = (times.len() / 2, times.len() * 99 / 100);
    times.sort_unstable();
    vec![
        json!({"tools": count, "what": "build", "milliseconds": milliseconds(built)}),
        json!({"tools": count, "what": "update", "milliseconds": milliseconds(updated)}),
        json!({"tools": count, "what": "search p50", "milliseconds": milliseconds(times[half])}),
        json!({"tools": count, "what": "search p99", "milliseconds": milliseconds(times[most])}),
        json!({"tools": count, "what": "index", "bytesPerTool": catalog.index_size() / count}),
    ]
}

/// How long each request takes, the first round left out.
fn searches(catalog: &Catalog, questions: &[Question]) -> Vec<Duration> {
    const ROUNDS: usize = 4;
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        for question in questions {
            let (time, found) = timed(|| catalog.search(&question.query, None, 10));
            black_box(found.total);
            if round > 0 {
                times.push(time);
            }
        }
    }
    times
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let value = work();
    (start.elapsed(), value)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
