//! A file is one idea, a function one step: no file over 500 lines, no function over 60.

use syn::{spanned::Spanned, visit::Visit};

use crate::sources::rust_files;

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 60;

#[test]
fn no_file_is_longer_than_500_lines() {
    let long: Vec<_> = rust_files()
        .into_iter()
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > FILE_LINES)
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn no_function_is_longer_than_60_lines() {
    let mut long = Vec::new();
    for path in rust_files() {
        let file = syn::parse_file(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut functions = Functions::default();
        functions.visit_file(&file);
        long.extend(
            functions.long.into_iter().map(|(name, lines)| format!("{} {name}: {lines}", path.display())),
        );
    }
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_ruler_measures_a_long_function() {
    let body = "    let _ = 1;\n".repeat(FUNCTION_LINES);
    let file = syn::parse_file(&format!("struct S;\nimpl S {{ fn long() {{\n{body}}} }}")).unwrap();
    let mut functions = Functions::default();
    functions.visit_file(&file);
    assert_eq!(functions.long.len(), 1);
}

#[derive(Default)]
struct Functions {
    long: Vec<(String, usize)>,
}

impl Functions {
    fn measure(&mut self, name: &syn::Ident, body: &impl Spanned) {
        let span = body.span();
        let lines = span.end().line - span.start().line + 1;
        if lines > FUNCTION_LINES {
            self.long.push((name.to_string(), lines));
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.measure(&function.sig.ident, &function.block);
        syn::visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.measure(&function.sig.ident, &function.block);
        syn::visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.measure(&function.sig.ident, &function);
        syn::visit::visit_trait_item_fn(self, function);
    }
}
