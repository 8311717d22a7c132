//! All rows as text, to compare two foldings.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{AssertSqlSafe, Column as _, Row, SqliteConnection, TypeInfo, ValueRef, sqlite::SqliteRow};

use crate::{ViewError, open::MODELS, sql};

pub(crate) async fn dump(connection: &mut SqliteConnection) -> Result<String, ViewError> {
    let mut lines = vec![format!("checkpoint {}", sql::checkpoint(connection).await?)];
    for model in &MODELS {
        // Every table begins with its key.
        let query = AssertSqlSafe(format!("SELECT * FROM {} ORDER BY 1, 2", model.name));
        for row in sqlx::query(query).fetch_all(&mut *connection).await? {
            lines.push(format!("{} {}", model.name, sql::json(&values(&row)?)));
        }
    }
    Ok(lines.join("\n"))
}

fn values(row: &SqliteRow) -> Result<BTreeMap<&str, Value>, ViewError> {
    let mut values = BTreeMap::new();
    for (index, column) in row.columns().iter().enumerate() {
        let raw = row.try_get_raw(index)?;
        let value = match raw.type_info().name() {
            _ if raw.is_null() => Value::Null,
            "INTEGER" => row.try_get::<i64, _>(index)?.into(),
            _ => row.try_get::<String, _>(index)?.into(),
        };
        values.insert(column.name(), value);
    }
    Ok(values)
}
