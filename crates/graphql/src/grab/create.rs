//! New tasks, one a tenant.

use async_graphql::{Context, Result};
use berth_app::{Denied, Order, Told, grab::NewGrab};
use berth_domain::{
    Aggregate, Code, Explain, Explanation, GrabId, TenantId,
    grab::{Command, Create, Grab, Spec},
};
use secrecy::ExposeSecret;

use super::{
    command::MOST,
    input::{GrabTaskCreateInput, GrabTaskCreatePayload},
    object::GrabTask,
};
use crate::{
    shared::{
        caller::language,
        command::order,
        context::{app, dependencies, log, now},
        fault,
        position::wait_for,
        user_error::{UserError, invalid, not_found, settle},
    },
    tenant::{self, latest},
};

type ToldGrab = Told<GrabId, Grab>;

pub(super) async fn create(ctx: &Context<'_>, input: GrabTaskCreateInput) -> Result<GrabTaskCreatePayload> {
    let order = match order(ctx, input.command_id.as_ref(), &input)
        .and_then(|order| admitted(&input).map(|()| order))
    {
        Ok(order) => order,
        Err(denied) => return refused(ctx, &input, denied),
    };
    let (mut told, mut user_errors) = (Vec::new(), Vec::<UserError>::new());
    for index in 0..input.tenant_ids.len() {
        let wanted = wanted(ctx, &input, index).await?;
        let (made, denied) = make(ctx, wanted, order.part(index), input.start).await;
        told.extend(made);
        let place = index.to_string();
        if let Some(denied) = denied {
            let errors = settle::<()>(ctx, Err(about_tenant(denied, &place)), &["tenantIds", &place])?.err();
            // What is wrong with the wish is so for every tenant, and is said once.
            let news = errors.into_iter().flatten().filter(|error| !user_errors.contains(error));
            let news: Vec<_> = news.collect();
            user_errors.extend(news);
        }
    }
    let position = latest(told.iter().map(|told| told.done.position));
    Ok(GrabTaskCreatePayload { grab_tasks: GrabTask::told(told), position, user_errors })
}

/// Makes and starts in two steps, so that a task which may not start is there all the same.
async fn make(
    ctx: &Context<'_>,
    wanted: Result<NewGrab, Denied>,
    order: Order,
    start: bool,
) -> (Option<ToldGrab>, Option<Denied>) {
    let grabs = &app(ctx).grabs;
    let made = match wanted {
        Ok(wanted) => grabs.create(wanted, order.clone()).await,
        Err(denied) => return (None, Some(denied)),
    };
    match made {
        Ok(made) if start => match grabs.start(made.id, order.part(START)).await {
            Ok(started) => (Some(started), None),
            Err(denied) => (Some(made), Some(denied)),
        },
        Ok(made) => (Some(made), None),
        Err(denied) => (None, Some(denied)),
    }
}

/// The second step of a command about one tenant. No request names so many.
const START: usize = usize::MAX;

async fn wanted(
    ctx: &Context<'_>,
    input: &GrabTaskCreateInput,
    index: usize,
) -> Result<Result<NewGrab, Denied>> {
    let Ok(tenant) = input.tenant_ids[index].parse::<TenantId>() else {
        return Ok(Err(Denied::Refused(vec![not_found(&[], "there is no such tenant", "没有这个租户")])));
    };
    let region = match &input.spec.region {
        Some(region) => region.clone(),
        None => home_region(ctx, tenant).await?,
    };
    let spec = input.spec.read(&region);
    let password =
        input.spec.root_password.as_ref().filter(|password| !password.0.expose_secret().is_empty());
    Ok(Ok(NewGrab {
        tenant,
        name: name(input, &spec),
        root_password: password.map(|password| password.0.clone()),
        spec,
        schedule: input.schedule.read(dependencies(ctx).server.usual_schedule),
        start: false,
    }))
}

fn name(input: &GrabTaskCreateInput, spec: &Spec) -> String {
    input.name.clone().unwrap_or_else(|| format!("{} {}", spec.region, spec.shape))
}

/// The lists may not have heard of a tenant that was just added, so they are waited for. Empty when there is no such tenant.
async fn home_region(ctx: &Context<'_>, tenant: TenantId) -> Result<String> {
    let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
    wait_for(ctx, head).await?;
    let found = tenant::by_ids(ctx, &[tenant]).await?;
    Ok(found.get(&tenant).map(|tenant| tenant.home().to_owned()).unwrap_or_default())
}

/// What the domain does not know of.
fn admitted(input: &GrabTaskCreateInput) -> Result<(), Denied> {
    let mut reasons = Vec::new();
    if !(1..=MOST).contains(&input.tenant_ids.len()) {
        reasons.push(invalid(&["tenantIds"], "name 1 to 100 tenants", "请指定 1 到 100 个租户"));
    }
    if input.spec.count != 1 {
        reasons.push(invalid(&["spec", "count"], "must be 1 for now", "目前只能为 1"));
    }
    if input.schedule.max_attempts.is_some_and(i32::is_negative) {
        reasons.push(invalid(&["schedule", "maxAttempts"], "must not be below 0", "不能小于 0"));
    }
    if reasons.is_empty() { Ok(()) } else { Err(Denied::Refused(reasons)) }
}

/// A form is corrected once: with our own reasons come those that the domain would have.
fn refused(ctx: &Context<'_>, input: &GrabTaskCreateInput, denied: Denied) -> Result<GrabTaskCreatePayload> {
    let denied = match denied {
        Denied::Refused(mut reasons) => {
            reasons.extend(domain_reasons(ctx, input));
            Denied::Refused(reasons)
        }
        Denied::Fault(fault) => Denied::Fault(fault),
    };
    let user_errors = settle::<()>(ctx, Err(denied), &[])?.err().unwrap_or_default();
    Ok(GrabTaskCreatePayload { grab_tasks: Vec::new(), position: None, user_errors })
}

fn domain_reasons(ctx: &Context<'_>, input: &GrabTaskCreateInput) -> Vec<Explanation> {
    // Any region will do where the home region will be taken.
    let spec = input.spec.read(input.spec.region.as_deref().unwrap_or("home"));
    let create = Create {
        tenant: TenantId::from_parts(0, 0),
        name: name(input, &spec).trim().to_owned(),
        spec,
        schedule: input.schedule.read(dependencies(ctx).server.usual_schedule),
        min_interval: dependencies(ctx).server.min_interval,
        at: now(ctx),
    };
    Grab::default()
        .decide(Command::Create(Box::new(create)))
        .err()
        .map(|refusal| refusal.explain())
        .unwrap_or_default()
}

/// Says which of the tenants does not exist.
fn about_tenant(denied: Denied, index: &str) -> Denied {
    let place = |reason: Explanation| match reason.code {
        Code::NotFound => reason.at(&["tenantIds", index]),
        _ => reason,
    };
    match denied {
        Denied::Refused(reasons) => Denied::Refused(reasons.into_iter().map(place).collect()),
        Denied::Fault(fault) => Denied::Fault(fault),
    }
}
