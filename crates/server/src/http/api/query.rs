//! The query of a URL, as strictly read as a body.

use types::{ErrorCode, Refusal};

use crate::mcp::arguments::{nearest, shorten};

/// The most parameters that are looked at.
const MAX_PARAMETERS: usize = 16;

/// The parameters of a query, each known and given once.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands after `?`.
    pub(crate) fn read(text: Option<&str>, keys: &[&str]) -> Result<Self, Refusal> {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.unwrap_or_default().as_bytes()) {
            if query.0.len() == MAX_PARAMETERS {
                return Err(invalid(format!(
                    "the query has more than {MAX_PARAMETERS} parameters"
                )));
            }
            if !keys.contains(&name.as_ref()) {
                let hint = nearest(&name, keys.iter().copied());
                let hint = hint.map(|key| format!("did you mean `{key}`? ")).unwrap_or_default();
                return Err(invalid(format!(
                    "there is no parameter `{}`; {hint}there are {}",
                    shorten(&name),
                    keys.join(", ")
                )));
            }
            if query.0.iter().any(|(known, _)| *known == name) {
                return Err(invalid(format!("the parameter `{name}` is given twice")));
            }
            query.0.push((name.into_owned(), value.into_owned()));
        }
        Ok(query)
    }

    /// A parameter's text; an empty one counts as none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// What was given for a parameter, an empty text too.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter's number, within these bounds.
    pub(crate) fn number(
        &self,
        name: &str,
        (least, most): (u64, u64),
    ) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.given(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(invalid(format!("`{name}` must be an integer from {least} to {most}"))),
        }
    }
}

pub(crate) fn invalid(what: String) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, what)
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn a_query_is_read_strictly() {
        let keys = ["q", "limit"];
        let query = Query::read(Some("q=read+a%20file&limit=5"), &keys).unwrap();
        assert_eq!(query.text("q"), Some("read a file"));
        assert_eq!(query.number("limit", (1, 100)).unwrap(), Some(5));
        assert_eq!(Query::read(None, &keys).unwrap().text("q"), None);
        let wrong = [("limt=1", "did you mean `limit`"), ("q=a&q=b", "given twice")];
        for (text, said) in wrong {
            let error = Query::read(Some(text), &keys).unwrap_err().message;
            assert!(error.contains(said), "{error}");
        }
        for text in ["limit=0", "limit=101", "limit=-1", "limit=x", "limit=1e2"] {
            let query = Query::read(Some(text), &keys).unwrap();
            let error = query.number("limit", (1, 100)).unwrap_err().message;
            assert_eq!(error, "`limit` must be an integer from 1 to 100", "{text}");
        }
    }
}
