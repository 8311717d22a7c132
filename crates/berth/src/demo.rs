//! `berth demo`: a made-up cloud, a server, a task, and an instance grabbed while one watches.
//!
//! Everything is real but the cloud: the same server, log and hunter, and a simulator that speaks the cloud's protocol
//! on the loopback interface. Needs no account, no key and no network.

use std::{path::PathBuf, time::Duration};

use berth_app::{
    Denied, Order,
    grab::NewGrab,
    tenant::{NewTenant, new_account},
};
use berth_cloud_sim::{Options, Profile, Script};
use berth_domain::{
    GrabId, Seconds, TenantId,
    grab::{Held, Outcome, Schedule, Size, Spec, State},
};
use berth_store::CommandId;
use berth_views::{Slice, attempt, grab, tenant};
use secrecy::ExposeSecret;

use crate::{
    config::{Config, Flag, Sources},
    logging,
    node::{Node, Purpose},
    progress::Progress,
    serve::{could_not_start, told_to_stop},
    words::{self, say},
};

/// What every task is answered, in this order.
const SCRIPT: &str = r#"rule = [{ per = "task", steps = ["capacity x 7", "throttle", "grant"] }]"#;
/// An instance takes so long to come up: long enough to be seen, short enough to be waited for.
const PROVISION: Duration = Duration::from_secs(2);

#[derive(clap::Args, Debug)]
pub(crate) struct Demo {
    /// Address and port to serve on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    bind: String,
    /// Keep the data in this directory; without it everything is gone afterwards
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Seconds between attempts
    #[arg(long, default_value_t = 1, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=60))]
    interval: u32,
    /// End when this has happened, instead of serving until Ctrl-C
    #[arg(long, value_name = "STATE", value_parser = ["succeeded"])]
    until: Option<String>,
}

/// Ends with 0 when the instance was seen running and `--until succeeded` was given, or on Ctrl-C.
pub(crate) async fn run(demo: Demo) -> u8 {
    let temporary = match tempfile::tempdir() {
        Ok(directory) => directory,
        Err(error) => return failed(&error),
    };
    let directory = demo.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
    let simulation = match simulate(&directory).await {
        Ok(simulation) => simulation,
        Err(error) => return failed(&error),
    };
    let config = match configure(&demo, &directory, &simulation.base_url) {
        Ok(config) => config,
        Err(error) => return failed(&error),
    };
    let _logging = logging::start(&config.log, &config.tracing);
    let node = match Node::start(&config, Purpose::Demo).await {
        Ok(node) => node,
        Err(error) => return could_not_start(&error),
    };
    let code = play(&demo, &node, &simulation).await;
    node.stop().await;
    simulation.stop().await;
    code
}

async fn simulate(
    directory: &std::path::Path,
) -> Result<berth_cloud_sim::Running, berth_cloud_sim::StartError> {
    let script = Script::parse(SCRIPT).expect("the demo's own script is well-formed");
    let dir = Some(directory.join("cloud"));
    berth_cloud_sim::start(Options { dir, script: Some(script), provision: PROVISION, ..Options::default() })
        .await
}

/// Only flags: whatever configuration lies about belongs to a real server.
fn configure(
    demo: &Demo,
    directory: &std::path::Path,
    cloud: &str,
) -> Result<Config, crate::config::ConfigError> {
    let flag = |key: &'static str, value: &str| Flag { name: key.into(), key, value: value.into() };
    Config::load(&Sources {
        flags: vec![
            flag("server.bind", &demo.bind),
            flag("data_dir", &directory.join("data").to_string_lossy()),
            flag("oci.endpoint", cloud),
            flag("outbound.allow", "loopback"),
            flag("log.level", "warn"),
            flag("log.format", "text"),
        ],
        ..Sources::default()
    })
}

async fn play(demo: &Demo, node: &Node, simulation: &berth_cloud_sim::Running) -> u8 {
    introduce(node, simulation);
    let begun = std::time::Instant::now();
    let grabbed = async {
        let tenant = import(node, &simulation.profiles[0]).await?;
        let task = order(node, tenant, demo.interval).await?;
        Ok::<_, Denied>(watch(node, task).await)
    };
    let outcome = tokio::select! {
        outcome = grabbed => outcome,
        () = told_to_stop() => return 0,
    };
    match outcome {
        Ok(Ok(Some(held))) => celebrate(&held, begun.elapsed()),
        Ok(Ok(None)) => {
            say("the task has ended without an instance", "任务已结束，没有得到实例");
            return 1;
        }
        Ok(Err(error)) => return failed(&error),
        Err(denied) => return failed(&denied),
    }
    if demo.until.is_none() {
        invite(node);
        told_to_stop().await;
        say("", "");
    }
    0
}

fn introduce(node: &Node, simulation: &berth_cloud_sim::Running) {
    say(
        "Berth demo: everything here is made up. No account, no key, no network.",
        "Berth 演示：一切都是模拟的，不需要账号、密钥或网络。",
    );
    let (server, token) = (node.address(), node.token.secret.expose_secret());
    say(
        &format!(
            "  cloud   {} (simulated OCI)\n  server  http://{server}\n  token   {token}\n  open    http://{server}/#token={token}\n",
            simulation.base_url
        ),
        &format!(
            "  云      {}（模拟的 OCI）\n  服务    http://{server}\n  令牌    {token}\n  打开    http://{server}/#token={token}\n",
            simulation.base_url
        ),
    );
}

async fn import(node: &Node, profile: &Profile) -> Result<TenantId, Denied> {
    let words = [&profile.tenancy, &profile.user, &profile.fingerprint, &profile.region].map(Clone::clone);
    let account = new_account(words, profile.key_pem.clone(), None, None);
    let told = node.app.tenants.create(NewTenant { name: "demo-tokyo".into(), account }, an_order()).await;
    let id = match told {
        Ok(told) => told.id,
        // Kept from an earlier demo in the same directory.
        Err(denied) => only_tenant(node).await.ok_or(denied)?,
    };
    let checked = node.app.tenants.test(id, an_order()).await?;
    let milliseconds = checked.duration_ms;
    say(
        &format!("  ✓ tenant demo-tokyo imported, its key works ({milliseconds} ms)"),
        &format!("  ✓ 已导入租户 demo-tokyo，密钥可用（{milliseconds} ms）"),
    );
    Ok(id)
}

async fn only_tenant(node: &Node) -> Option<TenantId> {
    let first = Slice::First { count: 1, after: None };
    let page = tenant::page(&node.views, &tenant::Filter::default(), &first).await.ok()?;
    page.rows().next().map(|row| row.id)
}

async fn order(node: &Node, tenant: TenantId, interval: u32) -> Result<GrabId, Denied> {
    let spec = Spec {
        shape: "VM.Standard.A1.Flex".into(),
        sizes: vec![Size { ocpus: 2.0, memory_gb: 12.0 }],
        boot_volume_gb: 50,
        image: "Canonical Ubuntu 22.04".into(),
        regions: vec!["ap-tokyo-1".into()],
        ..Spec::default()
    };
    let schedule = Schedule { interval: Seconds(interval), jitter_percent: 20, ..Schedule::default() };
    let new = NewGrab {
        tenant,
        name: "抢ARM机器".into(),
        spec,
        root_password: None,
        user_data: None,
        schedule,
        start: true,
    };
    let told = node.app.grabs.create(new, an_order()).await?;
    say(
        &format!("  ✓ task 抢ARM机器 started: 2 OCPU, 12 GB, Ubuntu 22.04, Tokyo, every {interval} s\n"),
        &format!("  ✓ 任务 抢ARM机器 已启动：2 OCPU，12 GB，Ubuntu 22.04，东京，每 {interval} s\n"),
    );
    Ok(told.id)
}

/// Shows each attempt as it ends, and a line of progress between them, until the instance runs, or somebody ended the task.
async fn watch(node: &Node, task: GrabId) -> Result<Option<Held>, berth_views::ViewError> {
    let mut progress = Progress::new(words::language());
    let mut moved = node.views.watch();
    let mut shown = 0;
    loop {
        while let Some(row) = attempt::by_number(&node.views, task, shown + 1).await? {
            if row.outcome.is_none_or(|outcome| outcome == Outcome::InDoubt) {
                break;
            }
            progress.attempt(&row);
            shown += 1;
        }
        if let Some(row) = grab::by_id(&node.views, task).await? {
            if let (State::Succeeded, Some(held)) = (row.grab.state(), row.grab.held.last()) {
                progress.end();
                return Ok(Some(held.clone()));
            }
            if matches!(row.grab.state(), State::Failed | State::Stopped | State::NeedsReview) {
                progress.end();
                return Ok(None);
            }
            progress.between(&row);
        }
        // Woken by news, and often enough that the countdown moves.
        tokio::time::timeout(progress.tick(), moved.changed()).await.ok();
    }
}

fn celebrate(held: &Held, took: Duration) {
    let address = held.public_ip.as_deref().unwrap_or("-");
    let (instance, number, seconds) = (&held.instance, held.number, took.as_secs());
    say(
        &format!("\n  ✓ got it: {instance}\n    address {address}, after {number} attempts, {seconds} s"),
        &format!("\n  ✓ 抢到了：{instance}\n    地址 {address}，共 {number} 次尝试，{seconds} s"),
    );
}

fn invite(node: &Node) {
    let (server, token) = (node.address(), node.token.secret.expose_secret());
    say(
        &format!(
            "\nStill serving. Try in another terminal (Ctrl-C here ends it):\n  export BERTH_SERVER=http://{server} BERTH_TOKEN={token}\n  berth task list"
        ),
        &format!(
            "\n服务仍在运行。可在另一个终端尝试（此处按 Ctrl-C 结束）：\n  export BERTH_SERVER=http://{server} BERTH_TOKEN={token}\n  berth task list"
        ),
    );
}

fn an_order() -> Order {
    Order::given(berth_domain::access::Principal::machine("demo"), CommandId::fresh(), [0; 32])
}

fn failed(error: &dyn std::error::Error) -> u8 {
    words::fail(error, 1)
}
