//! People: they ask for things at random moments, ask again when they heard nothing, and set right what they can once all is well.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use berth_app::{App, Denied, Order, grab::Change};
use berth_domain::{
    GrabId, TenantId,
    grab::{Spec, State},
};
use berth_store::{CommandId, Position};

use crate::{cloud::SimCloud, dice::Dice, judge::Judge, options::Options, time::sleep, wish};

/// So long a person waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// So many tasks more than at first are made in the course of time.
const MORE_TASKS: usize = 4;
/// How many instances a task is to get.
const COUNTS: [u32; 6] = [1, 1, 1, 1, 2, 3];

pub(crate) struct People {
    pub(crate) judge: Arc<Judge>,
    pub(crate) cloud: SimCloud,
    pub(crate) dice: Dice,
    known: Mutex<Known>,
    tenants: usize,
    tasks: usize,
}

#[derive(Default)]
struct Known {
    tenants: Vec<TenantId>,
    tasks: Vec<GrabId>,
    /// Of so many tenants the instance that they have was asked to be started.
    woken: usize,
    given: Vec<(u64, Wish)>,
    commands: u64,
    /// Registrations and orders that were not answered yet: the same is asked again.
    unanswered: Option<(u64, Wish)>,
}

#[derive(Clone, Copy, Debug)]
enum Wish {
    Tenant(usize),
    Task {
        tenant: TenantId,
        interval: u32,
        regions: usize,
        count: u32,
    },
    /// The start of the instance that a tenant has, each once: the number is the tenant's.
    Wake {
        tenant: TenantId,
        number: usize,
        interval: u32,
    },
    /// So many instances from now on.
    Count(GrabId, u32),
    Start(GrabId),
    Pause(GrabId),
    Resume(GrabId),
    Stop(GrabId),
    AttemptNow(GrabId),
    Disable(TenantId),
    Enable(TenantId),
    Test(TenantId),
    Rotate(TenantId),
}

impl People {
    pub(crate) fn new(judge: Arc<Judge>, cloud: SimCloud, options: &Options) -> Self {
        let (tenants, tasks) = (options.tenants, options.tasks);
        Self { judge, cloud, dice: Dice::new(options.seed, 2), known: Mutex::default(), tenants, tasks }
    }

    /// Asks for this and that, for ever.
    pub(crate) async fn live(&self, app: &App) {
        loop {
            let all_there = self.known.lock().unwrap().tasks.len() >= self.tasks;
            sleep(if all_there { self.dice.between(100, 60_000) } else { self.dice.between(10, 2_000) })
                .await;
            let (number, wish) = self.next();
            self.ask(app, number, wish).await;
        }
    }

    /// Switches everything on that may be: from now on every task that can have an instance shall get it.
    pub(crate) async fn set_right(&self, app: &App) {
        let tenants = self.known.lock().unwrap().tenants.clone();
        for tenant in tenants {
            self.ask_anew(app, Wish::Enable(tenant)).await;
            self.ask_anew(app, Wish::Test(tenant)).await;
        }
        for (id, grab) in self.judge.grabs() {
            match grab.state() {
                State::Paused => self.ask_anew(app, Wish::Resume(id)).await,
                State::Pending | State::Stopped | State::Failed => self.ask_anew(app, Wish::Start(id)).await,
                _ => {}
            }
        }
    }

    async fn ask_anew(&self, app: &App, wish: Wish) {
        let number = self.known.lock().unwrap().number();
        self.ask(app, number, wish).await;
    }

    fn next(&self) -> (u64, Wish) {
        let mut known = self.known.lock().unwrap();
        if let Some(again) = known.unanswered {
            return again;
        }
        if !known.given.is_empty() && self.dice.in_1000(150) {
            return *self.dice.pick(&known.given);
        }
        let number = known.number();
        let wish = self.wish(&known);
        if let Wish::Wake { .. } = wish {
            known.woken += 1;
        }
        if matches!(wish, Wish::Tenant(_) | Wish::Task { .. } | Wish::Wake { .. }) {
            known.unanswered = Some((number, wish));
        }
        known.given.push((number, wish));
        (number, wish)
    }

    fn wish(&self, known: &Known) -> Wish {
        if known.tenants.len() < self.tenants {
            return Wish::Tenant(known.tenants.len());
        }
        let tenant = *self.dice.pick(&known.tenants);
        let more = known.tasks.len() < self.tasks + MORE_TASKS && self.dice.in_1000(100);
        if known.tasks.len() < self.tasks || more {
            return Wish::Task {
                tenant,
                interval: Options::interval(&self.dice),
                regions: self.dice.index(2) + 1,
                count: *self.dice.pick(&COUNTS),
            };
        }
        if let Some(tenant) = known.tenants.get(known.woken).copied().filter(|_| self.dice.in_1000(300)) {
            return Wish::Wake { tenant, number: known.woken, interval: Options::interval(&self.dice) };
        }
        let task = *self.dice.pick(&known.tasks);
        match self.dice.between(0, 17) {
            0..=4 => self.start(task),
            5 | 6 => Wish::Pause(task),
            7..=9 => Wish::Resume(task),
            10 => Wish::Stop(task),
            11 => Wish::Disable(tenant),
            12 | 13 => Wish::Enable(tenant),
            14 => Wish::Test(tenant),
            15 => Wish::Rotate(tenant),
            16 => Wish::Count(task, *self.dice.pick(&COUNTS)),
            _ => Wish::AttemptNow(task),
        }
    }

    /// Before a person starts a task again of which Berth does not know whether it has an instance, he looks.
    fn start(&self, task: GrabId) -> Wish {
        let grabs = self.judge.grabs();
        let unclear = grabs.get(&task).filter(|grab| grab.state() == State::NeedsReview);
        let living = self.cloud.may_live(&self.judge.display_names(task));
        if unclear.is_some_and(|grab| living > grab.held.len()) {
            Wish::Stop(task)
        } else {
            Wish::Start(task)
        }
    }

    fn recounted(&self, task: GrabId, count: u32) -> Change {
        let order = self.judge.grabs().remove(&task).and_then(|grab| grab.order);
        let spec = order.and_then(|order| order.goal.launch().cloned());
        Change { spec: spec.map(|spec| Spec { count, ..spec }), ..Change::default() }
    }

    async fn ask(&self, app: &App, number: u64, wish: Wish) {
        let command = format!("person-{number}");
        let order = Order::given(
            berth_domain::access::Principal::machine("person"),
            CommandId::parse(&command).unwrap(),
            [7; 32],
        );
        let Ok(answer) = tokio::time::timeout(PATIENCE, self.carry(app, wish, order)).await else {
            return self.judge.note(&format!("{command} waits no longer"));
        };
        match answer {
            Ok(position) => {
                self.judge.answered(&command, position);
                self.known.lock().unwrap().unanswered = None;
            }
            Err(Denied::Refused(reasons)) => {
                let why = reasons.first().map(|reason| reason.code);
                self.judge.note(&format!("{command} is refused: {why:?}"));
                self.known.lock().unwrap().unanswered = None;
            }
            Err(Denied::Forbidden(forbidden)) => panic!("people here may everything: {forbidden:?}"),
            Err(Denied::Fault(fault)) => self.judge.note(&format!("{command} fails: {fault}")),
        }
    }

    async fn carry(&self, app: &App, wish: Wish, order: Order) -> Result<Position, Denied> {
        let tasks = &app.grabs;
        let tenants = &app.tenants;
        let done = match wish {
            Wish::Tenant(number) => {
                let told = tenants.create(wish::tenant(number), order).await?;
                self.known.lock().unwrap().meet_tenant(told.id);
                told.done
            }
            Wish::Task { tenant, interval, regions, count } => {
                let told = tasks.create(wish::grab(tenant, interval, (regions, count)), order).await?;
                self.known.lock().unwrap().meet_task(told.id);
                told.done
            }
            Wish::Count(task, count) => tasks.update(task, self.recounted(task, count), order).await?.done,
            Wish::Wake { tenant, number, interval } => {
                let told = tasks.create_start(wish::wake(tenant, number, interval), order).await?;
                self.known.lock().unwrap().meet_task(told.id);
                told.done
            }
            Wish::Start(task) => tasks.start(task, order).await?.done,
            Wish::Pause(task) => tasks.pause(task, order).await?.done,
            Wish::Resume(task) => tasks.resume(task, order).await?.done,
            Wish::Stop(task) => tasks.stop(task, order).await?.done,
            Wish::AttemptNow(task) => tasks.attempt_now(task, order).await?.done,
            Wish::Disable(tenant) => tenants.disable(tenant, order).await?.done,
            Wish::Enable(tenant) => tenants.enable(tenant, order).await?.done,
            Wish::Test(tenant) => tenants.test(tenant, order).await?.told.done,
            Wish::Rotate(tenant) => tenants.rotate(tenant, wish::account(0), order).await?.done,
        };
        Ok(done.position)
    }
}

impl Known {
    fn number(&mut self) -> u64 {
        self.commands += 1;
        self.commands
    }

    fn meet_tenant(&mut self, id: TenantId) {
        if !self.tenants.contains(&id) {
            self.tenants.push(id);
        }
    }

    fn meet_task(&mut self, id: GrabId) {
        if !self.tasks.contains(&id) {
            self.tasks.push(id);
        }
    }
}
