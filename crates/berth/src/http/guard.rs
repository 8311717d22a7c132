//! What a query may cost, asked of its text before anything runs it. It knows no schema.
//!
//! async-graphql's own limits walk a fragment anew wherever it is spread, so six fragments that spread each other twenty times keep a
//! core busy for many seconds before the limit is reached. Here every fragment is weighed once and its weight is multiplied.

use std::{
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType, Selection, SelectionSet},
    },
};

/// Each is the most that passes.
#[derive(Debug, Clone, Copy)]
pub struct QueryLimits {
    pub text_bytes: usize,
    pub tokens: usize,
    /// Lists, objects, arguments and selections within one another; beyond some hundred the parser would overflow its stack.
    pub brackets: usize,
    /// The usual introspection query is 15 deep.
    pub depth: usize,
    /// Fields and spreads, with every fragment counted wherever it is spread.
    pub expanded: u64,
    pub root_fields: usize,
    /// How many response keys one field may have within one selection.
    pub aliases_per_field: usize,
    pub directives_per_selection: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            text_bytes: 16 * 1024,
            tokens: 2_000,
            brackets: 64,
            depth: 16,
            expanded: 5_000,
            root_fields: 30,
            aliases_per_field: 15,
            directives_per_selection: 10,
        }
    }
}

/// A document that passed, parsed once.
pub(super) struct Inspected {
    pub(super) document: ExecutableDocument,
    /// How many fields the largest of its operations asks for, each as often as it is said.
    pub(super) roots: u64,
    /// Selections that were looked at; never more than the document has.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests hold the guard to it"))]
    pub(super) visited: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum QueryRefused {
    Syntax(String),
    /// A fragment that spreads itself, perhaps by way of others.
    Cycle(String),
    TooMuch {
        english: &'static str,
        chinese: &'static str,
        limit: u64,
        actual: u64,
    },
}

/// Costs at most a walk over the text and one over the parsed document, whatever either says.
pub(super) fn inspect(text: &str, limits: &QueryLimits) -> Result<Inspected, QueryRefused> {
    at_most(text.len(), limits.text_bytes, "bytes of query text", "查询文本字节数")?;
    let (count, nested) = tokens(text);
    at_most(count, limits.tokens, "tokens", "词元数")?;
    at_most(nested, limits.brackets, "nested brackets", "括号嵌套层数")?;
    let document = parse_query(text).map_err(|error| QueryRefused::Syntax(error.to_string()))?;
    let mut walk =
        Walk { document: &document, limits, weighed: HashMap::new(), open: Vec::new(), visited: 0, roots: 0 };
    walk.document()?;
    let (visited, roots) = (walk.visited, walk.roots);
    Ok(Inspected { document, roots, visited })
}

impl Inspected {
    /// Absent when the request does not say which of several operations it means; the executor refuses it.
    pub(super) fn operation(&self, name: Option<&str>) -> Option<OperationType> {
        let mut named = self
            .document
            .operations
            .iter()
            .filter(|(own, _)| name.is_none() || own.map(Name::as_str) == name);
        let (_, first) = named.next()?;
        named.next().is_none().then_some(first.node.ty)
    }
}

/// What a selection weighs with all that is beneath it.
#[derive(Default)]
struct Weight<'a> {
    expanded: u64,
    depth: usize,
    /// Fields of this level, each as often as it is said.
    said: u64,
    /// Field and response key, of this level alone. Keys said twice are merged by the executor and count once.
    keys: BTreeSet<(&'a str, &'a str)>,
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    limits: &'a QueryLimits,
    weighed: HashMap<&'a str, Rc<Weight<'a>>>,
    /// Fragments on the way from the operation to here.
    open: Vec<&'a str>,
    visited: usize,
    roots: u64,
}

impl<'a> Walk<'a> {
    fn document(&mut self) -> Result<(), QueryRefused> {
        let mut expanded = 0_u64;
        for (_, operation) in self.document.operations.iter() {
            let weight = self.selections(&operation.node.selection_set.node)?;
            // The executor does twice what is said twice, and only then makes one answer of it.
            let deeds = operation.node.ty == OperationType::Mutation;
            let fields = if deeds { weight.said } else { weight.keys.len() as u64 };
            at_most_u64(fields, self.limits.root_fields as u64, "fields at the root", "根字段数")?;
            self.roots = self.roots.max(weight.said);
            expanded = expanded.saturating_add(weight.expanded);
        }
        // Fragments that no operation spreads are walked by the validation all the same.
        for name in self.document.fragments.keys() {
            self.fragment(name.as_str())?;
        }
        at_most_u64(expanded, self.limits.expanded, "fields with fragments spread out", "展开片段后的字段数")
    }

    fn selections(&mut self, set: &'a SelectionSet) -> Result<Weight<'a>, QueryRefused> {
        let mut weight = Weight::default();
        for item in &set.items {
            self.selection(item, &mut weight)?;
        }
        at_most(weight.depth, self.limits.depth, "levels of nesting", "嵌套层数")?;
        self.aliases(&weight)?;
        Ok(weight)
    }

    fn selection(
        &mut self,
        item: &'a Positioned<Selection>,
        weight: &mut Weight<'a>,
    ) -> Result<(), QueryRefused> {
        self.visited += 1;
        let directives = item.node.directives().len();
        at_most(
            directives,
            self.limits.directives_per_selection,
            "directives on one field",
            "单个字段的指令数",
        )?;
        match &item.node {
            Selection::Field(field) => {
                let inner = self.selections(&field.node.selection_set.node)?;
                weight.add(inner.expanded, inner.depth + 1);
                weight.said = weight.said.saturating_add(1);
                weight.keys.insert((field.node.name.node.as_str(), field.node.response_key().node.as_str()));
            }
            Selection::InlineFragment(inline) => {
                let inner = self.selections(&inline.node.selection_set.node)?;
                weight.add(inner.expanded, inner.depth);
                weight.said = weight.said.saturating_add(inner.said);
                weight.keys.extend(inner.keys);
            }
            Selection::FragmentSpread(spread) => {
                let inner = self.fragment(spread.node.fragment_name.node.as_str())?;
                weight.add(inner.expanded, inner.depth);
                weight.said = weight.said.saturating_add(inner.said);
                weight.keys.extend(&inner.keys);
            }
        }
        Ok(())
    }

    /// An unknown fragment weighs nothing; the validation refuses it.
    fn fragment(&mut self, name: &'a str) -> Result<Rc<Weight<'a>>, QueryRefused> {
        if let Some(weight) = self.weighed.get(name) {
            return Ok(Rc::clone(weight));
        }
        if self.open.contains(&name) {
            return Err(QueryRefused::Cycle(name.to_owned()));
        }
        // Also what keeps a long chain of fragments from using up the stack.
        at_most(self.open.len() + 1, self.limits.depth, "fragments within fragments", "片段嵌套层数")?;
        let Some(definition) = self.document.fragments.get(name) else { return Ok(Rc::default()) };
        self.open.push(name);
        let weight = Rc::new(self.selections(&definition.node.selection_set.node)?);
        self.open.pop();
        self.weighed.insert(name, Rc::clone(&weight));
        Ok(weight)
    }

    fn aliases(&self, weight: &Weight<'a>) -> Result<(), QueryRefused> {
        let mut keys_of: HashMap<&str, usize> = HashMap::new();
        for (field, _) in &weight.keys {
            *keys_of.entry(field).or_default() += 1;
        }
        let most = keys_of.into_values().max().unwrap_or_default();
        at_most(most, self.limits.aliases_per_field, "aliases of one field", "同一字段的别名数")
    }
}

impl Weight<'_> {
    fn add(&mut self, expanded: u64, depth: usize) {
        self.expanded = self.expanded.saturating_add(expanded).saturating_add(1);
        self.depth = self.depth.max(depth);
    }
}

fn at_most(
    actual: usize,
    limit: usize,
    english: &'static str,
    chinese: &'static str,
) -> Result<(), QueryRefused> {
    at_most_u64(actual as u64, limit as u64, english, chinese)
}

fn at_most_u64(
    actual: u64,
    limit: u64,
    english: &'static str,
    chinese: &'static str,
) -> Result<(), QueryRefused> {
    if actual > limit { Err(QueryRefused::TooMuch { english, chinese, limit, actual }) } else { Ok(()) }
}

/// Counts without parsing, so that a text of nothing but braces never meets the parser: how many tokens, and how deep brackets of
/// any kind nest. The parser recurses into lists and objects without a bound of its own. Off by a few on malformed texts.
fn tokens(text: &str) -> (usize, usize) {
    let mut rest = text;
    let (mut count, mut depth, mut deepest) = (0, 0_usize, 0);
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            _ if first.is_whitespace() || first == ',' || first == '\u{feff}' => first.len_utf8(),
            _ => {
                count += 1;
                match first {
                    '{' | '[' | '(' => depth += 1,
                    '}' | ']' | ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                deepest = deepest.max(depth);
                token_length(rest, first)
            }
        };
        rest = &rest[length..];
    }
    (count, deepest)
}

fn token_length(rest: &str, first: char) -> usize {
    let of_word = |symbol: char| symbol.is_ascii_alphanumeric() || symbol == '_';
    if let Some(block) = rest.strip_prefix("\"\"\"") {
        return block.find("\"\"\"").map_or(rest.len(), |end| end + 6);
    }
    if first == '"' {
        let mut escaped = false;
        let end = rest[1..].find(|symbol| {
            let ends = symbol == '"' && !escaped;
            escaped = symbol == '\\' && !escaped;
            ends
        });
        return end.map_or(rest.len(), |end| end + 2);
    }
    match first {
        '.' if rest.starts_with("...") => 3,
        _ if of_word(first) => rest.find(|symbol| !of_word(symbol)).unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

#[cfg(test)]
#[path = "tests/guard.rs"]
mod tests;
