//! Closing the books: what leaves, what stays the same, and when nothing may leave.

use crate::world::{Stage, new_grab, order, play, refusal_codes};
use berth_app::books::{ClosedNow, Closing, Trust};
use berth_cloud::fake::Answer;
use berth_domain::{
    Aggregate, Code, GrabId, ProviderError, Timestamp,
    books::Frozen,
    event::Event as _,
    grab::{
        self, Attempt, Build, Command, Deed, Ended, Grab, Holder, Outcome, Reason, Settle, State, Target,
        Verdict,
    },
};
use berth_store::{Append, AppendError, CommandId, Log as _, Meta, NewEvent, Recorded, StreamId, Version};

const DAY_S: i64 = 86_400;
const EVERY_S: i64 = 600;

/// A task that tried every ten minutes for so many days and got nothing, paused since. It is made by hand, which is quicker than to
/// live through it.
async fn hunted(stage: &mut Stage, days: i64) -> GrabId {
    let tenant = stage.tenant("tokyo").await;
    let id = stage.app.grabs.create(new_grab(tenant, 600), order("grab")).await.unwrap().id;
    stage.app.stop(std::time::Duration::ZERO).await;
    let (mut grab, begin) = (stage.state(id).await, stage.clock.now_ms());
    let mut version = u32::try_from(stage.history(id).await.len()).unwrap();
    let tries = u32::try_from(days * DAY_S / EVERY_S).unwrap();
    for number in 1..=tries {
        let at = Timestamp::from_millis(begin + i64::from(number) * EVERY_S * 1000);
        let story = [attempt(number, at), miss(number, at.plus_millis(400))];
        version = tell(stage, id, (&mut grab, version), story, at).await;
    }
    let end = Timestamp::from_millis(begin + days * DAY_S * 1000);
    let pause = Command::Pause { by: Holder::Person, at: end };
    tell(stage, id, (&mut grab, version), [pause], end).await;
    stage.restart_later(days * DAY_S + 60).await;
    id
}

/// Writes down what follows from the commands, and answers the version after it.
async fn tell(
    stage: &Stage,
    id: GrabId,
    (grab, version): (&mut Grab, u32),
    commands: impl IntoIterator<Item = Command>,
    at: Timestamp,
) -> u32 {
    let mut written = Vec::new();
    for command in commands {
        for event in grab.decide(command).unwrap() {
            grab.evolve(&event);
            written.push(NewEvent {
                name: event.name().into(),
                schema: event.schema(),
                data: event.encode(),
            });
        }
    }
    let after = version + u32::try_from(written.len()).unwrap();
    let meta = Meta { time_ms: at.millis(), ..Meta::default() };
    let append = Append::new(CommandId::fresh(), [0; 32], meta);
    stage.log.append(append.write(StreamId::new("grab", id), Version::new(version), written)).await.unwrap();
    after
}

fn attempt(number: u32, at: Timestamp) -> Command {
    let target = Target {
        region: "ap-tokyo-1".into(),
        size: None,
        availability_domain: "fake:AD-1".into(),
        deed: Deed::Launch(Build {
            image: "image".into(),
            subnet: "subnet".into(),
            display_name: "arm".into(),
        }),
    };
    let (token, body_hash) = (format!("token-{number}"), "hash".into());
    Command::Attempt(Box::new(Attempt { number, token, target, body_hash, at }))
}

fn miss(number: u32, at: Timestamp) -> Command {
    let verdict = Verdict { outcome: Outcome::Capacity, reason: Reason::OutOfHostCapacity };
    let words = ProviderError {
        status: Some(500),
        code: "InternalError".into(),
        message: "Out of host capacity.".into(),
        request_id: None,
    };
    let ended = Ended::Not { verdict, provider_error: words, not_before: None };
    Command::Settle(Box::new(Settle { number, ended, request_id: None, duration_ms: 400, at }))
}

async fn close(stage: &Stage) -> ClosedNow {
    match stage.app.books.close(Trust::Checked, order("close")).await.unwrap() {
        Closing::Closed(closed) => closed,
        Closing::NothingToClose => panic!("there is much to close"),
    }
}

#[test]
fn forty_days_of_misses_leave_and_every_remaining_state_is_what_it_was() {
    play([], async |mut stage| {
        let id = hunted(&mut stage, 40).await;
        let (before, whole) = (stage.state(id).await, stage.events().await);
        let preview = stage.app.books.preview().await.unwrap();
        assert_eq!(stage.events().await.len(), whole.len(), "a dry run changes nothing");
        let closed = close(&stage).await;
        assert_eq!((preview.through, preview.released), (closed.through, closed.released));

        let rest = stage.events().await;
        assert!(closed.released > 2_500 && closed.stand_ins < 260, "{closed:?}");
        let left = whole.len() as u64 + 1 - closed.released + closed.stand_ins;
        assert_eq!(rest.len() as u64, left, "what stays, what stands in, and the word of it");
        assert_eq!(stage.state(id).await, before);
        every_remaining_state_is_what_it_was(id, &whole, &rest);
        let told = stage.app.grabs.pause(id, order("again")).await.unwrap();
        assert_eq!(told.state, before, "an actor that reads the rest is where it was");
        what_left_is_in_the_archive(&stage, &whole);
    });
}

fn states(id: GrabId, events: &[Recorded]) -> Vec<(u32, Grab)> {
    let own = events.iter().filter(|event| event.stream.id() == id.to_string());
    let mut grab = Grab::default();
    own.map(|event| {
        grab.evolve(&grab::Event::decode(&event.name, event.schema, &event.data).unwrap());
        (event.version.get(), grab.clone())
    })
    .collect()
}

fn every_remaining_state_is_what_it_was(id: GrabId, whole: &[Recorded], rest: &[Recorded]) {
    let whole: std::collections::BTreeMap<_, _> = states(id, whole).into_iter().collect();
    for (version, state) in states(id, rest) {
        assert_eq!(state, whole[&version], "at version {version}");
    }
}

fn what_left_is_in_the_archive(stage: &Stage, whole: &[Recorded]) {
    let written = stage.archive.written.lock().unwrap();
    let [(segment, events)] = &written[..] else { panic!("one segment") };
    let wanted =
        whole.iter().filter(|event| event.position > segment.after && event.position <= segment.through);
    assert!(
        events
            .iter()
            .map(|event| (event.position, event.data.get()))
            .eq(wanted.map(|event| (event.position, event.data.get())))
    );
}

#[test]
fn closed_once_there_is_nothing_to_close_and_a_repeat_is_answered_alike() {
    play([], async |mut stage| {
        hunted(&mut stage, 33).await;
        let closed = close(&stage).await;
        assert_eq!(close(&stage).await, closed, "the same command");
        let anew = stage.app.books.close(Trust::Checked, order("anew")).await.unwrap();
        assert_eq!(anew, Closing::NothingToClose);
        let state = stage.app.books.state().await.unwrap();
        assert_eq!((state.closings, state.through), (1, closed.through.get()));
        assert_eq!(stage.log.closed_through().await.unwrap(), closed.through);
    });
}

#[test]
fn the_books_are_closed_by_themselves_once_a_day() {
    play(vec![Answer::CAPACITY; 300], async |mut stage| {
        let id = hunted(&mut stage, 33).await;
        let tried = stage.state(id).await.tally.attempts;
        stage.app.grabs.resume(id, order("resume")).await.unwrap();
        let closings = async |stage: &Stage| stage.app.books.state().await.unwrap().closings;
        stage.pass(9 * 60).await;
        assert_eq!(closings(&stage).await, 0, "a start has enough to do");
        stage.pass(2 * 60).await;
        assert_eq!(closings(&stage).await, 1);
        stage.pass(23 * 3600).await;
        assert_eq!(closings(&stage).await, 1);
        stage.pass(2 * 3600).await;
        assert_eq!(closings(&stage).await, 2);
        let grab = stage.state(id).await;
        assert_eq!(grab.state(), State::Running);
        assert!(grab.tally.attempts > tried + 120, "it hunted all the while: {:?}", grab.tally);
    });
}

#[test]
fn a_crash_between_archive_and_release_writes_the_archive_again_and_releases_once() {
    play([], async |mut stage| {
        let id = hunted(&mut stage, 33).await;
        let (before, whole) = (stage.state(id).await, stage.events().await.len());
        *stage.archive.then.lock().unwrap() = Some((stage.log.clone(), AppendError::StorageFull));
        assert!(stage.app.books.close(Trust::Checked, order("close")).await.is_err());
        assert_eq!(stage.events().await.len(), whole, "nothing left");
        stage.log.refuse(None);
        stage.restart().await;
        let closed = close(&stage).await;
        assert!(closed.released > 0);
        let segments: Vec<_> =
            stage.archive.written.lock().unwrap().iter().map(|(segment, _)| *segment).collect();
        assert_eq!(segments.len(), 2);
        assert_eq!(segments[0], segments[1], "the same segment again");
        assert_eq!(stage.state(id).await, before);
    });
}

#[test]
fn without_an_archive_nothing_leaves() {
    play([], async |mut stage| {
        hunted(&mut stage, 33).await;
        stage.world.archive = std::sync::Arc::new(berth_app::NoArchive);
        stage.restart().await;
        let whole = stage.events().await.len();
        assert!(stage.app.books.close(Trust::Checked, order("close")).await.is_err());
        assert_eq!(stage.events().await.len(), whole);
    });
}

#[test]
fn after_a_long_silence_only_a_person_who_vouches_for_the_clock_closes() {
    play([], async |mut stage| {
        let id = hunted(&mut stage, 3).await;
        let before = stage.state(id).await;
        stage.restart_later(40 * DAY_S).await;
        assert!(stage.app.books.preview().await.unwrap().frozen.is_some());
        let refused = stage.app.books.close(Trust::Checked, order("close")).await.unwrap_err();
        assert_eq!(refusal_codes(refused), [Code::StateConflict]);
        stage.pass(20 * 60).await;
        assert_eq!(stage.app.books.state().await.unwrap().closings, 0, "nor by itself");
        let vouched = stage.app.books.close(Trust::Vouched, order("vouched")).await.unwrap();
        assert!(matches!(vouched, Closing::Closed(closed) if closed.released > 0));
        assert_eq!(stage.state(id).await, before);
    });
}

/// Why a closing would be refused; one that is given is refused, and one that a person vouches for is not.
async fn frozen(stage: &Stage) -> Frozen {
    let frozen = stage.app.books.preview().await.unwrap().frozen.expect("nobody knows what time it is");
    let refused = stage.app.books.close(Trust::Checked, order("close")).await.unwrap_err();
    assert_eq!(refusal_codes(refused), [Code::StateConflict]);
    assert_eq!(stage.app.books.state().await.unwrap().closings, 0);
    let vouched = stage.app.books.close(Trust::Vouched, order("vouched")).await.unwrap();
    assert!(matches!(vouched, Closing::Closed(closed) if closed.released > 0));
    frozen
}

/// The newest event is of the wrong clock by then, and agrees with it.
#[test]
fn a_clock_that_jumped_a_year_is_not_trusted_after_a_restart_either() {
    play([], async |mut stage| {
        hunted(&mut stage, 3).await;
        let before = stage.clock.now_ms();
        stage.restart_later(365 * DAY_S).await;
        stage.tenant("osaka").await;
        stage.restart_later(60).await;
        let Frozen::Gap(silence) = frozen(&stage).await else { panic!("it is the jump that freezes") };
        assert_eq!(silence.for_ms / 86_400_000, 365);
        assert!(silence.from.millis() <= before);
    });
}

#[test]
fn a_machine_that_was_off_for_days_waits_for_a_person() {
    play([], async |mut stage| {
        hunted(&mut stage, 33).await;
        stage.restart_later(3 * DAY_S).await;
        stage.tenant("osaka").await;
        stage.restart_later(60).await;
        assert!(matches!(frozen(&stage).await, Frozen::Gap(silence) if silence.for_ms / 86_400_000 == 3));
    });
}

#[test]
fn a_silence_that_is_old_itself_freezes_nothing() {
    play([], async |mut stage| {
        let tenant = stage.tenant("tokyo").await;
        stage.restart_later(5 * DAY_S).await;
        stage.app.grabs.create(new_grab(tenant, 600), order("early")).await.unwrap();
        hunted(&mut stage, 40).await;
        assert_eq!(stage.app.books.preview().await.unwrap().frozen, None);
        assert!(close(&stage).await.released > 0);
    });
}

/// What goes on without an event comes to another state than a stand-in after it tells.
#[test]
fn a_task_keeps_everything_from_a_skipped_event_on() {
    play([], async |mut stage| {
        stage.world.settings.projections = &["attempt", "grab"];
        let id = hunted(&mut stage, 40).await;
        let own = |events: Vec<Recorded>| {
            let own = events.into_iter().filter(|event| event.stream.id() == id.to_string());
            own.map(|event| event.position.get()).collect::<Vec<_>>()
        };
        let before = own(stage.events().await);
        let skipped = before[before.len() / 5];
        let skip = stage.app.projections.skip("grab".parse().unwrap(), skipped, "bad".into(), order("skip"));
        skip.await.unwrap();
        assert!(close(&stage).await.released > 1_000);
        let after = own(stage.events().await);
        let kept =
            |positions: &[u64]| positions.iter().copied().filter(|each| *each >= skipped).collect::<Vec<_>>();
        assert_eq!(kept(&after), kept(&before));
    });
}

#[test]
fn where_everything_is_kept_for_ever_nothing_is_closed() {
    play([], async |mut stage| {
        hunted(&mut stage, 33).await;
        stage.world.settings.retention.grab_days = 0;
        stage.restart().await;
        let closing = stage.app.books.close(Trust::Checked, order("close")).await.unwrap();
        assert_eq!(closing, Closing::NothingToClose);
        stage.pass(20 * 60).await;
        assert_eq!(stage.app.books.state().await.unwrap().closings, 0);
    });
}

/// Nothing is released, but how far commands are remembered goes on.
#[test]
fn a_log_without_attempts_is_closed_too() {
    play([], async |mut stage| {
        stage.tenant("tokyo").await;
        stage.restart_later(29 * DAY_S).await;
        stage.tenant("osaka").await;
        stage.restart_later(DAY_S + 7200).await;
        let vouched = stage.app.books.close(Trust::Vouched, order("close")).await.unwrap();
        let Closing::Closed(closed) = vouched else { panic!("there is something to close") };
        assert_eq!((closed.released, closed.archives.len()), (0, 0));
        assert!(closed.through.get() > 0);
        assert!(stage.log.answered(&order("tokyo").command).await.unwrap().is_none(), "forgotten");
        assert!(stage.log.answered(&order("osaka").command).await.unwrap().is_some(), "remembered");
    });
}
