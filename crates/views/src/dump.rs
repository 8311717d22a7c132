//! All rows as text, to compare two foldings. Of generations and of the clock it says nothing.

use std::collections::BTreeMap;

use futures::{Stream, StreamExt};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Column as _, Row, TypeInfo, ValueRef, sqlite::SqliteRow};

use crate::{
    ViewError,
    model::{MODELS, Table},
    reader::Reader,
    sql,
};

/// A line for each read model with its checkpoint, and one for each row, by its key. All from one moment.
pub(crate) fn lines(mut moment: Reader) -> impl Stream<Item = Result<String, ViewError>> + Send {
    async_stream::try_stream! {
        for model in MODELS {
            let position = sql::checkpoint(&mut moment, model.name).await?;
            yield format!("{} checkpoint {position}", model.name);
            for table in model.tables {
                let query = AssertSqlSafe(in_order(table, table.name));
                let mut rows = sqlx::query(query).fetch(&mut moment);
                while let Some(row) = rows.next().await {
                    let row = row?;
                    let values = sql::json(&values(&row)?);
                    yield format!("{} {values}", table.name);
                }
            }
        }
    }
}

/// All rows of a table, whatever it is called now, by its key.
pub(crate) fn in_order(table: &Table, called: &str) -> String {
    let key: Vec<_> = (1..=table.key).map(|column| column.to_string()).collect();
    format!("SELECT * FROM {called} ORDER BY {}", key.join(", "))
}

pub(crate) fn values(row: &SqliteRow) -> Result<BTreeMap<&str, Value>, ViewError> {
    let columns = row.columns().iter().enumerate();
    columns.map(|(index, column)| Ok((column.name(), value(row, index)?))).collect()
}

pub(crate) fn value(row: &SqliteRow, index: usize) -> Result<Value, ViewError> {
    let raw = row.try_get_raw(index)?;
    Ok(match raw.type_info().name() {
        _ if raw.is_null() => Value::Null,
        "INTEGER" => row.try_get::<i64, _>(index)?.into(),
        _ => row.try_get::<String, _>(index)?.into(),
    })
}
