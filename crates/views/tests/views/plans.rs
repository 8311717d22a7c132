//! Questions go through views of the plain names, and must find the indexes of the generation that serves all the same.

use crate::world::World;

const QUESTIONS: [(&str, &str); 13] = [
    (
        "SELECT * FROM attempt WHERE grab = 'a' AND (number, grab) < (7, 'a') ORDER BY number DESC, grab DESC LIMIT 9",
        "SEARCH attempt_1 USING PRIMARY KEY (grab=?",
    ),
    (
        "SELECT * FROM attempt WHERE grab = 'a' AND number = 7",
        "SEARCH attempt_1 USING PRIMARY KEY (grab=? AND number=?)",
    ),
    (
        "SELECT attempt.* FROM json_each('[]') AS wanted JOIN attempt ON attempt.grab = wanted.value AND attempt.number = (SELECT max(number) FROM attempt AS any WHERE any.grab = wanted.value)",
        "SEARCH attempt_1 USING PRIMARY KEY (grab=? AND number=?)",
    ),
    (
        "SELECT id, tenant, runs, busy, due_ms, queued_ms FROM grab WHERE wanting = 1 ORDER BY id",
        "USING COVERING INDEX grab_wanting_1",
    ),
    (
        "SELECT * FROM grab WHERE position > 7 ORDER BY position LIMIT 9",
        "USING INDEX grab_by_position_1 (position>?)",
    ),
    (
        "SELECT * FROM grab WHERE deleted = 0 ORDER BY runs DESC, activity DESC LIMIT 9",
        "USING INDEX grab_by_activity_1",
    ),
    (
        "SELECT * FROM grab WHERE tenant = 'a' ORDER BY created_ms, id",
        "USING INDEX grab_by_tenant_1 (tenant=?)",
    ),
    (
        "SELECT * FROM grab WHERE id IN (SELECT value FROM json_each('[]'))",
        "SEARCH grab_1 USING INDEX sqlite_autoindex_grab_1_1 (id=?)",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND grab = 'a' AND place < 7 ORDER BY place DESC LIMIT 9",
        "USING INDEX log_entry_by_grab_1 (grab=? AND rowid<?)",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND place >= 7 ORDER BY place LIMIT 9",
        "USING INTEGER PRIMARY KEY (rowid>?)",
    ),
    (
        "SELECT * FROM tenant WHERE status <> 'REMOVED' ORDER BY name_key, id LIMIT 9",
        "USING INDEX tenant_by_name_1",
    ),
    (
        "SELECT region AS group_region, outcome, sum(attempts) FROM place_hour WHERE TRUE AND tenant = '' AND hour_ms >= 7 GROUP BY 1, 2",
        "USING PRIMARY KEY (tenant=? AND hour_ms>?)",
    ),
    (
        "SELECT hour_ms, outcome, sum(attempts) FROM attempt_hour WHERE TRUE AND grab = 'a' AND hour_ms >= 7 GROUP BY 1, 2",
        "USING PRIMARY KEY (grab=? AND hour_ms>?)",
    ),
];

#[tokio::test]
async fn the_important_questions_use_their_indexes() {
    let world = World::new().await;
    world.crowd(2, 2).await;
    let views = world.level().await;
    views.rebuild_offline(&berth_views::PROJECTIONS, |_| {}).await.unwrap();
    for (question, expected) in QUESTIONS {
        let plan = world.plan(question).await.join("\n");
        assert!(plan.contains(expected), "{question}\n{plan}");
        assert!(!plan.contains("MATERIALIZE") && !plan.contains("CO-ROUTINE"), "{question}\n{plan}");
        assert!(
            !plan.contains("SCAN attempt_1") && !plan.contains("SCAN log_entry_1\n"),
            "{question}\n{plan}"
        );
    }
}
