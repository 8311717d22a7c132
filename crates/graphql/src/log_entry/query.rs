//! What may be asked about the log.

use async_graphql::{Context, ID, InputObject, Object, Result};
use berth_domain::access::Act;
use berth_views::log_entry::{self, Category, Filter};

use super::object::{LogCategory, LogEntry, LogEntryConnection, LogLevel};
use crate::{
    grab::ids,
    shared::{
        caller::{Allowed, allow, may},
        context::{read, views},
        page::{self, Paged, Part, cost},
        position::reach,
        scalars::{DateTimeRange, EventPosition},
    },
};

/// Which log entries. Every condition given must hold; of a list, one item must.
#[derive(InputObject)]
pub(crate) struct LogFilter {
    /// At least this grave.
    min_level: Option<LogLevel>,
    /// About one of these.
    category: Option<Vec<LogCategory>>,
    /// Of one of these tasks.
    task_id: Option<Vec<ID>>,
    /// Of one of these tenants.
    tenant_id: Option<Vec<ID>>,
    /// The message, in either language, contains this, in whatever case.
    search: Option<String>,
    /// Written within this span.
    time: Option<DateTimeRange>,
    /// Equal neighbours become one entry with a `repeatCount`.
    #[graphql(default = true)]
    fold: bool,
}

impl LogFilter {
    /// Without a filter, neighbours are folded as by one that says nothing.
    pub(super) fn read(ctx: &Context<'_>, filter: Option<Self>) -> Result<Filter> {
        let Some(filter) = filter else {
            return Ok(Filter { fold: true, category: seen(ctx, Vec::new())?, ..Filter::default() });
        };
        Ok(Filter {
            min_level: filter.min_level.map(Into::into),
            category: seen(ctx, filter.category.unwrap_or_default())?,
            grab: ids(ctx, filter.task_id.as_deref())?,
            tenant: ids(ctx, filter.tenant_id.as_deref())?,
            search: filter.search,
            time: filter.time.map(Into::into).unwrap_or_default(),
            fold: filter.fold,
        })
    }
}

/// What of the wanted categories, or of all, the caller may see: the audit log is history.
fn seen(ctx: &Context<'_>, wanted: Vec<LogCategory>) -> Result<Vec<Category>> {
    let mut wanted: Vec<Category> = wanted.into_iter().map(Into::into).collect();
    if wanted.contains(&Category::Audit) {
        allow(ctx, Act::ReadHistory)?;
    }
    if wanted.is_empty() && !may(ctx, Act::ReadHistory) {
        wanted = Category::ALL.into_iter().filter(|category| *category != Category::Audit).collect();
    }
    Ok(wanted)
}

#[derive(Default)]
pub(crate) struct LogQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl LogQuery {
    /// The log, newest first. A text is looked for in 40,000 lines for each page: a page may be short, or empty, and have a next one.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the schema")]
    #[graphql(
        complexity = "cost(|name| __ctx.param_value(__variables_definition, __field, name, None), child_complexity)"
    )]
    async fn logs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 500; 20 when absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 500.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<LogFilter>,
        #[graphql(
            desc = "Answer no earlier than the lists hold this position: to read your own write. Waits up to 2 s."
        )]
        min_position: Option<EventPosition>,
    ) -> Result<LogEntryConnection> {
        reach(ctx, min_position).await?;
        let slice = Part { first, after, last, before }.slice(ctx, page::LINES)?;
        let filter = LogFilter::read(ctx, filter)?;
        let found = read(ctx, log_entry::page(views(ctx), &filter, &slice)).await?;
        Ok(LogEntryConnection(Paged::of(found, LogEntry::of_rows)))
    }
}
