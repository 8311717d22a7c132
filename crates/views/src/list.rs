//! Whole lists, by one statement for each page: its rows, how many match in all, and the position that both are true as of.

use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    Direction, Edge, Page, Slice, ViewError, Views,
    page::{Column, Keyset},
    reader::Reader,
    sql::{self, Query},
};

/// What is listed, and in what order.
#[derive(Clone, Copy)]
pub(crate) struct List<'a> {
    pub(crate) model: &'static str,
    pub(crate) keyset: Keyset,
    /// What is read of each row, beside what it is sorted by: each value costs.
    pub(crate) columns: &'static [&'static str],
    /// Whether it is told how many match in all: each is passed by for that.
    pub(crate) counted: bool,
    /// What else is told beside each row, which is called `page`; and what that is joined with. Both may be empty.
    pub(crate) beside: (&'a str, &'static str),
}

impl List<'_> {
    /// Named things in the order of their names.
    pub(crate) fn by_name(model: &'static str, columns: &'static [&'static str]) -> Self {
        let keyset = Keyset {
            name: "name",
            key: Column::Text("name_key"),
            tie: Column::Text("id"),
            direction: Direction::Ascending,
        };
        Self { model, keyset, columns, counted: true, beside: ("", "") }
    }

    /// `narrow` puts the conditions, `WHERE` and all, behind the name of the table.
    pub(crate) async fn page<T>(
        self,
        views: &Views,
        slice: &Slice,
        narrow: impl Fn(&mut Query),
        row_of: impl FnMut(&SqliteRow) -> Result<T, ViewError>,
    ) -> Result<Page<T>, ViewError> {
        self.page_by(&mut views.once().await?, slice, narrow, row_of).await
    }

    /// The same, asked by who asks more at the same time.
    pub(crate) async fn page_by<T>(
        self,
        reader: &mut Reader,
        slice: &Slice,
        narrow: impl Fn(&mut Query),
        mut row_of: impl FnMut(&SqliteRow) -> Result<T, ViewError>,
    ) -> Result<Page<T>, ViewError> {
        let mut query = self.query(slice, narrow)?;
        let rows = query.build().fetch_all(reader).await?;
        let whole = rows.first().ok_or_else(|| sql::unreadable(self.model, &"no checkpoint"))?;
        let (position, total) = (sql::position(whole, "as_of")?, whole.try_get("total")?);
        // An empty page is still told where it is true.
        let listed = rows.iter().filter(|row| !is_empty(row));
        let placed: Result<Vec<_>, ViewError> =
            listed.map(|row| Ok((self.keyset.place(row)?, row))).collect();
        let mut placed = placed?;
        self.keyset.sort(&mut placed, slice);
        let edge = |(place, row)| Ok(Edge { cursor: self.keyset.cursor(&place), row: row_of(row)? });
        let edges: Result<_, ViewError> = placed.into_iter().map(edge).collect();
        Ok(Page { total, ..Page::of(slice, edges?, position) })
    }

    /// Picks the rows by their keys, and only then reads them: they are large, and would be copied on the way. In no order for the same
    /// reason: sorting copies them once more.
    fn query(self, slice: &Slice, narrow: impl Fn(&mut Query)) -> Result<Query, ViewError> {
        let Self { model, keyset, columns, counted, beside: (others, join) } = self;
        let read: Vec<_> = keyset.with(columns).map(|column| format!("page.{column} AS {column}")).collect();
        let mut query = Query::new(format!(
            "SELECT {}, whole.*{others} FROM (SELECT \
             (SELECT position FROM model WHERE name = '{model}' AND live = 1) AS as_of, ",
            read.join(", ")
        ));
        if counted {
            query.push(format_args!("(SELECT count(*) FROM {model}"));
            narrow(&mut query);
            query.push(")");
        } else {
            query.push("NULL");
        }
        query.push(format_args!(" AS total) AS whole LEFT JOIN (SELECT id AS picked FROM {model}"));
        narrow(&mut query);
        keyset.push(&mut query, slice)?;
        query.push(format_args!(") ON TRUE LEFT JOIN {model} AS page ON page.id = picked{join}"));
        Ok(query)
    }
}

fn is_empty(row: &SqliteRow) -> bool {
    row.try_get::<Option<&str>, _>("id").ok().flatten().is_none()
}
