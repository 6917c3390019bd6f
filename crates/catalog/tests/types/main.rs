//! What is generated of tools, held against the compilers that read it: `tsc --strict` and
//! `mypy --strict`, each run once over everything.

#[expect(dead_code, reason = "labels are for searches")]
#[path = "../search/corpus.rs"]
mod corpus;

mod compilers;
mod declarations;
mod handmade;
mod sample;
