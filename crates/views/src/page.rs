//! Pages of any list. A cursor carries the sort key of a row and what tells it from rows of the same key, so a page begins exactly
//! behind a row, however many rows have come since.

use std::fmt;

use berth_domain::Timestamp;
use berth_store::Position;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    ViewError,
    sql::{self, Query},
};

/// Which part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slice {
    /// So many rows from the front, or from behind a cursor.
    First { count: u32, after: Option<Cursor> },
    /// So many rows from the back, or from before a cursor. In the list's order all the same.
    Last { count: u32, before: Option<Cursor> },
}

/// A part of a list, in the list's order.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub edges: Vec<Edge<T>>,
    pub has_next: bool,
    pub has_previous: bool,
    /// Where it begins: at its first row, or where reading was given up before. The page before it is before this.
    pub start: Option<Cursor>,
    /// Where it ends: at its last row, or where reading was given up after it. The page after it is after this.
    pub end: Option<Cursor>,
    /// How many rows match in all; absent where counting is not cheap.
    pub total: Option<u64>,
    /// The page is true as of here: follow from here and nothing falls between.
    pub position: Position,
}

#[derive(Clone, Debug)]
pub struct Edge<T> {
    pub cursor: Cursor,
    pub row: T,
}

/// A place in a list, opaque to clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

/// Which way to sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// A half-open span of time: `from ≤ t < to`, open where absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl<T> Page<T> {
    pub fn rows(&self) -> impl Iterator<Item = &T> {
        self.edges.iter().map(|edge| &edge.row)
    }

    /// The same page of something else, unless that is lacking for a row.
    pub(crate) fn map<U>(self, mut of: impl FnMut(T) -> Option<U>) -> Option<Page<U>> {
        let Self { edges, has_next, has_previous, start, end, total, position } = self;
        let edge = |Edge { cursor, row }| Some(Edge { cursor, row: of(row)? });
        let edges = edges.into_iter().map(edge).collect::<Option<_>>()?;
        Some(Page { edges, has_next, has_previous, start, end, total, position })
    }

    /// From rows as they were read: in the direction of the slice, one more than asked for if there are more.
    pub(crate) fn of(slice: &Slice, mut edges: Vec<Edge<T>>, position: Position) -> Self {
        let more = edges.len() > slice.count();
        edges.truncate(slice.count());
        let (has_next, has_previous) = match slice {
            Slice::First { after, .. } => (more, after.is_some()),
            Slice::Last { before, .. } => {
                edges.reverse();
                (before.is_some(), more)
            }
        };
        let (start, end) = (edges.first(), edges.last());
        let (start, end) = (start.map(|edge| edge.cursor.clone()), end.map(|edge| edge.cursor.clone()));
        Self { edges, has_next, has_previous, start, end, total: None, position }
    }

    /// The same, where reading was given up at a place though there may be more behind it, in the direction of the slice.
    pub(crate) fn given_up_at(self, place: Cursor, slice: &Slice) -> Self {
        let place = Some(place);
        match slice {
            Slice::First { .. } => Self { has_next: true, end: place, ..self },
            Slice::Last { .. } => Self { has_previous: true, start: place, ..self },
        }
    }
}

impl Slice {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::First { count, .. } | Self::Last { count, .. } => *count as usize,
        }
    }

    pub(crate) fn is_forward(&self) -> bool {
        matches!(self, Self::First { .. })
    }

    pub(crate) fn cursor(&self) -> Option<&Cursor> {
        match self {
            Self::First { after: cursor, .. } | Self::Last { before: cursor, .. } => cursor.as_ref(),
        }
    }
}

impl Cursor {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn wrong(&self) -> ViewError {
        ViewError::Cursor { text: self.0.chars().take(64).collect() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Direction {
    fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

impl Span {
    pub(crate) fn push(self, query: &mut Query, column: &str) {
        if let Some(from) = self.from {
            query.push(format_args!(" AND {column} >= ")).push_bind(from.millis());
        }
        if let Some(to) = self.to {
            query.push(format_args!(" AND {column} < ")).push_bind(to.millis());
        }
    }
}

/// A sort key of one column, and a second column that makes it unique.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyset {
    /// Keeps cursors of different orders apart.
    pub(crate) name: &'static str,
    pub(crate) key: Column,
    pub(crate) tie: Column,
    pub(crate) direction: Direction,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Column {
    Number(&'static str),
    Text(&'static str),
}

/// Compares as SQL does, where texts are compared by their bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    key: Value,
    tie: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Number(i64),
    Text(String),
}

impl Keyset {
    /// Ends a query that has a `WHERE`: where to begin, the order, and one row more than wanted.
    pub(crate) fn push(self, query: &mut Query, slice: &Slice) -> Result<(), ViewError> {
        let (compare, order) = match self.toward(slice) {
            Direction::Ascending => (">", "ASC"),
            Direction::Descending => ("<", "DESC"),
        };
        let (key, tie) = (self.key.name(), self.tie.name());
        if let Some(cursor) = slice.cursor() {
            let (at_tie, at_key) = self.halves(cursor).ok_or_else(|| cursor.wrong())?;
            query.push(format_args!(" AND ({key}, {tie}) {compare} ("));
            self.key.bind(query, at_key).ok_or_else(|| cursor.wrong())?;
            query.push(", ");
            self.tie.bind(query, at_tie).ok_or_else(|| cursor.wrong())?;
            query.push(")");
        }
        query.push(format_args!(" ORDER BY {key} {order}, {tie} {order} LIMIT {}", slice.count() + 1));
        Ok(())
    }

    /// Which way the rows of a slice are read.
    fn toward(self, slice: &Slice) -> Direction {
        if slice.is_forward() { self.direction } else { self.direction.reversed() }
    }

    /// Columns by name, and its own, each once.
    pub(crate) fn with(self, columns: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
        let own = [self.key.name(), self.tie.name()];
        columns.iter().copied().chain(own.into_iter().filter(|name| !columns.contains(name)))
    }

    /// Where a row is in the order.
    pub(crate) fn place(self, row: &SqliteRow) -> Result<Place, ViewError> {
        Ok(Place { key: self.key.value(row)?, tie: self.tie.value(row)? })
    }

    /// Brings rows into the order of a slice.
    pub(crate) fn sort<T>(self, rows: &mut [(Place, T)], slice: &Slice) {
        rows.sort_by(|(one, _), (other, _)| match self.toward(slice) {
            Direction::Ascending => one.cmp(other),
            Direction::Descending => other.cmp(one),
        });
    }

    pub(crate) fn cursor(self, place: &Place) -> Cursor {
        // The key comes last: it may be a name, which may hold anything.
        Cursor(format!("{}~{}~{}", self.name, place.tie, place.key))
    }

    fn halves(self, cursor: &Cursor) -> Option<(&str, &str)> {
        cursor.as_str().strip_prefix(self.name)?.strip_prefix('~')?.split_once('~')
    }
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Number(name) | Self::Text(name) => name,
        }
    }

    fn bind(self, query: &mut Query, text: &str) -> Option<()> {
        match self {
            Self::Number(_) => query.push_bind(text.parse::<i64>().ok()?),
            Self::Text(_) => query.push_bind(text.to_owned()),
        };
        Some(())
    }

    fn value(self, row: &SqliteRow) -> Result<Value, ViewError> {
        Ok(match self {
            Self::Number(name) => Value::Number(row.try_get(name)?),
            Self::Text(name) => Value::Text(row.try_get(name)?),
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// Begins a condition on some columns in which a text must be found, whatever its case. Closed by the caller.
pub(crate) fn push_search(query: &mut Query, column: &str, text: &str) {
    query.push(format_args!("instr({column}, ")).push_bind(sql::folded(text)).push(") > 0");
}
