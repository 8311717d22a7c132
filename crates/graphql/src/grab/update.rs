//! A task that is to be different from its next attempt on.

use async_graphql::{Context, Result};
use berth_app::{Denied, Order, grab::Change};
use berth_domain::{
    Explanation, GrabId, TenantId,
    grab::{Grab, Spec},
};

use super::{
    command::{Came, answer},
    input::{GrabTaskCommandPayload, GrabTaskUpdateInput, GrabTaskUpdatePayload},
    spec::{InstanceSpecInput, changed, usual},
};
use crate::{
    shared::{
        command::{expecting, order},
        context::{app, dependencies},
        user_error::{invalid, not_found, settle},
    },
    tenant,
};

pub(super) async fn update(ctx: &Context<'_>, input: GrabTaskUpdateInput) -> Result<GrabTaskUpdatePayload> {
    let order = match admitted(ctx, &input) {
        Ok(order) => order,
        Err(denied) => {
            let user_errors = settle::<()>(ctx, Err(denied), &[])?.err().unwrap_or_default();
            let (grab_tasks, warnings) = (Vec::new(), Vec::new());
            return Ok(GrabTaskUpdatePayload { grab_tasks, position: None, warnings, user_errors });
        }
    };
    let came = match input.task_id.parse::<GrabId>() {
        Ok(id) => {
            let told = app(ctx).grabs.update(id, change(ctx, &input), order).await;
            told.map_err(|denied| said_here(denied, input.spec.as_ref()))
        }
        Err(_) => {
            Err(Denied::Refused(vec![not_found(&[], "there is no such grab task", "没有这个抢机任务")]))
        }
    };
    let warnings = if input.spec.is_some() { warnings(ctx, &came).await? } else { Vec::new() };
    let GrabTaskCommandPayload { grab_tasks, position, user_errors } =
        answer(ctx, &[input.task_id], vec![came], |_| vec!["taskId".into()]).await?;
    Ok(GrabTaskUpdatePayload { grab_tasks, position, warnings, user_errors })
}

/// About what is still to be got: what it has got is used already.
async fn warnings(ctx: &Context<'_>, came: &Came) -> Result<Vec<String>> {
    let Some(rest) = came.as_ref().ok().and_then(|told| rest(&told.state)) else { return Ok(Vec::new()) };
    tenant::warnings(ctx, std::iter::once((rest.0, &rest.1))).await
}

fn rest(grab: &Grab) -> Option<(TenantId, Spec)> {
    let order = grab.order.as_ref()?;
    let spec = order.goal.launch()?;
    let held = grab.held.len().try_into().unwrap_or(u32::MAX);
    Some((order.tenant, Spec { count: spec.count.saturating_sub(held), ..spec.clone() }))
}

fn change(ctx: &Context<'_>, input: &GrabTaskUpdateInput) -> Change {
    let spec = input.spec.as_ref();
    let usual_schedule = &dependencies(ctx).server.usual_schedule;
    Change {
        name: input.name.clone(),
        spec: spec.map(|spec| spec.over(&usual())),
        root_password: changed(spec.and_then(|spec| spec.root_password.as_ref())),
        user_data: changed(spec.and_then(|spec| spec.user_data.as_ref())),
        schedule: input.schedule.as_ref().map(|schedule| schedule.read(usual_schedule)),
    }
}

/// What the domain does not know of. A task does not look again for its tenant's home region: the spec is whole.
fn admitted(ctx: &Context<'_>, input: &GrabTaskUpdateInput) -> Result<Order, Denied> {
    let order = order(ctx, input.command_id.as_ref(), input)?;
    let mut reasons = Vec::new();
    if let Some(spec) = &input.spec {
        spec.check(&mut reasons);
        if spec.named_regions().unwrap_or_default().is_empty() {
            reasons.push(invalid(&["spec", "region"], "name the region, or several", "请指定一个或多个区域"));
        }
    }
    if input.schedule.as_ref().is_some_and(|schedule| schedule.max_attempts.is_some_and(i32::is_negative)) {
        reasons.push(invalid(&["schedule", "maxAttempts"], "must not be below 0", "不能小于 0"));
    }
    if reasons.is_empty() {
        Ok(expecting(order, input.expected_version))
    } else {
        Err(Denied::Refused(reasons))
    }
}

/// Reasons, said of the fields that the caller filled in.
pub(crate) fn said_here(denied: Denied, spec: Option<&InstanceSpecInput>) -> Denied {
    let here = |reason: Explanation| match spec {
        Some(spec) => spec.said_here(reason),
        None => reason,
    };
    denied.map_reasons(here)
}
