//! One command for one task or many: each is told apart from the others, and may refuse apart from them.

use async_graphql::{Context, ID, Result};
use berth_app::{Denied, Order, Told};
use berth_domain::{GrabId, grab::Grab};
use futures::future::join_all;

use super::{
    input::{GrabTaskCommandInput, GrabTaskCommandPayload},
    object::GrabTask,
    query::by_ids,
};
use crate::{
    shared::{
        command::{expecting, order},
        user_error::{invalid, not_found, settle},
    },
    tenant::latest,
};

/// So many things may be named in one request.
pub(super) const MOST: usize = 100;

pub(super) type Came = Result<Told<GrabId, Grab>, Denied>;

pub(super) async fn command<F: Future<Output = Came>>(
    ctx: &Context<'_>,
    input: &GrabTaskCommandInput,
    act: impl Fn(GrabId, Order) -> F,
) -> Result<GrabTaskCommandPayload> {
    let order = match admitted(ctx, input) {
        Ok(order) => order,
        Err(denied) => {
            let user_errors = settle::<()>(ctx, Err(denied), &[])?.err().unwrap_or_default();
            return Ok(GrabTaskCommandPayload { grab_tasks: Vec::new(), position: None, user_errors });
        }
    };
    // At once, so that their events are kept together. Any of them may wait long for its turn.
    let came_to = join_all(input.task_ids.iter().enumerate().map(async |(index, id)| match id.parse() {
        Ok(id) => act(id, order.part(index)).await,
        Err(_) => {
            Err(Denied::Refused(vec![not_found(&[], "there is no such grab task", "没有这个抢机任务")]))
        }
    }));
    let about = |index: usize| vec!["taskIds".to_owned(), index.to_string()];
    answer(ctx, &input.task_ids, came_to.await, about).await
}

/// The tasks after the command. `about` says which field of the input names one.
pub(super) async fn answer(
    ctx: &Context<'_>,
    ids: &[ID],
    came_to: Vec<Came>,
    about: impl Fn(usize) -> Vec<String>,
) -> Result<GrabTaskCommandPayload> {
    let (mut told, mut refused, mut user_errors) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (id, came)) in ids.iter().zip(came_to).enumerate() {
        let about = about(index);
        let about: Vec<&str> = about.iter().map(String::as_str).collect();
        match settle(ctx, came, &about)? {
            Ok(done) => told.push(done),
            Err(errors) => {
                refused.extend(id.parse::<GrabId>());
                user_errors.extend(errors);
            }
        }
    }
    let position = latest(told.iter().map(|told| told.done.position));
    let mut grab_tasks = GrabTask::told(told);
    if !refused.is_empty() {
        grab_tasks.extend(by_ids(ctx, &refused).await?.into_values());
    }
    let place = |task: &GrabTask| ids.iter().position(|id| id.as_str() == task.key().to_string());
    grab_tasks.sort_by_key(place);
    Ok(GrabTaskCommandPayload { grab_tasks, position, user_errors })
}

fn admitted(ctx: &Context<'_>, input: &GrabTaskCommandInput) -> Result<Order, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let count = input.task_ids.len();
    if !(1..=MOST).contains(&count) {
        return Err(Denied::Refused(vec![invalid(
            &["taskIds"],
            "name 1 to 100 tasks",
            "请指定 1 到 100 个任务",
        )]));
    }
    if count > 1 && input.expected_version.is_some() {
        let reason = invalid(&["expectedVersion"], "only with one task", "只能与单个任务一起使用");
        return Err(Denied::Refused(vec![reason]));
    }
    Ok(expecting(order, input.expected_version))
}
