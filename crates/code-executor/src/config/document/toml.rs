//! TOML, read into the same nodes as JSON.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::document::{Json, Lines, Member, Node};
use crate::config::error::Problem;

/// Parses the text of `lines`.
pub(super) fn parse(lines: &Lines<'_>) -> Result<Node, Problem> {
    let table = DeTable::parse(lines.text).map_err(|error| {
        let place = lines.place(error.span().map_or(0, |span| span.start));
        // What the parser says of the text around it may quote a value: only the first words count.
        let what = error.message().lines().next().unwrap_or("it cannot be read").to_owned();
        Problem::at(&place, format!("this is not valid TOML: {what}"))
    })?;
    Ok(lines.table(table))
}

impl Lines<'_> {
    fn toml(&self, value: Spanned<DeValue<'_>>) -> Node {
        let place = self.place(value.span().start);
        let value = match value.into_inner() {
            DeValue::String(text) => Json::Text(text.into_owned()),
            DeValue::Integer(number) => {
                let decimal = i128::from_str_radix(number.as_str(), number.radix());
                Json::Number(decimal.map_or_else(|_| number.to_string(), |it| it.to_string()))
            }
            DeValue::Float(number) => Json::Number(number.as_str().to_owned()),
            DeValue::Boolean(value) => Json::Bool(value),
            DeValue::Datetime(time) => Json::Text(time.to_string()),
            DeValue::Array(items) => {
                Json::List(items.into_iter().map(|item| self.toml(item)).collect())
            }
            DeValue::Table(table) => Json::Object(self.members(table)),
        };
        Node { place, value }
    }

    fn table(&self, table: Spanned<DeTable<'_>>) -> Node {
        let place = self.place(0);
        Node { place, value: Json::Object(self.members(table.into_inner())) }
    }

    /// The members of a table, in the order of the file.
    fn members(&self, table: DeTable<'_>) -> Vec<Member> {
        let mut members: Vec<_> = table.into_iter().collect();
        members.sort_by_key(|(name, _)| name.span().start);
        members
            .into_iter()
            .map(|(name, value)| Member {
                place: self.place(name.span().start),
                name: name.into_inner().into_owned(),
                node: self.toml(value),
            })
            .collect()
    }
}
