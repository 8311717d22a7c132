//! Two states side by side.

use serde_json::{Map, Value};

/// One path at which two states differ, and which event made it as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// RFC 6901, `/have/kind`.
    pub path: String,
    /// Absent when there was nothing at the path.
    pub before: Option<Value>,
    /// Absent when nothing is left at the path.
    pub after: Option<Value>,
    /// Place in the history of the last event between the two that changed this path.
    pub caused_by: usize,
    /// How many events between the two changed this path.
    pub times: usize,
}

/// A path with what is there on either side.
pub(super) struct Difference {
    pub(super) path: String,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
}

/// Every path at which two values differ, in their order. Objects are entered; anything else is one value.
pub(super) fn differences(path: &str, before: Option<&Value>, after: Option<&Value>) -> Vec<Difference> {
    match (before, after) {
        (before, after) if before == after => vec![],
        (Some(Value::Object(before)), Some(Value::Object(after))) => inside(path, before, after),
        (before, after) => {
            vec![Difference { path: path.to_owned(), before: before.cloned(), after: after.cloned() }]
        }
    }
}

fn inside(path: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Difference> {
    let added = after.keys().filter(|key| !before.contains_key(*key));
    let keys = before.keys().chain(added);
    keys.flat_map(|key| differences(&format!("{path}/{}", escaped(key)), before.get(key), after.get(key)))
        .collect()
}

/// Makes of the state before what it was after.
pub fn apply(state: &mut Value, changes: &[Change]) {
    for change in changes {
        let Some((parent, key)) = change.path.rsplit_once('/') else { continue };
        if let Some(Value::Object(fields)) = state.pointer_mut(parent) {
            match &change.after {
                Some(value) => drop(fields.insert(unescaped(key), value.clone())),
                None => drop(fields.remove(&unescaped(key))),
            }
        }
    }
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}
