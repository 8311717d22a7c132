//! New tasks: one a tenant, or one a tenant in each region.

use async_graphql::{Context, Result};
use berth_app::{
    Denied, Order, Told,
    grab::{NewGrab, NewSecret},
    profile::Wish,
};
use berth_domain::{
    Aggregate, Code, Explain, Explanation, GrabId, TenantId,
    grab::{Command, Create, Grab, Spec},
};

use secrecy::SecretString;

use super::{
    command::MOST,
    input::{GrabTaskCreateInput, GrabTaskCreatePayload},
    object::GrabTask,
    spec::{changed, usual},
    update::said_here,
};
use crate::{
    profile::id_of,
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

/// One of the tasks that are asked for.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Its place among all of them, which names its part of the command.
    index: usize,
    /// Which of the tenants.
    tenant: usize,
    /// Which of the request's own regions.
    region: Option<(usize, &'a String)>,
}

pub(super) async fn create(ctx: &Context<'_>, input: GrabTaskCreateInput) -> Result<GrabTaskCreatePayload> {
    let order = match order(ctx, input.command_id.as_ref(), &input)
        .and_then(|order| admitted(&input).map(|()| order))
    {
        Ok(order) => order,
        Err(denied) => return refused(ctx, &input, denied).await,
    };
    let base = base_of(ctx, &input).await;
    let (mut told, mut user_errors) = (Vec::new(), Vec::<UserError>::new());
    for place in places(&input) {
        let wanted = wanted(ctx, &input, &base, place).await?;
        let (made, denied) = make(ctx, wanted, order.part(place.index), input.start).await;
        told.extend(made);
        if let Some(denied) = denied {
            let denied = about(said_here(denied, Some(&input.spec)), place);
            let errors = settle::<()>(ctx, Err(denied), &["tenantIds", &place.tenant.to_string()])?.err();
            // What is wrong with the wish is so for every tenant, and is said once.
            let news = errors.into_iter().flatten().filter(|error| !user_errors.contains(error));
            let news: Vec<_> = news.collect();
            user_errors.extend(news);
        }
    }
    let position = latest(told.iter().map(|told| told.done.position));
    let wishes =
        told.iter().filter_map(|told| told.state.order.as_ref().map(|order| (order.tenant, &order.spec)));
    let warnings = tenant::warnings(ctx, wishes).await?;
    Ok(GrabTaskCreatePayload { grab_tasks: GrabTask::told(told), position, warnings, user_errors })
}

/// Tenant by tenant, each in every region.
fn places(input: &GrabTaskCreateInput) -> impl Iterator<Item = Place<'_>> {
    let regions: Vec<_> = match input.regions.as_slice() {
        [] => vec![None],
        regions => regions.iter().enumerate().map(Some).collect(),
    };
    let all = (0..input.tenant_ids.len())
        .flat_map(move |tenant| regions.clone().into_iter().map(move |region| (tenant, region)));
    all.enumerate().map(|(index, (tenant, region))| Place { index, tenant, region })
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
        // A repeat is answered as the first was, whatever has become since of the profile or the tenant.
        Err(denied) => grabs.created_before(&order).await.and_then(|made| made.ok_or(denied)),
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

/// What a wish is completed with: a launch profile's, or what is usual.
async fn base_of(ctx: &Context<'_>, input: &GrabTaskCreateInput) -> Result<Wish, Denied> {
    let Some(id) = &input.profile_id else {
        return Ok(Wish { spec: usual(), root_password: None, user_data: None });
    };
    app(ctx).profiles.wish(id_of(id)?).await.map_err(|denied| denied.at_field(&["profileId"]))
}

async fn wanted(
    ctx: &Context<'_>,
    input: &GrabTaskCreateInput,
    base: &Result<Wish, Denied>,
    place: Place<'_>,
) -> Result<Result<NewGrab, Denied>> {
    let base = match base {
        Ok(base) => base,
        Err(denied) => return Ok(Err(denied.clone())),
    };
    let Ok(tenant) = input.tenant_ids[place.tenant].parse::<TenantId>() else {
        return Ok(Err(Denied::Refused(vec![not_found(&[], "there is no such tenant", "没有这个租户")])));
    };
    let mut spec = input.spec.over(&base.spec);
    match place.region {
        Some((_, region)) => spec.regions = vec![region.clone()],
        None if spec.regions.is_empty() => spec.regions = vec![home_region(ctx, tenant).await?],
        None => {}
    }
    let secret = |changed, base: &Option<SecretString>| match changed {
        NewSecret::Kept => base.clone(),
        NewSecret::Gone => None,
        NewSecret::Text(text) => Some(text),
    };
    Ok(Ok(NewGrab {
        tenant,
        name: name(input, &spec),
        root_password: secret(changed(input.spec.root_password.as_ref()), &base.root_password),
        user_data: secret(changed(input.spec.user_data.as_ref()), &base.user_data),
        spec,
        schedule: input.schedule.read(&dependencies(ctx).server.usual_schedule),
        start: false,
    }))
}

fn name(input: &GrabTaskCreateInput, spec: &Spec) -> String {
    let region = spec.regions.first().map_or("", String::as_str);
    input.name.clone().unwrap_or_else(|| format!("{region} {}", spec.shape))
}

/// The lists may not have heard of a tenant that was just added: only then they are waited for, since a home never changes, and lists
/// that cannot go on must keep nobody from giving commands. Empty when there is no such tenant.
async fn home_region(ctx: &Context<'_>, tenant: TenantId) -> Result<String> {
    if let Some(home) = listed_home(ctx, tenant).await? {
        return Ok(home);
    }
    let head = log(ctx).head().await.map_err(|error| fault::of_log(language(ctx), &error))?;
    wait_for(ctx, head).await?;
    Ok(listed_home(ctx, tenant).await?.unwrap_or_default())
}

async fn listed_home(ctx: &Context<'_>, tenant: TenantId) -> Result<Option<String>> {
    let found = tenant::by_ids(ctx, &[tenant]).await?;
    Ok(found.get(&tenant).map(|tenant| tenant.home().to_owned()))
}

/// What the domain does not know of.
fn admitted(input: &GrabTaskCreateInput) -> Result<(), Denied> {
    let mut reasons = Vec::new();
    let count = input.tenant_ids.len().saturating_mul(input.regions.len().max(1));
    if !(1..=MOST).contains(&input.tenant_ids.len()) {
        reasons.push(invalid(&["tenantIds"], "name 1 to 100 tenants", "请指定 1 到 100 个租户"));
    } else if count > MOST {
        let english = "tenants times regions make more than 100 tasks";
        reasons.push(invalid(&["regions"], english, "租户数乘以区域数超过 100 个任务"));
    }
    if !input.regions.is_empty() && input.spec.named_regions().is_some_and(|named| !named.is_empty()) {
        let english = "not together with regions in the spec";
        reasons.push(invalid(&["regions"], english, "不能与 spec 中的区域同时填写"));
    }
    input.spec.check(&mut reasons);
    if input.schedule.max_attempts.is_some_and(i32::is_negative) {
        reasons.push(invalid(&["schedule", "maxAttempts"], "must not be below 0", "不能小于 0"));
    }
    if reasons.is_empty() { Ok(()) } else { Err(Denied::Refused(reasons)) }
}

/// A form is corrected once: with our own reasons come those that the domain would have.
async fn refused(
    ctx: &Context<'_>,
    input: &GrabTaskCreateInput,
    denied: Denied,
) -> Result<GrabTaskCreatePayload> {
    let denied = match denied {
        Denied::Refused(mut reasons) => {
            reasons.extend(match base_of(ctx, input).await {
                Ok(base) => domain_reasons(ctx, input, &base),
                Err(Denied::Refused(reasons)) => reasons,
                Err(Denied::Fault(fault)) => return Err(fault::of_fault(language(ctx), &fault)),
            });
            Denied::Refused(reasons)
        }
        Denied::Fault(fault) => Denied::Fault(fault),
    };
    let user_errors = settle::<()>(ctx, Err(denied), &[])?.err().unwrap_or_default();
    Ok(GrabTaskCreatePayload { grab_tasks: Vec::new(), position: None, warnings: Vec::new(), user_errors })
}

fn domain_reasons(ctx: &Context<'_>, input: &GrabTaskCreateInput, base: &Wish) -> Vec<Explanation> {
    // Any region will do where the home region will be taken.
    let mut spec = input.spec.over(&base.spec);
    if spec.regions.is_empty() {
        spec.regions.push("home".into());
    }
    let create = Create {
        tenant: TenantId::from_parts(0, 0),
        name: name(input, &spec).trim().to_owned(),
        spec,
        schedule: input.schedule.read(&dependencies(ctx).server.usual_schedule),
        min_interval: dependencies(ctx).server.min_interval,
        at: now(ctx),
    };
    let refusal = Grab::default().decide(Command::Create(Box::new(create))).err();
    let reasons = refusal.map(|refusal| refusal.explain()).unwrap_or_default();
    reasons.into_iter().map(|reason| input.spec.said_here(reason)).collect()
}

/// Says which of the tenants does not exist, and which of the request's own regions.
fn about(denied: Denied, place: Place<'_>) -> Denied {
    let here = |reason: Explanation| match (reason.code, place.region) {
        (Code::NotFound, _) if reason.field.is_empty() || reason.field == ["tenantIds"] => {
            reason.at(&["tenantIds", &place.tenant.to_string()])
        }
        (_, Some((index, _))) if reason.field == ["spec", "region"] => {
            reason.at(&["regions", &index.to_string()])
        }
        _ => reason,
    };
    match denied {
        Denied::Refused(reasons) => Denied::Refused(reasons.into_iter().map(here).collect()),
        Denied::Fault(fault) => Denied::Fault(fault),
    }
}
