//! Lists that come in pages: how far they are followed.

use std::collections::HashSet;

use serde_json::Value;

use crate::{Config, Error};

/// A walk over the pages of one list.
pub(crate) struct Pages<'a> {
    server: &'a str,
    list: List,
    config: &'a Config,
    cursors: HashSet<String>,
    bytes: usize,
    limit: usize,
}

/// One of a server's lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    /// The request that gives a page of it.
    pub(crate) method: &'static str,
    /// The member of an answer that holds its entries.
    pub(crate) key: &'static str,
}

impl<'a> Pages<'a> {
    /// Before the first page.
    pub(crate) fn new(server: &'a str, list: List, config: &'a Config) -> Self {
        let limit = config.max_result_bytes;
        Self { server, list, config, cursors: HashSet::new(), bytes: 0, limit }
    }

    /// The same, with no more than so many bytes on all pages.
    pub(crate) fn of_at_most(mut self, bytes: usize) -> Self {
        self.limit = self.limit.min(bytes);
        self
    }

    /// Takes in one page: gives its entries, and the cursor of the next.
    pub(crate) fn page(
        &mut self,
        mut page: Value,
        bytes: usize,
    ) -> Result<(Vec<Value>, Option<String>), Error> {
        let List { method, key } = self.list;
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limit {
            return Err(Error::ResultTooLarge {
                server: self.server.to_owned(),
                tool: method.to_owned(),
                limit: self.limit,
            });
        }
        let Some(Value::Array(entries)) = page.get_mut(key).map(Value::take) else {
            return Err(self.broken(format!("its answer to `{method}` has no list `{key}`")));
        };
        let Some(Value::String(cursor)) = page.get_mut("nextCursor").map(Value::take) else {
            return Ok((entries, None));
        };
        if !self.cursors.insert(cursor.clone()) {
            return Err(self.broken(format!("its `{method}` gives the same cursor twice")));
        }
        if self.cursors.len() >= self.config.max_pages {
            let limit = self.config.max_pages;
            return Err(self.broken(format!("its `{method}` has more than {limit} pages")));
        }
        Ok((entries, Some(cursor)))
    }

    /// What is wrong with the server.
    pub(crate) fn broken(&self, reason: String) -> Error {
        Error::Protocol { server: self.server.to_owned(), reason }
    }
}
