use berth_store::{AppendError, Appended, CommandId, Meta, NewEvent, Position, Version};
use futures::future::join_all;

use super::{AnyLog, all, append_to, event, events, fresh, meta, positions, stream};

pub(crate) async fn an_append_answers_its_positions_and_is_read_back_as_written(log: AnyLog) {
    let data = r#"{"b": 1,  "a":"\u4f60好", "n": 1.50}"#;
    let written = NewEvent {
        name: "thing.said".into(),
        schema: 3,
        data: serde_json::value::RawValue::from_string(data.into()).unwrap(),
    };
    let mut append = fresh().write(stream(1), Version::NONE, vec![event("thing.made"), written]);
    append.meta = Meta { causation: Some(String::new()), ..meta() };
    let command = append.command.clone();

    let answer = log.append(append).await.unwrap();
    assert_eq!(answer, Appended { last: Position::new(2), count: 2, repeated: false });
    assert_eq!(log.head().await.unwrap(), Position::new(2));
    assert_eq!(*log.watch().borrow(), Position::new(2));

    let read = log.read_stream(&stream(1), Version::new(1), 10).await.unwrap();
    let [said] = &read[..] else { panic!("one event after version 1: {read:?}") };
    assert_eq!((said.position, said.version, said.schema), (Position::new(2), Version::new(2), 3));
    assert_eq!((said.name.as_str(), said.data.get(), &said.command), ("thing.said", data, &command));
    assert_eq!(said.meta, Meta { causation: Some(String::new()), ..meta() });
    assert_eq!(said.stream, stream(1));
}

pub(crate) async fn of_many_appends_at_one_version_exactly_one_succeeds(log: AnyLog) {
    append_to(&log, 1, 0, 3).await.unwrap();
    let answers = join_all((0..20).map(|_| append_to(&log, 1, 3, 2))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for error in lost {
        let Err(AppendError::Conflict { stream: at, actual }) = error else { panic!("{error:?}") };
        assert_eq!((at, actual), (stream(1), Version::new(5)));
    }
    assert_eq!(positions(&all(&log).await), [1, 2, 3, 4, 5]);
}

pub(crate) async fn an_append_to_many_streams_is_all_or_nothing(log: AnyLog) {
    append_to(&log, 1, 0, 1).await.unwrap();
    let torn = fresh().write(stream(2), Version::NONE, events(2)).write(stream(1), Version::NONE, events(1));
    let error = log.append(torn).await.unwrap_err();
    assert!(matches!(error, AppendError::Conflict { actual, .. } if actual == Version::new(1)), "{error}");
    assert_eq!(positions(&all(&log).await), [1]);

    let whole =
        fresh().write(stream(2), Version::NONE, events(2)).write(stream(1), Version::new(1), events(1));
    assert_eq!(log.append(whole).await.unwrap().last, Position::new(4));
}

pub(crate) async fn one_append_may_write_a_stream_twice(log: AnyLog) {
    let twice = fresh()
        .write(stream(1), Version::NONE, events(2))
        .write(stream(2), Version::NONE, events(1))
        .write(stream(1), Version::new(2), events(1));
    log.append(twice).await.unwrap();
    let versions: Vec<_> = all(&log).await.iter().map(|event| event.version.get()).collect();
    assert_eq!(versions, [1, 2, 1, 3]);
}

pub(crate) async fn a_repeat_is_answered_what_the_first_was_and_does_nothing(log: AnyLog) {
    let append = fresh().write(stream(1), Version::NONE, events(2));
    let first = log.append(append.clone()).await.unwrap();
    append_to(&log, 1, 2, 1).await.unwrap();

    // Its expected version is long past: the repeat is looked at before anything else.
    let repeat = log.append(append.clone()).await.unwrap();
    assert_eq!(repeat, Appended { repeated: true, ..first });
    assert_eq!(log.answered(&append.command).await.unwrap(), Some((repeat, append.fingerprint)));
    assert_eq!(log.answered(&CommandId::fresh()).await.unwrap(), None);
    assert_eq!(all(&log).await.len(), 3);
}

pub(crate) async fn a_repeat_at_the_same_time_is_one_append(log: AnyLog) {
    let append = fresh().write(stream(1), Version::NONE, events(1));
    let answers = join_all((0..10).map(|_| log.append(append.clone()))).await;
    let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    assert!(answers.iter().all(|answer| answer.last == Position::new(1) && answer.count == 1));
    assert_eq!(all(&log).await.len(), 1);
}

pub(crate) async fn a_command_id_with_another_input_is_refused(log: AnyLog) {
    let append = fresh().write(stream(1), Version::NONE, events(1));
    log.append(append.clone()).await.unwrap();
    let mut other = append.clone();
    other.fingerprint = [2; 32];
    assert!(matches!(log.append(other).await, Err(AppendError::CommandReused)));
    assert_eq!(all(&log).await.len(), 1);
}

pub(crate) async fn an_append_of_nothing_is_remembered_too(log: AnyLog) {
    append_to(&log, 1, 0, 2).await.unwrap();
    let nothing = fresh();
    let first = log.append(nothing.clone()).await.unwrap();
    assert_eq!(first, Appended { last: Position::new(2), count: 0, repeated: false });
    append_to(&log, 1, 2, 1).await.unwrap();
    assert_eq!(log.append(nothing).await.unwrap(), Appended { repeated: true, ..first });
}

pub(crate) async fn positions_are_dense_under_eight_writers_with_conflicts(log: AnyLog) {
    let writers = (0..8).map(|writer| {
        let log = log.clone();
        tokio::spawn(async move {
            let mut expected = 0;
            let mut won = 0;
            for turn in 0..25 {
                // One stream for all, and one of its own: the refused ones must leave no hole.
                let batch = fresh().write(stream(writer), Version::new(won), events(1)).write(
                    stream("shared"),
                    Version::new(expected),
                    events(1 + turn % 2),
                );
                match log.append(batch).await {
                    Ok(_) => won += 1,
                    Err(AppendError::Conflict { actual, .. }) => expected = actual.get(),
                    Err(other) => panic!("{other}"),
                }
            }
            won
        })
    });
    let won: u32 = join_all(writers).await.into_iter().map(Result::unwrap).sum();
    let read = all(&log).await;
    assert!(positions(&read).into_iter().eq(1..=read.len() as u64));
    assert_eq!(log.head().await.unwrap().get(), read.len() as u64);
    let shared: Vec<_> = read.iter().filter(|event| event.stream == stream("shared")).collect();
    assert!(shared.iter().map(|event| event.version.get()).eq(1..=u32::try_from(shared.len()).unwrap()));
    assert_eq!(read.len() - shared.len(), won as usize);
}

pub(crate) async fn reading_stops_at_its_limit_and_goes_on_after_it(log: AnyLog) {
    append_to(&log, 1, 0, 300).await.unwrap();
    assert_eq!(log.read(Position::new(10), 5).await.unwrap().len(), 5);
    assert_eq!(log.read(Position::new(298), 5).await.unwrap().len(), 2);
    assert!(log.read(Position::new(300), 5).await.unwrap().is_empty());
    assert_eq!(log.read_stream(&stream(1), Version::new(100), 150).await.unwrap().len(), 150);
    assert!(log.read_stream(&stream(2), Version::NONE, 5).await.unwrap().is_empty());
    assert_eq!(all(&log).await.len(), 300);
}
