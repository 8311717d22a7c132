//! The books put before people.

use serde_json::json;

use super::state::Books;
use crate::replay::{Field, Shown, json_of};

impl Shown for Books {
    const FIELDS: &'static [Field<Self>] = &[
        ("through", |books| json!(books.through.to_string())),
        ("closings", |books| json!(books.closings)),
        ("released", |books| json!(books.released)),
        ("standIns", |books| json!(books.stand_ins)),
        ("cutoffs", |books| json_of(books.cutoffs)),
        ("archive", |books| json_of(&books.archive)),
        ("closedAt", |books| json!(books.closed_at)),
    ];
}
