//! `code-executor tokens`: what the configured servers cost a model, listed up front and through us.

mod table;
mod vocabulary;

use std::time::Duration;

use serde::Serialize;
use types::{Detail, Principal, ToolSchema};

use self::vocabulary::Vocabulary;
use crate::cli::exec::demo_instead_of_nothing;
use crate::cli::render::{self, Rendered, Style};
use crate::cli::{Exit, TokensArguments, tools};
use crate::compose;
use crate::config::{Inputs, Settings};

/// The most tools that are counted.
const MOST: usize = 100_000;

/// What a text costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Cost {
    /// Its bytes in UTF-8.
    pub bytes: usize,
    /// Its o200k tokens.
    pub tokens: usize,
}

/// One way to tell a model of the tools.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Way {
    /// Which: `upFront`, `ourTools`, `names`, `descriptions` or `full`.
    pub way: &'static str,
    /// What it costs.
    #[serde(flatten)]
    pub cost: Cost,
    /// The part of `upFront` that it spares, in percent with one decimal.
    pub saved_percent: f64,
}

/// What one server's tools cost, listed up front.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServerCost {
    /// The server.
    pub server: String,
    /// How many tools it has.
    pub tools: usize,
    /// What their definitions cost.
    #[serde(flatten)]
    pub cost: Cost,
}

/// Everything that was counted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How many tools.
    pub tools: usize,
    /// The ways, from the whole to the least.
    pub ways: Vec<Way>,
    /// The servers, the dearest first.
    pub servers: Vec<ServerCost>,
    /// Servers whose tools are not counted, and why.
    pub unavailable: Vec<Unavailable>,
}

/// A server whose tools could not be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unavailable {
    /// The server.
    pub server: String,
    /// Why.
    pub error: String,
}

/// Counts and shows.
pub async fn run(
    arguments: TokensArguments,
    mut settings: Settings,
    inputs: &Inputs,
) -> anyhow::Result<Exit> {
    let style = Style::of_this_process(&inputs.environment);
    demo_instead_of_nothing(&mut settings)?;
    if let Some(exit) = tools::unknown(arguments.server.as_deref(), &settings) {
        return Ok(exit);
    }
    let front = compose::front(&settings);
    let gateway = compose::gateway(settings).await?;
    let principal = Principal::local();
    gateway.connect_all().await;
    let mut found = gateway.search(&principal, "", arguments.server.as_deref(), MOST).await;
    // They are told apart; no model pays for them each time.
    let missing = std::mem::take(&mut found.unavailable);
    let mut schemas = Vec::with_capacity(found.hits.len());
    for hit in &found.hits {
        schemas.extend(gateway.schema(&principal, &hit.name).await);
    }
    let ours = server::definitions(&front, &gateway.languages().borrow());
    gateway.shutdown(Duration::from_secs(2)).await;
    let texts = Detail::ALL.map(|detail| match schemas.is_empty() {
        true => String::new(),
        false => server::search_text(&found, &schemas, detail),
    });
    let unavailable = missing.iter();
    let unavailable = unavailable
        .map(|(server, error)| Unavailable { server: server.clone(), error: error.clone() })
        .collect();
    let report = tokio::task::spawn_blocking(move || {
        let vocabulary = Vocabulary::load()?;
        anyhow::Ok(report(&schemas, &ours, &texts, unavailable, &vocabulary))
    })
    .await??;
    let mut rendered = match arguments.json {
        true => Rendered::out(serde_json::to_string_pretty(&report)? + "\n"),
        false => table::table(&report, style),
    };
    rendered.err.push_str(&render::upstream_problems(&missing, style).err);
    rendered.write()?;
    let nothing = report.tools == 0 && !report.unavailable.is_empty();
    Ok(if nothing { Exit::Unavailable } else { Exit::Success })
}

fn report(
    schemas: &[ToolSchema],
    ours: &[String],
    texts: &[String; 3],
    unavailable: Vec<Unavailable>,
    vocabulary: &Vocabulary,
) -> Report {
    let cost = |text: &str| Cost { bytes: text.len(), tokens: vocabulary.count(text) };
    let mut servers: Vec<ServerCost> = Vec::new();
    for schema in schemas {
        let more = cost(&definition(schema));
        let known = servers.iter_mut().find(|server| server.server == schema.server);
        match known {
            Some(server) => {
                server.tools += 1;
                server.cost += more;
            }
            None => {
                servers.push(ServerCost { server: schema.server.clone(), tools: 1, cost: more });
            }
        }
    }
    servers.sort_by(|left, right| {
        let dearest = right.cost.tokens.cmp(&left.cost.tokens);
        dearest.then_with(|| left.server.cmp(&right.server))
    });
    let up_front = servers.iter().map(|server| server.cost).sum::<Cost>();
    let [names, descriptions, full] = texts;
    let costs = [
        ("upFront", up_front),
        ("ourTools", ours.iter().map(|text| cost(text)).sum()),
        ("names", cost(names)),
        ("descriptions", cost(descriptions)),
        ("full", cost(full)),
    ];
    let ways = costs.map(|(way, cost)| {
        let saved_percent = saved_percent(cost.tokens, up_front.tokens);
        Way { way, cost, saved_percent }
    });
    Report { tools: schemas.len(), ways: ways.into(), servers, unavailable }
}

/// What a client that lists every tool up front gives to its model of this one.
fn definition(tool: &ToolSchema) -> String {
    let (name, description) = (&tool.name, &tool.description);
    catalog::tokens::definition(name, description, &tool.input_schema)
}

fn saved_percent(tokens: usize, up_front: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a percentage with one decimal")]
    let part = tokens as f64 / up_front.max(1) as f64;
    if up_front == 0 { 0.0 } else { ((1.0 - part) * 1000.0).round() / 10.0 }
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, more: Self) {
        self.bytes += more.bytes;
        self.tokens += more.tokens;
    }
}

impl std::iter::Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        let mut sum = Self::default();
        costs.for_each(|cost| sum += cost);
        sum
    }
}
