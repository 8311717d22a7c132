//! A log on paper and back: byte for byte, whatever is in it, or not at all.

use std::sync::Arc;

use berth_store::exchange::{self, Imported, Span, Unreadable, export, import};
use berth_store::vault::Vault;
use berth_store::{
    Append, AppendError, ClaimChange, CommandId, Meta, NewEvent, Position, Release, SecretId, StandIn,
    Storage, StreamId, Version, verify,
};
use secrecy::SecretString;
use serde_json::value::RawValue;

use crate::contract::{AnyLog, all, event, events, fresh, meta, positions, stream};

pub(crate) type AnyStorage = Arc<dyn Storage>;

const WHOLE: exchange::Options<'static> = exchange::Options { redact: None, ground: true };

pub(crate) async fn written(storage: &AnyStorage, span: Span) -> String {
    let mut file = Vec::new();
    export(&**storage, span, WHOLE, &mut file, &mut |_| ()).await.unwrap();
    String::from_utf8(file).unwrap()
}

pub(crate) async fn read(storage: &AnyStorage, file: &str) -> Result<Imported, Unreadable> {
    import(&**storage, &mut file.as_bytes(), false, &mut |_| ()).await
}

fn raw(data: &str) -> NewEvent {
    NewEvent { name: "thing.said".into(), schema: 3, data: RawValue::from_string(data.into()).unwrap() }
}

/// Ten events with everything an event can have, and everything that is kept beside events.
pub(crate) async fn rich(storage: &AnyStorage) {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open_or_create(&directory.path().join("key")).unwrap();
    let id = SecretId::parse("secret_0123456789abcdef").unwrap();
    let sealed = vault.seal(&id, "password", "thing/1", &SecretString::from("canary")).unwrap();
    let meta = |causation: Option<&str>| Meta {
        time_ms: -1,
        actor: "用户 \"quoted\"\u{7f}\n".into(),
        causation: causation.map(Into::into),
        ..meta()
    };
    let claims = vec![ClaimChange::Take { space: "name", key: "名字".into(), owner: stream(1) }];
    let datas = [r#"{"b": 1,  "a":"\u4f60好", "n": 1.50}"#, "[\n  1,\r\n  2\n]", r#""a\nb""#];
    let first = fresh().write(stream(1), Version::NONE, datas.map(raw).to_vec());
    let first = Append { meta: meta(Some("")), claims, seal: vec![sealed], ..first }.write(
        stream(2),
        Version::NONE,
        events(1),
    );
    storage.append(first).await.unwrap();
    let caused = Append { meta: meta(Some("4")), ..fresh() };
    storage.append(caused.write(stream("δ"), Version::NONE, events(1))).await.unwrap();
    for version in 3..7 {
        storage
            .append(fresh().write(stream(1), Version::new(version), vec![event("thing.done")]))
            .await
            .unwrap();
    }
    let effect = Append { checkpoint: Some(("mail".into(), Position::new(4))), ..fresh() };
    storage.append(effect.write(stream("effect"), Version::NONE, events(1))).await.unwrap();
}

/// Lets 6 and 7 go, with one that stands in.
pub(crate) async fn close_books(storage: &AnyStorage) {
    let stand_in = StandIn {
        position: Position::new(7),
        stream: stream(1),
        version: Version::new(5),
        name: "thing.summarised".into(),
        schema: 1,
        data: RawValue::from_string("{\"count\": 2}".into()).unwrap(),
    };
    let release = Release {
        after: Position::START,
        through: Position::new(8),
        positions: vec![Position::new(6), Position::new(7)],
        stand_ins: vec![stand_in],
        append: fresh().write(StreamId::new("books", "books"), Version::NONE, events(1)),
    };
    storage.release(release).await.unwrap();
    storage.append(fresh().write(stream(1), Version::new(7), events(1))).await.unwrap();
}

pub(crate) async fn assert_clean(storage: &AnyStorage) {
    let report = verify(&**storage, |_| ()).await;
    assert!(report.is_clean(), "{report:?}");
}

pub(crate) async fn what_is_exported_imported_and_exported_again_is_the_same(
    from: AnyStorage,
    to: AnyStorage,
) {
    rich(&from).await;
    close_books(&from).await;
    let file = written(&from, Span::default()).await;
    assert_eq!(written(&from, Span::default()).await, file, "an export depends on nothing but the log");

    let imported = read(&to, &file).await.unwrap();
    assert_eq!((imported.events, imported.passed_over, imported.head), (11, 0, Position::new(12)));
    assert_eq!(written(&to, Span::default()).await, file);
    assert_clean(&from).await;
    assert_clean(&to).await;
    let ends = (from.raw_head().await.unwrap().checksum, to.raw_head().await.unwrap().checksum);
    assert_eq!(ends.0, ends.1);
    assert_eq!(to.claim_owner("name", "名字").await.unwrap(), Some(stream(1)));
    assert_eq!(to.closed_through().await.unwrap(), Position::new(8));

    let again = read(&to, &file).await.unwrap();
    assert_eq!((again.events, again.passed_over), (0, 11), "what is there is passed over");
}

pub(crate) async fn an_imported_log_goes_on_and_remembers_its_commands(from: AnyStorage, to: AnyStorage) {
    rich(&from).await;
    let command = CommandId::fresh();
    let asked = Append { command: command.clone(), ..fresh() }.write(stream(9), Version::NONE, events(3));
    let first = from.append(asked.clone()).await.unwrap();
    read(&to, &written(&from, Span::default()).await).await.unwrap();

    let repeated = to.append(asked).await.unwrap();
    assert_eq!((repeated.last, repeated.count, repeated.repeated), (first.last, first.count, true));
    let next = fresh().write(stream(9), Version::new(3), events(1));
    assert_eq!(to.append(next).await.unwrap().last, first.last.next());
    assert_clean(&to).await;
}

pub(crate) async fn a_command_that_wrote_nothing_is_answered_the_same_behind_an_import(
    from: AnyStorage,
    to: AnyStorage,
) {
    rich(&from).await;
    let asked = fresh();
    let first = from.append(asked.clone()).await.unwrap();
    assert_eq!((first.last, first.count), (Position::new(10), 0));
    from.append(fresh().write(stream(9), Version::NONE, events(1))).await.unwrap();
    let file = written(&from, Span::default()).await;
    read(&to, &file).await.unwrap();
    assert_eq!(written(&to, Span::default()).await, file);

    let repeated = to.append(asked.clone()).await.unwrap();
    assert_eq!((repeated.last, repeated.count, repeated.repeated), (first.last, 0, true));
    let other = Append { fingerprint: [9; 32], ..asked };
    assert!(matches!(to.append(other).await, Err(AppendError::CommandReused)));
    assert_clean(&to).await;
}

pub(crate) async fn an_archive_and_the_rest_make_the_whole_log_again(from: AnyStorage, to: AnyStorage) {
    rich(&from).await;
    let archive = written(&from, Span { after: Position::START, through: Some(Position::new(8)) }).await;
    close_books(&from).await;
    let rest = written(&from, Span::default()).await;

    read(&to, &archive).await.unwrap();
    let imported = read(&to, &rest).await.unwrap();
    assert_eq!((imported.events, imported.passed_over), (4, 7));
    assert_eq!(positions(&all_of(&to).await), (1..=12).collect::<Vec<_>>());
    assert_clean(&to).await;
    assert_eq!(to.raw_head().await.unwrap().checksum, from.raw_head().await.unwrap().checksum);
}

async fn all_of(storage: &AnyStorage) -> Vec<berth_store::Recorded> {
    let log: AnyLog = storage.clone();
    all(&log).await
}

pub(crate) async fn a_dry_run_checks_and_writes_nothing(from: AnyStorage, to: AnyStorage) {
    rich(&from).await;
    let file = written(&from, Span::default()).await;
    let imported = import(&*to, &mut file.as_bytes(), true, &mut |_| ()).await.unwrap();
    assert_eq!(imported.events, 10);
    assert_eq!(to.head().await.unwrap(), Position::START);
    assert!(!to.holds_secrets().await.unwrap());
    let wrong = file.replacen("thing.done", "thing.Done", 1);
    import(&*to, &mut wrong.as_bytes(), true, &mut |_| ()).await.unwrap_err();
}

pub(crate) async fn a_file_that_is_not_as_it_was_written_is_refused_at_its_line(
    from: AnyStorage,
    to: AnyStorage,
) {
    rich(&from).await;
    close_books(&from).await;
    let file = written(&from, Span::default()).await;
    let lines: Vec<&str> = file.lines().collect();
    let without = |line: usize| {
        let kept = lines.iter().enumerate().filter(|(index, _)| index + 1 != line);
        kept.fold(String::new(), |text, (_, line)| text + line + "\n")
    };
    let swapped = file.replace(lines[3], "\0").replace(lines[4], lines[3]).replacen('\0', lines[4], 1);
    let wrong = [
        (file.replacen("thing.done", "thing.Done", 1), 9),
        (file.replacen("\"version\":2", "\"version\":3", 1), 3),
        (file.replacen("\"count\": 2", "\"count\": 3", 1), 8),
        (file.replacen("\"standsIn\":true,", "", 1), 8),
        (without(4), 4),
        (without(7), 7),
        (without(lines.len() - 5), lines.len() - 1),
        (swapped, 4),
        (format!("{file}{file}"), lines.len() + 1),
        (file.replacen("\"actor\"", "\"aktor\"", 1), 2),
    ];
    for (index, (wrong, line)) in wrong.into_iter().enumerate() {
        let error = import(&*to, &mut wrong.as_bytes(), true, &mut |_| ()).await.unwrap_err();
        let Unreadable::Line { line: found, .. } = error else { panic!("{index}: {error}") };
        assert_eq!(found, line as u64, "{index}: {error}");
    }
    for cut in [0, 1, 10, file.len() / 2, file.len() - 1] {
        let error = import(&*to, &mut &file.as_bytes()[..cut], true, &mut |_| ()).await.unwrap_err();
        assert!(matches!(error, Unreadable::Incomplete { .. }), "{cut}: {error}");
    }
    let newer = file.replacen("berth-events/1", "berth-events/2", 1);
    assert!(matches!(read(&to, &newer).await, Err(Unreadable::Format { .. })));
    assert_eq!(to.head().await.unwrap(), Position::START);
}

pub(crate) async fn another_logs_events_are_refused(from: AnyStorage, to: AnyStorage) {
    rich(&from).await;
    to.append(fresh().write(stream(1), Version::NONE, events(2))).await.unwrap();
    let file = written(&from, Span::default()).await;
    assert!(matches!(read(&to, &file).await, Err(Unreadable::Line { line: 2, .. })));
    let rest = written(&from, Span { after: Position::new(2), through: None }).await;
    assert!(
        matches!(read(&to, &rest).await, Err(Unreadable::Line { line: 2, .. })),
        "it does not continue the chain"
    );
    let gap = written(&from, Span { after: Position::new(4), through: None }).await;
    assert!(
        matches!(read(&to, &gap).await, Err(Unreadable::Line { line: 2, .. })),
        "events are missing between"
    );
    assert_eq!(to.head().await.unwrap(), Position::new(2));
    assert_clean(&to).await;
}

pub(crate) async fn a_redacted_export_tells_no_secret_and_is_not_imported(from: AnyStorage, to: AnyStorage) {
    const CANARY: &str = "ocid1.instance.oc1.eu-frankfurt-1.antheljtcanary";
    rich(&from).await;
    let said =
        NewEvent::new("thing.said", 1, &serde_json::json!({ "id": CANARY, "at": "203.0.113.77" })).unwrap();
    let said = Append { meta: Meta { actor: CANARY.into(), ..meta() }, ..fresh() }.write(
        stream("seen"),
        Version::NONE,
        vec![said],
    );
    from.append(said).await.unwrap();
    let mask = |value: &serde_json::Value| exchange::redact(&[7; 32], value);
    let options = exchange::Options { redact: Some(&mask), ground: true };
    let mut file = Vec::new();
    export(&*from, Span::default(), options, &mut file, &mut |_| ()).await.unwrap();
    let file = String::from_utf8(file).unwrap();
    assert!(!file.contains("antheljtcanary") && !file.contains("203.0.113.77"), "{file}");
    for absent in ["checksum", "fingerprint", "{\"secret\"", "{\"claim\""] {
        assert!(!file.contains(absent), "{absent} would let masked texts be guessed: {file}");
    }
    assert!(matches!(read(&to, &file).await, Err(Unreadable::Redacted)));
}
