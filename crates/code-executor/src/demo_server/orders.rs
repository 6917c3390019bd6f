//! A table of orders, from the CSV file beside this one.

use std::{cmp::Ordering, collections::BTreeMap};

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value, json};

use super::arguments::QueryCsv;

/// The columns, in the order of the file.
pub const COLUMNS: [&str; 6] = ["id", "region", "product", "quantity", "price", "date"];
/// Those of them that hold numbers; the others hold text.
const NUMBERS: [&str; 3] = ["id", "quantity", "price"];
/// Rows an answer may have.
pub const MAX_ROWS: usize = 500;

const FILE: &str = include_str!("orders.csv");

/// The orders.
#[derive(Debug)]
pub struct Orders(Vec<[Value; COLUMNS.len()]>);

impl Orders {
    /// The orders of the file.
    pub fn load() -> anyhow::Result<Self> {
        let mut lines = FILE.lines();
        ensure!(lines.next() == Some(&COLUMNS.join(",")), "orders.csv has other columns");
        let rows = lines.map(|line| row(line).with_context(|| format!("orders.csv: {line}")));
        Ok(Self(rows.collect::<anyhow::Result<_>>()?))
    }

    /// The rows that meet the conditions.
    pub fn query(&self, query: &QueryCsv) -> Result<Value, String> {
        if !(1..=MAX_ROWS).contains(&query.limit) {
            return Err(format!("`limit` must be from 1 to {MAX_ROWS}, got {}", query.limit));
        }
        let conditions = conditions(&query.conditions)?;
        let columns = match &query.columns {
            Some(names) => names.iter().map(|name| column(name)).collect::<Result<Vec<_>, _>>()?,
            None => (0..COLUMNS.len()).collect(),
        };
        let matching: Vec<_> = self
            .0
            .iter()
            .filter(|row| conditions.iter().all(|(column, it)| it.holds(&row[*column])))
            .collect();
        let rows: Vec<Value> = matching
            .iter()
            .take(query.limit)
            .map(|row| {
                let cells = columns.iter().map(|at| (COLUMNS[*at].to_owned(), row[*at].clone()));
                Value::Object(cells.collect::<Map<_, _>>())
            })
            .collect();
        Ok(json!({"rows": rows, "total": matching.len()}))
    }
}

/// What a cell must be.
enum Condition<'a> {
    Equals(&'a Value),
    Between { least: Option<&'a Value>, most: Option<&'a Value> },
}

impl Condition<'_> {
    fn holds(&self, cell: &Value) -> bool {
        match self {
            Self::Equals(value) => compare(cell, value) == Some(Ordering::Equal),
            Self::Between { least, most } => {
                let above = |bound| compare(cell, bound).is_some_and(Ordering::is_ge);
                let below = |bound| compare(cell, bound).is_some_and(Ordering::is_le);
                least.is_none_or(above) && most.is_none_or(below)
            }
        }
    }
}

fn conditions(asked: &BTreeMap<String, Value>) -> Result<Vec<(usize, Condition<'_>)>, String> {
    let conditions = asked.iter().map(|(name, value)| {
        let column = column(name)?;
        Ok((column, condition(column, value)?))
    });
    conditions.collect()
}

fn condition(column: usize, value: &Value) -> Result<Condition<'_>, String> {
    let name = COLUMNS[column];
    let fits = |value: &&Value| {
        if NUMBERS.contains(&name) { value.is_number() } else { value.is_string() }
    };
    let kind = if NUMBERS.contains(&name) { "number" } else { "string" };
    match value {
        Value::Object(bounds)
            if bounds.keys().all(|key| key == "min" || key == "max")
                && bounds.values().all(|bound| fits(&bound)) =>
        {
            Ok(Condition::Between { least: bounds.get("min"), most: bounds.get("max") })
        }
        value if fits(&value) => Ok(Condition::Equals(value)),
        _ => Err(format!("`where.{name}` must be a {kind}, or {{min, max}} of such")),
    }
}

fn column(name: &str) -> Result<usize, String> {
    COLUMNS.iter().position(|column| *column == name).ok_or_else(|| {
        format!("there is no column `{name:.32}`; the columns are {}", COLUMNS.join(", "))
    })
}

/// Dates are written so that they sort as text.
fn compare(cell: &Value, other: &Value) -> Option<Ordering> {
    match (cell, other) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        _ => None,
    }
}

fn row(line: &str) -> anyhow::Result<[Value; COLUMNS.len()]> {
    let cells: Vec<&str> = line.split(',').collect();
    let [id, region, product, quantity, price, date] = cells[..] else {
        anyhow::bail!("it has {} cells", cells.len());
    };
    Ok([
        id.parse::<u64>()?.into(),
        region.into(),
        product.into(),
        quantity.parse::<u64>()?.into(),
        price.parse::<f64>()?.into(),
        date.into(),
    ])
}
