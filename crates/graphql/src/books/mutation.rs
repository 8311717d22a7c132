//! Closing the books now, and not when their hour comes.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use berth_app::{
    Denied, Order,
    books::{ClosedNow, Closing, Preview, Trust},
};
use berth_domain::access::Act;

use super::query;
use crate::shared::{
    caller::{Allowed, say},
    command::order,
    context::app,
    scalars::{EventPosition, int},
    user_error::{UserError, settle},
};
use berth_store::Position;

/// For `booksClose`.
#[derive(InputObject)]
pub(crate) struct BooksCloseInput {
    /// This command's id, made by the caller, a UUID say. Sent again with the same input it is answered alike and done once.
    command_id: Option<ID>,
    /// Only say what would be closed.
    #[graphql(default = false)]
    dry_run: bool,
}

/// What `booksClose` came to.
#[derive(Default, SimpleObject)]
pub(crate) struct BooksClosePayload {
    /// The books are closed up to here, or would be. Null when it was refused.
    closed_through: Option<EventPosition>,
    /// How many events left the log, or would. 0 when there was nothing to close.
    released: i32,
    /// How many events stand in for them, or would.
    stand_ins: i32,
    /// The files that hold what left, by name. Empty in a dry run.
    archives: Vec<String>,
    /// Why a real closing would wait: the server's clock cannot be trusted just now. Null when it would not. Only in a dry run.
    frozen: Option<String>,
    /// Why it was refused. Empty when it was done.
    user_errors: Vec<UserError>,
}

#[derive(Default)]
pub(crate) struct BooksMutation;

#[Object(guard = "Allowed(Act::CloseBooks)")]
impl BooksMutation {
    /// Closes the books up to where the retention allows: old attempts that got nothing go into an archive, and hourly sums stand in
    /// for them. Happens by itself every day.
    async fn books_close(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: BooksCloseInput,
    ) -> Result<BooksClosePayload> {
        let order = order(ctx, input.command_id.as_ref(), &input);
        let done = if input.dry_run { preview(ctx).await } else { close(ctx, order).await };
        match settle(ctx, done, &[])? {
            Ok(payload) if payload.closed_through.is_some() => Ok(payload),
            Ok(payload) => {
                let through = Position::new(query::read(ctx).await?.books.through);
                Ok(BooksClosePayload { closed_through: Some(EventPosition(through)), ..payload })
            }
            Err(user_errors) => Ok(BooksClosePayload { user_errors, ..BooksClosePayload::default() }),
        }
    }
}

async fn preview(ctx: &Context<'_>) -> Result<BooksClosePayload, Denied> {
    let Preview { through, released, stand_ins, frozen, .. } = app(ctx).books.preview().await?;
    Ok(BooksClosePayload {
        closed_through: Some(EventPosition(through)),
        released: int(released),
        stand_ins: int(stand_ins),
        frozen: frozen.map(|frozen| say(ctx, &frozen.text())),
        ..BooksClosePayload::default()
    })
}

async fn close(ctx: &Context<'_>, order: Result<Order, Denied>) -> Result<BooksClosePayload, Denied> {
    Ok(match app(ctx).books.close(Trust::Checked, order?).await? {
        Closing::NothingToClose => BooksClosePayload::default(),
        Closing::Closed(ClosedNow { through, released, stand_ins, archives }) => BooksClosePayload {
            closed_through: Some(EventPosition(through)),
            released: int(released),
            stand_ins: int(stand_ins),
            archives: archives.into_iter().map(|written| written.file).collect(),
            ..BooksClosePayload::default()
        },
    })
}
