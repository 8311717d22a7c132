//! New tasks: one a tenant, or one a tenant in each region.

use async_graphql::{Context, Result};
use berth_app::{
    Denied, Order, Told,
    grab::{NewGrab, NewSecret, NewStart},
    profile::Wish,
};
use berth_domain::{
    Aggregate, Code, Explain, Explanation, GrabId, TenantId,
    grab::{Command, Create, Dormant, Grab, OrderStart, Spec},
};

use secrecy::SecretString;

use super::{
    command::MOST,
    input::{GrabTaskCreateInput, GrabTaskCreatePayload},
    object::GrabTask,
    spec::{InstanceSpecInput, changed, usual},
    start::InstanceToStartInput,
    update::said_here,
};
use crate::{
    profile::id_of,
    shared::{
        caller::{forbidden, language},
        command::order,
        context::{app, dependencies, log, look_soon, now},
        fault,
        minutes::Minutes,
        position::wait_for,
        user_error::{UserError, invalid, not_found, settle},
    },
    tenant::{self, latest},
};

type ToldGrab = Told<GrabId, Grab>;

/// What is asked for: one of the two.
#[derive(Clone, Copy)]
enum Asked<'a> {
    Launch(&'a InstanceSpecInput),
    Start(&'a InstanceToStartInput),
}

/// A new task of either kind.
enum New {
    Launch(Box<NewGrab>),
    Start(NewStart),
}

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

pub(super) async fn create(
    ctx: &Context<'_>,
    mut input: GrabTaskCreateInput,
) -> Result<GrabTaskCreatePayload> {
    let order = order(ctx, input.command_id.as_ref(), &input);
    if input.profile_id.is_some() && input.start_instance.is_none() {
        // Of a profile, all may be wanted as it is.
        input.spec.get_or_insert_default();
    }
    let (order, asked) = match order.and_then(|order| Ok((order, admitted(&input)?))) {
        Ok(admitted) => admitted,
        Err(denied) => return refused(ctx, &input, denied).await,
    };
    let base = base_of(ctx, &input).await;
    let (mut told, mut user_errors) = (Vec::new(), Vec::<UserError>::new());
    for place in places(&input) {
        let wanted = wanted(ctx, &input, (asked, &base), place).await?;
        let (made, denied) = make(ctx, wanted, order.part(place.index), input.start).await;
        told.extend(made);
        if let Some(denied) = denied {
            let denied = about(said_here(denied, input.spec.as_ref()), place);
            let errors = settle::<()>(ctx, Err(denied), &["tenantIds", &place.tenant.to_string()])?.err();
            // What is wrong with the wish is so for every tenant, and is said once.
            let news = errors.into_iter().flatten().filter(|error| !user_errors.contains(error));
            let news: Vec<_> = news.collect();
            user_errors.extend(news);
        }
    }
    look_soon(ctx);
    let position = latest(told.iter().map(|told| told.done.position));
    let orders = told.iter().filter_map(|told| told.state.order.as_ref());
    let wishes = orders.filter_map(|order| Some((order.tenant, order.goal.launch()?)));
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
    wanted: Result<New, Denied>,
    order: Order,
    start: bool,
) -> (Option<ToldGrab>, Option<Denied>) {
    let grabs = &app(ctx).grabs;
    let made = match wanted {
        Ok(New::Launch(wanted)) => grabs.create(*wanted, order.clone()).await,
        Ok(New::Start(wanted)) => grabs.create_start(wanted, order.clone()).await,
        // A repeat is answered as the first was, whatever has become since of the profile or the tenant.
        Err(denied) => grabs.created_before(&order).await.and_then(|made| made.ok_or(denied)),
    };
    match made.inspect(Minutes::made(ctx)) {
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
    (asked, base): (Asked<'_>, &Result<Wish, Denied>),
    place: Place<'_>,
) -> Result<Result<New, Denied>> {
    let base = match base {
        Ok(base) => base,
        Err(denied) => return Ok(Err(denied.clone())),
    };
    let Ok(tenant) = input.tenant_ids[place.tenant].parse::<TenantId>() else {
        return Ok(Err(Denied::Refused(vec![not_found(&[], "there is no such tenant", "没有这个租户")])));
    };
    let asked = match asked {
        Asked::Launch(spec) => spec,
        Asked::Start(start) => return Ok(Ok(New::Start(to_start(ctx, input, start, tenant).await?))),
    };
    let mut spec = asked.over(&base.spec);
    match place.region {
        Some((_, region)) => spec.regions = vec![region.clone()],
        None if spec.regions.is_empty() => spec.regions = vec![home_region(ctx, tenant).await?],
        None => {}
    }
    Ok(Ok(New::Launch(Box::new(NewGrab {
        tenant,
        name: name(input, &spec),
        root_password: completed(changed(asked.root_password.as_ref()), base.root_password.as_ref()),
        user_data: completed(changed(asked.user_data.as_ref()), base.user_data.as_ref()),
        spec,
        schedule: input.schedule.read(&dependencies(ctx).server.usual_schedule),
        start: false,
    }))))
}

/// The secret that a task gets: its own, or the launch profile's.
fn completed(secret: NewSecret, base: Option<&SecretString>) -> Option<SecretString> {
    match secret {
        NewSecret::Kept => base.cloned(),
        NewSecret::Gone => None,
        NewSecret::Text(text) => Some(text),
    }
}

async fn to_start(
    ctx: &Context<'_>,
    input: &GrabTaskCreateInput,
    start: &InstanceToStartInput,
    tenant: TenantId,
) -> Result<NewStart> {
    let region = match &start.region {
        Some(region) => region.clone(),
        None => home_region(ctx, tenant).await?,
    };
    let instance = start.read(region);
    let name = start_name(input, &instance);
    let schedule = input.schedule.read(&dependencies(ctx).server.usual_schedule);
    Ok(NewStart { tenant, name, instance, schedule })
}

/// The end of an id is what people tell instances by.
fn start_name(input: &GrabTaskCreateInput, instance: &Dormant) -> String {
    let end = instance.instance.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev();
    input.name.clone().unwrap_or_else(|| format!("{} …{}", instance.region, end.collect::<String>()))
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
fn admitted(input: &GrabTaskCreateInput) -> Result<Asked<'_>, Denied> {
    let mut reasons = Vec::new();
    let count = input.tenant_ids.len().saturating_mul(input.regions.len().max(1));
    if !(1..=MOST).contains(&input.tenant_ids.len()) {
        reasons.push(invalid(&["tenantIds"], "name 1 to 100 tenants", "请指定 1 到 100 个租户"));
    } else if count > MOST {
        let english = "tenants times regions make more than 100 tasks";
        reasons.push(invalid(&["regions"], english, "租户数乘以区域数超过 100 个任务"));
    }
    let spec = input.spec.as_ref();
    if !input.regions.is_empty()
        && spec.and_then(InstanceSpecInput::named_regions).is_some_and(|named| !named.is_empty())
    {
        let english = "not together with regions in the spec";
        reasons.push(invalid(&["regions"], english, "不能与 spec 中的区域同时填写"));
    }
    if let Some(spec) = spec {
        spec.check(&mut reasons);
    }
    check_start(input, &mut reasons);
    if input.schedule.max_attempts.is_some_and(i32::is_negative) {
        reasons.push(invalid(&["schedule", "maxAttempts"], "must not be below 0", "不能小于 0"));
    }
    match (&input.spec, &input.start_instance) {
        (Some(spec), None) if reasons.is_empty() => Ok(Asked::Launch(spec)),
        (None, Some(start)) if reasons.is_empty() => Ok(Asked::Start(start)),
        (_, _) => Err(Denied::Refused(reasons)),
    }
}

/// One of the two is asked for. An instance belongs to one tenant, and is where it is.
fn check_start(input: &GrabTaskCreateInput, reasons: &mut Vec<Explanation>) {
    match (&input.spec, &input.start_instance) {
        (Some(_), Some(_)) => {
            reasons.push(invalid(&["startInstance"], "not together with spec", "不能与 spec 同时填写"));
        }
        (None, None) => {
            let english = "say what is wanted: a spec, or an instance to start";
            reasons.push(invalid(&["spec"], english, "请填写 spec 或 startInstance"));
        }
        (_, _) => {}
    }
    if input.start_instance.is_some() && input.tenant_ids.len() > 1 {
        let english = "an instance belongs to one tenant: name one";
        reasons.push(invalid(&["tenantIds"], english, "实例只属于一个租户：请只指定一个租户"));
    }
    if input.start_instance.is_some() && input.profile_id.is_some() {
        let english = "not together with startInstance";
        reasons.push(invalid(&["profileId"], english, "不能与 startInstance 同时填写"));
    }
    if input.start_instance.is_some() && !input.regions.is_empty() {
        let english = "not together with startInstance";
        reasons.push(invalid(&["regions"], english, "不能与 startInstance 同时填写"));
    }
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
                Err(Denied::Forbidden(no)) => return Err(forbidden(language(ctx), no)),
                Err(Denied::Fault(fault)) => return Err(fault::of_fault(language(ctx), &fault)),
            });
            Denied::Refused(reasons)
        }
        other => other,
    };
    let user_errors = settle::<()>(ctx, Err(denied), &[])?.err().unwrap_or_default();
    Ok(GrabTaskCreatePayload { grab_tasks: Vec::new(), position: None, warnings: Vec::new(), user_errors })
}

fn domain_reasons(ctx: &Context<'_>, input: &GrabTaskCreateInput, base: &Wish) -> Vec<Explanation> {
    let launch =
        input.spec.as_ref().map(|spec| launch_reasons(ctx, input, spec.over(&base.spec))).unwrap_or_default();
    let start = input.start_instance.as_ref().map(|start| start_reasons(ctx, input, start));
    // What is wrong with name and schedule is said once.
    let news = start.unwrap_or_default().into_iter().filter(|reason| !launch.contains(reason));
    let news: Vec<_> = news.collect();
    launch.into_iter().chain(news).collect()
}

fn start_reasons(
    ctx: &Context<'_>,
    input: &GrabTaskCreateInput,
    start: &InstanceToStartInput,
) -> Vec<Explanation> {
    let instance = start.read(start.region.clone().unwrap_or_else(|| "home".into()));
    let order = OrderStart {
        tenant: TenantId::from_parts(0, 0),
        name: start_name(input, &instance).trim().to_owned(),
        start: instance,
        schedule: input.schedule.read(&dependencies(ctx).server.usual_schedule),
        min_interval: dependencies(ctx).server.min_interval,
        at: now(ctx),
    };
    let refusal = Grab::default().decide(Command::OrderStart(Box::new(order))).err();
    refusal.map(|refusal| refusal.explain()).unwrap_or_default()
}

fn launch_reasons(ctx: &Context<'_>, input: &GrabTaskCreateInput, mut spec: Spec) -> Vec<Explanation> {
    if spec.regions.is_empty() {
        // Any region will do where the home region will be taken.
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
    let here = |reason| match &input.spec {
        Some(spec) => spec.said_here(reason),
        None => reason,
    };
    reasons.into_iter().map(here).collect()
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
    denied.map_reasons(here)
}
