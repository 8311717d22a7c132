//! When a call that is made of several requests may send the next one.

use std::error::Error;

use async_trait::async_trait;

/// Takes turns for the requests of a call after its first, whose turn the caller has taken.
#[async_trait]
pub trait Turns: Send + Sync {
    /// Waits for the turn to ask a region again. Fails when there will be none: then nothing more is to be sent.
    async fn turn(&self, region: &str) -> Result<(), NoTurn>;
}

/// Why there will be no turn.
pub type NoTurn = Box<dyn Error + Send + Sync>;
