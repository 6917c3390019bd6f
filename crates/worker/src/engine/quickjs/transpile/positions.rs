//! From the generated module's positions to the user's own.

use std::path::PathBuf;

use oxc::allocator::Allocator;
use oxc::codegen::{Codegen, CodegenOptions};

use crate::engine::quickjs::transpile::calls::Calls;
use crate::engine::quickjs::transpile::{Form, PROGRAM_NAME, Rewritten, parse, transform, value};

/// Maps positions of the generated module to the user's program. Built on first use: only errors
/// need it.
pub struct Positions {
    /// What is mapped.
    code: String,
    /// What the engine runs, when that is another text.
    rewritten: Option<Rewritten>,
    mapped: Vec<Mapped>,
    calls: Calls,
}

/// A generated position and the user's, all from 0, columns in UTF-16; ordered by the generated one.
struct Mapped {
    generated: (u32, u32),
    original: (u32, u32),
}

impl Positions {
    /// Repeats the transpilation with a map; what it was rewritten to for a session is given.
    pub fn of(source: &str, rewritten: Option<&Rewritten>) -> Option<Self> {
        let allocator = Allocator::default();
        let mut program = parse(&allocator, source).ok()?;
        let form = if rewritten.is_some() { Form::Session } else { Form::Module };
        if form == Form::Module {
            value::export(&allocator, &mut program);
        }
        transform(&allocator, &mut program, source, form).ok()?;
        let options = CodegenOptions {
            source_map_path: Some(PathBuf::from(PROGRAM_NAME)),
            ..CodegenOptions::default()
        };
        let built = Codegen::new().with_options(options).build(&program);
        let map = built.map?;
        let mapped = map.get_tokens().map(|token| Mapped {
            generated: (token.get_dst_line(), token.get_dst_col()),
            original: (token.get_src_line(), token.get_src_col()),
        });
        let mut mapped: Vec<Mapped> = mapped.collect();
        mapped.sort_by_key(|mapped| mapped.generated);
        let calls = match rewritten {
            None => Calls::of(&built.code),
            Some(rewritten) => Calls::of_rewritten(rewritten, &built.code),
        };
        Some(Self { calls, code: built.code, rewritten: rewritten.cloned(), mapped })
    }

    /// The user's line and column (both from 1) for the engine's: those of the call of `name` there,
    /// or of the only call when there is no name, if there is one.
    pub fn original(&self, line: u32, column: u32, name: &str) -> Option<(u32, u32)> {
        let offset = self.offset(line, column)?;
        let calls = self.calls.at(offset);
        let named = calls.iter().find(|call| call.name == name || call.name == "super");
        let found = if name.is_empty() && calls.len() == 1 { calls.first() } else { named };
        self.mapped(found.map_or(offset, |call| call.at))
    }

    /// The user's line and column (both from 1) for exact ones of the module: columns in UTF-16.
    pub fn exact(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        self.found((line.checked_sub(1)?, column.checked_sub(1)?))
    }

    /// What is called at the engine's place: the callees of the calls that have it, or only of the
    /// constructions.
    pub fn callees(&self, line: u32, column: u32, only_new: bool) -> Vec<String> {
        let calls = self.offset(line, column).map_or(&[][..], |offset| self.calls.at(offset));
        let calls = calls.iter().filter(|call| call.is_new || !only_new);
        let mut callees: Vec<String> = calls.map(|call| call.callee.clone()).collect();
        callees.dedup();
        callees
    }

    /// The engine counts lines and bytes of a line, from 1. Before a program of a session stands a line
    /// that is none of its own.
    fn offset(&self, line: u32, column: u32) -> Option<u32> {
        let (code, before) = match &self.rewritten {
            None => (&self.code, 1),
            Some(rewritten) => (&rewritten.code, 2),
        };
        let before = code.split_inclusive('\n').take(line.checked_sub(before)? as usize);
        let start = before.map(str::len).sum::<usize>();
        u32::try_from(start).ok()?.checked_add(column.checked_sub(1)?)
    }

    fn mapped(&self, offset: u32) -> Option<(u32, u32)> {
        let offset = self.rewritten.as_ref().map_or(offset, |it| it.original(offset));
        let before = self.code.get(..offset as usize)?;
        let line = u32::try_from(before.matches('\n').count()).ok()?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let column = u32::try_from(before[line_start..].encode_utf16().count()).ok()?;
        self.found((line, column))
    }

    fn found(&self, wanted: (u32, u32)) -> Option<(u32, u32)> {
        let after = self.mapped.partition_point(|mapped| mapped.generated <= wanted);
        let found = self.mapped.get(after.checked_sub(1)?)?;
        // A position before the first token of its line belongs to that token.
        let found = match self.mapped.get(after) {
            Some(next) if found.generated.0 != wanted.0 && next.generated.0 == wanted.0 => next,
            _ => found,
        };
        Some((found.original.0 + 1, found.original.1 + 1))
    }
}
