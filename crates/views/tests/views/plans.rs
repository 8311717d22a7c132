//! Questions go through views of the plain names, and must find the indexes of the generation that serves all the same.

use crate::world::World;

const QUESTIONS: [(&str, &str); 24] = [
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
        "SELECT wanted.value AS grab, (past.started_ms - 7) / 9 AS slice, past.outcome AS outcome, count(*) AS attempts FROM json_each('[]') AS wanted JOIN attempt AS past ON past.grab = wanted.value AND past.number > (SELECT max(number) FROM attempt AS any WHERE any.grab = wanted.value) - 5000 WHERE past.started_ms >= 7 AND past.outcome IS NOT NULL GROUP BY 1, 2, 3",
        "SEARCH attempt_1 USING PRIMARY KEY (grab=? AND number>?)",
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
    ("SELECT count(*) FROM grab WHERE deleted = 0", "USING COVERING INDEX grab_listed_1"),
    (
        "SELECT * FROM grab WHERE deleted = 0 ORDER BY created_ms DESC, id DESC LIMIT 9",
        "USING INDEX grab_by_creation_1",
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
        "SELECT * FROM log_entry WHERE TRUE AND level >= 2 AND +tenant = 'a' AND place < 7 ORDER BY place DESC LIMIT 9",
        "USING INDEX log_entry_warned_1 (place<?)",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND level >= 3 ORDER BY place DESC LIMIT 9",
        "USING INDEX log_entry_failed_1",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND level >= 3 AND grab = 'a' AND place < 7 ORDER BY place DESC LIMIT 9",
        "USING INDEX log_entry_failed_by_grab_1 (grab=? AND rowid<?)",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND category <> 'GRAB' AND category = 'AUDIT' AND place < 7 ORDER BY place DESC LIMIT 9",
        "USING INDEX log_entry_rare_1 (category=? AND rowid<?)",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND grab = 'a' UNION ALL SELECT * FROM log_entry WHERE TRUE AND grab = 'b' ORDER BY place DESC LIMIT 9",
        "MERGE (UNION ALL)",
    ),
    (
        "SELECT * FROM log_entry WHERE TRUE AND place >= (SELECT min(block) << 16 FROM log_entry_span WHERE TRUE AND latest >= 7) AND place < (SELECT max(block) + 1 << 16 FROM log_entry_span WHERE TRUE AND latest >= 7) AND time_ms >= 7 ORDER BY place DESC LIMIT 9",
        "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
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
    (
        "SELECT whose.id AS tenant, outcome, sum(attempts) FROM tenant AS whose CROSS JOIN place_hour AS past ON past.tenant = whose.id AND past.hour_ms >= 7 AND past.hour_ms < 9 GROUP BY 1, 2",
        "SEARCH place_hour_1 USING PRIMARY KEY (tenant=? AND hour_ms>? AND hour_ms<?)",
    ),
    (
        "SELECT granted.grab AS id, granted.number AS number, grab.grab AS grab FROM granted LEFT JOIN grab ON grab.id = granted.grab WHERE granted.hour_ms >= 7 AND granted.hour_ms < 9",
        "granted_by_hour_1 (hour_ms>? AND hour_ms<?)",
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

/// As `list.rs` asks: the page alone is held aside, and what is joined to it is looked up.
const PAGE: &str = "SELECT page.*, whole.*, owner.version AS owner_version FROM (SELECT (SELECT position FROM model WHERE name = 'grab' AND live = 1) AS as_of, (SELECT count(*) FROM grab WHERE deleted = 0) AS total) AS whole LEFT JOIN (SELECT * FROM grab WHERE deleted = 0 AND (runs, activity) < (1, 7) ORDER BY runs DESC, activity DESC LIMIT 9) AS page ON TRUE LEFT JOIN tenant AS owner ON owner.id = page.tenant ORDER BY runs DESC, activity DESC";

#[tokio::test]
async fn a_page_with_all_that_is_told_beside_it_uses_the_index_of_its_order() {
    let world = World::new().await;
    world.crowd(2, 2).await;
    let views = world.level().await;
    views.rebuild_offline(&berth_views::PROJECTIONS, |_| {}).await.unwrap();
    let plan = world.plan(PAGE).await.join("\n");
    assert!(plan.contains("USING INDEX grab_by_activity_1 ((runs,activity)<(?,?))"), "{plan}");
    assert!(plan.contains("SEARCH tenant_1 USING INDEX sqlite_autoindex_tenant_1_1 (id=?)"), "{plan}");
}
