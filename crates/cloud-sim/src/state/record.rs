//! The parts of a network. They are made at once, hold still, and are gone when deleted, so their JSON is their state.

use serde_json::{Map, Value};

use crate::{
    clock::Moment,
    listing::Listed,
    ocid::{self, Kind},
};

pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) tenant: usize,
    pub(crate) id: String,
    pub(crate) created: Moment,
    pub(crate) revision: u64,
    pub(crate) fields: Map<String, Value>,
}

impl Record {
    /// A field that is a string; empty when there is none.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or("")
    }

    pub(crate) fn etag(&self) -> String {
        ocid::etag(&self.id, self.revision, "AVAILABLE")
    }

    pub(crate) fn render(&self) -> Value {
        self.fields.clone().into()
    }
}

impl Listed for Record {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        self.text("displayName")
    }

    fn created(&self) -> Moment {
        self.created
    }
}
