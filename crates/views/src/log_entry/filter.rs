//! Which entries are asked for, in words that find an index: a page of ten million lines must not read those that do not match.
//!
//! Most lines are of attempts and no warnings, so those two are never looked for by an index. A `+` before a column keeps SQLite from its
//! index, where another one leaves fewer rows.

use berth_domain::{GrabId, TenantId};

use super::{Category, Level, spans};
use crate::{
    Span,
    sql::{self, Query},
};

/// Which entries. All given conditions must hold; an empty list restricts nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// At least this grave.
    pub min_level: Option<Level>,
    pub category: Vec<Category>,
    pub grab: Vec<GrabId>,
    pub tenant: Vec<TenantId>,
    /// The message, in either language, contains this. Case means nothing in Latin letters.
    pub search: Option<String>,
    pub time: Span,
    /// Equal neighbours, among those that match, become one entry.
    pub fold: bool,
}

/// So many values of one list are asked for one by one.
const MERGED: usize = 32;

impl Filter {
    /// Ends where an order and a limit go; `narrow` adds conditions.
    pub(super) fn query(&self, columns: &str, narrow: impl Fn(&mut Query)) -> Query {
        let mut query = Query::new("");
        self.push(&mut query, columns, narrow);
        query
    }

    pub(super) fn count(&self, narrow: impl Fn(&mut Query)) -> Query {
        let mut query = Query::new("SELECT count(*) FROM (");
        self.push(&mut query, "place", narrow);
        query.push(")");
        query
    }

    fn push(&self, query: &mut Query, columns: &str, narrow: impl Fn(&mut Query)) {
        for (number, arm) in self.arms().iter().enumerate() {
            let between = if number == 0 { "" } else { " UNION ALL " };
            query.push(format_args!("{between}SELECT {columns} FROM log_entry WHERE TRUE"));
            arm.push_conditions(query);
            narrow(query);
        }
    }

    /// A question for each value of the list that an index serves: each comes in order, and SQLite merges them, where one question for
    /// all would have to sort whatever matches.
    fn arms(&self) -> Vec<Self> {
        let few = |count: usize| (2..=MERGED).contains(&count);
        if few(self.grab.len()) {
            return distinct(&self.grab).map(|grab| Self { grab: vec![grab], ..self.clone() }).collect();
        }
        if few(self.tenant.len()) && self.by_tenant() {
            return distinct(&self.tenant)
                .map(|tenant| Self { tenant: vec![tenant], ..self.clone() })
                .collect();
        }
        if few(self.category.len()) && self.is_rare() {
            let each = distinct(&self.category);
            return each.map(|category| Self { category: vec![category], ..self.clone() }).collect();
        }
        vec![self.clone()]
    }

    /// Of categories that only some lines have.
    fn is_rare(&self) -> bool {
        !self.category.is_empty() && !self.category.contains(&Category::Grab)
    }

    fn is_grave(&self) -> bool {
        self.min_level >= Some(Level::Warn)
    }

    /// Whether nothing else leaves fewer lines than their tenant.
    fn by_tenant(&self) -> bool {
        self.grab.is_empty() && !self.is_rare() && !self.is_grave()
    }

    fn push_conditions(&self, query: &mut Query) {
        if let Some(level) = self.min_level {
            // Said and not bound: only so SQLite knows that an index of the grave ones holds them all.
            query.push(format_args!(" AND level >= {}", level as u8));
        }
        let categories: Vec<_> = self.category.iter().map(|category| category.word()).collect();
        if self.is_rare() {
            query.push(" AND category <> 'GRAB'");
        }
        let one_rare = self.is_rare() && categories.len() == 1;
        sql::among(query, if one_rare { "category" } else { "+category" }, &categories);
        sql::among(query, "grab", &self.grab);
        sql::among(query, if self.by_tenant() { "tenant" } else { "+tenant" }, &self.tenant);
        spans::push(query, self.time);
        self.time.push(query, "time_ms");
        if let Some(text) = &self.search {
            let pattern = sql::anywhere(text);
            query.push(" AND (english LIKE ").push_bind(pattern.clone()).push(" ESCAPE '\\'");
            query.push(" OR chinese LIKE ").push_bind(pattern).push(" ESCAPE '\\')");
        }
    }
}

/// Each once: what is asked for twice would be found twice.
fn distinct<T: Copy + Ord>(values: &[T]) -> impl Iterator<Item = T> + use<T> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.dedup();
    values.into_iter()
}
