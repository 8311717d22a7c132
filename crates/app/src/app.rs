//! Everything that acts, put together and started: actors, timers, policies.

use std::{str::FromStr, sync::Arc, time::Duration};

use berth_actors::{DueIndex, Options, Registry, run_due};
use berth_domain::{
    Aggregate, GrabId, TenantId, audit,
    grab::Grab,
    tenant::{Awake, Status, Tenant},
};
use berth_store::{Fingerprint, Log, Position, StreamId};
use secrecy::{ExposeSecret, SecretString};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    alert::Alerts,
    audit::Trail,
    books::{self, Books},
    bot::Bots,
    channel::Channels,
    gate::Gate,
    grab::{GrabActor, Grabs, Kit, Moments, Places, Surveys, Wake, keyed, usher},
    ledger::Ledger,
    order::{Denied, Order},
    outbox::Outbox,
    policy,
    profile::Profiles,
    projection::Projections,
    quarantine::Unreadable,
    report,
    roster::Lists,
    secrets::Secrets,
    tenant::{self, TenantActor, Tenants},
    user::Users,
    world::{Standing, World},
};

/// A tenant's actor remembers its measured pace, so it sleeps late.
const TENANT_IDLE: Duration = Duration::from_hours(1);
/// Tasks that fell due while the process was away are looked at this far apart, so that a start is no stampede.
const WAKE_SPACING_MS: i64 = 5;
/// Whatever is due later than this after a start is looked at now all the same: somebody may have set the clock back while nobody was
/// there to see it, and what was due in a minute would be waited for by the hour.
const FIRST_LOOK_MS: i64 = 60_000;
/// A due task whose actor has no room for one more nudge is nudged again after this.
const AGAIN_MS: i64 = 1_000;
/// How long an actor that panicked too often is left alone.
const PARDON: Duration = Duration::from_mins(10);

/// The acting half of a node. Needs a running `actix::System` on the thread that starts it.
#[derive(Clone)]
pub struct App {
    pub tenants: Tenants,
    pub grabs: Grabs,
    pub profiles: Profiles,
    pub users: Users,
    pub trail: Trail,
    pub channels: Channels,
    pub alerts: Alerts,
    pub books: Books,
    pub projections: Projections,
    kit: Arc<Kit>,
    lists: Lists,
    running: Arc<Vec<JoinHandle<()>>>,
}

impl App {
    /// Makes the actors' registries and begins to act on what the roster says is standing.
    pub async fn start(world: World) -> Result<Self, Denied> {
        let secrets = Secrets { log: world.log.clone(), vault: world.vault.clone() };
        let install_key = secrets.install_key(&world.chance).await?;
        let mut app = Self::assemble(world, secrets, install_key).await?;
        app.take_up().await?;
        app.running = Arc::new(app.begin());
        Ok(app)
    }

    /// The same for tools: nothing acts by itself, and nothing is made that was not there. Works without the vault's key, because
    /// no cloud is asked.
    pub async fn at_rest(world: World) -> Result<Self, Denied> {
        let secrets = Secrets { log: world.log.clone(), vault: world.vault.clone() };
        Self::assemble(world, secrets, SecretString::default()).await
    }

    async fn assemble(world: World, secrets: Secrets, install_key: SecretString) -> Result<Self, Denied> {
        let world = Arc::new(world);
        let awake_since = world.now();
        let ledger = Ledger::new(world.log.clone(), world.clock);
        let tenants = tenants(tenant::Shared {
            world: world.clone(),
            ledger: ledger.clone(),
            secrets: secrets.clone(),
            due: DueIndex::new(),
            awake_since,
        });
        let kit = Arc::new(Kit {
            world: world.clone(),
            ledger: ledger.clone(),
            secrets: secrets.clone(),
            gate: Gate { tenants: tenants.registry.clone() },
            surveys: Surveys::default(),
            missing: Moments::default(),
            tried: Moments::default(),
            followed: Moments::default(),
            places: Arc::new(Places::new(world.settings.concurrent_limit)),
            due: DueIndex::new(),
            install_key,
            awake_since,
        });
        let grabs = grabs(&kit);
        let books = Books::new(world.clone(), ledger.clone()).await?;
        let lists = Lists::new(world.roster.clone(), world.log.clone(), ledger.clone());
        let projections = Projections { ledger: ledger.clone(), clock: world.clock };
        let users = Users::open(world.clone(), secrets.clone(), ledger.clone()).await?;
        let trail_key = kit.install_key.clone();
        let key = audit::Key::new(move |text| keyed(&trail_key, &[b"audit trail", text].concat()));
        let trail = if kit.install_key.expose_secret().is_empty() {
            Trail::without_key(world.log.clone(), key)
        } else {
            Trail::start(world.log.clone(), ledger.clone(), key)
        };
        let alerts = Alerts::new(world.clone(), ledger.clone());
        let channels = Channels { world: world.clone(), secrets: secrets.clone(), ledger: ledger.clone() };
        let profiles = Profiles { world, secrets, ledger };
        Ok(Self {
            tenants,
            grabs,
            profiles,
            users,
            trail,
            channels,
            alerts,
            books,
            projections,
            kit,
            lists,
            running: Arc::default(),
        })
    }

    /// A hash of a command's input that tells nobody without this installation's key what was in it.
    pub fn fingerprint(&self, input: &[u8]) -> Fingerprint {
        keyed(&self.kit.install_key, input)
    }

    /// Resolves when something that must act for ever has ended: the timers or the policies. That is a bug, and the process
    /// must not go on as if it acted.
    pub async fn ended(&self) {
        while !self.running.iter().any(JoinHandle::is_finished) {
            self.kit.world.clock.sleep(Duration::from_secs(1)).await;
        }
    }

    /// How many actors are awake.
    pub fn alive(&self) -> usize {
        self.tenants.registry.alive() + self.grabs.registry.alive()
    }

    /// What stands in the way of things that cannot be read by this release.
    pub fn unreadable(&self) -> Vec<Arc<Unreadable>> {
        self.kit.ledger.quarantine().all()
    }

    /// Takes no new work and waits for what is under way, at most this long. What is left undone is in doubt, and is
    /// found out at the next start.
    pub async fn stop(&self, within: Duration) {
        for task in self.running.iter() {
            task.abort();
        }
        let all = async {
            self.grabs.registry.stop_all().await;
            self.tenants.registry.stop_all().await;
        };
        if tokio::time::timeout(within, all).await.is_err() {
            tracing::warn!("some actors were still at work when the time to stop was over");
        }
    }

    /// Puts every standing task into the index of due times and gives it its place. Keys of which nothing is known are tried anew, others
    /// when it is time to.
    async fn take_up(&self) -> Result<(), Denied> {
        let head = self.kit.world.log.head().await?;
        let standing = self.lists.standing(head).await?;
        let now = self.kit.awake_since;
        let (mut late, mut early) = (0, 0);
        for Standing { grab, due, runs, queued_at, .. } in standing {
            self.kit.places.note(grab, runs, queued_at);
            let at = if let Some(due) = due.filter(|due| *due > now) {
                early += 1;
                due.min(now.plus_millis(FIRST_LOOK_MS + early * WAKE_SPACING_MS))
            } else {
                late += 1;
                now.plus_millis(late * WAKE_SPACING_MS)
            };
            self.kit.due.set(grab, at.millis());
        }
        let tenants = self.lists.tenants(head).await?;
        self.look_after(tenants);
        Ok(())
    }

    /// Those whose moment is known wait for it; those of which nothing is known are looked at now, one after another.
    fn look_after(&self, tenants: Vec<(TenantId, Option<Tenant>)>) {
        let (now, every) = (self.kit.awake_since, self.kit.world.settings.check_every);
        let mut places = 1_i64..;
        for (id, tenant) in tenants {
            let known = tenant.filter(|tenant| tenant.status != Status::Untested);
            let at = match known {
                Some(tenant) => tenant.next_check(id, every, Awake { since: now, now }),
                None => places.next().map(|place| now.plus_millis(place * WAKE_SPACING_MS)),
            };
            if let Some(at) = at {
                self.tenants.due.set(id, at.millis());
            }
        }
    }

    fn begin(&self) -> Vec<JoinHandle<()>> {
        let (registry, kit) = (self.grabs.registry.clone(), self.kit.clone());
        let timers = run_due(self.kit.due.clone(), self.kit.world.clock, move |grab: GrabId| {
            if registry.notify(&grab, Wake).is_err() {
                kit.due.set(grab, kit.world.clock.now_ms() + AGAIN_MS);
            }
        });
        let (registry, again) = (self.tenants.registry.clone(), self.tenants.due.clone());
        let clock = self.kit.world.clock;
        let looks = run_due(self.tenants.due.clone(), clock, move |tenant: TenantId| {
            if registry.notify(&tenant, tenant::Wake).is_err() {
                again.set(tenant, clock.now_ms() + AGAIN_MS);
            }
        });
        let policies = policy::Policies {
            log: self.kit.world.log.clone(),
            ledger: self.kit.ledger.clone(),
            lists: self.lists.clone(),
            clock: self.kit.world.clock,
            due: self.kit.due.clone(),
            tenants: self.tenants.clone(),
            grabs: self.grabs.clone(),
        };
        let keeper = books::keep(self.books.clone());
        let (telling, changes) = watch::channel(0);
        let outbox = Outbox {
            log: self.kit.world.log.clone(),
            ledger: self.kit.ledger.clone(),
            clock: self.kit.world.clock,
            channels: self.channels.clone(),
            notifier: self.kit.world.notifier.clone(),
            changed: telling,
        };
        let bots = Bots {
            channels: self.channels.clone(),
            grabs: self.grabs.clone(),
            ledger: self.kit.ledger.clone(),
            lists: self.lists.clone(),
            listener: self.kit.world.listener.clone(),
            clock: self.kit.world.clock,
            changes,
        };
        let reports = report::make(self.kit.world.clone(), self.kit.ledger.clone());
        vec![
            tokio::spawn(timers),
            tokio::spawn(looks),
            tokio::spawn(policies.run()),
            tokio::spawn(pardon(self.clone())),
            tokio::spawn(keeper),
            tokio::spawn(reports),
            tokio::spawn(outbox.run()),
            tokio::spawn(bots.run()),
            tokio::spawn(usher(self.kit.places.clone(), self.grabs.clone(), self.kit.world.clock)),
        ]
    }
}

/// Actors that panicked too often, and those whose history cannot be read, are quarantined and reported; after a while each gets
/// another chance, since what it stumbled over may be gone.
async fn pardon(app: App) {
    loop {
        app.kit.world.clock.sleep(PARDON).await;
        for stream in app.kit.ledger.quarantine().pardon() {
            if let (Grab::KIND, Ok(id)) = (stream.kind(), stream.id().parse()) {
                app.kit.due.set(id, app.kit.world.clock.now_ms());
            }
        }
        for id in app.grabs.registry.quarantined() {
            tracing::error!(grab.id = %id, "was in quarantine; gets another chance");
            app.grabs.registry.release(&id);
            app.kit.due.set(id, app.kit.world.clock.now_ms());
        }
        for id in app.tenants.registry.quarantined() {
            tracing::error!(tenant.id = %id, "was in quarantine; gets another chance");
            app.tenants.registry.release(&id);
        }
    }
}

fn tenants(shared: tenant::Shared) -> Tenants {
    let options = Options { name: "tenant", idle_after: TENANT_IDLE, mailbox: 4096, ..Options::default() };
    let tenant::Shared { world, secrets, due, .. } = shared.clone();
    let registry = Registry::new(options, world.arbiters.clone(), world.clock, move |id, lifeline| {
        TenantActor::new(*id, &shared, lifeline)
    });
    Tenants { world, secrets, registry, due }
}

fn grabs(kit: &Arc<Kit>) -> Grabs {
    let world = &kit.world;
    let options = Options { name: "grab", idle_after: world.settings.idle_after, ..Options::default() };
    let shared = kit.clone();
    let registry = Registry::new(options, world.arbiters.clone(), world.clock, move |id, lifeline| {
        GrabActor::new(*id, shared.clone(), lifeline)
    });
    let (secrets, ledger, gate) = (kit.secrets.clone(), kit.ledger.clone(), kit.gate.clone());
    Grabs { world: world.clone(), secrets, ledger, gate, registry }
}

/// The thing that a command with this id made, when it was answered before.
pub(crate) async fn first_made<Id: FromStr>(log: &Arc<dyn Log>, order: &Order) -> Result<Option<Id>, Denied> {
    Ok(first_stream(log, order).await?.and_then(|stream| stream.id().parse().ok()))
}

/// The stream that a command with this id made or changed first, when it was answered before.
pub(crate) async fn first_stream(log: &Arc<dyn Log>, order: &Order) -> Result<Option<StreamId>, Denied> {
    let Some((appended, fingerprint)) = log.answered(&order.command).await? else { return Ok(None) };
    if fingerprint != order.fingerprint {
        return Err(Denied::reused());
    }
    let before = Position::new(appended.last.get().saturating_sub(u64::from(appended.count)));
    let first = log.read(before, 1).await?.into_iter().next();
    Ok(first.filter(|_| appended.count > 0).map(|event| event.stream))
}
