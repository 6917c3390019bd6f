//! TypeScript, as a language that tools are told in.

use super::print::{self, Layout};
use crate::schema::{Declaration, Dialect, Kind, Names, Type};

/// TypeScript; a declaration is shown to a model, or stands in a module that exports it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypeScript(Shown);

/// Where a declaration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// By itself.
    Alone,
    /// In a module.
    Exported,
}

impl TypeScript {
    pub(crate) const SHOWN: Self = Self(Shown::Alone);
    pub(crate) const EXPORTED: Self = Self(Shown::Exported);
}

impl Dialect for TypeScript {
    /// Types every TypeScript reader knows by these names.
    const BUILT_IN: &'static [&'static str] = &[
        "Array", "Boolean", "Date", "Error", "Function", "Map", "Number", "Object", "Partial",
        "Promise", "Record", "RegExp", "Set", "String", "Symbol",
    ];
    const INTERSECTIONS: bool = true;

    fn line(&self, of: &Type) -> String {
        print::expression(of, Layout::Line, 0)
    }

    fn key(&self, name: &str) -> String {
        print::key(name)
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Object => "object",
            Kind::List => "unknown[]",
            Kind::Simple(simple) => print::primitive(simple),
            Kind::Anything => "unknown",
        }
    }

    fn object(&self, members: &[String]) -> String {
        format!("{{ {} }}", members.join(", "))
    }

    fn signature(&self, name: &str, arguments: &str, answer: &str) -> String {
        format!("{name}({arguments}): Promise<{answer}>")
    }

    fn declare(
        &self,
        declaration: &Declaration,
        _names: &mut Names,
        doc_chars: usize,
        out: &mut String,
    ) {
        let Declaration { name, of, doc } = declaration;
        let doc = print::comment(doc, doc_chars, 0);
        let export = if self.0 == Shown::Exported { "export " } else { "" };
        let written = print::expression(of, Layout::Block { doc_chars }, 0);
        let declared = match of {
            Type::Object(object) if !object.members.is_empty() => {
                format!("\n{doc}{export}interface {name} {written}\n")
            }
            _ => format!("\n{doc}{export}type {name} = {written};\n"),
        };
        out.push_str(&declared);
    }
}
