//! Small words between our types and SQLite's.

use std::{fmt::Display, str::FromStr, sync::Arc};

use berth_store::Position;
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{
    Arguments as _, AssertSqlSafe, Encode, QueryBuilder, Row, Sqlite, SqliteConnection, SqliteExecutor, Type,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::ViewError;

pub(crate) type Query = QueryBuilder<Sqlite>;
/// Rows per statement: every statement crosses to SQLite's thread and back, so few large ones matter.
const CHUNK: usize = 64;

/// Writes rows by few statements, whose texts are made once.
pub(crate) struct Insert {
    /// Ends before `VALUES`.
    head: String,
    columns: usize,
    /// Begins after the rows.
    tail: &'static str,
    /// By the binary logarithm of the number of rows.
    texts: [Option<Arc<str>>; CHUNK.ilog2() as usize + 1],
}

/// What is bound to one statement, in order.
pub(crate) struct Values(SqliteArguments);

impl Insert {
    pub(crate) fn new(head: String, columns: usize, tail: &'static str) -> Self {
        Self { head, columns, tail, texts: Default::default() }
    }

    /// Rows are made and bound here while SQLite's thread writes those before.
    pub(crate) async fn write<T>(
        &mut self,
        connection: &mut SqliteConnection,
        mut rows: impl ExactSizeIterator<Item = T>,
        bind: impl Fn(&mut Values, T),
    ) -> Result<(), ViewError> {
        let mut ready = None;
        // Runs have lengths that are powers of two, so that few statements are prepared and kept.
        while let Some(length) = CHUNK.min(rows.len()).checked_ilog2() {
            let text = self.text(length);
            let prepare = async {
                let mut values = Values(SqliteArguments::default());
                values.0.reserve(self.columns << length, 0);
                rows.by_ref().take(1 << length).for_each(|row| bind(&mut values, row));
                (text, values.0)
            };
            let (written, next) = futures::join!(run(connection, ready.take()), prepare);
            written?;
            ready = Some(next);
        }
        run(connection, ready).await
    }

    fn text(&mut self, length: u32) -> Arc<str> {
        let (head, columns, tail) = (&self.head, self.columns, self.tail);
        let text = self.texts[length as usize].get_or_insert_with(|| {
            let row = format!("({})", vec!["?"; columns].join(","));
            format!("{head} VALUES {}{tail}", vec![row; 1 << length].join(",")).into()
        });
        text.clone()
    }
}

impl Values {
    pub(crate) fn push<'a>(&mut self, value: impl Encode<'a, Sqlite> + Type<Sqlite>) -> &mut Self {
        self.0.add(value).expect("texts and numbers can always be bound");
        self
    }
}

async fn run(
    connection: &mut SqliteConnection,
    statement: Option<(Arc<str>, SqliteArguments)>,
) -> Result<(), ViewError> {
    if let Some((text, values)) = statement {
        sqlx::query_with(AssertSqlSafe(text), values).execute(connection).await?;
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

/// How far the read model that serves has been folded, as this connection's transaction sees it.
pub(crate) async fn checkpoint(
    connection: impl SqliteExecutor<'_>,
    model: &'static str,
) -> Result<Position, ViewError> {
    let query = sqlx::query("SELECT position FROM model WHERE name = ? AND live = 1").bind(model);
    position(&query.fetch_one(connection).await?, "position")
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

/// The rows of these ids, a JSON list, in no order. Ids of nothing are left out.
pub(crate) async fn by_ids<T>(
    connection: impl SqliteExecutor<'_>,
    table: &str,
    ids: &str,
    row_of: impl Fn(&SqliteRow) -> Result<T, ViewError>,
) -> Result<Vec<T>, ViewError> {
    let query = format!("SELECT * FROM {table} WHERE id IN (SELECT value FROM json_each(?))");
    let rows = sqlx::query(AssertSqlSafe(query)).bind(ids).fetch_all(connection).await?;
    rows.iter().map(row_of).collect()
}
