//! A good answer that stops at any of its bytes: by silence, or by a closed connection.

use std::time::Duration;

use berth_cloud_oci::client::{Call, Client, Reached, Service, Transport};
use futures::future::join_all;
use serde_json::json;

use crate::recorded::recording_answer;
use crate::server::{Reaction, Server};

/// How long the client waits for an answer that has stopped. A machine so slow that it takes longer to see even the whole
/// answer still finds the same: nothing was heard.
const PATIENCE: Duration = Duration::from_millis(400);

fn good_answer() -> Vec<u8> {
    let Reaction::Answer(bytes) = recording_answer("launch_instance") else {
        panic!("a recording is an answer")
    };
    bytes
}

fn post() -> Call {
    Call::post(Service::Core, &["instances"], &json!({"displayName": "x"})).retry_token("token")
}

fn client(server: &Server, transport: &Transport) -> Client {
    server.client_over(transport.clone())
}

#[tokio::test]
async fn an_answer_that_is_cut_off_at_any_byte_leaves_doubt() {
    let whole = good_answer();
    let transport = Transport::direct().unwrap();
    for length in 0..whole.len() {
        let server = Server::start([Reaction::Answer(whole[..length].to_vec())]).await;
        let failure = client(&server, &transport).send(&post()).await.expect_err("half an answer");
        assert_eq!(failure.reached, Reached::Perhaps, "after {length} bytes: {failure:?}");
    }
    let server = Server::start([Reaction::Answer(whole.clone())]).await;
    assert!(client(&server, &transport).send(&post()).await.unwrap().is_success());
}

#[tokio::test]
async fn an_answer_that_stops_at_any_byte_leaves_doubt_once_patience_is_over() {
    let whole = good_answer();
    let transport = Transport::with_total_timeout(PATIENCE).unwrap();
    let stalled = |length: usize| {
        let (bytes, transport) = (whole[..length].to_vec(), transport.clone());
        async move {
            let server = Server::start([Reaction::Stall(bytes)]).await;
            let failure = client(&server, &transport).send(&post()).await.expect_err("half an answer");
            assert_eq!(failure.reached, Reached::Perhaps, "after {length} bytes: {failure:?}");
            assert!(failure.what.starts_with("timed out"), "after {length} bytes: {}", failure.what);
        }
    };
    // All at once, so that the time-outs pass together.
    let lengths: Vec<usize> = (0..whole.len()).collect();
    for lengths in lengths.chunks(200) {
        join_all(lengths.iter().map(|length| stalled(*length))).await;
    }
}

/// Bytes come without end, each in time, and the answer never: only the whole has a time limit.
#[tokio::test]
async fn an_answer_that_drips_is_given_up() {
    let drips: [(&str, &[u8]); 2] =
        [("forewords", b"HTTP/1.1 100 Continue\r\n\r\n"), ("empty lines", b"\r\n")];
    for (name, drip) in drips {
        let server = Server::start([Reaction::Flood(Vec::new(), drip.to_vec())]).await;
        let impatient = Transport::with_total_timeout(PATIENCE).unwrap();
        let failure = client(&server, &impatient).send(&post()).await.expect_err(name);
        assert_eq!(failure.reached, Reached::Perhaps, "{name}: {failure:?}");
    }
}
