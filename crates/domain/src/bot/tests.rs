use super::*;
use crate::{GrabId, Language, Timestamp, grab::Grab, notice::Wanted};

fn task(wanted: Wanted, which: Which) -> Said {
    Said::Task { wanted, which }
}

#[test]
fn a_task_is_named_by_its_id_its_name_or_its_place_in_the_list() {
    let id = GrabId::from_parts(1, 2);
    assert_eq!(read(&format!("stop:{id}")), task(Wanted::Stop, Which::Id(id)));
    assert_eq!(read("/stop 东京 ARM"), task(Wanted::Stop, Which::Name("东京 ARM".into())));
    assert_eq!(read("/PAUSE@my_bot #3"), task(Wanted::Pause, Which::Place(3)));
    assert_eq!(read("停止 2"), task(Wanted::Stop, Which::Place(2)));
    assert_eq!(read("/status"), task(Wanted::Status, Which::Unsaid));
    assert_eq!(read("start:grab_nonsense"), task(Wanted::Start, Which::Name("grab_nonsense".into())));
}

#[test]
fn what_was_said_long_ago_or_before_the_channel_was_changed_is_not_meant() {
    let at = Timestamp::from_millis;
    for (said_at, changed_at, meant) in [
        (9_999_000, 5_000_000, true),
        // Our clocks differ.
        (10_700_000, 5_000_000, true),
        (9_400_000, 5_000_000, true),
        (9_399_000, 5_000_000, false),
        (9_999_000, 9_999_999, true),
        (9_999_000, 10_000_000, false),
    ] {
        assert_eq!(is_meant(at(said_at), at(changed_at), at(10_000_000)), meant, "{said_at} {changed_at}");
    }
}

#[test]
fn opening_a_chat_starts_nothing_and_talk_is_not_answered() {
    assert_eq!(read("/start"), Said::Help);
    assert_eq!(read("/frobnicate"), Said::Help);
    assert_eq!(read("/list@my_bot"), Said::List);
    assert_eq!(read("任务"), Said::List);
    for talk in ["", "   ", "let us stop here", "你好", "stopwatch"] {
        assert_eq!(read(talk), Said::Nothing, "{talk:?}");
    }
}

#[test]
fn a_list_is_numbered_and_says_what_it_leaves_out() {
    let task = Grab::default();
    let shown = list(Language::Chinese, &[&task, &task], 3);
    assert_eq!(shown.lines().count(), 3, "{shown}");
    assert!(shown.starts_with("1. ") && shown.ends_with("还有 3 个"), "{shown}");
    assert_eq!(list(Language::English, &[], 0), "There are no tasks.");
}
