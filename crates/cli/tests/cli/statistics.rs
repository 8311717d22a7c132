use serde_json::{Value, json};

use crate::{
    berth,
    stub::{Reply, Stub},
};

fn figures() -> Value {
    let week: Vec<Value> = (0..168)
        .map(|hour| {
            let launched = u8::from(hour == 4);
            let (weekday, hour) = (hour / 24 + 1, hour % 24);
            json!({ "weekday": weekday, "hour": hour, "attempts": 10 * hour, "faults": 0, "launched": launched })
        })
        .collect();
    json!({
        "from": "2026-11-14T12:00:00Z", "to": "2026-11-21T12:00:00Z", "position": "9",
        "attempts": 10_040, "faults": 40, "accepted": 1, "lost": 0, "launched": 1, "meanDurationMs": 300,
        "outcomes": [{ "outcome": "CAPACITY", "count": 10_000 }, { "outcome": "NETWORK", "count": 40 }],
        "preparationFailures": [],
        "timeToLaunch": { "count": 1, "tenth": 7_260, "median": 7_260, "ninetieth": 7_260, "steps": [] },
        "regions": [],
        "availabilityDomains": [
            { "region": "ap-tokyo-1", "availabilityDomain": null, "attempts": 40, "faults": 40, "launched": 0 },
            { "region": "ap-tokyo-1", "availabilityDomain": "Uocm:AP-TOKYO-1-AD-1", "attempts": 10_000, "faults": 0, "launched": 1 },
        ],
        "shapes": [{ "shape": "VM.Standard.A1.Flex", "attempts": 10_040, "faults": 40, "launched": 1 }],
        "hoursOfWeek": week,
    })
}

const SHOWN: &str = "last 7 d: attempts 10,040, faults 40, instances got 1
half of those got it within 2 h 1 min of their start

RESULT           ATTEMPTS  
out of capacity  10,000    ████████████████
not reached      40        ▏

REGION      DOMAIN                ATTEMPTS  FAULTS  LAUNCHED  
ap-tokyo-1  –                     40        40      0         ▏
ap-tokyo-1  Uocm:AP-TOKYO-1-AD-1  10,000    0       1         ████████████████

SHAPE                ATTEMPTS  FAULTS  LAUNCHED  
VM.Standard.A1.Flex  10,040    40      1         ████████████████

attempts by hour of the week, UTC (• an instance was got)
      00    03    06    09    12    15    18    21
Mon     ▁ ▁ ▂ ▂•▂ ▃ ▃ ▃ ▄ ▄ ▄ ▅ ▅ ▅ ▆ ▆ ▆ ▇ ▇ ▇ █ █ █
";

#[tokio::test]
async fn attempts_are_shown_in_numbers_within_80_columns() {
    let stub = Stub::start([("Statistics", Reply::Data(figures()))]).await;
    let outcome = berth(&stub.url, &["statistics"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    assert!(outcome.out.starts_with(SHOWN), "{}", outcome.out);
    assert!(outcome.out.lines().all(|line| line.chars().count() <= 80), "{}", outcome.out);
    assert_eq!(outcome.out.lines().last().map(|line| &line[..5]), Some("Sun  "));
    let range = json!({ "from": "2026-11-14T12:00:00.000Z", "to": "2026-11-21T12:00:00.000Z" });
    assert_eq!(stub.asked()[0].variables, json!({ "range": range, "region": null }));
}

#[tokio::test]
async fn a_region_is_shown_with_its_odds_in_the_readers_hours() {
    let odds = json!({ "region": "ap-tokyo-1", "text": "last 30 days: 1 grant in ap-tokyo-1" });
    let answers = || [("Statistics", Reply::Data(figures())), ("Odds", Reply::Data(odds.clone()))];
    let stub = Stub::start(answers()).await;
    let line = ["statistics", "--region", "ap-tokyo-1", "--utc-offset", "-3", "--since", "1d"];
    let outcome = berth(&stub.url, &line).await;
    assert!(outcome.out.contains("\nlast 30 days: 1 grant in ap-tokyo-1\n"), "{}", outcome.out);
    assert!(outcome.out.contains("hour of the week, UTC-03:00 ("), "{}", outcome.out);
    assert!(outcome.out.contains("\nMon   ▂ ▂•"), "{}", outcome.out);
    assert_eq!(
        stub.asked()[1].variables,
        json!({ "region": "ap-tokyo-1", "tenantId": null, "utcOffsetMinutes": -180 })
    );
    let stub = Stub::start(answers()).await;
    berth(&stub.url, &["statistics", "--region", "ap-tokyo-1", "--utc-offset", "+05:30"]).await;
    assert_eq!(stub.asked()[1].variables["utcOffsetMinutes"], 330);
    let stub = Stub::start(answers()).await;
    let outcome = berth(&stub.url, &["statistics", "--region", "ap-tokyo-1", "--json"]).await;
    let told: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!((&told["attempts"], &told["odds"]), (&json!(10_040), &odds));
}

#[tokio::test]
async fn where_nothing_was_tried_nothing_is_drawn() {
    let mut empty = figures();
    for (key, none) in [("attempts", json!(0)), ("faults", json!(0)), ("launched", json!(0))] {
        empty[key] = none;
    }
    empty["timeToLaunch"]["median"] = Value::Null;
    let stub = Stub::start([("Statistics", Reply::Data(empty))]).await;
    let outcome = berth(&stub.url, &["statistics", "--lang", "zh-CN"]).await;
    assert_eq!(outcome.out, "最近 7 天：尝试 0 次，故障 0 次，抢到 0 台\n");
}
