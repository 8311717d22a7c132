//! What the database says no with, and what follows from it. A trigger of somebody else's stands for the disk and for luck.

use berth_store::{AppendError, Condition, Version, verify};
use futures::future::join_all;
use sqlx::AssertSqlSafe;

use super::world::{World, stranger, world};
use crate::contract::{append_to, events, fresh, stream};

/// From now on every append meets this.
async fn obstruct(world: &World, body: &str) {
    let script = format!(
        "CREATE SEQUENCE tries; CREATE FUNCTION obstruct() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS \
         $$ BEGIN {body} RETURN NULL; END $$; \
         CREATE TRIGGER obstruct AFTER INSERT ON commands FOR EACH STATEMENT EXECUTE FUNCTION obstruct()"
    );
    sqlx::raw_sql(AssertSqlSafe(script)).execute(&mut stranger(&world.dsn).await).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_appends_reads_on_and_recovers_when_there_is_space() {
    let world = world().await;
    append_to(&world.log, 1, 0, 3).await.unwrap();
    obstruct(&world, "RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full';").await;
    let refused = fresh().write(stream(1), Version::new(3), events(1));
    for _ in 0..2 {
        let error = world.log.append(refused.clone()).await.unwrap_err();
        assert!(matches!(error, AppendError::StorageFull), "{error}");
        assert_eq!(*world.log.condition().borrow(), Condition::Full);
    }
    assert_eq!(world.log.head().await.unwrap().get(), 3);
    let space = "DROP TRIGGER obstruct ON commands";
    sqlx::raw_sql(space).execute(&mut stranger(&world.dsn).await).await.unwrap();
    let appended = world.log.append(refused).await.unwrap();
    assert_eq!((appended.last.get(), appended.repeated), (4, false));
    assert_eq!(*world.log.condition().borrow(), Condition::Well);
    assert!(verify(&world.postgres, |_| ()).await.is_clean());
}

#[tokio::test]
async fn who_was_in_anothers_way_tries_again() {
    let world = world().await;
    // A sequence counts what is rolled back too.
    let unlucky = "IF nextval('tries') < 3 THEN RAISE EXCEPTION 'in the way' USING ERRCODE = 'deadlock_detected'; END IF;";
    obstruct(&world, unlucky).await;
    let answers = join_all((0..5).map(|n| append_to(&world.log, n, 0, 1))).await;
    assert!(
        answers.iter().all(|answer| answer.as_ref().is_ok_and(|appended| !appended.repeated)),
        "{answers:?}"
    );
    assert!(verify(&world.postgres, |_| ()).await.is_clean());
}

#[tokio::test]
async fn a_text_that_cannot_be_kept_is_refused_alone() {
    let world = world().await;
    let appends = (0..5_u32).map(|n| {
        let mut append = fresh().write(stream(n), Version::NONE, events(1));
        if n == 3 {
            append.meta.actor = "no\0body".into();
        }
        world.log.append(append)
    });
    let answers = join_all(appends).await;
    assert!(matches!(&answers[3], Err(AppendError::Storage(_))), "{:?}", answers[3]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 4);
}
