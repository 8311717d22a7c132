//! What may be done with read models.

use std::time::Duration;

use async_graphql::{Context, ID, InputType, Object, Result};
use berth_app::{Denied, Order, Told, projection::Projections};
use berth_domain::{
    Code, Explanation, Text,
    access::Act,
    projection::{self, ProjectionName},
};
use berth_views::{Projection, Status};
use tokio::time::timeout;

use super::{
    input::{ProjectionCommandInput, ProjectionPayload, ProjectionSkipInput},
    object,
    query::nobody,
};
use crate::shared::{
    caller::{Allowed, language},
    command::order,
    context::{app, log, views},
    fault,
    scalars::EventPosition,
    turns,
    user_error::{invalid, settle},
};

/// The longest that a command waits until the read model has noticed it.
const PATIENCE: Duration = Duration::from_secs(2);

type ToldProjection = Told<ProjectionName, projection::Projection>;

#[derive(Default)]
pub(crate) struct ProjectionMutation;

#[Object(guard = "Allowed(Act::OrderProjections)")]
impl ProjectionMutation {
    /// Folds a read model anew, beside the one that answers, and puts it in that one's place when it is level. Refused while that is
    /// being done already.
    async fn projection_rebuild(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: ProjectionCommandInput,
    ) -> Result<ProjectionPayload> {
        let asked = Asked::new(ctx, input.command_id.as_ref(), &input.name, &input);
        command(ctx, asked, may_rebuild, Projections::rebuild, |before, now| {
            now.rebuild_target.is_some() || now.rebuilt_at != before.rebuilt_at
        })
        .await
    }

    /// Tries the event again that a read model stopped at.
    async fn projection_retry(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: ProjectionCommandInput,
    ) -> Result<ProjectionPayload> {
        let asked = Asked::new(ctx, input.command_id.as_ref(), &input.name, &input);
        command(ctx, asked, must_stand_still, Projections::retry, has_moved).await
    }

    /// Lets a read model go on without the event that it stopped at, now and whenever it is folded anew.
    async fn projection_skip(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is wanted.")] input: ProjectionSkipInput,
    ) -> Result<ProjectionPayload> {
        let asked = Asked::new(ctx, input.command_id.as_ref(), &input.name, &input);
        let (position, reason) = (input.position.0, input.reason);
        let may = |now: &Projection| must_stand_at(now, position);
        let act = async |projections: &Projections, name, order| {
            projections.skip(name, position.get(), reason, order).await
        };
        command(ctx, asked, may, act, has_moved).await
    }
}

/// A command as it came.
struct Asked {
    name: String,
    order: Result<Order, Denied>,
}

impl Asked {
    fn new(ctx: &Context<'_>, command_id: Option<&ID>, name: &str, input: &impl InputType) -> Self {
        Self { name: name.to_owned(), order: order(ctx, command_id, input) }
    }
}

async fn command(
    ctx: &Context<'_>,
    asked: Asked,
    may: impl FnOnce(&Projection) -> Result<(), Denied>,
    act: impl AsyncFnOnce(&Projections, ProjectionName, Order) -> Result<ToldProjection, Denied>,
    noticed: impl Fn(&Projection, &Projection) -> bool,
) -> Result<ProjectionPayload> {
    let _turn = turns::at_ordering(ctx).await;
    let before = views(ctx).projection(&asked.name);
    let told = match admitted(asked, before.as_ref()) {
        Ok((name, order)) => {
            // A repeat is answered as the first was, whatever has become of it since.
            let first = log(ctx).answered(&order.command).await;
            let first = first.map_err(|error| fault::of_log(language(ctx), &error))?.is_none();
            match before.as_ref().filter(|_| first).map_or(Ok(()), may) {
                Ok(()) => act(&app(ctx).projections, name, order).await,
                Err(denied) => Err(denied),
            }
        }
        Err(denied) => Err(denied),
    };
    match (settle(ctx, told, &[])?, before) {
        (Ok(told), Some(before)) => {
            let now = after(ctx, &before, noticed).await;
            let position = Some(EventPosition(told.done.position));
            Ok(ProjectionPayload {
                projection: now.map(object::Projection),
                position,
                user_errors: Vec::new(),
            })
        }
        (settled, _) => {
            let user_errors = settled.err().unwrap_or_default();
            Ok(ProjectionPayload { projection: None, position: None, user_errors })
        }
    }
}

fn admitted(asked: Asked, found: Option<&Projection>) -> Result<(ProjectionName, Order), Denied> {
    let none = || refused(Explanation::new(Code::NotFound, nobody(&asked.name)).at(&["name"]));
    found.ok_or_else(none)?;
    Ok((asked.name.parse().map_err(|_| none())?, asked.order?))
}

fn may_rebuild(now: &Projection) -> Result<(), Denied> {
    if now.rebuild_target.is_some() {
        let text = Text::new("it is being rebuilt already", "正在重建中");
        return Err(refused(Explanation::new(Code::StateConflict, text).at(&["name"])));
    }
    Ok(())
}

fn must_stand_still(now: &Projection) -> Result<(), Denied> {
    if now.fault.is_some() {
        return Ok(());
    }
    let text = Text::new(
        "it has not stopped: there is nothing to try again or to skip",
        "它没有停下，无需重试或跳过",
    );
    Err(refused(Explanation::new(Code::StateConflict, text).at(&["name"])))
}

fn must_stand_at(now: &Projection, position: berth_store::Position) -> Result<(), Denied> {
    must_stand_still(now)?;
    match &now.fault {
        Some(fault) if fault.position != position => Err(refused(invalid(
            &["position"],
            format!("it stopped at position {}; nothing else can be skipped", fault.position),
            format!("它停在位置 {}，不能跳过别处", fault.position),
        ))),
        _ => Ok(()),
    }
}

fn has_moved(before: &Projection, now: &Projection) -> bool {
    now.status != Status::Faulted || now.fault != before.fault
}

fn refused(reason: Explanation) -> Denied {
    Denied::Refused(vec![reason])
}

/// The read model when it has noticed the command; as it is, when that takes long.
async fn after(
    ctx: &Context<'_>,
    before: &Projection,
    noticed: impl Fn(&Projection, &Projection) -> bool,
) -> Option<Projection> {
    let views = views(ctx);
    let mut news = views.watch_projections();
    let has_noticed =
        |all: &Vec<Projection>| all.iter().any(|now| now.name == before.name && noticed(before, now));
    timeout(PATIENCE, news.wait_for(has_noticed)).await.ok();
    views.projection(before.name)
}
