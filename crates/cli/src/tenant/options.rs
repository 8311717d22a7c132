//! What can be launched in a region, as the tenant's own cloud says.

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    names,
    output::{
        color::Color,
        table::{Cell, Table},
    },
    words,
};

#[derive(Args, Debug)]
pub struct Options {
    /// Id or unique name
    #[arg(add = crate::complete::tenants())]
    tenant: String,
    /// Region; the tenant's home region if absent
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Ask the cloud now, however fresh what is known
    #[arg(long)]
    refresh: bool,
}

/// As far as it is shown to people.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    region: String,
    shapes: Vec<Shape>,
    images: Vec<Image>,
    availability_domains: Vec<String>,
    quota: Quota,
    fetched_at: DateTime<Utc>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    name: String,
    arch: String,
    always_free: bool,
    max_ocpus: Option<f64>,
    max_memory_gb: Option<f64>,
}

#[derive(Deserialize)]
struct Image {
    name: String,
    shapes: Vec<String>,
}

#[derive(Deserialize)]
struct Quota {
    limits: Vec<Limit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Limit {
    name: String,
    availability_domain: Option<String>,
    total: f64,
    used: f64,
}

pub(super) async fn run(client: &Client, console: &mut Console, asked: Options) -> Result<Exit, Failure> {
    let id = names::tenant_id(client, &asked.tenant).await?;
    let variables = json!({ "id": id, "region": asked.region, "refresh": asked.refresh });
    let answer = client.ask(include_str!("options.graphql"), variables).await?;
    let answer = names::found(answer, &words::tenant(), &id)?;
    console.object(&answer, |console| show(console, &answer))?;
    Ok(Exit::Done)
}

fn show(console: &mut Console, answer: &Value) -> Result<(), Failure> {
    let known = Known::deserialize(answer).map_err(Failure::strange)?;
    let read = console.moments.moment(known.fetched_at);
    console.fields([("REGION", known.region.clone()), ("READ", read)])?;
    let tables =
        [shapes(console, &known), images(console, &known), domains(console, &known), limits(console, &known)];
    for table in tables {
        console.line("")?;
        table.lines(console.paint).iter().try_for_each(|line| console.line(line))?;
    }
    Ok(())
}

fn shapes(console: &Console, known: &Known) -> Table {
    let mut table = titled(console, ["SHAPE", "ARCH", "FREE", "MOST OCPUS", "MOST GB"]);
    for shape in &known.shapes {
        let free = if shape.always_free { Cell::new("✓", Color::Green) } else { "".into() };
        let most = |number: Option<f64>| number.map_or_else(|| "–".into(), |number| number.to_string());
        table.row([
            shape.name.clone().into(),
            shape.arch.clone().into(),
            free,
            most(shape.max_ocpus).into(),
            most(shape.max_memory_gb).into(),
        ]);
    }
    table
}

fn images(console: &Console, known: &Known) -> Table {
    let mut table = titled(console, ["IMAGE", "FREE SHAPES"]);
    for image in &known.images {
        table.row([image.name.clone().into(), image.shapes.join(" ").into()]);
    }
    table
}

fn domains(console: &Console, known: &Known) -> Table {
    let mut table = titled(console, ["DOMAIN"]);
    for domain in &known.availability_domains {
        table.row([domain.clone().into()]);
    }
    table
}

fn limits(console: &Console, known: &Known) -> Table {
    let mut table = titled(console, ["LIMIT", "DOMAIN", "USED", "TOTAL"]);
    for limit in &known.quota.limits {
        let color = if limit.used < limit.total { Color::Plain } else { Color::Red };
        table.row([
            limit.name.clone().into(),
            limit.availability_domain.clone().unwrap_or_else(|| "–".into()).into(),
            Cell::new(limit.used.to_string(), color),
            limit.total.to_string().into(),
        ]);
    }
    table
}

fn titled<const N: usize>(console: &Console, titles: [&'static str; N]) -> Table {
    Table::new(titles.map(|title| words::header(console.language(), title)))
}
