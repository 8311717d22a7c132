//! How events become rows: each read model's own fold, and what drives them.
//!
//! [`fact`] says an event in the words of the domain, once for all. A [`course`] is one generation of one read model on its way through
//! the log. Courses at the same place go on jointly, in one transaction ([`joint`]); [`follower`] decides who goes next.

pub(crate) mod closing;
pub(crate) mod course;
pub(crate) mod fact;
pub(crate) mod follower;
pub(crate) mod joint;
pub(crate) mod names;
pub(crate) mod owner;
pub(crate) mod portion;
pub(crate) mod whole;

use async_trait::async_trait;
use sqlx::SqliteConnection;

pub(crate) use closing::Closing;
pub(crate) use fact::{Fact, Kind, Noun};

use crate::ViewError;

/// How one read model takes in events. It keeps to its own tables: another read model may be elsewhere in the log.
///
/// Rows may stay in memory from one transaction to the next; after a transaction that was rolled back, all of it is made anew.
#[async_trait]
pub(crate) trait Fold: Send + Sync {
    /// Reads the rows that these facts change.
    async fn load(&mut self, connection: &mut SqliteConnection, facts: &[&Fact]) -> Result<(), ViewError>;

    /// Takes in a fact, in memory. A panic is an answer: this event cannot be folded.
    fn apply(&mut self, fact: &Fact);

    /// Writes what is not going to change again, to keep memory small. Called after every few thousand facts.
    async fn flush(&mut self, _connection: &mut SqliteConnection) -> Result<(), ViewError> {
        Ok(())
    }

    /// Writes all that has changed.
    async fn save(&mut self, connection: &mut SqliteConnection) -> Result<(), ViewError>;

    /// Deletes what a folding of the log as it now is would not make. All before has been saved.
    async fn close_books(
        &mut self,
        _connection: &mut SqliteConnection,
        _closing: &Closing,
    ) -> Result<(), ViewError> {
        Ok(())
    }

    /// Forgets rows that are only kept to be changed again. All has been saved.
    fn rest(&mut self) {}
}
