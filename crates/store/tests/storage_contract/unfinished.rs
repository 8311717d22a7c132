//! An import is whole, or the log says that it is not.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use berth_store::exchange::{Imported, Span, Unreadable, import};
use berth_store::{Append, ClaimChange, Position, Version};

use super::exchange::{AnyStorage, assert_clean, read, rich, written};
use crate::contract::{events, fresh, stream};

/// Begins an import and kills it at the first wait after so many batches, and so many waits more. Nothing if it was killed; what it had
/// asked for last is done then.
async fn killed(
    to: &AnyStorage,
    file: &str,
    batches: u32,
    waits: u32,
) -> Option<Result<Imported, Unreadable>> {
    let written = AtomicU32::new(0);
    let mut left = waits;
    let mut progress = |_| {
        written.fetch_add(1, Ordering::Relaxed);
    };
    let ended = {
        let mut text = file.as_bytes();
        let mut importing = pin!(import(&**to, &mut text, false, &mut progress));
        poll_fn(|context| match importing.as_mut().poll(context) {
            Poll::Ready(imported) => Poll::Ready(Some(imported)),
            Poll::Pending if written.load(Ordering::Relaxed) < batches => Poll::Pending,
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => {
                left -= 1;
                Poll::Pending
            }
        })
        .await
    };
    // Answered behind whatever the killed one had asked for.
    to.import(&[], &[]).await.unwrap();
    ended
}

/// How often it waits while it reads and compares, which an import that only tries does as well.
async fn waits_of_a_dry_run(to: &AnyStorage, file: &str) -> u32 {
    let (mut waits, mut text, mut silent) = (0, file.as_bytes(), |_| ());
    let mut importing = pin!(import(&**to, &mut text, true, &mut silent));
    let polling = poll_fn(|context| {
        let polled = importing.as_mut().poll(context);
        waits += u32::from(polled.is_pending());
        polled
    });
    polling.await.unwrap();
    waits
}

async fn assert_unfinished_at(to: &AnyStorage, head: u64) {
    assert_eq!(to.head().await.unwrap(), Position::new(head));
    assert!(to.unfinished_import().await.unwrap(), "{head}");
}

pub(crate) async fn an_import_killed_anywhere_says_so_and_is_completed_by_another(
    from: AnyStorage,
    to: AnyStorage,
) {
    rich(&from).await;
    for part in 0..9 {
        let append = fresh().write(stream("many"), Version::new(part * 500), events(500));
        from.append(append).await.unwrap();
    }
    let file = written(&from, Span::default()).await;

    assert!(killed(&to, &file, 0, 0).await.is_none());
    assert!(!to.unfinished_import().await.unwrap(), "nothing was written");
    let cut: String = file.split_inclusive('\n').take(2060).collect();
    read(&to, &cut).await.unwrap_err();
    assert_unfinished_at(&to, 2048).await;
    assert!(killed(&to, &file, 1, 0).await.is_none());
    assert_unfinished_at(&to, 4510).await;
    assert_eq!(to.claim_owner("name", "名字").await.unwrap(), None, "all but the ground");
    // How often it waits is the machine's matter. Of the places where nothing is written any more some dozen are tried, and each of those
    // about the end, where the ground is.
    let near_the_end = waits_of_a_dry_run(&to, &file).await * 7 / 8;
    let mut waits = 0;
    let imported = loop {
        if let Some(imported) = killed(&to, &file, 0, waits).await {
            break imported.unwrap();
        }
        assert_unfinished_at(&to, 4510).await;
        waits += if waits < near_the_end { (1 + waits / 8).min(near_the_end - waits) } else { 1 };
    };
    assert_eq!((imported.events, imported.passed_over), (0, 4510));
    assert!(to.unfinished_import().await.unwrap(), "other files may follow");
    to.import_finished().await.unwrap();
    assert!(!to.unfinished_import().await.unwrap());
    assert_eq!(written(&to, Span::default()).await, file);
    assert_clean(&to).await;
}

pub(crate) async fn a_log_in_use_takes_what_changes_no_ground_and_else_nothing(
    from: AnyStorage,
    to: AnyStorage,
) {
    rich(&from).await;
    read(&to, &written(&from, Span::default()).await).await.unwrap();
    from.append(fresh().write(stream(9), Version::NONE, events(1))).await.unwrap();
    assert_eq!(read(&to, &written(&from, Span::default()).await).await.unwrap().events, 1);
    to.import_finished().await.unwrap();

    let claims = vec![ClaimChange::Take { space: "name", key: "other".into(), owner: stream(9) }];
    let append = Append { claims, ..fresh() }.write(stream(9), Version::new(1), events(1));
    from.append(append).await.unwrap();
    let file = written(&from, Span::default()).await;
    let line = file.lines().position(|line| line.starts_with("{\"claim\"")).unwrap() as u64 + 1;
    for dry_run in [true, false] {
        let error = import(&*to, &mut file.as_bytes(), dry_run, &mut |_| ()).await.unwrap_err();
        assert!(matches!(error, Unreadable::Line { line: found, .. } if found == line), "{error}");
    }
    assert_eq!(to.head().await.unwrap(), Position::new(11));
    assert!(!to.unfinished_import().await.unwrap());
    assert_eq!(to.claim_owner("name", "other").await.unwrap(), None);
    assert_clean(&to).await;
}
