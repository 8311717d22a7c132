//! Attempts in numbers, as clients ask for them.

use serde_json::{Value, json};

use crate::{
    stage::{Stage, TASK_CREATE, play_with, task_input},
    tasks::held,
};

/// A task of a new tenant that has its instance; the tenant's id and the task's.
async fn got(stage: &Stage) -> (String, Value) {
    let tenant = stage.tenant("tokyo").await;
    let made = stage.ask(TASK_CREATE, json!({ "input": task_input(std::slice::from_ref(&tenant)) })).await;
    let id = made["grabTaskCreate"]["grabTasks"][0]["id"].clone();
    held(stage, &id).await;
    (tenant, id)
}

const FIGURES: &str = "query($tenant: ID, $task: ID, $region: String, $at: EventPosition) {
    attemptStatistics(tenantId: $tenant, taskId: $task, region: $region, minPosition: $at) {
        attempts accepted lost launched medianTimeToLaunch
        preparationFailures { count }
        timeToLaunch { count tenth median ninetieth steps { upTo count } }
        regions { region availabilityDomain attempts launched outcomes { outcome count } }
        availabilityDomains { region availabilityDomain attempts faults launched }
        shapes { shape attempts launched }
        hoursOfWeek { weekday hour attempts launched }
        capacityHeatmap { region hour attempts launched }
        hours { hour attempts launched } } }";

#[test]
fn attempts_are_told_apart_by_place_and_shape_and_hour() {
    play_with(Vec::new(), async |stage| {
        let (tenant, task) = got(stage).await;
        let head = stage.head().await.to_string();
        let whole = stage.ask(FIGURES, json!({ "at": head })).await["attemptStatistics"].clone();
        assert_eq!((&whole["launched"], &whole["lost"]), (&json!(1), &json!(0)));
        assert!(whole["medianTimeToLaunch"].is_u64(), "{whole}");
        assert_eq!(whole["medianTimeToLaunch"], whole["timeToLaunch"]["ninetieth"]);
        let steps = whole["timeToLaunch"]["steps"].as_array().unwrap();
        assert_eq!(steps.iter().map(|step| step["count"].as_u64().unwrap()).sum::<u64>(), 1);
        assert_eq!((&steps[0]["upTo"], &steps[steps.len() - 1]["upTo"]), (&json!(60), &Value::Null));
        let region = whole["regions"][0]["region"].clone();
        assert_eq!(whole["regions"][0]["availabilityDomain"], Value::Null);
        assert!(whole["availabilityDomains"][0]["availabilityDomain"].is_string(), "{whole}");
        assert_eq!(whole["shapes"][0]["shape"], "VM.Standard.A1.Flex");
        assert_eq!(whole["capacityHeatmap"][0]["region"], region);
        let groups = ["regions", "availabilityDomains", "shapes", "hoursOfWeek", "capacityHeatmap", "hours"];
        for group in groups {
            let launched = whole[group].as_array().unwrap().iter();
            assert_eq!(launched.map(|each| each["launched"].as_u64().unwrap()).sum::<u64>(), 1, "{group}");
        }
        for scope in [json!({ "tenant": tenant }), json!({ "task": task }), json!({ "region": region })] {
            assert_eq!(stage.ask(FIGURES, scope.clone()).await["attemptStatistics"], whole, "{scope}");
        }
        let elsewhere = stage.ask(FIGURES, json!({ "region": "eu-paris-1" })).await;
        assert_eq!(elsewhere["attemptStatistics"]["attempts"], 0);
        assert_eq!(elsewhere["attemptStatistics"]["regions"], json!([]));
    });
}

#[test]
fn odds_stand_beside_a_task_and_before_there_is_one() {
    play_with(Vec::new(), async |stage| {
        let (tenant, task) = got(stage).await;
        let document = "query($id: ID!, $ofTenant: Boolean!) { grabTask(id: $id) {
            odds(ofTenant: $ofTenant, utcOffsetMinutes: 480) {
                region shape days attempts launched launchedByHour window { from to launched } text } } }";
        let mut odds = Vec::new();
        for of_tenant in [true, false] {
            let answer = stage.ask(document, json!({ "id": task, "ofTenant": of_tenant })).await;
            odds.push(answer["grabTask"]["odds"].clone());
        }
        assert_eq!(odds[0], odds[1], "there is no other tenant");
        let first = odds[0][0].clone();
        assert_eq!(odds[0].as_array().unwrap().len(), 1);
        assert_eq!((&first["launched"], &first["window"]), (&json!(1), &Value::Null), "one is no habit");
        let by_hour = first["launchedByHour"].as_array().unwrap();
        assert_eq!((by_hour.len(), by_hour.iter().map(|hour| hour.as_u64().unwrap()).sum::<u64>()), (24, 1));
        let region = first["region"].as_str().unwrap();
        let text = format!("last 30 days: 1 grant of VM.Standard.A1.Flex in {region}");
        assert_eq!(first["text"], text);

        let document = "query($region: String!, $tenant: ID, $offset: Int) {
            grabOdds(region: $region, tenantId: $tenant, utcOffsetMinutes: $offset) { attempts launched text } }";
        let chinese = stage.ask_in_chinese(document, json!({ "region": region, "tenant": tenant })).await;
        assert_eq!(chinese["grabOdds"]["text"], format!("最近 30 天：{region} 抢到 1 次"));
        let nobody = json!({ "region": region, "tenant": "tenant_01ARZ3NDEKTSV4RRFFQ69G5FAV" });
        assert_eq!(stage.ask(document, nobody).await["grabOdds"]["launched"], 0);
        assert_eq!(stage.code(document, json!({ "region": region, "offset": 10_000 })).await, "BAD_QUERY");
        assert_eq!(stage.code(document, json!({ "region": region, "tenant": "tokyo" })).await, "BAD_QUERY");
    });
}

#[test]
fn a_page_of_tasks_reads_their_odds_once() {
    play_with(Vec::new(), async |stage| {
        let (tenant, _) = got(stage).await;
        let page = |fields: &str| format!("{{ grabTasks {{ nodes {{ id {fields} }} }} }}");
        stage.tasks(&[tenant.clone(), tenant.clone(), tenant]).await;
        stage.ask(&page(""), json!({})).await;
        let (_, without) = stage.count(&page(""), json!({})).await;
        let (answer, with) =
            stage.count(&page("odds { text } tenants: odds(ofTenant: true) { text }"), json!({})).await;
        assert!(answer["grabTasks"]["nodes"].as_array().unwrap().len() > 1, "{answer}");
        assert_eq!(with, without + 4, "a moment is begun, its position read, attempts and grants");
    });
}

#[test]
fn long_lists_are_counted_as_long_ones() {
    play_with(Vec::new(), async |stage| {
        let week = |count: usize| {
            let one =
                |index| format!("a{index}: attemptStatistics {{ hoursOfWeek {{ weekday hour attempts }} }}");
            format!("{{ {} }}", (0..count).map(one).collect::<Vec<_>>().join(" "))
        };
        stage.ask(&week(10), json!({})).await;
        assert_eq!(stage.code(&week(99), json!({})).await, "Query is too complex.");
    });
}
