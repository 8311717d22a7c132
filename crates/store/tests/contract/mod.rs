//! What every back-end promises, as functions over any log. A back-end's test file calls `contract!` with how
//! to make an empty one.

pub(crate) mod append;
pub(crate) mod claims;
pub(crate) mod follow;
pub(crate) mod keep;
pub(crate) mod lease;
pub(crate) mod release;

use std::sync::Arc;

use berth_store::{
    Append, AppendError, Appended, CommandId, Log, Meta, NewEvent, Recorded, StreamId, Version,
};

pub(crate) type AnyLog = Arc<dyn Log>;

/// Makes a test of each promise. `$world` is an expression that gives a future of something with a field
/// `log`.
#[macro_export]
macro_rules! contract {
    ($world:expr) => {
        $crate::contract!(@ $world;
            append::an_append_answers_its_positions_and_is_read_back_as_written,
            append::of_many_appends_at_one_version_exactly_one_succeeds,
            append::an_append_to_many_streams_is_all_or_nothing,
            append::one_append_may_write_a_stream_twice,
            append::a_repeat_is_answered_what_the_first_was_and_does_nothing,
            append::a_repeat_at_the_same_time_is_one_append,
            append::a_command_id_with_another_input_is_refused,
            append::an_append_of_nothing_is_remembered_too,
            append::positions_are_dense_under_eight_writers_with_conflicts,
            append::reading_stops_at_its_limit_and_goes_on_after_it,
            claims::a_claim_is_taken_by_one_released_and_taken_again,
            claims::two_owners_swap_within_one_append,
            claims::of_many_takers_exactly_one_succeeds,
            claims::a_refused_claim_writes_no_event,
            follow::a_follower_sees_each_event_once_in_order_while_appends_race,
            follow::a_follower_of_an_empty_log_is_told_at_once_that_it_caught_up,
            follow::a_follower_goes_on_from_where_another_stopped,
            keep::a_checkpoint_is_written_with_the_append_or_not_at_all,
            keep::the_latest_snapshot_of_the_right_shape_is_kept,
            keep::a_stream_is_read_from_its_snapshot_on,
            keep::a_secret_is_kept_replaced_and_forgotten,
            lease::a_lease_is_held_by_one_until_released,
            lease::a_lease_that_ran_out_passes_on_under_a_higher_epoch,
            lease::a_stale_owner_writes_nothing,
            release::what_is_released_is_gone_and_what_stands_in_is_read_in_its_place,
            release::streams_go_on_where_they_were_over_their_holes,
            release::a_release_happens_once_and_not_on_books_closed_meanwhile,
            release::the_next_closing_goes_on_after_the_one_before,
            release::answers_are_forgotten_through_the_closing_and_not_beyond,
            release::a_follower_goes_over_holes,
            release::a_release_that_may_not_be_is_refused_whole,
            release::a_release_tells_a_digest_of_what_it_leaves_behind
        );
    };
    (@ $world:expr; $($module:ident :: $name:ident),+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let world = $world.await;
            contract::$module::$name(world.log.clone()).await;
        }
    )+};
}

pub(crate) fn stream(id: impl std::fmt::Display) -> StreamId {
    StreamId::new("thing", id)
}

pub(crate) fn event(name: &'static str) -> NewEvent {
    NewEvent::new(name, 1, &serde_json::json!({ "said": "你好" })).unwrap()
}

pub(crate) fn events(count: u32) -> Vec<NewEvent> {
    (0..count).map(|_| event("thing.happened")).collect()
}

pub(crate) fn meta() -> Meta {
    Meta { time_ms: 1_700_000_000_000, actor: "tester".into(), correlation: "c-1".into(), causation: None }
}

/// Under a fresh command id.
pub(crate) fn fresh() -> Append {
    Append::new(CommandId::fresh(), [1; 32], meta())
}

pub(crate) async fn append_to(
    log: &AnyLog,
    id: impl std::fmt::Display,
    expected: u32,
    count: u32,
) -> Result<Appended, AppendError> {
    log.append(fresh().write(stream(id), Version::new(expected), events(count))).await
}

/// Everything in the log, in small bites.
pub(crate) async fn all(log: &AnyLog) -> Vec<Recorded> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let after = all.last().map(|last| last.position).unwrap_or_default();
        let read = log.read(after, 7).await.unwrap();
        if read.is_empty() {
            return all;
        }
        all.extend(read);
    }
}

pub(crate) fn positions(events: &[Recorded]) -> Vec<u64> {
    events.iter().map(|event| event.position.get()).collect()
}
