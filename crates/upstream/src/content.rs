//! What a server has besides tools: resources and prompts. They pass as the server gave them,
//! within the bounds of calls.

use rmcp::model::{
    ClientRequest, GetPromptRequest, GetPromptRequestParams, ListPromptsRequest,
    ListResourceTemplatesRequest, ListResourcesRequest, PaginatedRequestParams,
    ReadResourceRequest, ReadResourceRequestParams,
};
use serde_json::{Map, Value};

use crate::connection::Connection;
use crate::pages::{List, Pages};
use crate::patience::Patience;
use crate::{Config, Error, answer};

/// The largest of these lists, in bytes. Its pages wait for the last of them, and the budget of what
/// is under way counts none of them meanwhile: they would hold what the next one needs.
const LIST: usize = 4 * 1024 * 1024;

/// One of the lists beside that of the tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entries {
    /// `resources/list`.
    Resources,
    /// `resources/templates/list`.
    Templates,
    /// `prompts/list`.
    Prompts,
}

impl Entries {
    /// The request that gives a page of it, and where that has its entries.
    pub(crate) fn list(self) -> List {
        let (method, key) = match self {
            Self::Resources => ("resources/list", "resources"),
            Self::Templates => ("resources/templates/list", "resourceTemplates"),
            Self::Prompts => ("prompts/list", "prompts"),
        };
        List { method, key }
    }

    fn request(self, cursor: Option<String>) -> ClientRequest {
        let params = Some(PaginatedRequestParams::default().with_cursor(cursor));
        match self {
            Self::Resources => ClientRequest::ListResourcesRequest(ListResourcesRequest {
                params,
                ..ListResourcesRequest::default()
            }),
            Self::Templates => {
                ClientRequest::ListResourceTemplatesRequest(ListResourceTemplatesRequest {
                    params,
                    ..ListResourceTemplatesRequest::default()
                })
            }
            Self::Prompts => ClientRequest::ListPromptsRequest(ListPromptsRequest {
                params,
                ..ListPromptsRequest::default()
            }),
        }
    }
}

/// One thing to be fetched whole.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// The resource at this URI.
    Resource(String),
    /// The prompt of this name, filled in with these arguments.
    Prompt(String, Map<String, Value>),
}

impl Item {
    /// The request's method.
    pub(crate) fn method(&self) -> &'static str {
        match self {
            Self::Resource(_) => "resources/read",
            Self::Prompt(..) => "prompts/get",
        }
    }

    /// The member that makes an answer one.
    fn key(&self) -> &'static str {
        match self {
            Self::Resource(_) => "contents",
            Self::Prompt(..) => "messages",
        }
    }

    fn request(self) -> ClientRequest {
        match self {
            Self::Resource(uri) => ClientRequest::ReadResourceRequest(ReadResourceRequest::new(
                ReadResourceRequestParams::new(uri),
            )),
            Self::Prompt(name, arguments) => {
                let params = GetPromptRequestParams::new(name).with_arguments(arguments);
                ClientRequest::GetPromptRequest(GetPromptRequest::new(params))
            }
        }
    }
}

/// Fetches a whole list; its entries are objects.
pub(crate) async fn entries(
    connection: &Connection,
    entries: Entries,
    config: &Config,
    patience: &Patience,
) -> Result<Vec<Value>, Error> {
    let list = entries.list();
    claimed(connection, entries == Entries::Prompts)?;
    let _place = connection.place(list.method, patience).await?;
    let mut pages = Pages::new(connection.server(), list, config).of_at_most(LIST);
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let request = entries.request(cursor);
        let answer = connection.request(request, list.method, patience).await?;
        let (page, next) = pages.page(answer.result, answer.bytes)?;
        all.extend(page.into_iter().filter(Value::is_object));
        if all.len() > config.max_tools_per_server {
            let (method, limit) = (list.method, config.max_tools_per_server);
            return Err(pages.broken(format!("its `{method}` has more than {limit} entries")));
        }
        cursor = next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

/// Fetches one thing: the result as the server gave it, an object.
pub(crate) async fn item(
    connection: &Connection,
    item: Item,
    patience: &Patience,
) -> Result<Value, Error> {
    claimed(connection, matches!(item, Item::Prompt(..)))?;
    let (method, key) = (item.method(), item.key());
    let _place = connection.place(method, patience).await?;
    let answer = connection.request(item.request(), method, patience).await?;
    answer::whole(&answer.result, key).map_err(|reason| Error::Protocol {
        server: connection.server().to_owned(),
        reason: format!("answering `{method}`, {reason}"),
    })?;
    Ok(answer.result)
}

fn claimed(connection: &Connection, prompts: bool) -> Result<(), Error> {
    let (claimed, what) = if prompts {
        (connection.claims_prompts(), "prompts")
    } else {
        (connection.claims_resources(), "resources")
    };
    if claimed {
        return Ok(());
    }
    Err(Error::Lacks { server: connection.server().to_owned(), what })
}
