//! What the log that is imported into has already.

use std::collections::VecDeque;

use crate::chain::Chain;
use crate::{Exported, Position, ReadError, Released, Storage};

const READ_AT_ONCE: u32 = 512;

/// Asked in the order of positions.
pub(super) struct Present {
    /// Up to here.
    pub(super) head: Position,
    runs: Vec<Released>,
    rows: VecDeque<(i64, Vec<u8>)>,
}

impl Present {
    /// With a chain that goes on from it.
    pub(super) async fn of(storage: &dyn Storage) -> Result<(Self, Chain), ReadError> {
        let head = storage.raw_head().await?;
        let mut runs: Vec<Released> = Vec::new();
        loop {
            let after = runs.last().map(|run| run.first).unwrap_or_default();
            match storage.released(after, READ_AT_ONCE).await? {
                more if more.is_empty() => break,
                more => runs.extend(more),
            }
        }
        let checksum = head.checksum[..].try_into().unwrap_or_default();
        let vanished = runs.iter().map(|run| run.last.to_sql() - run.first.to_sql() + 1).sum();
        let covering = runs.iter().find(|run| run.holds(head.position)).cloned();
        let mut chain = Chain::after(head.position, checksum, covering, vanished);
        runs.iter().filter(|run| run.first.to_sql() > head.position).for_each(|run| chain.tell(run.clone()));
        let head = Position::from_sql(head.position);
        Ok((Self { head, runs, rows: VecDeque::new() }, chain))
    }

    /// Whether the log has this run already, or has the events of it. Fails, with why, if it can neither be passed over nor taken.
    pub(super) fn has_run(&self, run: &Released) -> Result<bool, String> {
        if run.last <= self.head || self.runs.contains(run) {
            return Ok(true);
        }
        if run.first <= self.head {
            return Err(format!("the log ends at {}, within these released events", self.head));
        }
        Ok(false)
    }

    /// Whether the log has this event, or has let it go. Fails, with why, if it has another in its place.
    pub(super) async fn has(
        &mut self,
        storage: &dyn Storage,
        exported: &Exported,
    ) -> Result<Result<bool, String>, ReadError> {
        let position = exported.event.position;
        if position > self.head.to_sql() {
            return Ok(Ok(false));
        }
        let same = self.checksum_at(storage, position).await?.as_ref() == Some(&exported.event.checksum);
        // Either side may have released what the other still has; then the chain behind it must fit.
        let lawful = same || exported.stands_in || self.runs.iter().any(|run| run.holds(position));
        Ok(if lawful { Ok(true) } else { Err("the log has another event there".to_owned()) })
    }

    async fn checksum_at(
        &mut self,
        storage: &dyn Storage,
        position: i64,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        while self.rows.pop_front_if(|(at, _)| *at < position).is_some() {}
        if self.rows.is_empty() {
            let rows = storage.raw_events(Position::from_sql(position - 1), READ_AT_ONCE).await?;
            self.rows = rows.into_iter().map(|row| (row.position, row.checksum)).collect();
        }
        let found = self.rows.front().filter(|(at, _)| *at == position);
        Ok(found.map(|(_, checksum)| checksum.clone()))
    }
}
