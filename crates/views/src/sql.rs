//! Small words between our types and SQLite's.

use std::{fmt::Display, str::FromStr};

use berth_store::Position;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection, query_builder::Separated, sqlite::SqliteRow};

use crate::ViewError;

pub(crate) type Query = QueryBuilder<Sqlite>;
pub(crate) type Values<'a> = Separated<'a, Sqlite, &'static str>;

/// Rows per statement: every statement crosses to SQLite's thread and back, so few large ones matter.
const CHUNK: usize = 128;

/// Writes rows by few statements. `head` ends before `VALUES`, `tail` begins after the rows.
///
/// Rows are made and bound here while SQLite's thread writes those before.
pub(crate) async fn write<T>(
    connection: &mut SqliteConnection,
    head: &str,
    mut rows: impl ExactSizeIterator<Item = T>,
    tail: &str,
    bind: impl Fn(&mut Values<'_>, T),
) -> Result<(), ViewError> {
    let mut ready: Option<Query> = None;
    // Runs have lengths that are powers of two, so that few statements are prepared and kept.
    while let Some(length) = CHUNK.min(rows.len()).checked_ilog2() {
        let prepare = async {
            let mut query = Query::new(head);
            query.push_values(rows.by_ref().take(1 << length), |mut values, row| bind(&mut values, row));
            query.push(tail);
            query
        };
        let (written, next) = futures::join!(run(connection, ready.take()), prepare);
        written?;
        ready = Some(next);
    }
    run(connection, ready).await
}

async fn run(connection: &mut SqliteConnection, query: Option<Query>) -> Result<(), ViewError> {
    if let Some(mut query) = query {
        query.build().execute(connection).await?;
    }
    Ok(())
}

/// Restricts a column to some values; no values restrict nothing.
pub(crate) fn among(query: &mut Query, column: &str, values: &[impl Display]) {
    match values {
        [] => {}
        // An equality lets an index give the order as well.
        [one] => {
            query.push(format_args!(" AND {column} = ")).push_bind(one.to_string());
        }
        many => {
            query.push(format_args!(" AND {column} IN (SELECT value FROM json_each("));
            query.push_bind(list(many)).push("))");
        }
    }
}

/// A list for `json_each`: one bind, whatever its length.
pub(crate) fn list(values: &[impl Display]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    json(&texts)
}

/// What names are sorted by and searched in. Case means nothing there, in any script.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// A pattern for `LIKE … ESCAPE '\'` that finds the text anywhere.
pub(crate) fn anywhere(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for each in text.chars() {
        if matches!(each, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(each);
    }
    pattern.push('%');
    pattern
}

pub(crate) fn number(position: Position) -> i64 {
    i64::try_from(position.get()).unwrap_or(i64::MAX)
}

pub(crate) fn position(row: &SqliteRow, column: &str) -> Result<Position, ViewError> {
    let value: i64 = row.try_get(column)?;
    Ok(Position::new(u64::try_from(value).unwrap_or_default()))
}

/// How far the log has been folded, as this connection's transaction sees it.
pub(crate) async fn checkpoint(connection: &mut SqliteConnection) -> Result<Position, ViewError> {
    let row = sqlx::query("SELECT position FROM checkpoint").fetch_one(connection).await?;
    position(&row, "position")
}

pub(crate) fn parsed<T: FromStr<Err: Display>>(row: &SqliteRow, column: &str) -> Result<T, ViewError> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error| unreadable(column, &error))
}

pub(crate) fn parsed_option<T: FromStr<Err: Display>>(
    row: &SqliteRow,
    column: &str,
) -> Result<Option<T>, ViewError> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|error| unreadable(column, &error))).transpose()
}

pub(crate) fn from_json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, ViewError> {
    serde_json::from_str(row.try_get(column)?).map_err(|error| unreadable(column, &error))
}

pub(crate) fn from_json_option<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &str,
) -> Result<Option<T>, ViewError> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(text).map_err(|error| unreadable(column, &error))).transpose()
}

pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value)
        .expect("rows are plain: they have no maps with odd keys and no failing serializer")
}

pub(crate) fn unreadable(column: &str, error: &dyn Display) -> ViewError {
    ViewError::Corrupt { what: format!("{column}: {error}") }
}
