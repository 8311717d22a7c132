//! The trail put before people.

use serde_json::json;

use super::state::Audit;
use crate::replay::{Field, Shown};

impl Shown for Audit {
    const FIELDS: &'static [Field<Self>] =
        &[("count", |audit| json!(audit.count)), ("seal", |audit| json!(audit.last))];
}
