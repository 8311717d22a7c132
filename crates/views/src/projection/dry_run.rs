//! What a rebuild would change, without changing anything: the log is folded into a file of its own, and the rows are compared.

use std::{
    cmp::Ordering,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use berth_store::{Log, Position};
use futures::{Stream, StreamExt};
use serde_json::Value;
use sqlx::{
    AssertSqlSafe, ConnectOptions, SqliteConnection,
    sqlite::{SqliteJournalMode, SqliteRow, SqliteSynchronous},
};

use super::{
    Orders,
    rebuild::{self, Made},
};
use crate::{
    ViewError, Views, dump,
    fold::{
        course::Course,
        joint::{self, Step},
        portion::Bound,
    },
    model::{self, Model, Table, table},
    open,
    reader::Reader,
    sql,
};

const SAMPLES: usize = 20;
const AT_ONCE: u64 = 16_384;

/// What differs between the rows that serve and those that the log gives.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    pub name: &'static str,
    /// The log was folded up to here.
    pub position: Position,
    /// How many positions that took.
    pub events: u64,
    /// Rows that the log gives and that are not there.
    pub added: u64,
    /// Rows that are there and that the log does not give.
    pub removed: u64,
    pub changed: u64,
    /// The first of them, at most 20.
    pub samples: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The table and the row's key.
    pub key: String,
    /// As it serves; absent for an added row.
    pub before: Option<Value>,
    /// As the log gives it; absent for a removed row.
    pub after: Option<Value>,
}

/// Folds as far as the rows that serve, or up to a position: then differences are also what happened since.
pub(crate) async fn dry_run(
    views: &Views,
    name: &str,
    to: Option<Position>,
    mut progress: impl FnMut(Position, Position),
) -> Result<DryRun, ViewError> {
    let model = model::named(name).ok_or_else(|| ViewError::NoSuchProjection { name: name.to_owned() })?;
    loop {
        let mut trial = Trial::begin(views, model).await?;
        let serving = sql::checkpoint(&mut views.once().await?, model.name).await?;
        let mut moment = None;
        let whole = trial.fold(to.unwrap_or(serving), &mut progress).await? && {
            // What serves has moved on meanwhile; from here on it stands still for us.
            let mut still = views.read().await?;
            let serving = sql::checkpoint(&mut still, model.name).await?;
            moment = Some(still);
            to.is_some() || trial.fold(serving, &mut progress).await?
        };
        // Otherwise the books were closed under it, and it begins anew.
        if let Some(mut still) = moment.filter(|_| whole) {
            return trial.compare(&mut still).await;
        }
    }
}

/// A file of its own, which is gone with this.
struct Trial<'v> {
    views: &'v Views,
    orders: Orders,
    course: Course,
    connection: SqliteConnection,
    _file: TrialFile,
}

impl<'v> Trial<'v> {
    async fn begin(views: &'v Views, model: &'static Model) -> Result<Self, ViewError> {
        let file = TrialFile::beside(views.path());
        let mut connection = open::options(&file.0, open::CATCH_UP_CACHE_KIB)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .connect()
            .await?;
        sqlx::raw_sql(open::COMMON_SCHEMA).execute(&mut connection).await?;
        rebuild::begin(&mut connection, views.log().as_ref(), model, Made::Live).await?;
        let mut orders = Orders::default();
        orders.look(views.log().as_ref()).await?;
        let mut courses = Course::load_all(&mut connection).await?;
        let course = courses.pop().ok_or_else(|| sql::unreadable("model", &"no row"))?;
        Ok(Self { views, orders, course, connection, _file: file })
    }

    /// False if what was folded has left the log meanwhile.
    async fn fold(
        &mut self,
        to: Position,
        progress: &mut impl FnMut(Position, Position),
    ) -> Result<bool, ViewError> {
        let log: &dyn Log = self.views.log().as_ref();
        let bound = Bound { through: Some(to), single: false };
        while self.course.position() < to {
            let before = self.course.position();
            let (connection, skips) = (&mut self.connection, &self.orders.skips);
            match joint::step(connection, log, &mut [&mut self.course], skips, bound, AT_ONCE).await? {
                Step::Folded(_) if self.course.position() == before => return Ok(true),
                Step::Folded(_) => progress(self.course.position(), to),
                Step::Outrun => return Ok(false),
                Step::Stopped { position, message, tried, .. } => {
                    let (name, position) = (self.course.model.name, position.unwrap_or(tried));
                    return Err(ViewError::Parked { name, position, message });
                }
            }
        }
        Ok(true)
    }

    async fn compare(&mut self, serving: &mut Reader) -> Result<DryRun, ViewError> {
        let Course { model, generation, .. } = self.course;
        let position = self.course.position();
        let mut run = DryRun {
            name: model.name,
            position,
            events: position.get(),
            added: 0,
            removed: 0,
            changed: 0,
            samples: Vec::new(),
        };
        for each in model.tables {
            let before = dump::in_order(each, each.name);
            let after = dump::in_order(each, &table(each.name, generation));
            let before = sqlx::query(AssertSqlSafe(before)).fetch(&mut *serving);
            let after = sqlx::query(AssertSqlSafe(after)).fetch(&mut self.connection);
            run.compare(each, before, after).await?;
        }
        Ok(run)
    }
}

type Rows<'r> = std::pin::Pin<Box<dyn Stream<Item = Result<SqliteRow, sqlx::Error>> + Send + 'r>>;

impl DryRun {
    /// Walks along both, which are in the order of the key.
    async fn compare(
        &mut self,
        table: &Table,
        mut before: Rows<'_>,
        mut after: Rows<'_>,
    ) -> Result<(), ViewError> {
        let (mut one, mut other) = (before.next().await.transpose()?, after.next().await.transpose()?);
        while one.is_some() || other.is_some() {
            let order = order(table, one.as_ref(), other.as_ref())?;
            let served = one.take_if(|_| order.is_le());
            let made = other.take_if(|_| order.is_ge());
            self.count(table, served.as_ref(), made.as_ref())?;
            if served.is_some() {
                one = before.next().await.transpose()?;
            }
            if made.is_some() {
                other = after.next().await.transpose()?;
            }
        }
        Ok(())
    }

    fn count(
        &mut self,
        table: &Table,
        before: Option<&SqliteRow>,
        after: Option<&SqliteRow>,
    ) -> Result<(), ViewError> {
        let Some(row) = before.or(after) else { return Ok(()) };
        let key = key(table, row)?;
        let json = |row: &SqliteRow| Ok::<_, ViewError>(serde_json::json!(dump::values(row)?));
        let (before, after) = (before.map(json).transpose()?, after.map(json).transpose()?);
        match (&before, &after) {
            (Some(before), Some(after)) if before == after => return Ok(()),
            (Some(_), Some(_)) => self.changed += 1,
            (None, _) => self.added += 1,
            (_, None) => self.removed += 1,
        }
        if self.samples.len() < SAMPLES {
            let parts: Vec<_> = key.into_iter().map(Part::text).collect();
            self.samples.push(Sample { key: format!("{} {}", table.name, parts.join(" ")), before, after });
        }
        Ok(())
    }
}

/// Part of a key, in the order of SQLite.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(i64),
    Text(String),
}

impl Part {
    fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// Who comes first; an end comes last.
fn order(table: &Table, one: Option<&SqliteRow>, other: Option<&SqliteRow>) -> Result<Ordering, ViewError> {
    Ok(match (one, other) {
        (Some(one), Some(other)) => key(table, one)?.cmp(&key(table, other)?),
        (Some(_), None) => Ordering::Less,
        (None, _) => Ordering::Greater,
    })
}

fn key(table: &Table, row: &SqliteRow) -> Result<Vec<Part>, ViewError> {
    let part = |index| {
        let value = dump::value(row, index)?;
        Ok(value.as_i64().map_or_else(|| Part::Text(value.as_str().unwrap_or("").to_owned()), Part::Number))
    };
    (0..table.key).map(part).collect()
}

struct TrialFile(PathBuf);

impl TrialFile {
    fn beside(views: &Path) -> Self {
        static TRIALS: AtomicU64 = AtomicU64::new(0);
        let mut name = views.as_os_str().to_owned();
        name.push(format!("-dry-run-{}-{}", std::process::id(), TRIALS.fetch_add(1, Relaxed)));
        Self(name.into())
    }
}

impl Drop for TrialFile {
    fn drop(&mut self) {
        if let Err(error) = open::remove(&self.0) {
            tracing::warn!(error = &error as &dyn std::error::Error, "a dry run left its file behind");
        }
    }
}
