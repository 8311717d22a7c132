use serde_json::{Value, json};

use crate::{
    berth, berth_on_screen, berth_until,
    stub::{Reply, Stub},
};

pub(crate) const ID: &str = "grab_01JD0000000000000000000000";
const TENANT: &str = "tenant_01JD0000000000000000000000";

pub(crate) fn task(state: &str, position: u64) -> Value {
    let attempt = json!({
        "id": "attempt_1", "number": 41, "outcome": "CAPACITY", "availabilityDomain": "Uocm:AP-TOKYO-1-AD-1",
        "startedAt": "2026-11-21T11:59:00Z", "durationMs": 1_430,
        "providerError": { "status": 500, "code": "InternalError", "message": "Out of host capacity.", "requestId": "r" },
    });
    json!({
        "id": ID, "name": "抢ARM机器", "state": state, "stateReason": "容量不足", "allowedActions": ["STOP"],
        "tenant": { "id": TENANT, "name": "东京" }, "attemptCount": 41, "faultCount": 2,
        "nextAttemptAt": "2026-11-21T12:00:09Z", "lastAttempt": attempt,
        "attempts": { "nodes": [attempt] },
        "spec": { "shape": "VM.Standard.A1.Flex", "ocpus": 4.0, "memoryGb": 24.0,
            "sizes": [{ "ocpus": 4.0, "memoryGb": 24.0 }, { "ocpus": 2.0, "memoryGb": 12.0 }], "bootVolumeGb": 50,
            "vpusPerGb": null, "image": "Canonical Ubuntu 24.04", "region": "ap-tokyo-1",
            "regions": ["ap-tokyo-1", "ap-osaka-1"], "availabilityDomains": [], "subnet": null, "publicIpv4": true,
            "ipv6": false, "tags": [{ "name": "team", "value": "blue" }], "count": 1, "hasRootPassword": true,
            "hasUserData": false, "sshKeys": [] },
        "schedule": { "interval": 60, "jitterPercent": 20, "maxAttempts": null, "startAt": null, "deadline": null,
            "windows": [{ "days": ["MONDAY", "SUNDAY"], "fromMinute": 1320, "toMinute": 300 }],
            "cronWindows": [{ "cron": "0 3 * * MON", "minutes": 90 }],
            "utcOffsetMinutes": 480 },
        "instances": [], "createdAt": "2026-11-21T11:00:00Z", "queuedAt": null, "startedAt": null, "finishedAt": null,
        "version": 3, "position": position.to_string(),
    })
}

pub(crate) fn batch(tasks: &[Value], position: u64) -> Value {
    json!({ "tasks": tasks, "deletedIds": [], "position": position.to_string(), "caughtUp": true })
}

fn payload(tasks: &[Value], errors: impl Into<Value>) -> Reply {
    let errors: Value = errors.into();
    Reply::Data(json!({ "grabTasks": tasks, "position": "9", "userErrors": errors }))
}

#[tokio::test]
async fn an_instance_to_start_takes_the_place_of_a_spec() {
    let stub = Stub::start([("GrabTaskCreate", payload(&[task("RUNNING", 9)], json!([])))]).await;
    let line =
        ["task", "create", "--tenant", TENANT, "--start-instance", "ocid1.x", "--region", "ap-tokyo-1"];
    let outcome = berth(&stub.url, &line).await;
    assert_eq!(outcome.exit, 0, "{}", outcome.err);
    let input = stub.asked()[0].variables["input"].clone();
    assert_eq!(input["startInstance"], json!({ "instance": "ocid1.x", "region": "ap-tokyo-1" }));
    assert!(input["spec"].is_null());
}

#[tokio::test]
async fn what_is_not_given_is_left_to_the_servers_defaults() {
    let stub = Stub::start([("GrabTaskCreate", payload(&[task("RUNNING", 9)], json!([])))]).await;
    let line = [
        "task",
        "create",
        "--tenant",
        TENANT,
        "--shape",
        "VM.Standard.A1.Flex",
        "--os",
        "Canonical Ubuntu 24.04",
    ];
    let outcome = berth(
        &stub.url,
        &[&line[..], &["--ocpus", "4", "--interval", "0", "--ssh-key", "ssh-ed25519 AAAA me"]].concat(),
    )
    .await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("created 抢ARM机器 ({ID})\n")));
    let mut input = stub.asked()[0].variables["input"].clone();
    assert_eq!(input["commandId"].as_str().unwrap().len(), 36);
    input["commandId"].take();
    let spec = json!({
        "shape": "VM.Standard.A1.Flex", "ocpus": 4.0, "image": "Canonical Ubuntu 24.04", "sshKeys": ["ssh-ed25519 AAAA me"],
    });
    let expected = json!({ "commandId": null, "tenantIds": [TENANT], "spec": spec, "schedule": { "interval": 0 }, "start": true });
    assert_eq!(input, expected);
}

#[tokio::test]
async fn refusals_are_printed_with_field_and_hint_and_exit_3() {
    let errors = json!([{ "code": "INVALID", "message": "must be at least 1", "field": ["schedule", "interval"], "hint": "try 60" }]);
    let stub = Stub::start([("GrabTaskCreate", payload(&[], errors))]).await;
    let outcome =
        berth(&stub.url, &["task", "create", "--tenant", TENANT, "--shape", "a", "--image", "b"]).await;
    assert_eq!(outcome.exit, 3);
    assert_eq!(outcome.err, "error: schedule.interval: must be at least 1\nhint: try 60\n");
}

#[tokio::test]
async fn a_wish_with_all_that_can_be_wished_for() {
    let stub = Stub::start([("GrabTaskCreate", payload(&[task("RUNNING", 9)], json!([])))]).await;
    let line = "task create --shape VM.Standard.A1.Flex --size 4/24 --size 2/12 --vpus 20 --each-region ap-tokyo-1 \
        --each-region ap-osaka-1 --public-ip false --ipv6 true --tag team=blue --image Ubuntu --interval 5m \
        --start-at 2026-12-01T00:00:00Z --stop-at 2026-12-09T09:00:00+09:00 --utc-offset 8";
    let words = [&line.split_whitespace().collect::<Vec<_>>()[..], &["--tenant", TENANT]].concat();
    let outcome = berth(
        &stub.url,
        &[&words[..], &["--window", "mon-wed 22:00-05:00", "--cron-window", "0 3 * * mon for 90m"]].concat(),
    )
    .await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let spec = json!({
        "shape": "VM.Standard.A1.Flex", "image": "Ubuntu", "vpusPerGb": 20, "publicIpv4": false, "ipv6": true,
        "sizes": [{ "ocpus": 4.0, "memoryGb": 24.0 }, { "ocpus": 2.0, "memoryGb": 12.0 }],
        "tags": [{ "name": "team", "value": "blue" }],
    });
    let window = json!({ "days": ["MONDAY", "TUESDAY", "WEDNESDAY"], "fromMinute": 1320, "toMinute": 300 });
    let schedule = json!({
        "interval": 300, "startAt": "2026-12-01T00:00:00.000Z", "deadline": "2026-12-09T00:00:00.000Z",
        "windows": [window], "cronWindows": [{ "cron": "0 3 * * mon", "minutes": 90 }], "utcOffsetMinutes": 480,
    });
    let regions = ["ap-tokyo-1", "ap-osaka-1"];
    let expected = json!({
        "tenantIds": [TENANT], "regions": regions, "spec": spec, "schedule": schedule, "start": true,
    });
    assert_eq!(stub.sent(0), expected);
}

#[tokio::test]
async fn a_change_sends_back_whole_what_was_read_with_nothing_else_different() {
    let shown = || ("GrabTask", Reply::Data(task("RUNNING", 9)));
    let answer = || ("GrabTaskUpdate", payload(&[task("RUNNING", 10)], json!([])));
    let stub = Stub::start([shown(), answer(), shown(), answer()]).await;
    let outcome =
        berth(&stub.url, &["task", "update", ID, "--memory", "12", "--region", "eu-frankfurt-1"]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (0, "抢ARM机器 is running\n"), "{}", outcome.err);
    let spec = json!({
        "shape": "VM.Standard.A1.Flex", "ocpus": 4.0, "memoryGb": 12.0, "bootVolumeGb": 50, "vpusPerGb": null,
        "image": "Canonical Ubuntu 24.04", "region": "eu-frankfurt-1", "availabilityDomains": [], "subnet": null,
        "publicIpv4": true, "ipv6": false, "tags": [{ "name": "team", "value": "blue" }], "count": 1, "sshKeys": [],
    });
    assert_eq!(stub.sent(1), json!({ "taskId": ID, "expectedVersion": 3, "spec": spec }));

    berth(&stub.url, &["task", "update", ID, "--name", "neu", "--interval", "90"]).await;
    let mut schedule = task("RUNNING", 9)["schedule"].clone();
    schedule["interval"] = json!(90);
    assert_eq!(
        stub.sent(3),
        json!({ "taskId": ID, "expectedVersion": 3, "name": "neu", "schedule": schedule })
    );
}

/// What an update sends for these flags.
async fn update(flags: &[&str]) -> Value {
    let answer = payload(&[task("RUNNING", 10)], json!([]));
    let stub = Stub::start([("GrabTask", Reply::Data(task("RUNNING", 9))), ("GrabTaskUpdate", answer)]).await;
    let outcome = berth(&stub.url, &[&["task", "update", ID], flags].concat()).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    stub.sent(1)
}

#[tokio::test]
async fn a_shape_of_one_size_takes_none_along_and_another_flexible_one_does() {
    let spec = update(&["--shape", "VM.Standard.E2.1.Micro"]).await["spec"].clone();
    for field in ["sizes", "ocpus", "memoryGb"] {
        assert_eq!(spec.get(field), None, "{field} in {spec}");
    }
    let spec = update(&["--shape", "VM.Standard.A2.Flex"]).await["spec"].clone();
    assert_eq!(spec["sizes"], task("RUNNING", 9)["spec"]["sizes"]);
}

#[tokio::test]
async fn the_word_none_takes_away_what_a_flag_would_set() {
    let wish = ["--subnet", "none", "--ad", "none", "--tag", "none", "--ssh-key", "none", "--vpus", "none"];
    let times = [
        "--window",
        "none",
        "--cron-window",
        "none",
        "--start-at",
        "none",
        "--stop-at",
        "none",
        "--max-attempts",
        "none",
    ];
    let sent = update(&[&wish[..], &times].concat()).await;
    let (spec, schedule) = (&sent["spec"], &sent["schedule"]);
    let windows = [&schedule["windows"], &schedule["cronWindows"]];
    let lists = [&spec["availabilityDomains"], &spec["tags"], &spec["sshKeys"]];
    assert_eq!((windows, lists), ([&json!([]); 2], [&json!([]); 3]), "{sent}");
    assert_eq!((&spec["subnet"], &spec["vpusPerGb"]), (&json!(""), &json!(0)));
    let moments = [&schedule["startAt"], &schedule["deadline"]];
    assert_eq!((moments, &schedule["maxAttempts"]), ([&Value::Null; 2], &json!(0)));
    assert_eq!(schedule["interval"], 60, "what is not named stays");
}

#[tokio::test]
async fn what_goes_beyond_what_is_free_is_warned_of_on_stderr() {
    let warned = |tasks: &[Value]| {
        Reply::Data(
            json!({ "grabTasks": tasks, "position": "9", "warnings": ["2 OCPU beyond"], "userErrors": [] }),
        )
    };
    let create = ["task", "create", "--tenant", TENANT, "--shape", "a", "--image", "b"];
    let update = ["task", "update", ID, "--name", "neu"];
    let stub = Stub::start([
        ("GrabTaskCreate", warned(&[task("RUNNING", 9)])),
        ("GrabTask", Reply::Data(task("RUNNING", 9))),
        ("GrabTaskUpdate", warned(&[task("RUNNING", 9)])),
    ])
    .await;
    for (line, out) in [(&create[..], "created 抢ARM机器"), (&update, "抢ARM机器 is running")] {
        let outcome = berth(&stub.url, line).await;
        assert!(outcome.out.starts_with(out), "{outcome:?}");
        assert_eq!((outcome.exit, outcome.err.as_str()), (0, "warning: 2 OCPU beyond\n"));
    }
}

#[tokio::test]
async fn what_is_deleted_is_said_and_what_refuses_is_not() {
    let mut gone = task("SUCCEEDED", 9);
    gone["allowedActions"] = json!([]);
    let errors =
        json!([{ "code": "STATE_CONFLICT", "message": "it runs", "field": ["taskIds", "1"], "hint": null }]);
    let stub = Stub::start([("GrabTaskDelete", payload(&[gone, task("RUNNING", 9)], errors))]).await;
    let other = ID.replace("01JD", "01JE");
    let line = ["task", "delete", ID, &other];
    assert_eq!(berth(&stub.url, &line).await.exit, 2, "nobody is there to be asked");
    let outcome = berth(&stub.url, &[&line[..], &["--yes"]].concat()).await;
    assert_eq!(outcome.out, "抢ARM机器 is deleted\n");
    assert_eq!(outcome.exit, 3, "{}", outcome.err);
}

#[tokio::test]
async fn several_tasks_are_one_command_and_those_done_are_shown_beside_those_refused() {
    let errors =
        json!([{ "code": "NOT_FOUND", "message": "no such task", "field": ["taskIds", "1"], "hint": null }]);
    let stub = Stub::start([("GrabTaskPause", payload(&[task("PAUSED", 9)], errors))]).await;
    let other = ID.replace("01JD", "01JE");
    let outcome = berth(&stub.url, &["task", "pause", ID, &other]).await;
    assert_eq!((outcome.exit, outcome.out.as_str()), (5, "抢ARM机器 is paused\n"), "{}", outcome.err);
    assert_eq!(stub.asked()[0].variables["input"]["taskIds"], json!([ID, other]));
}

#[tokio::test]
async fn the_list_reads_all_pages_and_filters_on_the_server() {
    let page = |more: bool| {
        let info = json!({ "hasNextPage": more, "endCursor": "c1" });
        Reply::Data(json!({ "nodes": [task("RUNNING", 9)], "pageInfo": info, "position": "9" }))
    };
    let stub = Stub::start([("GrabTasks", page(true)), ("GrabTasks", page(false))]).await;
    let outcome = berth(&stub.url, &["task", "list", "--state", "cooling-down", "--search", "东"]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let lines: Vec<&str> = outcome.out.lines().collect();
    assert_eq!(lines[0], "NAME       TENANT  STATE    ATTEMPTS  FAULTS  LAST             NEXT    ID");
    assert_eq!(
        lines[1],
        format!("抢ARM机器  东京    running  41        2       out of capacity  in 9 s  {ID}")
    );
    assert_eq!(lines.len(), 3);
    let asked = stub.asked();
    assert_eq!(asked[0].variables["filter"], json!({ "state": ["COOLING_DOWN"], "search": "东" }));
    assert_eq!(asked[1].variables["after"], "c1");
}

#[tokio::test]
async fn a_task_is_shown_in_full_in_chinese() {
    let stub = Stub::start([("GrabTask", Reply::Data(task("RUNNING", 9)))]).await;
    let out = berth(&stub.url, &["task", "show", ID, "--lang", "zh-CN"]).await.out;
    for words in [
        "抢机中",
        "容量不足 AD-1 1.4 s",
        "500 InternalError: Out of host capacity.",
        "41 次 · 故障 2",
        "9 秒后",
    ] {
        assert!(out.contains(words), "{words} in {out}");
    }
}

#[tokio::test]
async fn waiting_exits_0_when_the_state_is_reached() {
    let feed = Reply::BatchesThenSilence(vec![batch(&[], 10), batch(&[task("SUCCEEDED", 12)], 12)]);
    let stub = Stub::start([("GrabTask", Reply::Data(task("RUNNING", 9))), ("TaskStateChanged", feed)]).await;
    let outcome = berth(&stub.url, &["task", "wait", ID, "--for", "succeeded", "-o", "id"]).await;
    assert_eq!((outcome.exit, outcome.out), (0, format!("{ID}\n")), "{}", outcome.err);
    assert_eq!(stub.asked()[1].variables, json!({ "taskIds": [ID], "after": "9" }));
}

#[tokio::test]
async fn waiting_exits_1_when_another_final_state_is_reached() {
    let feed = Reply::BatchesThenSilence(vec![batch(&[task("FAILED", 12)], 12)]);
    let stub = Stub::start([("GrabTask", Reply::Data(task("RUNNING", 9))), ("TaskStateChanged", feed)]).await;
    let outcome = berth(&stub.url, &["task", "wait", ID, "--for", "succeeded", "--timeout", "2h"]).await;
    assert_eq!(outcome.exit, 1);
    assert_eq!(outcome.err, "error: 抢ARM机器 is failed: 容量不足\n");
}

#[tokio::test]
async fn waiting_exits_6_when_the_time_has_passed() {
    let feed = Reply::BatchesThenSilence(vec![]);
    let stub = Stub::start([("GrabTask", Reply::Data(task("RUNNING", 9))), ("TaskStateChanged", feed)]).await;
    let outcome = berth(&stub.url, &["task", "wait", ID, "--for", "succeeded", "--timeout", "0"]).await;
    assert_eq!(outcome.exit, 6, "{outcome:?}");
}

#[tokio::test]
async fn waiting_for_a_task_that_is_deleted_exits_5() {
    let gone = json!({ "tasks": [], "deletedIds": [ID], "position": "12", "caughtUp": true });
    let feed = Reply::BatchesThenSilence(vec![gone]);
    let stub = Stub::start([("GrabTask", Reply::Data(task("RUNNING", 9))), ("TaskStateChanged", feed)]).await;
    assert_eq!(berth(&stub.url, &["task", "wait", ID, "--for", "succeeded"]).await.exit, 5);
}

#[tokio::test]
async fn watching_without_a_terminal_prints_a_line_a_change_and_ends_with_the_task() {
    let feed = Reply::BatchesThenSilence(vec![
        batch(&[task("COOLING_DOWN", 11)], 11),
        batch(&[task("RUNNING", 10)], 12),
        batch(&[task("SUCCEEDED", 13)], 13),
    ]);
    let stub =
        Stub::start([("GrabTaskWatch", Reply::Data(task("RUNNING", 9))), ("TaskStateWatched", feed)]).await;
    let outcome = berth(&stub.url, &["task", "watch", ID]).await;
    let line = |state| {
        format!(
            "11-21 12:00:00Z 抢ARM机器 {state} · 41 attempts · 2 faults · last: out of capacity AD-1 1.4 s\n"
        )
    };
    let expected = [line("running"), line("cooling down"), line("succeeded")].concat();
    assert_eq!((outcome.exit, outcome.out), (0, expected), "what is older than what was shown is not shown");
}

#[tokio::test]
async fn on_a_terminal_the_watch_draws_heartbeat_and_countdown_in_place() {
    let mut granted = task("SUCCEEDED", 13);
    granted["instances"] =
        json!([{ "id": "instance_1", "providerId": "ocid1.instance.x", "publicIps": ["203.0.113.7"] }]);
    granted["attempts"]["nodes"][0]["outcome"] = json!("ACCEPTED");
    let old = granted["lastAttempt"].clone();
    granted["attempts"]["nodes"].as_array_mut().unwrap().push(old);
    let feed = Reply::BatchesThenSilence(vec![batch(&[granted], 13)]);
    let stub =
        Stub::start([("GrabTaskWatch", Reply::Data(task("RUNNING", 9))), ("TaskStateWatched", feed)]).await;
    let outcome = berth_on_screen(&stub.url, &["task", "watch", ID]).await;
    assert_eq!(outcome.exit, 0, "{outcome:?}");
    let first = "\x1b[?7l\r抢ARM机器  ● running  41 attempts · 2 faults  next in 9 s\x1b[K\n\r▁  last: out of capacity AD-1 1.4 s\x1b[K\n";
    assert!(outcome.out.starts_with(first), "{}", outcome.out);
    let last = outcome.out.rsplit("\x1b[3A").next().unwrap();
    assert!(last.contains("● succeeded") && last.contains("▁█") && last.contains("203.0.113.7"), "{last}");
}

#[tokio::test]
async fn an_interrupted_watch_says_where_it_was() {
    let feed = Reply::BatchesThenSilence(vec![batch(&[task("COOLING_DOWN", 11)], 12)]);
    let stub =
        Stub::start([("GrabTaskWatch", Reply::Data(task("RUNNING", 9))), ("TaskStateWatched", feed)]).await;
    let out_of_replies = stub.clone();
    let outcome =
        berth_until(&stub.url, &["task", "watch", ID, "-q"], async move { out_of_replies.all_given().await })
            .await;
    assert_eq!(outcome.exit, 130, "{outcome:?}");
    assert!(outcome.err.contains("interrupted at position "), "{}", outcome.err);
}
