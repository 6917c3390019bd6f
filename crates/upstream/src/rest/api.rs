//! An API that is ready to be called: its tools' definitions as text, and what each call needs.

use std::collections::HashMap;

use crate::rest::definitions::Definitions;
use crate::rest::document::{Bounds, Document};
use crate::rest::error::Invalid;
use crate::rest::media::BodyKind;
use crate::rest::operations::{self, Operation, Settings};
use crate::rest::parameter::Parameter;
use crate::rest::path::Piece;
use crate::rest::tool::{self, BUDGETS, Draft};

/// An API.
#[derive(Debug)]
pub(crate) struct Api {
    /// The definitions of its tools, each a JSON object.
    pub(crate) tools: Vec<String>,
    calls: HashMap<String, Call>,
    /// Operations that cannot be offered, and why.
    pub(crate) left_out: Vec<(String, &'static str)>,
    /// Scheme, host and port of everything that is called.
    pub(crate) origin: String,
}

/// What a call of an operation needs.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) method: &'static str,
    pub(crate) base: String,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<CallBody>,
}

/// What the body of a call is.
#[derive(Debug)]
pub(crate) struct CallBody {
    pub(crate) argument: String,
    pub(crate) media: String,
    pub(crate) kind: BodyKind,
    pub(crate) required: bool,
}

impl Api {
    /// Reads a description.
    pub(crate) fn read(
        bytes: &[u8],
        settings: &Settings<'_>,
        bounds: &Bounds,
    ) -> Result<Self, Invalid> {
        let document = Document::parse(bytes, bounds)?;
        let read = operations::read(&document, settings, bounds)?;
        let mut definitions = Definitions::new(&document);
        let drafts: Result<Vec<_>, _> = read
            .operations
            .iter()
            .map(|operation| tool::draft(operation, &mut definitions))
            .collect();
        let tools = fit(&drafts?, &mut definitions, bounds.definitions)?;
        let calls = read.operations.into_iter().map(call);
        let calls = calls.map(|call| (call.name.clone(), call)).collect();
        Ok(Self { tools, calls, left_out: read.left_out, origin: read.origin })
    }

    /// The operation that is the tool of this name.
    pub(crate) fn call(&self, tool: &str) -> Option<&Call> {
        self.calls.get(tool)
    }
}

/// The definitions with the largest budget under which all of them fit.
fn fit(
    drafts: &[Draft],
    definitions: &mut Definitions<'_>,
    limit: usize,
) -> Result<Vec<String>, Invalid> {
    'budgets: for budget in BUDGETS {
        let mut total = 0_usize;
        let mut tools = Vec::new();
        for draft in drafts {
            let tool = draft.render(definitions, budget)?;
            total += tool.len();
            if total > limit {
                continue 'budgets;
            }
            tools.push(tool);
        }
        return Ok(tools);
    }
    Err(Invalid::DefinitionsTooLarge { limit })
}

fn call(operation: Operation<'_>) -> Call {
    let parameters = operation.parameters.into_iter().map(|described| described.parameter);
    let body = operation.body.map(|body| CallBody {
        argument: body.argument,
        media: body.media,
        kind: body.kind,
        required: body.required,
    });
    Call {
        name: operation.name,
        method: operation.method,
        base: operation.base,
        pieces: operation.pieces,
        parameters: parameters.collect(),
        body,
    }
}
