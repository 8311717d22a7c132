//! The daily report: made by itself, once a day. What it says comes from whoever counts; who is told is not its business.

mod maker;

use berth_domain::report::Report;

pub(crate) use maker::make;

use crate::ledger::Kept;

impl Kept for Report {}
