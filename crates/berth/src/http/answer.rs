//! An answer on its way out: one's own, or the words that all get who asked the same.

use std::sync::Arc;

use async_graphql::{
    Request, Response, Value,
    parser::types::{ExecutableDocument, Selection},
};
use berth_graphql::Alike;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{json, value::RawValue};

use super::caller::Asker;

pub(super) enum Answer {
    Own(Box<Response>),
    /// The one thing that was asked for, by the name that it was asked for by.
    Shared {
        name: String,
        words: Arc<RawValue>,
    },
}

impl Answer {
    pub(super) fn of(response: Response, alike: Option<&Alike>) -> Self {
        let Some(words) = alike.and_then(Alike::take) else { return Self::Own(Box::new(response)) };
        match &response.data {
            Value::Object(fields) if response.errors.is_empty() && fields.len() == 1 => {
                Self::Shared { name: fields.keys().map(ToString::to_string).collect(), words }
            }
            _ => Self::Own(Box::new(response)),
        }
    }
}

/// As GraphQL over HTTP writes an answer.
impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Own(response) => response.serialize(serializer),
            Self::Shared { name, words } => {
                let mut answer = serializer.serialize_map(Some(1))?;
                answer.serialize_entry("data", &One { name, words })?;
                answer.end()
            }
        }
    }
}

struct One<'a> {
    name: &'a str,
    words: &'a RawValue,
}

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut data = serializer.serialize_map(Some(1))?;
        data.serialize_entry(self.name, self.words)?;
        data.end()
    }
}

/// All that the answers of a subscription depend on, but for where it began.
pub(super) fn asked(request: &Request, document: &ExecutableDocument, caller: &Asker) -> String {
    let mut variables = json!(request.variables);
    if let (Some(began), Some(variables)) = (began(&request.query, document), variables.as_object_mut()) {
        variables.remove(&began);
    }
    let who = format!("{:?}", caller.guest.as_ref().map(|guest| &guest.principal));
    json!([request.query, request.operation_name, variables, who, caller.locale.tag()]).to_string()
}

/// The variable that says where a feed is to begin, if it says nothing else.
fn began(text: &str, document: &ExecutableDocument) -> Option<String> {
    let mut operations = document.operations.iter();
    let (_, operation) = operations.next().filter(|_| operations.next().is_none())?;
    let [root] = operation.node.selection_set.node.items.as_slice() else { return None };
    let Selection::Field(field) = &root.node else { return None };
    let (_, after) = field.node.arguments.iter().find(|(name, _)| name.node == "after")?;
    let written = after.node.to_string();
    // Only a variable is written so; it is said where it is declared, and here.
    let name = written.strip_prefix('$')?;
    (mentions(text, name) == 2).then(|| name.to_owned())
}

fn mentions(text: &str, variable: &str) -> usize {
    let of_word = |symbol: char| symbol.is_ascii_alphanumeric() || symbol == '_';
    let names = text.split('$').skip(1).map(|rest| {
        let rest = rest.trim_start();
        &rest[..rest.find(|symbol| !of_word(symbol)).unwrap_or(rest.len())]
    });
    names.filter(|name| *name == variable).count()
}

#[cfg(test)]
#[path = "tests/answer.rs"]
mod tests;
