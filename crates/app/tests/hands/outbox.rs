//! What happens is told: on every channel, in spite of failures, kills and ceilings.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use async_trait::async_trait;
use berth_actors::{Clock, testing::on_virtual_time};
use berth_app::{
    Settings,
    channel::{NewChannel, Texts},
};
use berth_cloud::fake::FakeCloud;
use berth_domain::{
    ChannelId, Timestamp,
    alert::{AlertId, Event, ExternalId, Received},
    channel::{Config, DingTalk, Email, Rules, Security, Telegram, Topic, Webhook},
    delivery::{self, ON_THE_WAY},
    event::Event as _,
    grab::State,
    notice::Severity,
};
use berth_notify::{
    Failure, Kind, Letter, Notifier, Receipt, Target,
    fake::{Answer, FakeNotifier},
};
use berth_store::{Append, CommandId, Log, Meta, NewEvent, Position, StreamId, Version};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use secrecy::SecretString;

use crate::world::{START_MS, Stage, order};

const TOKEN: &str = "123456:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw";

fn texts(address: &str) -> Texts {
    Texts { address: Some(SecretString::from(address.to_owned())), ..Texts::default() }
}

pub(crate) fn telegram(chat: &str) -> (Config, Texts) {
    let config = Telegram {
        bot_token: None,
        chat_id: chat.into(),
        api_base: "https://api.telegram.org".into(),
        proxy: None,
        control: false,
    };
    (Config::Telegram(config), texts(TOKEN))
}

fn ding_talk() -> (Config, Texts) {
    let webhook = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef";
    (Config::DingTalk(DingTalk { webhook: None, secret: None }), texts(webhook))
}

fn email() -> (Config, Texts) {
    let config = Email {
        host: "smtp.example.com".into(),
        port: 465,
        security: Security::Tls,
        username: None,
        password: None,
        from: "berth@example.com".into(),
        to: vec!["ops@example.com".into()],
    };
    (Config::Email(config), Texts::default())
}

pub(crate) fn webhook(name: &str) -> (Config, Texts) {
    let config = Webhook { url: format!("https://hooks.example.com/{name}"), secret: None };
    (Config::Webhook(config), Texts::default())
}

pub(crate) async fn channel(stage: &Stage, name: &str, (config, texts): (Config, Texts)) -> ChannelId {
    let new = NewChannel {
        name: name.into(),
        enabled: true,
        topics: Topic::ALL.to_vec(),
        rules: None,
        config,
        texts,
    };
    stage
        .app
        .channels
        .create(new, order(&format!("channel:{}", name.replace(char::is_whitespace, "_"))))
        .await
        .unwrap()
        .id
}

/// Something to tell: somebody else's alert.
pub(crate) async fn alert(stage: &Stage, number: u32) -> u64 {
    let at = Timestamp::from_millis(stage.clock.now_ms());
    let received = Received {
        name: format!("alert {number}"),
        severity: Severity::Warning,
        summary: "something".into(),
        labels: BTreeMap::new(),
        starts_at: at,
        at,
    };
    let event = Event::from(received);
    let id = AlertId::External(ExternalId::of_digest(u128::from(number).to_be_bytes()));
    let stream = StreamId::new("alert", id);
    let meta = Meta { time_ms: stage.clock.now_ms(), ..Meta::default() };
    let event = NewEvent { name: event.name().into(), schema: event.schema(), data: event.encode() };
    let append = Append::new(CommandId::fresh(), [0; 32], meta).write(stream, Version::NONE, vec![event]);
    stage.log.append(append).await.unwrap().last.get()
}

pub(crate) async fn stage_with(notifier: Arc<dyn Notifier>) -> Stage {
    let mut stage = Stage::new(FakeCloud::new([]), Settings::default()).await;
    stage.world.notifier = notifier;
    stage.restart().await;
    stage
}

/// Every delivery's events by their names, in order.
pub(crate) async fn deliveries(stage: &Stage) -> Vec<(String, delivery::Event)> {
    let events = stage.events().await.into_iter().filter(|event| event.stream.kind() == "delivery");
    let decoded = events.map(|event| {
        let decoded = delivery::Event::decode(&event.name, event.schema, &event.data).unwrap();
        (event.stream.id().to_owned(), decoded)
    });
    decoded.collect()
}

#[test]
fn a_grab_is_told_once_on_every_channel_within_a_second() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::default());
        let mut stage = stage_with(notifier.clone()).await;
        channel(&stage, "telegram", telegram("42")).await;
        channel(&stage, "mail", email()).await;
        let tenant = stage.tenant("oracle").await;
        let grab = stage.grab(tenant, 10).await;
        stage.until(grab, State::Succeeded).await;
        stage.pass(1).await;
        let told = notifier.arrived();
        let titles: BTreeSet<_> = told.iter().map(|sent| (sent.kind, sent.letter.title.clone())).collect();
        assert_eq!(titles.len(), 2, "{titles:?}");
        assert!(titles.iter().all(|(_, title)| title.contains("抢ARM机器")), "{titles:?}");
        assert!(told.iter().all(|sent| sent.letter.facts["notice"]["task"]["tenant_name"] == "oracle"));
        stage.restart().await;
        stage.pass(60).await;
        assert_eq!(notifier.arrived().len(), 2, "a start tells nothing anew");
        assert!(stage.log.claimed(ON_THE_WAY).await.unwrap().is_empty());
    });
}

#[test]
fn nothing_is_told_that_happened_before_the_channel_was_made_or_that_it_does_not_want() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::default());
        let stage = stage_with(notifier.clone()).await;
        alert(&stage, 1).await;
        stage.pass(5).await;
        let (config, texts) = webhook("picky");
        let rules = Some(Rules { at_least: Severity::Critical, ..Rules::default() });
        let topics = vec![Topic::SystemAlert];
        let new = NewChannel { name: "picky".into(), enabled: true, topics, rules, config, texts };
        stage.app.channels.create(new, order("picky")).await.unwrap();
        channel(&stage, "other", webhook("other")).await;
        stage.pass(5).await;
        alert(&stage, 2).await;
        stage.pass(5).await;
        let told: Vec<_> = notifier.arrived().into_iter().map(|sent| (sent.to, sent.letter.title)).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].0.ends_with("/other") && told[0].1.contains("alert 2"), "{told:?}");
    });
}

#[test]
fn a_channel_whose_other_side_is_gone_is_disabled_and_the_others_are_told() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::new([Answer::Failed(Kind::Gone)]));
        let stage = stage_with(notifier.clone()).await;
        let gone = channel(&stage, "gone", telegram("42")).await;
        alert(&stage, 1).await;
        stage.pass(2).await;
        channel(&stage, "there", webhook("there")).await;
        alert(&stage, 2).await;
        stage.pass(5).await;
        let arrived = notifier.arrived();
        assert!(arrived.iter().all(|sent| sent.kind == "webhook"), "{arrived:?}");
        let channels = stage.app.channels.all().await.unwrap();
        let (_, content) = channels.into_iter().find(|(id, _)| *id == gone).unwrap();
        assert!(!content.enabled && content.disabled.is_some(), "{content:?}");
    });
}

#[test]
fn a_target_that_is_down_for_three_minutes_gets_everything_once_it_is_up() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::default());
        notifier.always(Some(Answer::Failed(Kind::PASSING)));
        let stage = stage_with(notifier.clone()).await;
        channel(&stage, "hook", webhook("hook")).await;
        for number in 0..5 {
            alert(&stage, number).await;
        }
        stage.pass(180).await;
        notifier.always(None);
        stage.pass(600).await;
        let told: Vec<_> = notifier.arrived().into_iter().map(|sent| sent.letter.title).collect();
        assert_eq!(told.len(), 5, "{told:?}");
        assert!(notifier.begun() < 60, "it was left alone while it was down: {} tries", notifier.begun());
    });
}

#[test]
fn what_was_in_the_air_at_several_kills_counts_each_time_against_the_ceiling() {
    on_virtual_time(async {
        let notifier = Arc::new(FakeNotifier::default());
        let mut stage = stage_with(notifier.clone()).await;
        channel(&stage, "robot", ding_talk()).await;
        notifier.hold();
        alert(&stage, 0).await;
        for _ in 0..5 {
            stage.pass(1).await;
            stage.restart().await;
        }
        stage.pass(1).await;
        assert_eq!(notifier.begun(), 6, "the same message, once in each life");
        notifier.release();
        for number in 1..=30 {
            alert(&stage, number).await;
            stage.pass(1).await;
        }
        assert_eq!(notifier.begun(), 18, "and no more within the minute");
    });
}

#[test]
fn targets_that_hang_hold_up_nobody_else() {
    on_virtual_time(async {
        let receivers = Arc::new(Receivers::new(1));
        let stage = stage_with(receivers.clone()).await;
        for number in 0..200 {
            channel(&stage, &format!("hangs {number}"), webhook(&format!("hang/{number}"))).await;
        }
        channel(&stage, "lives", webhook("lives")).await;
        receivers.failing.store(0, SeqCst);
        let mut waits = Vec::new();
        for number in 0..20 {
            let began = stage.clock.now_ms();
            alert(&stage, number).await;
            stage.pass(2).await;
            let arrived = receivers.arrived("lives");
            assert_eq!(arrived.len(), usize::try_from(number).unwrap() + 1, "each within two seconds");
            waits.push(arrived.last().unwrap().at_ms - began);
        }
        waits.sort_unstable();
        assert!(waits[19] < 2_000, "the slowest took {} ms", waits[19]);
    });
}

/// One message that arrived.
#[derive(Clone, Debug)]
struct Arrival {
    at_ms: i64,
    /// The events that it tells.
    told: Vec<u64>,
}

/// The other side of every channel: slow, failing now and then, losing answers, and counting.
struct Receivers {
    dice: Mutex<StdRng>,
    clock: Mutex<Option<Clock>>,
    arrived: Mutex<BTreeMap<String, Vec<Arrival>>>,
    /// So many in a thousand fail.
    failing: AtomicUsize,
    /// Messages that are on their way, or whose answer was lost: what may come twice.
    lost_answers: AtomicUsize,
    out: AtomicUsize,
}

impl Receivers {
    fn new(seed: u64) -> Self {
        Self {
            dice: Mutex::new(StdRng::seed_from_u64(seed)),
            clock: Mutex::default(),
            arrived: Mutex::default(),
            failing: AtomicUsize::new(100),
            lost_answers: AtomicUsize::new(0),
            out: AtomicUsize::new(0),
        }
    }

    fn roll(&self, most: u64) -> u64 {
        self.dice.lock().unwrap().random_range(0..most)
    }

    fn now_ms(&self) -> i64 {
        self.clock.lock().unwrap().get_or_insert_with(|| Clock::virtual_from(START_MS)).now_ms()
    }

    fn arrived(&self, name: &str) -> Vec<Arrival> {
        let arrived = self.arrived.lock().unwrap();
        arrived.iter().filter(|(to, _)| to.ends_with(name)).flat_map(|(_, each)| each.clone()).collect()
    }

    fn take(&self, to: String, letter: &Letter) {
        let position = |facts: &serde_json::Value| facts["position"].as_str().unwrap().parse().unwrap();
        let told = match &letter.facts {
            serde_json::Value::Array(several) => several.iter().map(position).collect(),
            single => vec![position(single)],
        };
        let arrival = Arrival { at_ms: self.now_ms(), told };
        self.arrived.lock().unwrap().entry(to).or_default().push(arrival);
    }
}

/// Counts a message as out until it is dropped, also by a kill.
struct Out<'a>(&'a AtomicUsize);

impl Drop for Out<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

#[async_trait]
impl Notifier for Receivers {
    async fn send(&self, target: &Target, letter: &Letter, _: i64) -> Result<Receipt, Failure> {
        let to = match target {
            Target::Webhook { url, .. } => url.clone(),
            other => other.kind().to_owned(),
        };
        self.out.fetch_add(1, SeqCst);
        let _out = Out(&self.out);
        let late = |words: &str| Failure { kind: Kind::PASSING, status: None, words: words.to_owned() };
        if to.contains("/hang/") {
            tokio::time::sleep(Duration::from_secs(10)).await;
            return Err(late("timed out"));
        }
        tokio::time::sleep(Duration::from_millis(self.roll(300))).await;
        let fails = self.roll(1000) < self.failing.load(SeqCst) as u64;
        if fails && self.roll(2) == 0 {
            return Err(late("connection refused"));
        }
        self.take(to, letter);
        tokio::time::sleep(Duration::from_millis(self.roll(300))).await;
        if fails {
            self.lost_answers.fetch_add(letter.facts.as_array().map_or(1, Vec::len), SeqCst);
            return Err(late("the answer was lost"));
        }
        Ok(Receipt { status: Some(200), words: "ok".into(), left_out: 0 })
    }
}

const KILLS: u32 = 50;

/// What a kill leaves of the log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kill {
    /// All that was acknowledged.
    Lawful,
    /// Everything but the last events, as where a database does not wait for its disk.
    LosesTheTail,
}

/// So many events on five channels.
fn storm(seed: u64, events: u32, kill: Kill) -> Storm {
    on_virtual_time(async move {
        let receivers = Arc::new(Receivers::new(seed));
        let mut stage = stage_with(receivers.clone()).await;
        receivers.now_ms();
        let kinds = [
            ("group", telegram("-42")),
            ("robot", ding_talk()),
            ("mail", email()),
            ("hook", webhook("hook")),
            ("other", webhook("other")),
        ];
        for (name, kind) in kinds {
            channel(&stage, name, kind).await;
        }
        let mut expected = BTreeSet::new();
        let (mut in_flight, mut kills) = (0, 0);
        for number in 0..events {
            expected.insert(alert(&stage, number).await);
            let pause = receivers.roll(2_000);
            stage.clock.sleep(Duration::from_millis(pause)).await;
            if number % (events / KILLS) == 7 {
                in_flight += receivers.out.load(SeqCst) * DIGEST;
                kills += 1;
                if kill == Kill::LosesTheTail {
                    let head = stage.log.head().await.unwrap();
                    stage.app.stop(Duration::ZERO).await;
                    stage.log.lose_after(Position::new(head.get() - 20));
                }
                stage.restart().await;
            }
        }
        for _ in 0..24 * 60 {
            if stage.log.claimed(ON_THE_WAY).await.unwrap().is_empty() {
                break;
            }
            stage.pass(60).await;
        }
        let given_up = |(_, event): &(_, delivery::Event)| matches!(event, delivery::Event::GivenUp(_));
        let arrived = receivers.arrived.lock().unwrap().clone();
        Storm {
            expected,
            arrived,
            may_repeat: in_flight + receivers.lost_answers.load(SeqCst),
            given_up: deliveries(&stage).await.iter().filter(|each| given_up(each)).count(),
            kills,
        }
    })
}

/// So many stand in one message at most.
const DIGEST: usize = 30;

struct Storm {
    expected: BTreeSet<u64>,
    arrived: BTreeMap<String, Vec<Arrival>>,
    may_repeat: usize,
    given_up: usize,
    kills: u32,
}

/// At most so many within so long, as the other sides count.
const CEILINGS: [(&str, usize, i64); 4] =
    [("telegram", 20, 60_000), ("telegram", 1, 1_000), ("ding_talk", 20, 60_000), ("email", 5, 600_000)];

fn too_many(arrived: &[Arrival], most: usize, within_ms: i64) -> bool {
    arrived.windows(most + 1).any(|several| several[most].at_ms - several[0].at_ms < within_ms)
}

/// What is wrong with what arrived.
fn violations(storm: &Storm) -> Vec<String> {
    let (mut wrong, mut repeats) = (Vec::new(), 0);
    for (to, arrived) in &storm.arrived {
        let told: Vec<_> = arrived.iter().flat_map(|arrival| arrival.told.iter().copied()).collect();
        let distinct: BTreeSet<_> = told.iter().copied().collect();
        let lost = storm.expected.difference(&distinct).count();
        if lost > 0 {
            wrong.push(format!("{to} was never told of {lost} events"));
        }
        repeats += told.len() - distinct.len();
    }
    if repeats > storm.may_repeat {
        wrong.push(format!("{repeats} came twice, {} may", storm.may_repeat));
    }
    for (kind, most, within_ms) in CEILINGS {
        if too_many(&storm.arrived[kind], most, within_ms) {
            wrong.push(format!("{kind}: more than {most} in {within_ms} ms"));
        }
    }
    wrong
}

#[test]
fn of_ten_thousand_notifications_with_failures_and_kills_none_is_lost_and_no_ceiling_passed() {
    let storm = storm(1, 2_000, Kill::Lawful);
    assert_eq!((storm.kills, storm.given_up, storm.arrived.len()), (KILLS, 0, 5));
    assert_eq!(violations(&storm), [""; 0]);
}

#[test]
fn a_log_that_loses_its_tail_is_found_out() {
    let storm = storm(1, 500, Kill::LosesTheTail);
    assert!(
        violations(&storm).iter().any(|wrong| wrong.contains("was never told")),
        "{:?}",
        violations(&storm)
    );
}

#[test]
fn a_ceiling_that_is_passed_is_found_out() {
    let arrived = |moments: &[i64]| -> Vec<_> {
        moments.iter().map(|at_ms| Arrival { at_ms: *at_ms, told: vec![] }).collect()
    };
    assert!(too_many(&arrived(&[0, 10, 999]), 2, 1_000));
    assert!(!too_many(&arrived(&[0, 10, 1_000]), 2, 1_000));
}
