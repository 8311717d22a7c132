//! Any object, by its id alone: the prefix says what it is.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, Interface, Object, Result};
use berth_domain::{ChannelId, DeliveryId, GrabId, ProfileId, TenantId, Text, access::Act};
use berth_views::attempt::{self, AttemptRow};

use crate::{
    attempt::{Attempt, address},
    channel::{self, NotificationChannel},
    delivery::{self, NotificationDelivery},
    event::{self, Event},
    grab::{self, GrabTask},
    instance::CloudInstance,
    profile::{self, LaunchProfile},
    shared::{
        caller::{Allowed, language, may},
        context::{read, views},
        fault,
        page::THINGS,
    },
    tenant::{self, Tenant},
};

/// A thing that can be fetched by its id.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Unique among all things, and for ever. Its beginning tells what it is: `tenant_`, `grab_`, `profile_`, `channel_`, `delivery_`, `attempt_`, `instance_`, `event_`."
))]
pub(crate) enum Node {
    Tenant(Tenant),
    GrabTask(GrabTask),
    LaunchProfile(LaunchProfile),
    NotificationChannel(NotificationChannel),
    NotificationDelivery(NotificationDelivery),
    Attempt(Attempt),
    CloudInstance(CloudInstance),
    Event(Event),
}

#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object(guard = "Allowed(Act::Look)")]
impl NodeQuery {
    /// Any object, by its id. Null when there is none.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Result<Option<Node>> {
        Ok(found(ctx, &[id]).await?.pop().flatten())
    }

    /// Objects by their ids, in the order of the ids; null where there is none.
    #[graphql(complexity = "ids.len().saturating_mul(child_complexity)")]
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > THINGS as usize {
            let text = Text::new("ask for at most 100 ids", "一次最多查询 100 个 id");
            return Err(fault::bad_query(language(ctx), &text));
        }
        found(ctx, &ids).await
    }
}

/// All of a kind by one question; events each by its own position, from the log.
async fn found(ctx: &Context<'_>, ids: &[ID]) -> Result<Vec<Option<Node>>> {
    let tenants: Vec<TenantId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let grabs: Vec<GrabId> = ids.iter().filter_map(|id| task_of(id)).collect();
    let profiles: Vec<ProfileId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let channels: Vec<ChannelId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let deliveries: Vec<DeliveryId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let attempts: Vec<_> = ids.iter().filter_map(|id| address(id)).collect();
    let things = Things {
        tenants: if tenants.is_empty() { HashMap::new() } else { tenant::by_ids(ctx, &tenants).await? },
        grabs: if grabs.is_empty() { HashMap::new() } else { grab::by_ids(ctx, &grabs).await? },
        profiles: if profiles.is_empty() { HashMap::new() } else { profile::by_ids(ctx, &profiles).await? },
        channels: if channels.is_empty() { HashMap::new() } else { channel::by_ids(ctx, &channels).await? },
        deliveries: if deliveries.is_empty() {
            HashMap::new()
        } else {
            delivery::by_ids(ctx, &deliveries).await?
        },
        attempts: if attempts.is_empty() { HashMap::new() } else { attempts_of(ctx, &attempts).await? },
    };
    let mut nodes = Vec::with_capacity(ids.len());
    for id in ids {
        nodes.push(one(ctx, id, &things).await?);
    }
    Ok(nodes)
}

/// What was found of each kind.
struct Things {
    tenants: HashMap<TenantId, Tenant>,
    grabs: HashMap<GrabId, GrabTask>,
    profiles: HashMap<ProfileId, LaunchProfile>,
    channels: HashMap<ChannelId, NotificationChannel>,
    deliveries: HashMap<DeliveryId, NotificationDelivery>,
    attempts: HashMap<(GrabId, u32), Arc<AttemptRow>>,
}

async fn attempts_of(
    ctx: &Context<'_>,
    wanted: &[(GrabId, u32)],
) -> Result<HashMap<(GrabId, u32), Arc<AttemptRow>>> {
    let rows = read(ctx, attempt::by_numbers(views(ctx), wanted)).await?;
    Ok(rows.into_iter().map(|row| ((row.grab, row.number), Arc::new(row))).collect())
}

/// The task that must be known to tell what an id names.
fn task_of(id: &str) -> Option<GrabId> {
    let instance = || CloudInstance::address(id).map(|(grab, _)| grab);
    id.parse().ok().or_else(instance).or_else(|| address(id).map(|(grab, _)| grab))
}

async fn one(ctx: &Context<'_>, id: &str, things: &Things) -> Result<Option<Node>> {
    if let Ok(id) = id.parse::<TenantId>() {
        return Ok(things.tenants.get(&id).filter(|tenant| tenant.exists()).cloned().map(Node::Tenant));
    }
    if let Ok(id) = id.parse::<ProfileId>() {
        let found = things.profiles.get(&id).filter(|profile| profile.exists());
        return Ok(found.cloned().map(Node::LaunchProfile));
    }
    if let Ok(id) = id.parse::<ChannelId>() {
        let found = things.channels.get(&id).filter(|channel| channel.exists());
        return Ok(found.cloned().map(Node::NotificationChannel));
    }
    if let Ok(id) = id.parse::<DeliveryId>() {
        return Ok(things.deliveries.get(&id).cloned().map(Node::NotificationDelivery));
    }
    if let Some(position) = event::position_of(id) {
        if !may(ctx, Act::ReadHistory) {
            return Ok(None);
        }
        return Ok(event::at(ctx, position).await?.map(Node::Event));
    }
    let Some(task) = task_of(id).and_then(|grab| things.grabs.get(&grab)) else { return Ok(None) };
    if let Some((grab, number)) = address(id) {
        let row = things.attempts.get(&(grab, number)).cloned();
        return Ok(row.map(|row| Node::Attempt(Attempt::new(row, task.clone()))));
    }
    if let Some((_, index)) = CloudInstance::address(id) {
        return Ok(task.got().into_iter().nth(index).map(Node::CloudInstance));
    }
    Ok(Some(Node::GrabTask(task.clone())))
}
