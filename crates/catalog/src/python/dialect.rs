//! Python, as a language that tools are told in. A `TypedDict` has no form within an expression, so
//! each object is a class with a name of its own, declared before what it stands in.

use std::fmt::Write;

use super::print::{self, comment, expression, in_quotes};
use crate::schema::{Declaration, Dialect, Doc, Kind, Member, Names, Object, Type, type_name};
use crate::text;

/// Columns of a field with its comment.
const WIDTH: usize = 96;

/// Python; a declaration is shown to a model as a stub, or stands in a module that is run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Python {
    /// Whether it is run, so that a type that comes later has to be in quotes.
    is_run: bool,
    /// What stands before the names of built-in types.
    prefix: &'static str,
}

impl Python {
    pub(crate) fn shown() -> Self {
        Self { is_run: false, prefix: "" }
    }

    /// In a module that defines `function`, which may hide a built-in type of that name.
    pub(crate) fn in_module_of(function: &str) -> Self {
        let prefix = if print::BUILT_IN_TYPES.contains(&function) { "builtins." } else { "" };
        Self { is_run: true, prefix }
    }

    /// What stands before the names of built-in types.
    pub(crate) fn prefix(&self) -> &'static str {
        self.prefix
    }
}

impl Dialect for Python {
    const BUILT_IN: &'static [&'static str] = &[
        "Any",
        "Literal",
        "Never",
        "NotRequired",
        "TypeAlias",
        "TypedDict",
        "Unpack",
        "None",
        "True",
        "False",
    ];
    const INTERSECTIONS: bool = false;

    fn line(&self, of: &Type) -> String {
        print::line(of, self.prefix)
    }

    fn key(&self, name: &str) -> String {
        print::literal_text(name)
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Object => "dict",
            Kind::List => "list",
            Kind::Simple(simple) => print::primitive(simple),
            Kind::Anything => "Any",
        }
    }

    fn object(&self, members: &[String]) -> String {
        format!("{{{}}}", members.join(", "))
    }

    fn signature(&self, name: &str, arguments: &str, answer: &str) -> String {
        format!("{name}({arguments}) -> {answer}")
    }

    fn declare(
        &self,
        declaration: &Declaration,
        names: &mut Names,
        doc_chars: usize,
        out: &mut String,
    ) {
        let Declaration { name, of, doc } = declaration;
        let mut declaring = Declaring { python: *self, names, doc_chars, out };
        match of {
            Type::Object(object) if !object.members.is_empty() => {
                declaring.class(name, object, doc);
            }
            _ => {
                let written = declaring.within(of, name);
                let written = self.quoted(written);
                let doc = comment(doc, doc_chars, "");
                let _ = write!(out, "\n{doc}{name}: TypeAlias = {written}\n");
            }
        }
    }
}

impl Python {
    /// A type that is evaluated where it stands.
    fn quoted(self, written: String) -> String {
        match self.is_run {
            true => text::quoted(&written),
            false => written,
        }
    }
}

struct Declaring<'a> {
    python: Python,
    names: &'a mut Names,
    doc_chars: usize,
    out: &'a mut String,
}

impl Declaring<'_> {
    /// Writes `of` as an expression; objects with members are declared before.
    fn within(&mut self, of: &Type, near: &str) -> String {
        let mut objects: Vec<(String, Object)> = Vec::new();
        let names = &mut *self.names;
        let written = expression(of, self.python.prefix, &mut |object| {
            let name = names.take(format!("{near}Item"));
            objects.push((name.clone(), object.clone()));
            name
        });
        for (name, object) in objects {
            self.class(&name, &object, &Doc::default());
        }
        written
    }

    fn class(&mut self, name: &str, object: &Object, doc: &Doc) {
        let mut fields: Vec<(&Member, String)> = Vec::new();
        for member in &object.members {
            let near = format!("{name}{}", type_name(&member.name));
            let of = match &member.of {
                Type::Object(inner) if !inner.members.is_empty() => {
                    let inner_name = self.names.take(near);
                    self.class(&inner_name, inner, &Doc::default());
                    inner_name
                }
                other => self.within(other, &near),
            };
            let of = if member.optional { format!("NotRequired[{of}]") } else { of };
            fields.push((member, of));
        }
        let doc = comment(doc, self.doc_chars, "");
        let is_plain = fields.iter().all(|(member, _)| self.is_field(&member.name));
        let end = if is_plain { "" } else { "," };
        let _ = match is_plain {
            true => write!(self.out, "\n{doc}class {name}(TypedDict):\n"),
            false => write!(self.out, "\n{doc}{name} = TypedDict(\"{name}\", {{\n"),
        };
        for (member, of) in fields {
            let (key, of) = match is_plain {
                true => (member.name.clone(), of),
                false => (in_quotes(&text::quoted(&member.name)), self.python.quoted(of)),
            };
            self.field(&format!("    {key}: {of}{end}"), &member.doc);
        }
        for others in object.others.iter().filter(|others| ***others != Type::Never) {
            let of = print::line(others, "");
            let _ = writeln!(self.out, "    # and other keys: {of}");
        }
        if object.left_out > 0 {
            let _ = writeln!(self.out, "    # and {} more", object.left_out);
        }
        if !is_plain {
            self.out.push_str("})\n");
        }
    }

    /// One field, with its comment behind it where there is room and before it where not.
    fn field(&mut self, field: &str, doc: &Doc) {
        let comment = comment(doc, self.doc_chars, "    ");
        let behind = comment.trim();
        let is_short = behind.lines().count() == 1
            && field.chars().count() + behind.chars().count() + 2 <= WIDTH;
        let _ = match is_short {
            true => writeln!(self.out, "{field}  {behind}"),
            false => writeln!(self.out, "{comment}{field}"),
        };
    }

    /// Whether a name can stand in a class as it is. Two leading underscores would be rewritten there,
    /// and a name of a type would hide the type from the fields that follow.
    fn is_field(&self, name: &str) -> bool {
        print::is_identifier(name)
            && !name.starts_with("__")
            && !print::BUILT_IN_TYPES.contains(&name)
            && !self.names.is_taken(name)
    }
}
