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
    /// The file's last run that was passed over: what it says was released is that of this log.
    passed: Option<Released>,
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
        Ok((Self { head, runs, rows: VecDeque::new(), passed: None }, chain))
    }

    /// Whether the log has this run already, or has the events of it. Fails, with why, if it can neither be passed over nor taken.
    pub(super) async fn has_run(
        &mut self,
        storage: &dyn Storage,
        run: &Released,
    ) -> Result<Result<bool, String>, ReadError> {
        if self.runs.contains(run) {
            self.passed = Some(run.clone());
            return Ok(Ok(true));
        }
        if run.first > self.head {
            return Ok(Ok(false));
        }
        if run.last > self.head {
            return Ok(Err(format!("the log ends at {}, within these released events", self.head)));
        }
        let fits = self.ends_as(storage, run).await?;
        self.passed = fits.then(|| run.clone());
        Ok(if fits { Ok(true) } else { Err("the log has other events there than those released".to_owned()) })
    }

    /// Whether the run's last event was that of this log. Where this log has released more there, nobody can tell.
    async fn ends_as(&self, storage: &dyn Storage, run: &Released) -> Result<bool, ReadError> {
        if let Some(ours) = self.run_at(run.last.to_sql()) {
            return Ok(ours.last != run.last || ours.checksum == run.checksum);
        }
        let before = Position::new(run.last.get().saturating_sub(1));
        let rows = storage.raw_events(before, 1).await?;
        let last = rows.first().filter(|row| row.position == run.last.to_sql());
        Ok(last.is_some_and(|row| row.checksum[..] == run.checksum[..]))
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
        // Either side may have released what the other still has.
        let lawful = same || self.was_released(exported);
        Ok(if lawful { Ok(true) } else { Err("the log has another event there".to_owned()) })
    }

    fn was_released(&self, exported: &Exported) -> bool {
        let position = exported.event.position;
        let theirs = self.passed.as_ref().is_some_and(|run| run.holds(position));
        match self.run_at(position) {
            // Of one run both have the same that stands in.
            ours if exported.stands_in => theirs && ours != self.passed.as_ref(),
            Some(ours) if ours.last.to_sql() == position => exported.event.checksum[..] == ours.checksum[..],
            ours => ours.is_some(),
        }
    }

    /// The run of this log that a position is in.
    fn run_at(&self, position: i64) -> Option<&Released> {
        let behind = self.runs.partition_point(|run| run.first.to_sql() <= position);
        self.runs[..behind].last().filter(|run| run.holds(position))
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
