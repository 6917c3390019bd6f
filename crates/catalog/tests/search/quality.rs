//! The labelled requests, and how a ranking does on them.

use std::collections::HashSet;

use catalog::Catalog;
use serde_json::Value;

use crate::corpus::Tool;

/// How far down a ranking is looked at.
pub const LOOKED_AT: usize = 20;

/// One request and the tools that answer it.
#[derive(Debug)]
pub struct Question {
    /// What is typed.
    pub query: String,
    /// What kind of request it is.
    pub kind: String,
    /// `development`, whose misses may be looked at, or `held-out`.
    pub half: String,
    /// `server/tool`, any of which will do.
    pub tools: Vec<String>,
}

/// Where the first right tool came for each question, counted from 1.
#[derive(Debug)]
pub struct Ranking {
    places: Vec<Option<usize>>,
    found: Vec<Vec<String>>,
}

/// A line of the table.
#[derive(Debug, Default)]
pub struct Row {
    questions: usize,
    in_one: usize,
    in_five: usize,
    reciprocal: f64,
}

impl Ranking {
    /// Our own.
    pub fn ours(catalog: &Catalog, questions: &[Question]) -> Self {
        Self::plain(questions, |query| {
            let found = catalog.search(query, None, LOOKED_AT).hits;
            found.iter().map(|tool| format!("{}/{}", tool.server, tool.tool)).collect()
        })
    }

    /// Any other.
    pub fn plain(questions: &[Question], search: impl Fn(&str) -> Vec<String>) -> Self {
        let found: Vec<Vec<String>> = questions.iter().map(|asked| search(&asked.query)).collect();
        let place = |(asked, found): (&Question, &Vec<String>)| {
            found.iter().position(|tool| asked.tools.contains(tool)).map(|at| at + 1)
        };
        Self { places: questions.iter().zip(&found).map(place).collect(), found }
    }
}

impl Row {
    /// The questions that `keep` lets through.
    pub fn of(questions: &[Question], ranking: &Ranking, keep: impl Fn(&Question) -> bool) -> Self {
        let mut row = Self::default();
        for (question, place) in questions.iter().zip(&ranking.places) {
            if keep(question) {
                row.questions += 1;
                row.in_one += usize::from(*place == Some(1));
                row.in_five += usize::from(place.is_some_and(|place| place <= 5));
                row.reciprocal += place.map_or(0.0, |place| 1.0 / place as f64);
            }
        }
        row
    }

    /// The part whose right tool is first.
    pub fn in_one(&self) -> f64 {
        self.in_one as f64 / self.questions.max(1) as f64
    }

    /// The part with a right tool among the first five.
    pub fn in_five(&self) -> f64 {
        self.in_five as f64 / self.questions.max(1) as f64
    }

    /// The mean of 1 through the place of the first right tool.
    pub fn reciprocal(&self) -> f64 {
        self.reciprocal / self.questions.max(1) as f64
    }
}

/// The labelled set, whose labels are all tools of the corpus.
pub fn questions(tools: &[Tool]) -> Vec<Question> {
    let known: HashSet<String> = tools.iter().map(Tool::label).collect();
    let questions: Vec<Question> = include_str!("queries.jsonl").lines().map(question).collect();
    for label in questions.iter().flat_map(|question| &question.tools) {
        assert!(known.contains(label), "no tool is called {label}");
    }
    questions
}

/// The table, and the misses of our ranking, the first one, in the half that `SEARCH_MISSES` names.
pub fn report(questions: &[Question], rankings: &[(&str, &Ranking)]) -> String {
    let table = table(questions, rankings);
    match std::env::var("SEARCH_MISSES") {
        Ok(half) => table + &misses(questions, rankings[0].1, &half),
        Err(_) => table,
    }
}

/// The table, by kind of request and by half.
fn table(questions: &[Question], rankings: &[(&str, &Ranking)]) -> String {
    let mut table = "a right tool first, among the first five, mean reciprocal rank\n".to_owned();
    let names = rankings.iter().map(|(name, _)| format!(" | {name:^22}"));
    table += &format!("{:<22}{}\n", "requests", names.collect::<String>());
    let mut kinds: Vec<&str> = questions.iter().map(|question| question.kind.as_str()).collect();
    kinds.dedup();
    for kind in kinds {
        table += &line(kind, questions, rankings, |question| question.kind == kind);
    }
    for half in ["development", "held-out"] {
        table += &line(half, questions, rankings, |question| question.half == half);
    }
    table + &line("all", questions, rankings, |_| true)
}

/// The requests of one half whose first tool is not the right one.
fn misses(questions: &[Question], ranking: &Ranking, half: &str) -> String {
    let mut misses = String::new();
    for ((question, place), found) in questions.iter().zip(&ranking.places).zip(&ranking.found) {
        if question.half == half && place.is_none_or(|place| place > 1) {
            misses += &format!("{place:?} {}: {}\n", question.kind, question.query);
            misses += &format!("    wanted {}\n", question.tools.join(" "));
            misses += &format!("    found  {}\n", found[..found.len().min(6)].join(" "));
        }
    }
    misses
}

fn line(
    name: &str,
    questions: &[Question],
    rankings: &[(&str, &Ranking)],
    keep: impl Fn(&Question) -> bool,
) -> String {
    let count = questions.iter().filter(|question| keep(question)).count();
    let mut line = format!("{:<22}", format!("{name} ({count})"));
    for (_, ranking) in rankings {
        let row = Row::of(questions, ranking, &keep);
        let (one, five) = (100.0 * row.in_one(), 100.0 * row.in_five());
        line += &format!(" | {one:5.1} % {five:5.1} % {:5.3}", row.reciprocal());
    }
    line + "\n"
}

fn question(line: &str) -> Question {
    let value: Value = serde_json::from_str(line).expect("every line is JSON");
    let text = |key: &str| value[key].as_str().expect(key).to_owned();
    let tools = value["tools"].as_array().expect("tools").iter();
    Question {
        query: text("query"),
        kind: text("kind"),
        half: text("half"),
        tools: tools.map(|tool| tool.as_str().expect("a label").to_owned()).collect(),
    }
}
