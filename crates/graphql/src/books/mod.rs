//! The books: how far the log is closed, and where what left it is kept.

mod mutation;
mod object;
mod query;

pub(crate) use mutation::BooksMutation;
pub(crate) use query::{BooksQuery, read};
