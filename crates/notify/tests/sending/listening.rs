//! What is written to a bot.

use berth_notify::{Bot, Button, Content, Kind, Listener as _};
use secrecy::SecretString;

use crate::support::{
    dispatcher,
    web::{Manner, Web},
};

fn bot(web: &Web) -> Bot {
    Bot { token: SecretString::from("1:c4n4ry"), api_base: web.base(), proxy: None }
}

#[tokio::test]
async fn updates_are_asked_for_and_understood() {
    let long = "x".repeat(200_000);
    let body = format!(
        r#"{{"ok":true,"result":[{{"update_id":7,"message":{{"message_id":1,"chat":{{"id":-5,"type":"group"}},"from":{{"id":9}},"text":"/list"}}}},{{"update_id":8,"poll":"{long}"}}]}}"#
    );
    let web = Web::start(Manner::status(200, &body)).await;
    let heard = dispatcher(&["loopback"]).updates(&bot(&web), 3, 1).await.unwrap();
    assert_eq!(heard.iter().map(|each| each.id).collect::<Vec<_>>(), [7, 8]);
    assert_eq!((&heard[0].content, heard[0].chat.as_str()), (&Content::Text("/list".to_owned()), "-5"));
    let request = &web.requests()[0];
    assert!(request.starts_with("POST /bot1:c4n4ry/getUpdates "), "{request}");
    assert!(request.contains(r#""offset":3"#) && request.contains(r#""timeout":1"#), "{request}");
}

#[tokio::test]
async fn replies_and_answers_say_what_became_of_them() {
    let web = Web::start(Manner::status(200, r#"{"ok":true,"result":{"message_id":7}}"#)).await;
    let dispatcher = dispatcher(&["loopback"]);
    let button = Button { text: "Pause".to_owned(), data: "pause".to_owned() };
    let receipt = dispatcher.reply(&bot(&web), "-5", "<3", &[button]).await.unwrap();
    assert_eq!((receipt.status, receipt.words.as_str()), (Some(200), "message 7"));
    dispatcher.answer(&bot(&web), "4382", "done").await.unwrap();
    let requests = web.requests();
    assert!(requests[0].contains("&lt;3") && requests[0].contains(r#""callback_data":"pause""#));
    assert!(
        requests[1].contains("/answerCallbackQuery ")
            && requests[1].contains(r#""callback_query_id":"4382""#)
    );
}

#[tokio::test]
async fn a_bot_that_was_revoked_is_gone_and_its_token_is_not_repeated() {
    let body = r#"{"ok":false,"error_code":401,"description":"Unauthorized: 1:c4n4ry is no token"}"#;
    let web = Web::start(Manner::status(401, body)).await;
    let failure = dispatcher(&["loopback"]).updates(&bot(&web), 0, 0).await.unwrap_err();
    assert_eq!((failure.kind, failure.words.as_str()), (Kind::Gone, "Unauthorized: ••• is no token"));
}
