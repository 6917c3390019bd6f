//! Why an API's description cannot be used. What is shown of it is short, and never a value of it.

/// What is wrong with a description, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Invalid {
    /// Too many bytes.
    #[error("the OpenAPI document is larger than {limit} bytes, the limit")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Too many values, those that YAML's aliases stand for included.
    #[error(
        "the OpenAPI document holds more than {limit} values (a YAML alias counts as all that it \
         stands for), the limit"
    )]
    TooManyValues {
        /// The limit.
        limit: usize,
    },
    /// Nested too deeply.
    #[error("the OpenAPI document is nested deeper than {limit} levels, the limit")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// No text.
    #[error("the OpenAPI document is not UTF-8")]
    NotText,
    /// Neither JSON nor YAML.
    #[error(
        "the OpenAPI document cannot be read as {format}: {what} at line {line}, column {column}"
    )]
    Syntax {
        /// `JSON` or `YAML`.
        format: &'static str,
        /// What the parser says.
        what: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// Something else.
    #[error(
        "the document is no OpenAPI description: it has no `openapi: 3.0.x` or `openapi: 3.1.x` at its \
         top"
    )]
    NotOpenApi,
    /// The version before.
    #[error(
        "the document is Swagger {0}, and OpenAPI 3.0 or 3.1 is needed; convert it once, for example \
         with `npx swagger2openapi --outfile openapi.json FILE`, and configure the result"
    )]
    Swagger(String),
    /// A version that is not known.
    #[error("the document is OpenAPI {0}, and 3.0 to 3.2 are known")]
    Version(String),
    /// A reference out of the document.
    #[error(
        "the OpenAPI document refers to another document (`$ref: {0}`), and those are not followed; \
         make one document of them, for example with `npx @redocly/cli bundle FILE`"
    )]
    RemoteReference(String),
    /// More operations than tools are allowed.
    #[error(
        "the OpenAPI document describes more than {limit} operations, the limit; name those that are \
         needed in `operations.include`"
    )]
    TooManyOperations {
        /// The limit.
        limit: usize,
    },
    /// The tools' definitions are too large together, however much is left out of each.
    #[error(
        "the operations of the OpenAPI document take more than {limit} bytes to describe, the limit; \
         name those that are needed in `operations.include`"
    )]
    DefinitionsTooLarge {
        /// The limit.
        limit: usize,
    },
    /// Nothing is left.
    #[error(
        "none of the {0} operations of the OpenAPI document can be offered: look at \
         `operations.include` and `operations.exclude`"
    )]
    NothingLeft(usize),
    /// Nobody waits for it any longer.
    #[error("reading the OpenAPI document was given up")]
    GivenUp,
    /// Where the API is cannot be said.
    #[error("{0}")]
    Address(String),
}
