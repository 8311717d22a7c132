//! What a rebuild would change is told without changing anything.

use berth_store::Position;
use berth_views::{PROJECTIONS, ViewError};

use crate::world::{World, grab_id};

#[tokio::test]
async fn a_sound_read_model_would_not_change() {
    let world = World::new().await;
    world.crowd(4, 3).await;
    let views = world.level().await;
    let before = views.dump().await.unwrap();
    for name in PROJECTIONS {
        let mut told = Vec::new();
        let run = views.dry_run(name, None, |at, to| told.push((at, to))).await.unwrap();
        assert_eq!((run.added, run.removed, run.changed), (0, 0, 0), "{run:?}");
        assert_eq!((run.position, run.events), (views.position(), views.position().get()));
        assert_eq!(told.last(), Some(&(views.position(), views.position())));
    }
    assert_eq!(views.dump().await.unwrap(), before);
    let files = std::fs::read_dir(world.directory.path()).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.contains("dry-run")), "{names:?}");
}

#[tokio::test]
async fn rows_that_differ_are_counted_and_shown() {
    let world = World::new().await;
    world.crowd(4, 3).await;
    let views = world.level().await;
    let (one, other) = (grab_id(1), grab_id(2));
    world.change(&format!("UPDATE attempt_0 SET resends = 9 WHERE grab = '{one}' AND number = 2")).await;
    world.change(&format!("DELETE FROM attempt_0 WHERE grab = '{other}'")).await;
    world.change(&format!("INSERT INTO attempt_0 SELECT grab, 99, position, tenant, availability_domain, started_ms, \
        outcome, reason, duration_ms, provider_error, request_id, instance, resends FROM attempt_0 WHERE grab = '{one}' AND number = 1")).await;
    let run = views.dry_run("attempt", None, |_, _| {}).await.unwrap();
    assert_eq!((run.added, run.removed, run.changed), (3, 1, 1), "{run:?}");
    assert_eq!(run.samples.len(), 5);
    let changed = &run.samples[0];
    assert_eq!(changed.key, format!("attempt {one} 2"));
    assert_eq!(changed.before.as_ref().unwrap()["resends"], 9);
    assert_eq!(changed.after.as_ref().unwrap()["resends"], 0);
    assert!(run.samples[1].after.is_none() && run.samples[2].before.is_none());
}

#[tokio::test]
async fn a_dry_run_may_end_before_the_rows_that_serve() {
    let world = World::new().await;
    world.crowd(2, 30).await;
    let views = world.level().await;
    let run = views.dry_run("log_entry", Some(Position::new(3)), |_, _| {}).await.unwrap();
    // When the lines of a stretch were written is another span for fewer lines.
    assert_eq!((run.position, run.added, run.changed), (Position::new(3), 0, 1));
    assert_eq!(run.removed, views.position().get() - 3 + 1, "a line an event, and an owner");
    assert_eq!(run.samples.len(), 20);
    let error = views.dry_run("grub", None, |_, _| {}).await.unwrap_err();
    assert!(matches!(error, ViewError::NoSuchProjection { .. }));
}
