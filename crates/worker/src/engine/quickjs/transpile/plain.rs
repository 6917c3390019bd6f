//! Whether a program is JavaScript as it stands, so that it need not be transformed: that is half
//! of what a short program's transpilation costs.

use oxc::ast::AstKind;
use oxc::ast::AstType;
use oxc::ast::ast::{Expression, Program, Statement};
use oxc::ast_visit::{Visit, walk};

/// Whether nothing in a program is TypeScript's, a decorator, or an import that may go.
pub fn is_javascript(program: &Program<'_>) -> bool {
    let mut finder = Finder { found: false };
    finder.visit_program(program);
    !finder.found
}

struct Finder {
    found: bool,
}

impl<'a> Visit<'a> for Finder {
    fn enter_node(&mut self, kind: AstKind<'a>) {
        self.found |= match kind {
            AstKind::Class(it) => it.r#abstract || it.declare,
            AstKind::Function(it) => it.declare || it.body.is_none(),
            AstKind::MethodDefinition(it) => {
                it.r#type.is_abstract()
                    || it.r#override
                    || it.optional
                    || it.accessibility.is_some()
            }
            AstKind::PropertyDefinition(it) => {
                it.r#type.is_abstract()
                    || it.declare
                    || it.r#override
                    || it.optional
                    || it.definite
                    || it.readonly
                    || it.accessibility.is_some()
            }
            AstKind::FormalParameter(it) => {
                it.optional || it.readonly || it.r#override || it.accessibility.is_some()
            }
            AstKind::VariableDeclaration(it) => it.declare,
            AstKind::VariableDeclarator(it) => it.definite,
            // Lowered, or dropped when only types use them.
            AstKind::AccessorProperty(_)
            | AstKind::ImportDeclaration(_)
            | AstKind::ExportNamedDeclaration(_)
            | AstKind::ExportFromDeclaration(_)
            | AstKind::ExportAllDeclaration(_) => true,
            // JSX, types and decorators come last.
            other => other.ty() as u8 >= AstType::JSXElement as u8,
        };
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        if !self.found {
            walk::walk_statement(self, it);
        }
    }

    fn visit_expression(&mut self, it: &Expression<'a>) {
        if !self.found {
            walk::walk_expression(self, it);
        }
    }
}
