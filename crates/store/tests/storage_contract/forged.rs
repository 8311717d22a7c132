//! Files that somebody has changed with care: the log takes nothing of them.

use berth_store::exchange::{Span, Unreadable};
use berth_store::{Position, verify};

use super::exchange::{AnyStorage, assert_clean, close_books, read, rich, written};

/// The line of the file, counted from 1, that begins so.
fn line_of(file: &str, beginning: &str) -> u64 {
    let index = file.lines().position(|line| line.starts_with(beginning)).unwrap();
    u64::try_from(index).unwrap() + 1
}

async fn refused(to: &AnyStorage, file: &str) -> u64 {
    let error = read(to, file).await.unwrap_err();
    let Unreadable::Line { line, .. } = error else { panic!("{error}") };
    line
}

fn changed(file: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(file.to_owned(), |file, (from, to)| {
        assert!(file.contains(from), "{from} is not in {file}");
        file.replace(from, to)
    })
}

pub(crate) async fn what_lies_beyond_the_files_end_is_refused(from: AnyStorage, to: AnyStorage) {
    rich(&from).await;
    close_books(&from).await;
    let file = written(&from, Span::default()).await;
    let (run, closed, end) = ("{\"released\"", "{\"closed\"", "{\"end\"");
    let wrong = [
        (&[("\"through\":\"8\"", "\"through\":\"13\"")][..], closed),
        (&[("\"last\":\"7\"", "\"last\":\"13\"")], run),
        (&[("\"last\":\"7\"", "\"last\":\"5\"")], run),
        (&[("\"last\":\"7\"", "\"last\":\"9223372036854775807\"")], run),
        (&[("\"to\":\"12\"", "\"to\":\"13\""), ("\"head\":\"12\"", "\"head\":\"13\"")], end),
        (
            &[("\"follower\":\"mail\",\"position\":\"4\"", "\"follower\":\"mail\",\"position\":\"13\"")],
            "{\"checkpoint\"",
        ),
        (&[("{\"position\":\"2\"", "{\"position\":\"18446744073709551615\"")], "{\"position\":\"2\""),
        (&[("\"version\":2,", "\"version\":9223372036854775807,")], "{\"position\":\"2\""),
    ];
    for (changes, place) in wrong {
        let forged = changed(&file, changes);
        assert_eq!(refused(&to, &forged).await, line_of(&file, place), "{changes:?}");
        assert_eq!(to.head().await.unwrap(), Position::START, "{changes:?}");
        assert!(!to.unfinished_import().await.unwrap());
    }
    read(&to, &file).await.unwrap();
    assert_clean(&to).await;
}

pub(crate) async fn what_is_there_is_not_passed_over_for_a_claim_that_it_was_released(
    from: AnyStorage,
    to: AnyStorage,
) {
    rich(&from).await;
    let archive = written(&from, Span { after: Position::START, through: Some(Position::new(8)) }).await;
    close_books(&from).await;
    let rest = written(&from, Span::default()).await;
    read(&to, &archive).await.unwrap();

    let run = rest.lines().find(|line| line.starts_with("{\"released\"")).unwrap();
    let sum = run.split('"').rev().nth(1).unwrap();
    let other = changed(&rest, &[(run, &run.replace(sum, &"0".repeat(64)))]);
    assert_eq!(refused(&to, &other).await, line_of(&rest, run), "the run ends with another event");

    let third = rest.lines().find(|line| line.starts_with("{\"position\":\"3\"")).unwrap();
    let sum = third.split("\"checksum\":\"").nth(1).unwrap().split('"').next().unwrap();
    let claimed = format!("{}\",\"standsIn\":true", "0".repeat(64));
    let other = changed(&rest, &[(third, &third.replace(&format!("{sum}\""), &claimed))]);
    assert_eq!(refused(&to, &other).await, line_of(&rest, third), "no run covers it");

    assert_eq!(to.head().await.unwrap(), Position::new(8));
    assert_eq!(read(&to, &rest).await.unwrap().events, 4);
    assert_eq!(to.raw_head().await.unwrap().checksum, from.raw_head().await.unwrap().checksum);
    assert_clean(&to).await;
}

pub(crate) async fn a_span_that_ends_within_a_released_run_takes_all_of_it(from: AnyStorage, to: AnyStorage) {
    rich(&from).await;
    close_books(&from).await;
    let first = written(&from, Span { after: Position::START, through: Some(Position::new(6)) }).await;
    assert_eq!(read(&to, &first).await.unwrap().head, Position::new(7));
    read(&to, &written(&from, Span::default()).await).await.unwrap();
    assert_eq!(written(&to, Span::default()).await, written(&from, Span::default()).await);
    assert!(verify(&*to, |_| ()).await.is_clean());
}
