//! SIGTERM: nothing new is taken, what is under way is finished or found out later.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::harness::{Server, Settings, Simulator, until, wish};

/// The house allows so long from the signal to the end.
const MOST: Duration = Duration::from_secs(15);

#[tokio::test]
async fn a_launch_in_the_air_is_waited_for_while_the_server_says_it_is_not_ready() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["delay 2s"] }]"#).await;
    let (mut server, task) = with_a_launch_in_the_air(&simulator).await;
    let (client, began) = (server.client(), Instant::now());
    server.process.signal("TERM");
    let ready = format!("{}/readyz", server.url());
    until("readyz says that the server drains", async || {
        let status = reqwest::get(&ready).await.expect("it serves while it drains").status();
        (status == 503).then_some(())
    })
    .await;
    let refused = client.mutate("grabTaskPause", &json!({ "taskIds": [task] })).await;
    assert_eq!(refused.expect_err("nothing new is taken").code(), "UNAVAILABLE");
    assert_eq!(server.process.ended().await.code(), Some(0), "{}", server.process.complaints());
    assert!(began.elapsed() < MOST);
    server.restart().await;
    client.reaches(&task, "SUCCEEDED").await;
    assert_eq!(simulator.launches().await.len(), 1, "the answer was waited for, so nobody had to ask again");
    assert!(server.stop().await.success());
    server.assert_log_is_clean().await;
}

#[tokio::test]
async fn a_launch_that_takes_too_long_is_left_and_found_out_after_the_restart() {
    let simulator = Simulator::start(r#"rule = [{ steps = ["delay 5m"] }]"#).await;
    let (mut server, task) = with_a_launch_in_the_air(&simulator).await;
    let (client, began) = (server.client(), Instant::now());
    assert_eq!(server.stop().await.code(), Some(0), "{}", server.process.complaints());
    assert!(began.elapsed() < MOST);
    server.restart().await;
    client.reaches(&task, "SUCCEEDED").await;
    let living = simulator.living().await;
    assert_eq!(living[&task].len(), 1, "{living:?}");
}

async fn with_a_launch_in_the_air(simulator: &Simulator) -> (Server, String) {
    let server = Server::start(Settings::on(simulator)).await;
    let client = server.client();
    let tenant = client.tenant(simulator).await;
    let task = client.task(wish(&tenant, "in the air")).await;
    until("a launch is in the air", async || (!simulator.launches().await.is_empty()).then_some(())).await;
    (server, task)
}
