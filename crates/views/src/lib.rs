//! Read models: rows, how events change them, how they are asked for, live feeds.
//!
//! Every node folds the log into its own SQLite file and answers from there. The file is never the truth: it can be dropped at any
//! moment and folded anew. Deliberately absent: anything that sends, calls a cloud, or decides. The rules that change a row are the
//! domain's own (`evolve`), not a copy of them.
//!
//! One module per read model, each with its rows, its fold and its questions; its tables are the file of the same name under
//! `migrations/views`. [`Views`] folds, each read model with a checkpoint of its own; [`feed`] tells what changed.

pub mod alert;
pub mod attempt;
pub mod channel;
pub mod delivery;
mod dump;
mod fault;
pub mod feed;
mod fold;
pub mod grab;
mod kept;
mod list;
pub mod log_entry;
mod model;
mod open;
mod page;
pub mod profile;
mod projection;
mod reader;
mod sql;
pub mod statistics;
pub mod tenant;
mod views;

pub use fault::{Behind, Unreached, ViewError};
pub use model::PROJECTIONS;
pub use page::{Cursor, Direction, Edge, Page, Slice, Span};
pub use projection::{Alarm, DryRun, Projection, ProjectionFault, Sample, Status};
pub use reader::counted;
pub use views::Views;
