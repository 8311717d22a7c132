//! Makes the report of yesterday when its hour has come, or at the next start after it.

use std::{sync::Arc, time::Duration};

use berth_domain::{
    Aggregate, Timestamp,
    report::{Command, Day, Gathered, Make, Report, Rhythm, Span},
};
use berth_store::{Position, StreamId};

use crate::{
    ledger::{Book, Ledger},
    order::{Denied, Fault, Order},
    world::{RosterError, World},
};

/// The wall clock may be set while somebody waits for what it will show.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// What could not be made is tried again after this.
const AGAIN: Duration = Duration::from_mins(5);

/// For ever.
pub(crate) async fn make(world: Arc<World>, ledger: Ledger) {
    let Some(rhythm) = world.settings.reports else { return std::future::pending().await };
    let mut maker = Maker { world, ledger, rhythm, done: None, owed: None };
    loop {
        let pause = maker.look().await;
        maker.world.clock.sleep(pause).await;
    }
}

struct Maker {
    world: Arc<World>,
    ledger: Ledger,
    rhythm: Rhythm,
    /// The last day that nothing is left to do for.
    done: Option<Day>,
    /// The day whose report could not be made yet. It stays owed over midnight, until the next is due.
    owed: Option<Day>,
}

/// Why a report could not be made.
enum Hindrance {
    Denied(Denied),
    /// Whoever counts cannot say, or is behind.
    Figures(RosterError),
}

impl Maker {
    /// Makes what is due, and answers how long there is nothing to do.
    async fn look(&mut self) -> Duration {
        let now = self.world.now();
        self.take_on(self.rhythm.due(now));
        if let Some(day) = self.owed
            && let Err(hindrance) = self.make(day).await
        {
            hindrance.tell(day);
            return AGAIN;
        }
        self.done = self.owed.take().or(self.done);
        let left = self.rhythm.next(now).since(self.world.now());
        LOOK_EVERY.min(Duration::from_millis(left.max(1).unsigned_abs()))
    }

    fn take_on(&mut self, due: Option<Day>) {
        let Some(due) = due.filter(|due| Some(*due) != self.done && Some(*due) != self.owed) else { return };
        if let Some(given_up) = self.owed.replace(due) {
            tracing::error!(day = %given_up, "the daily report was never made: that of the next day is due");
        }
    }

    /// Nothing where it is made already, and nothing for a day before anything happened.
    async fn make(&self, day: Day) -> Result<(), Hindrance> {
        let book: Book<Report> = self.ledger.open(day).await?;
        let span = self.rhythm.span(day);
        if book.state.made.is_some() || !self.happened_before(span.to).await? {
            return Ok(());
        }
        let gathered = self.gathered(span).await?;
        let make = Make { day, rhythm: self.rhythm, gathered, at: self.world.now() };
        self.ledger.command::<Report, _>(day, Command::Make(Box::new(make)), &Order::own()).await?;
        tracing::info!(%day, stream = StreamId::new(Report::KIND, day).as_str(), "the daily report was made");
        Ok(())
    }

    /// Of everything that was written down by now, so that no count is short of what is yet to be folded.
    async fn gathered(&self, span: Span) -> Result<Gathered, Hindrance> {
        let head = self.world.log.head().await.map_err(Fault::Read)?;
        self.world.roster.gathered(span, head).await.map_err(Hindrance::Figures)
    }

    async fn happened_before(&self, moment: Timestamp) -> Result<bool, Hindrance> {
        let first = self.world.log.read(Position::START, 1).await.map_err(Fault::Read)?;
        Ok(first.first().is_some_and(|first| first.meta.time_ms < moment.millis()))
    }
}

impl Hindrance {
    fn tell(&self, day: Day) {
        let what = "the daily report could not be made; trying again in five minutes";
        match self {
            Self::Figures(error) => {
                let error: &dyn std::error::Error = &**error;
                tracing::warn!(%day, error, "{what}");
            }
            Self::Denied(denied) => tracing::warn!(%day, error = %denied, "{what}"),
        }
    }
}

impl From<Denied> for Hindrance {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Fault> for Hindrance {
    fn from(fault: Fault) -> Self {
        Self::Denied(fault.into())
    }
}
