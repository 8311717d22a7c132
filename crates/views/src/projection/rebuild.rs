//! Generations come and go: made beside the one that serves, filled, and then let serve in its place in one transaction.

use berth_store::{Log, Position, Version};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::Orders;
use crate::{
    ViewError,
    fold::{
        course::{Course, Way},
        joint,
    },
    model::{MODELS, Model, table},
    sql,
};

/// How a generation is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    /// It serves from the beginning.
    Live,
    /// It is filled beside the one that serves, whose readers and writer want their turns: its indexes grow with it, for making them at
    /// once would stop all others for as long as that takes.
    Beside,
    /// The same, with nobody who waits.
    Offline,
}

/// Makes a generation that is folded from nothing. Orders up to now are carried out by that.
pub(crate) async fn begin(
    connection: &mut SqliteConnection,
    log: &dyn Log,
    model: &'static Model,
    made: Made,
) -> Result<(), ViewError> {
    make(connection, log, (model, made), None).await
}

/// The same beside the one that serves, in the place of one that cannot go on. That one goes in the transaction in which the other comes:
/// nothing else remembers that it was ordered.
pub(crate) async fn begin_again(
    connection: &mut SqliteConnection,
    log: &dyn Log,
    outrun: &Course,
) -> Result<(), ViewError> {
    make(connection, log, (outrun.model, Made::Beside), Some(outrun.generation)).await?;
    clear(connection).await
}

async fn make(
    connection: &mut SqliteConnection,
    log: &dyn Log,
    (model, made): (&'static Model, Made),
    instead_of: Option<u32>,
) -> Result<(), ViewError> {
    let orders = Orders::latest(log, model.name).await?;
    let closed = log.closed_through().await?;
    let generation = next_generation(connection, model).await?;
    let mut transaction = joint::begin(connection).await?;
    if let Some(outrun) = instead_of {
        let query = sqlx::query("DELETE FROM model WHERE name = ? AND generation = ?").bind(model.name);
        query.bind(outrun).execute(&mut *transaction).await?;
    }
    let mut script = model.make_tables(generation);
    if made == Made::Beside {
        script.push_str(&model.make_indexes(generation).join(";\n"));
    }
    if made == Made::Live {
        script.push_str(&model.show(generation));
    }
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *transaction).await?;
    let query = sqlx::query(
        "INSERT INTO model (name, generation, version, live, indexed, position, anchor, command, closed, orders, passed_over) \
         VALUES (?, ?, ?, ?, ?, 0, 0, '', ?, ?, 0)",
    );
    let query = query.bind(model.name).bind(generation).bind(model.version);
    let query = query.bind(made == Made::Live).bind(made == Made::Beside);
    query.bind(sql::number(closed)).bind(orders.get()).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

async fn next_generation(connection: &mut SqliteConnection, model: &Model) -> Result<u32, ViewError> {
    let query = sqlx::query_scalar("SELECT max(generation) FROM model WHERE name = ?").bind(model.name);
    let last: Option<u32> = query.fetch_one(connection).await?;
    Ok(last.map_or(0, |last| last + 1))
}

/// Makes the indexes that were put off, each in a transaction of its own: others fold between.
pub(crate) async fn index(connection: &mut SqliteConnection, course: &mut Course) -> Result<(), ViewError> {
    for index in course.model.make_indexes(course.generation) {
        let once = index.replacen("CREATE INDEX", "CREATE INDEX IF NOT EXISTS", 1);
        sqlx::raw_sql(AssertSqlSafe(once)).execute(&mut *connection).await?;
    }
    let query = sqlx::query("UPDATE model SET indexed = 1 WHERE name = ? AND generation = ?");
    query.bind(course.model.name).bind(course.generation).execute(connection).await?;
    course.indexed = true;
    Ok(())
}

/// Lets a generation serve in the place of the other. All at once, for whoever asks.
pub(crate) async fn swap(connection: &mut SqliteConnection, filled: &Course) -> Result<(), ViewError> {
    let mut transaction = joint::begin(connection).await?;
    let show = filled.model.show(filled.generation);
    sqlx::raw_sql(AssertSqlSafe(show)).execute(&mut *transaction).await?;
    let query = sqlx::query("DELETE FROM model WHERE name = ? AND live = 1").bind(filled.model.name);
    query.execute(&mut *transaction).await?;
    let query = sqlx::query(
        "UPDATE model SET live = 1, rebuilt_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER) \
         WHERE name = ? AND generation = ?",
    );
    let query = query.bind(filled.model.name).bind(filled.generation);
    query.execute(&mut *transaction).await?;
    transaction.commit().await?;
    tracing::info!(
        projection = filled.model.name,
        generation = filled.generation,
        position = filled.position().get(),
        "a rebuilt read model serves"
    );
    Ok(())
}

/// Drops tables and views that belong to no generation: a kill may have come between.
pub(crate) async fn clear(connection: &mut SqliteConnection) -> Result<(), ViewError> {
    let query = sqlx::query_as("SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view')");
    let found: Vec<(String, String)> = query.fetch_all(&mut *connection).await?;
    let query = sqlx::query_as("SELECT name, generation FROM model");
    let kept: Vec<(String, u32)> = query.fetch_all(&mut *connection).await?;
    let mut wanted = vec![("table".to_owned(), "model".to_owned())];
    for (name, generation) in &kept {
        let models = MODELS.into_iter().filter(|model| model.name == name);
        for known in models.flat_map(|model| model.tables) {
            wanted.push(("table".to_owned(), table(known.name, *generation)));
            wanted.push(("view".to_owned(), known.name.to_owned()));
        }
    }
    // Views first: one must not outlive its table.
    let mut unwanted: Vec<_> = found.into_iter().filter(|each| !wanted.contains(each)).collect();
    unwanted.sort_by(|one, other| other.0.cmp(&one.0));
    for (kind, name) in unwanted {
        let script = format!("DROP {kind} \"{name}\"");
        sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Remembers that orders were carried out.
pub(crate) async fn carried_out(
    connection: &mut SqliteConnection,
    course: &mut Course,
    version: Version,
) -> Result<(), ViewError> {
    let query = sqlx::query("UPDATE model SET orders = ? WHERE name = ? AND generation = ?");
    query.bind(version.get()).bind(course.model.name).bind(course.generation).execute(connection).await?;
    course.orders = version;
    Ok(())
}

/// Whether a rebuilt generation is as far as what it is to replace.
pub(crate) fn may_serve(filled: &Course, serving: Position) -> bool {
    filled.way == Way::Level && filled.indexed && filled.is_well() && filled.position() >= serving
}
