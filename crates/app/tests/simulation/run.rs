//! One run: lives of the process under faults, one after another, and then peace, in which everything must come right.

use std::sync::{Arc, OnceLock, atomic::Ordering::SeqCst};

use berth_actors::{Arbiters, testing::on_virtual_time};
use berth_app::{App, Chance, NoArchive, Settings, World};
use berth_domain::{
    Seconds,
    grab::{Grab, Have},
};
use berth_notify::fake::FakeNotifier;
use berth_store::{Position, memory::MemoryLog, vault::Vault};

use crate::{
    cloud::SimCloud,
    dice::Dice,
    fuse::Fuse,
    judge::Judge,
    log::SimLog,
    options::{MINUTE, Options, SECOND, Variant},
    people::People,
    roster::Lists,
    time::{Time, sleep},
    weather::Weather,
};

/// With the faults gone, so long a doubt may last.
const DOUBT_MS: i64 = 3 * MINUTE;
/// With the faults gone and room everywhere, each task that runs has its instance after this: a limit that was named keeps one waiting
/// for ten minutes, the longest interval is five, and an instance takes its time.
const SETTLED_MS: i64 = 30 * MINUTE;
/// And so much later each further one of several, which are got one after another.
const EACH_MORE_MS: i64 = 20 * MINUTE;

const JUMPS_HOURS: [i64; 4] = [1, -1, 48, -24];

/// What a run came to.
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) violations: Vec<String>,
    pub(crate) last_lines: Vec<String>,
    pub(crate) hash: u64,
    pub(crate) calls: u64,
    pub(crate) launches: u64,
    pub(crate) virtual_ms: i64,
}

pub(crate) struct Run {
    pub(crate) options: Options,
    pub(crate) time: Arc<Time>,
    pub(crate) judge: Arc<Judge>,
    pub(crate) log: Arc<MemoryLog>,
    pub(crate) cloud: SimCloud,
    weather: Arc<Weather>,
    people: People,
    dice: Dice,
    chance: Chance,
}

/// How a life ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Died,
    /// In peace, or by a verdict.
    Over,
}

pub(crate) fn run(options: Options) -> Report {
    let run = Run::new(options);
    while run.life() == End::Died {}
    run.report()
}

impl Run {
    pub(crate) fn new(mut options: Options) -> Self {
        let time = Arc::new(Time::default());
        let judge = Arc::new(Judge::new(time.clone(), options.ceiling));
        let weather = Arc::new(std::mem::replace(&mut options.weather, Weather::clear(0)));
        let cloud =
            SimCloud::new(judge.clone(), weather.clone(), Dice::new(options.seed, 3), options.variant);
        let people = People::new(judge.clone(), cloud.clone(), &options);
        let (dice, chance) = (Dice::new(options.seed, 4), Chance::seeded(options.seed));
        Self { options, time, judge, log: Arc::default(), cloud, weather, people, dice, chance }
    }

    fn report(&self) -> Report {
        let (calls, launches) = self.judge.counted();
        Report {
            seed: self.options.seed,
            violations: self.judge.violations(),
            last_lines: self.judge.last_lines(),
            hash: self.judge.hash(),
            calls,
            launches,
            virtual_ms: self.time.now(),
        }
    }

    /// One life of the process: everything in it is dropped where it stands when the runtime ends.
    fn life(&self) -> End {
        let end = on_virtual_time(async {
            self.time.begin();
            self.judge.compare(&*self.log).await;
            let end = self.live().await;
            self.time.end(self.dice.between(SECOND, 60 * SECOND));
            end
        });
        self.cloud.cut();
        if self.options.variant == Variant::LogThatForgets {
            self.forget();
        }
        end
    }

    /// The last few appends had not reached the disk.
    fn forget(&self) {
        let head = self.judge.seen().get();
        let lost = self.dice.between(0, 4).unsigned_abs();
        self.log.lose_after(Position::new(head.saturating_sub(lost)));
    }

    async fn live(&self) -> End {
        let ends = self.time.now() + self.options.life_ms * self.dice.between(50, 200) / 100;
        let last = ends >= self.options.faults_until;
        let touches = (!last && self.dice.in_1000(500)).then(|| self.dice.between(1, 300));
        let fuse = Arc::new(Fuse::after(touches));
        let starting = App::start(self.world(&fuse));
        let app = tokio::select! {
            biased;
            () = fuse.blown() => return self.died(),
            app = starting => app,
        };
        let Ok(app) = app else { return self.died() };
        let course =
            async { if last { self.until_peace(&app).await } else { self.until_death(&app, ends).await } };
        tokio::select! {
            biased;
            () = fuse.blown() => self.died(),
            () = self.verdict() => End::Over,
            () = self.set_clocks() => End::Over,
            end = course => end,
        }
    }

    fn died(&self) -> End {
        self.judge.note("the process dies");
        End::Died
    }

    /// Everything that a life of the process is given.
    pub(crate) fn world(&self, fuse: &Arc<Fuse>) -> World {
        self.judge.new_life();
        let log = SimLog {
            inner: self.log.clone(),
            judge: self.judge.clone(),
            weather: self.weather.clone(),
            fuse: fuse.clone(),
            dice: Dice::new(self.options.seed, 5 + self.time.now().unsigned_abs()),
            variant: self.options.variant,
        };
        World {
            log: Arc::new(log),
            archive: Arc::new(NoArchive),
            vault: vault(),
            cloud: Arc::new(self.cloud.for_life(fuse.clone())),
            roster: Arc::new(Lists(self.judge.clone())),
            notifier: Arc::new(FakeNotifier::default()),
            listener: Arc::new(FakeNotifier::default()),
            clock: self.time.clock(),
            arbiters: Arbiters::current(),
            chance: self.chance.clone(),
            settings: Settings {
                concurrent_limit: 100_000,
                calls_per_second: self.options.ceiling,
                check_every: Seconds(900),
                ..Settings::default()
            },
        }
    }

    async fn until_death(&self, app: &App, ends: i64) -> End {
        tokio::select! {
            biased;
            () = sleep(ends - self.time.now()) => self.died(),
            () = self.people.live(app) => self.died(),
        }
    }

    /// The faults end in the middle of a life; then a while is given for everything to come right.
    async fn until_peace(&self, app: &App) -> End {
        tokio::select! {
            biased;
            () = sleep(self.options.faults_until - self.time.now()) => {}
            () = self.people.live(app) => {}
        }
        self.judge.note("the faults are gone");
        self.people.set_right(app).await;
        let peace = self.time.now();
        let most = self.judge.grabs().values().map(Grab::wanted).max().unwrap_or(1);
        let several = EACH_MORE_MS * i64::try_from(most.saturating_sub(1)).unwrap();
        while self.time.now() - peace < SETTLED_MS + several && !self.is_settled() {
            sleep(5 * SECOND).await;
            for doubt in self.judge.in_doubt(peace, DOUBT_MS) {
                self.judge.accuse(&format!("L6: {doubt} is in doubt after {} s of peace", DOUBT_MS / 1000));
            }
        }
        for (id, grab) in self.judge.grabs() {
            if !is_settled(&grab) {
                let name = self.judge.name(id);
                self.judge.accuse(&format!("L6: {name} is {:?} after all that peace", grab.state()));
            }
        }
        End::Over
    }

    fn is_settled(&self) -> bool {
        self.judge.grabs().values().all(is_settled)
    }

    /// Somebody sets the machine's clock now and then, for ever.
    async fn set_clocks(&self) {
        loop {
            sleep(self.dice.between(10 * SECOND, 5 * MINUTE)).await;
            if self.options.clock_jumps && self.time.now() < self.options.faults_until {
                let hours = *self.dice.pick(&JUMPS_HOURS);
                self.time.wrong_by.fetch_add(hours * 60 * MINUTE, SeqCst);
                self.judge.note(&format!("the clock is set by {hours} h"));
            }
        }
    }

    /// Ends as soon as something unlawful was seen.
    async fn verdict(&self) {
        while self.judge.violations().is_empty() {
            sleep(SECOND).await;
        }
    }
}

fn is_settled(grab: &Grab) -> bool {
    !grab.state().runs() && !matches!(grab.have, Have::Asked(_) | Have::Accepted(_))
}

/// One for all runs: what it seals says nothing about when what happens.
fn vault() -> Arc<Vault> {
    static VAULT: OnceLock<(Arc<Vault>, tempfile::TempDir)> = OnceLock::new();
    let (vault, _) = VAULT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        (Arc::new(Vault::open_or_create(&folder.path().join("vault.key")).unwrap()), folder)
    });
    vault.clone()
}

/// A variant of a seed.
pub(crate) fn simulate(seed: u64, variant: Variant) -> Report {
    run(Options::of(seed, variant))
}
