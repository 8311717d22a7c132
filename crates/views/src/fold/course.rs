//! One generation of one read model on its way through the log: where it is, and how it takes in facts.

use std::{
    any::Any,
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use berth_domain::{Timestamp, grab::Event};
use berth_store::{CommandId, Position, Version};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

use super::{Fact, Fold, Noun};
use crate::{
    ViewError,
    model::{self, Model},
    projection::{ProjectionFault, Skips, doubt::Doubt},
    sql,
};

/// What its row holds.
#[derive(Clone, Debug)]
pub(crate) struct Checkpoint {
    pub(crate) position: Position,
    /// The last event that was folded, and its command.
    pub(crate) anchor: Position,
    pub(crate) command: String,
    /// How far the books were closed for what was folded.
    pub(crate) closed: Position,
    pub(crate) passed_over: u64,
}

pub(crate) struct Course {
    pub(crate) model: &'static Model,
    pub(crate) generation: u32,
    /// It serves. Otherwise it is a rebuild.
    pub(crate) live: bool,
    pub(crate) indexed: bool,
    /// As committed.
    pub(crate) checkpoint: Checkpoint,
    /// Orders up to this version are carried out.
    pub(crate) orders: Version,
    /// Parked, until somebody orders otherwise.
    pub(crate) fault: Option<ProjectionFault>,
    pub(crate) rebuilt_at: Option<Timestamp>,
    /// It failed lately, and is tried again.
    pub(crate) doubt: Option<Doubt>,
    pub(crate) way: Way,
    fold: Box<dyn Fold>,
    passing_over: u64,
}

/// How it stands to the log. Not kept: it is found out anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Behind,
    /// It has been where the log ended.
    Level,
    /// What it folded has left the log, so it waits for a rebuild.
    Outrun,
}

/// Why facts could not be taken in.
pub(crate) enum Stop {
    /// The fact at this position, if it is known which, cannot be folded by this read model.
    Poison { position: Option<Position>, message: String },
    /// Nothing to do with what was folded.
    Failure(ViewError),
}

impl Course {
    pub(crate) const COLUMNS: &str = "name, generation, live, indexed, position, anchor, command, closed, orders, \
        passed_over, fault_position, fault_message, rebuilt_ms";

    pub(crate) fn of_row(row: &SqliteRow) -> Result<Self, ViewError> {
        let name: &str = row.try_get("name")?;
        let model = model::named(name).ok_or_else(|| sql::unreadable("name", &name))?;
        let generation = row.try_get("generation")?;
        let message: Option<String> = row.try_get("fault_message")?;
        let fault_position = sql::position(row, "fault_position")?;
        Ok(Self {
            model,
            generation,
            live: row.try_get("live")?,
            indexed: row.try_get("indexed")?,
            checkpoint: Checkpoint {
                position: sql::position(row, "position")?,
                anchor: sql::position(row, "anchor")?,
                command: row.try_get("command")?,
                closed: sql::position(row, "closed")?,
                passed_over: row.try_get::<i64, _>("passed_over")?.unsigned_abs(),
            },
            orders: Version::new(row.try_get("orders")?),
            fault: message.map(|message| ProjectionFault { position: fault_position, message }),
            rebuilt_at: row.try_get::<Option<i64>, _>("rebuilt_ms")?.map(Timestamp::from_millis),
            doubt: None,
            way: Way::Behind,
            fold: (model.fold)(generation),
            passing_over: 0,
        })
    }

    /// All there are, by name; of one name, the one that serves first.
    pub(crate) async fn load_all(connection: &mut SqliteConnection) -> Result<Vec<Self>, ViewError> {
        let query = format!("SELECT {} FROM model ORDER BY name, live DESC", Self::COLUMNS);
        let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(connection).await?;
        rows.iter().map(Self::of_row).collect()
    }

    pub(crate) fn position(&self) -> Position {
        self.checkpoint.position
    }

    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.model.name == name
    }

    /// It can go on.
    pub(crate) fn is_well(&self) -> bool {
        self.fault.is_none() && self.doubt.is_none() && self.way != Way::Outrun
    }

    /// Facts are in the order of the log; those known already are passed over.
    pub(crate) async fn take_in(
        &mut self,
        connection: &mut SqliteConnection,
        facts: &[Fact],
        skips: &Skips,
    ) -> Result<(), Stop> {
        for part in facts.chunk_by(|before, after| !before.closes() && !after.closes()) {
            let news = self.readable(part, skips)?;
            self.fold.load(connection, &news).await?;
            for fact in &news {
                self.apply(fact)?;
            }
            self.fold.flush(connection).await?;
            if let [Fact { noun: Noun::Closed(_, closing), .. }] = news[..] {
                self.fold.save(connection).await?;
                self.fold.close_books(connection, closing).await?;
            }
        }
        Ok(())
    }

    /// Writes the changed rows, and the checkpoint.
    pub(crate) async fn save(
        &mut self,
        connection: &mut SqliteConnection,
        reached: &Reached,
    ) -> Result<(), Stop> {
        self.fold.save(connection).await?;
        self.write_checkpoint(connection, reached).await?;
        Ok(())
    }

    /// It was committed.
    pub(crate) fn advance(&mut self, reached: &Reached) {
        self.checkpoint = self.checkpoint_at(reached);
        self.passing_over = 0;
        self.fold.rest();
    }

    /// It was rolled back.
    pub(crate) fn retreat(&mut self) {
        self.fold = (self.model.fold)(self.generation);
        self.passing_over = 0;
    }

    fn checkpoint_at(&self, reached: &Reached) -> Checkpoint {
        let Checkpoint { anchor, command, .. } = &self.checkpoint;
        let last = reached.last.as_ref().filter(|(position, _)| position > anchor);
        Checkpoint {
            position: reached.position.max(self.checkpoint.position),
            anchor: last.map_or(*anchor, |(position, _)| *position),
            command: last.map_or_else(|| command.clone(), |(_, command)| command.as_str().to_owned()),
            closed: reached.closed,
            passed_over: self.checkpoint.passed_over + self.passing_over,
        }
    }

    async fn write_checkpoint(
        &self,
        connection: &mut SqliteConnection,
        reached: &Reached,
    ) -> Result<(), ViewError> {
        let checkpoint = self.checkpoint_at(reached);
        let query = sqlx::query(
            "UPDATE model SET position = ?, anchor = ?, command = ?, closed = ?, passed_over = ? \
             WHERE name = ? AND generation = ?",
        );
        let query = query
            .bind(sql::number(checkpoint.position))
            .bind(sql::number(checkpoint.anchor))
            .bind(checkpoint.command)
            .bind(sql::number(checkpoint.closed))
            .bind(i64::try_from(checkpoint.passed_over).unwrap_or(i64::MAX));
        query.bind(self.model.name).bind(self.generation).execute(connection).await?;
        Ok(())
    }

    /// The facts that are its business. Those that this release does not know are counted.
    fn readable<'f>(&mut self, facts: &'f [Fact], skips: &Skips) -> Result<Vec<&'f Fact>, Stop> {
        let skipped = skips.of(self.model.name);
        let mut readable = Vec::with_capacity(facts.len());
        for fact in facts {
            let known = fact.position() <= self.checkpoint.position;
            if known || !self.model.follows.contains(&fact.kind) || fact.is_among(skipped) {
                continue;
            }
            match &fact.noun {
                Noun::Unknown => self.passing_over += 1,
                Noun::Broken(why) => {
                    return Err(Stop::Poison { position: Some(fact.position()), message: why.clone() });
                }
                _ => readable.push(fact),
            }
        }
        Ok(readable)
    }

    fn apply(&mut self, fact: &Fact) -> Result<(), Stop> {
        // What a panic leaves half done is thrown away: the transaction is rolled back and the fold made anew.
        catch_unwind(AssertUnwindSafe(|| self.fold.apply(fact))).map_err(|panic| Stop::Poison {
            position: Some(fact.position()),
            message: format!("folding it failed: {}", words_of(panic.as_ref())),
        })
    }
}

/// How far some courses came together.
pub(crate) struct Reached {
    pub(crate) position: Position,
    /// The last event, if there was any.
    pub(crate) last: Option<(Position, CommandId)>,
    /// How far the books were closed when the events were read.
    pub(crate) closed: Position,
}

impl Fact {
    fn closes(&self) -> bool {
        matches!(self.noun, Noun::Closed(..))
    }

    /// What stands in for others is never skipped: whoever said so meant the event that was at its position before. Nor is a closing,
    /// without which a read model would hold what no other does.
    fn is_among(&self, skipped: &BTreeSet<Position>) -> bool {
        let stays = matches!(self.noun, Noun::Closed(..) | Noun::Grab(_, Event::AttemptsSummarised(_)));
        !stays && skipped.contains(&self.position())
    }
}

impl From<ViewError> for Stop {
    fn from(error: ViewError) -> Self {
        if error.may_pass() {
            Self::Failure(error)
        } else {
            Self::Poison { position: None, message: error.with_cause() }
        }
    }
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it panicked")
}
