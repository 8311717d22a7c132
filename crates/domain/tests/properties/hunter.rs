//! A hunter that follows its plan through crashes, lost answers and late listings never buys twice.
//!
//! The cloud here is the smallest that can go wrong: it launches once a token, and lists what it launched up to 55 s late.

use berth_domain::{
    Aggregate, GrabId, ProviderError, Timestamp,
    grab::{
        Aim, Attempt, Build, Command, Deed, Ended, Event, Grab, Have, Holder, Outcome, Reason, Settle, Site,
        Step, Surroundings, Suspicion, Target, Verdict,
    },
};
use proptest::{collection::vec, option, prelude::*, sample::select};

use crate::arbitrary::{BEGIN_MS, created};

proptest! {
    #![proptest_config(crate::config(300))]

    #[test]
    fn a_hunter_never_has_two_tokens_in_flight_and_never_buys_twice(
        first in created(),
        turns in vec(turn(), 1..120),
    ) {
        let mut world = World::new(&first);
        for turn in &turns {
            world.live_through(turn)?;
            let wanted = world.grab.wanted();
            prop_assert!(world.alive() <= wanted, "more than {wanted} were bought: {:#?}", world.launches);
        }
    }

    #[test]
    fn with_faults_gone_whatever_was_left_in_the_air_is_found_out(first in created(), turns in vec(turn(), 1..60)) {
        let mut world = World::new(&first);
        for turn in &turns {
            world.live_through(turn)?;
        }
        let calm = Turn { person: None, crash: None, answer: Answer::NoRoom, listed_after_ms: 0, sleep_ms: 1000 };
        let since = world.now;
        while matches!(world.grab.have, Have::Asked(_)) {
            world.live_through(&calm)?;
            prop_assert!(world.now.since(since) <= 180_000, "still in doubt after three minutes: {:?}", world.grab);
        }
    }
}

/// What the world does while the hunter takes one step.
#[derive(Clone, Debug)]
struct Turn {
    person: Option<Command>,
    crash: Option<Crash>,
    answer: Answer,
    listed_after_ms: i64,
    sleep_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Crash {
    /// The attempt is written down, the request never leaves.
    BeforeTheCall,
    /// The request arrives, its answer is never written down.
    AfterTheCall,
}

#[derive(Clone, Copy, Debug)]
enum Answer {
    Granted,
    NoRoom,
    Throttled,
    Refused,
    /// Nothing arrived.
    Unreached,
    /// It launched, and the answer was cut off.
    LostAfterLaunch,
    LostBeforeLaunch,
    Collision,
}

#[derive(Debug)]
struct Launch {
    token: String,
    instance: String,
    listed_from: Timestamp,
    alive: bool,
}

struct World {
    grab: Grab,
    now: Timestamp,
    awake_since: Timestamp,
    domains_known: bool,
    minted: u32,
    in_flight: Option<String>,
    launches: Vec<Launch>,
}

impl World {
    fn new(first: &Event) -> Self {
        let begin = Timestamp::from_millis(BEGIN_MS);
        let mut grab = Grab::folded([first]);
        // However odd the order, a task that ends at once would hunt nothing.
        if let Some(order) = &mut grab.order {
            order.schedule.deadline = None;
            order.schedule.start_at = None;
            order.schedule.windows.clear();
            order.schedule.interval.0 %= 60;
        }
        let mut world = Self {
            grab,
            now: begin,
            awake_since: begin,
            domains_known: false,
            minted: 0,
            in_flight: None,
            launches: vec![],
        };
        world.tell(Command::Start { at: begin });
        world
    }

    fn alive(&self) -> usize {
        self.launches.iter().filter(|launch| launch.alive).count()
    }

    /// Writes down what follows from a command, where the rules let it.
    fn tell(&mut self, command: Command) -> bool {
        let decided = self.grab.decide(command);
        for event in decided.iter().flatten() {
            self.grab.evolve(event);
            if matches!(event, Event::AttemptSettled(settled) if settled.outcome != Outcome::InDoubt) {
                self.in_flight = None;
            }
        }
        decided.is_ok()
    }

    fn live_through(&mut self, turn: &Turn) -> Result<(), TestCaseError> {
        if let Some(person) = &turn.person {
            self.hear(person);
        }
        let at = self.now;
        match self.plan() {
            Step::Prepare { .. } => self.domains_known = true,
            Step::AttemptNow { number, aim } => {
                let attempt = self.mint(number, aim);
                prop_assert!(self.tell(attempt), "the plan's own attempt was refused");
                self.call(turn)?;
            }
            Step::Resend { number } => {
                prop_assert!(self.tell(Command::Resend { number, at }), "the plan's own repeat was refused");
                self.call(turn)?;
            }
            Step::LookFor { number } => self.look_for(number),
            Step::Follow { instance } => self.follow(&instance, turn),
            Step::WaitUntil(moment) => self.now = self.now.max(moment.min(self.now.plus_millis(60_000))),
            Step::LookInto(Suspicion::Limit) => {
                self.tell(Command::SeeLimits { limits: vec![], found: None, at });
            }
            Step::LookInto(Suspicion::Account) => {
                self.tell(Command::SeeAccess { identity: true, shapes: true, at });
            }
            Step::GiveUp(why) => drop(self.tell(Command::GiveUp { why, at })),
            Step::AskReview(why) => drop(self.tell(Command::AskReview { why, at })),
            Step::Rest => {}
        }
        if turn.crash.is_some() {
            (self.awake_since, self.domains_known) = (self.now, false);
        }
        self.now = self.now.plus_millis(turn.sleep_ms);
        Ok(())
    }

    fn plan(&self) -> Step {
        let domains = &["AD-1".to_owned(), "AD-2".to_owned()][..];
        let domains = self.domains_known.then_some(domains);
        self.grab.plan(Surroundings {
            id: GrabId::from_parts(1, 9),
            now: self.now,
            awake_since: self.awake_since,
            tried_ago: None,
            tenant_may_act: true,
            sites: &["region", "other"].map(|region| Site { region, domains }),
        })
    }

    /// Who starts or stops a task that is under review has looked in the cloud's console, and cleared up there.
    fn hear(&mut self, command: &Command) {
        if matches!(
            (command, &self.grab.have),
            (Command::Start { .. } | Command::Stop { .. }, Have::Unclear(_))
        ) {
            let cleared = self.launches.iter_mut().filter(|launch| !self.grab.holds(&launch.instance));
            cleared.for_each(|launch| launch.alive = false);
            self.in_flight = None;
        }
        self.tell(at_moment(command, self.now));
    }

    /// Tokens are never the same twice here, whatever the number.
    fn mint(&mut self, number: u32, aim: Aim) -> Command {
        self.minted += 1;
        let target = Target {
            region: aim.region,
            availability_domain: aim.availability_domain,
            size: aim.size,
            deed: Deed::Launch(Build {
                image: "image".into(),
                subnet: "subnet".into(),
                display_name: "name".into(),
            }),
        };
        let (token, body_hash) = (format!("token-{}", self.minted), "hash".into());
        Command::Attempt(Box::new(Attempt { number, token, target, body_hash, at: self.now }))
    }

    fn call(&mut self, turn: &Turn) -> Result<(), TestCaseError> {
        let Have::Asked(asked) = &self.grab.have else {
            return Err(TestCaseError::fail("a call without its written intent"));
        };
        let (number, token) = (asked.number, asked.token.clone());
        if turn.crash == Some(Crash::BeforeTheCall) {
            return Ok(());
        }
        let open = self.in_flight.get_or_insert_with(|| token.clone());
        prop_assert_eq!(&*open, &token, "two tokens are in flight");
        let ended = self.answer(&token, turn);
        if turn.crash.is_none() {
            let settle = Settle { number, ended, request_id: None, duration_ms: 1, at: self.now };
            self.tell(Command::Settle(Box::new(settle)));
        }
        Ok(())
    }

    /// What the cloud does with a request, and what of its answer arrives.
    fn answer(&mut self, token: &str, turn: &Turn) -> Ended {
        let known = self.launches.iter().find(|launch| launch.token == token);
        if known.is_some_and(|launch| !launch.alive) {
            return not(Outcome::Invalid, Reason::TokenConsumed);
        }
        let launched = known.map(|launch| launch.instance.clone());
        match (turn.answer, launched) {
            (Answer::LostBeforeLaunch, _) => not(Outcome::InDoubt, Reason::AnswerLost),
            (Answer::LostAfterLaunch, Some(_)) => not(Outcome::InDoubt, Reason::AnswerLost),
            (Answer::LostAfterLaunch, None) => {
                self.launch(token, turn);
                not(Outcome::InDoubt, Reason::CloudFault)
            }
            (Answer::Collision, _) => not(Outcome::InDoubt, Reason::TokenCollision),
            // Whoever refuses may stand before those who know the token.
            (Answer::NoRoom, _) => not(Outcome::Capacity, Reason::OutOfHostCapacity),
            (Answer::Throttled, _) => not(Outcome::Throttled, Reason::ThrottledUser),
            (Answer::Refused, _) => not(Outcome::Auth, Reason::KeyRejected),
            (Answer::Unreached, _) => not(Outcome::Network, Reason::NotReached),
            (Answer::Granted, Some(instance)) => Ended::Accepted { instance, work_request: None },
            (Answer::Granted, None) => {
                let instance = self.launch(token, turn);
                Ended::Accepted { instance, work_request: None }
            }
        }
    }

    fn launch(&mut self, token: &str, turn: &Turn) -> String {
        let instance = format!("instance-of-{token}");
        let listed_from = self.now.plus_millis(turn.listed_after_ms);
        self.launches.push(Launch {
            token: token.into(),
            instance: instance.clone(),
            listed_from,
            alive: true,
        });
        instance
    }

    fn look_for(&mut self, number: u32) {
        let at = self.now;
        let unheld = self.launches.iter().filter(|launch| !self.grab.holds(&launch.instance));
        let listed = { unheld }.find(|launch| launch.alive && launch.listed_from <= at);
        let command = match listed {
            Some(launch) => {
                let ended = Ended::Accepted { instance: launch.instance.clone(), work_request: None };
                Command::Settle(Box::new(Settle { number, ended, request_id: None, duration_ms: 1, at }))
            }
            None => Command::Absent { number, at },
        };
        self.tell(command);
    }

    /// What was granted runs, ends, or is still being made.
    fn follow(&mut self, instance: &str, turn: &Turn) {
        let (at, instance) = (self.now, instance.to_owned());
        let verdict = Verdict { outcome: Outcome::Capacity, reason: Reason::OutOfHostCapacity };
        let command = match turn.answer {
            Answer::Granted => Command::SeeRunning { instance, public_ip: None, private_ip: None, at },
            Answer::NoRoom | Answer::Refused | Answer::Unreached => {
                self.launches
                    .iter_mut()
                    .filter(|launch| launch.instance == instance)
                    .for_each(|l| l.alive = false);
                Command::SeeEnded { instance, verdict, provider_error: None, at }
            }
            _ => return,
        };
        self.tell(command);
    }
}

fn not(outcome: Outcome, reason: Reason) -> Ended {
    let provider_error =
        ProviderError { status: None, code: "code".into(), message: "no".into(), request_id: None };
    Ended::Not { verdict: Verdict { outcome, reason }, provider_error, not_before: None }
}

/// The same wish of a person, now.
fn at_moment(command: &Command, at: Timestamp) -> Command {
    match command {
        Command::Pause { by, .. } => Command::Pause { by: *by, at },
        Command::Resume { by, .. } => Command::Resume { by: *by, at },
        Command::Stop { .. } => Command::Stop { at },
        _ => Command::Start { at },
    }
}

fn turn() -> impl Strategy<Value = Turn> {
    let (by, at) = (Holder::Person, Timestamp::from_millis(0));
    let wishes = vec![
        Command::Start { at },
        Command::Start { at },
        Command::Pause { by, at },
        Command::Resume { by, at },
        Command::Resume { by, at },
        Command::Stop { at },
    ];
    let answers = vec![
        Answer::Granted,
        Answer::NoRoom,
        Answer::Throttled,
        Answer::Refused,
        Answer::Unreached,
        Answer::LostAfterLaunch,
        Answer::LostAfterLaunch,
        Answer::LostBeforeLaunch,
        Answer::LostBeforeLaunch,
        Answer::Collision,
    ];
    let crash = option::weighted(0.3, select(vec![Crash::BeforeTheCall, Crash::AfterTheCall]));
    let sleep = prop_oneof![30 => 0_i64..20_000, 10 => Just(0_i64), 1 => Just(90_000_000_i64)];
    let person = option::weighted(0.2, select(wishes));
    (person, crash, select(answers), 0_i64..=55_000, sleep).prop_map(
        |(person, crash, answer, listed_after_ms, sleep_ms)| Turn {
            person,
            crash,
            answer,
            listed_after_ms,
            sleep_ms,
        },
    )
}
