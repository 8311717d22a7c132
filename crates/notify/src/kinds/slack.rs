//! An incoming webhook of Slack. <https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks>

use serde_json::json;

use crate::{
    Kind, Letter,
    request::{Reply, Request, Unlawful, Verdict, address},
    text::cut,
};

/// In characters as they are sent; with more the whole message would be refused.
const BODY: usize = 3000;
const HEADER: usize = 150;

/// In blocks of plain text, in which `*` and `_` mean nothing. `text` is what notifications show.
pub(crate) fn request(webhook: &str, letter: &Letter) -> Result<Request, Unlawful> {
    let plain = |text: String| json!({ "type": "plain_text", "text": text, "emoji": false });
    let title = escaped(&letter.heading(), HEADER);
    let body = escaped(&letter.body(), BODY);
    let mut blocks = Vec::new();
    if !title.is_empty() {
        blocks.push(json!({ "type": "header", "text": plain(title.clone()) }));
    }
    if !body.trim().is_empty() {
        blocks.push(json!({ "type": "section", "text": plain(body) }));
    }
    let id = plain(escaped(&letter.shown_id(), HEADER));
    blocks.push(json!({ "type": "context", "elements": [id] }));
    let body = json!({
        "text": title,
        "mrkdwn": false,
        "blocks": blocks,
        "unfurl_links": false,
        "unfurl_media": false,
    });
    Ok(Request::json(address(webhook)?, &body))
}

/// These three and no others: what `<` begins is a link or calls somebody. Cut by what it becomes.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
fn escaped(text: &str, most: usize) -> String {
    let measure = |each| match each {
        '&' => "&amp;".len(),
        '<' | '>' => "&lt;".len(),
        _ => 1,
    };
    cut(text, most, measure).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `ok`, or a status and a word: `no_service`, `channel_is_archived`, `invalid_payload`.
pub(crate) fn verdict(reply: &Reply) -> Verdict {
    match reply.status {
        // The webhook, the app, the team or the channel is no more, or may not be written to.
        403 | 404 | 410 => Err((Kind::Gone, reply.words())),
        _ => reply.by_status(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{request, verdict};
    use crate::{
        Kind,
        request::{Reply, reply},
        samples::{hostile, letter},
    };

    const WEBHOOK: &str = "https://hooks.slack.com/services/T0/B0/xyz";

    #[test]
    fn a_letter_is_blocks_of_plain_text() {
        let body: Value = serde_json::from_str(&request(WEBHOOK, &letter()).unwrap().body).unwrap();
        let plain = |text: &str| json!({ "type": "plain_text", "text": text, "emoji": false });
        assert_eq!(
            body,
            json!({
                "text": "Got it: web-1",
                "mrkdwn": false,
                "blocks": [
                    { "type": "header", "text": plain("Got it: web-1") },
                    { "type": "section", "text": plain("Address: 203.0.113.7\n任务：web") },
                    { "type": "context", "elements": [plain("#B3C4D5")] },
                ],
                "unfurl_links": false,
                "unfurl_media": false,
            })
        );
    }

    #[test]
    fn nothing_in_a_letter_is_a_link_or_calls_anybody() {
        let mut called = hostile();
        called.lines[1].text = "<!channel> <@U1> <https://evil.example|x>".to_owned();
        let body: Value = serde_json::from_str(&request(WEBHOOK, &called).unwrap().body).unwrap();
        let escaped = "_*[]()~`&gt;#+-=|{}.!&lt;&gt;&amp;\"'\\ / a\nb\nc 👍 @all &lt;/b&gt; 中文";
        let title = escaped.replace('\n', " ");
        let last = "&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil.example|x&gt;";
        assert_eq!(body["blocks"][1]["text"]["text"], format!("{title}：{escaped}\n{last}"));
        assert!(!body.to_string().contains(['<', '>']));
    }

    #[test]
    fn a_block_is_never_longer_than_slack_takes() {
        let mut long = letter();
        long.title = "&".repeat(1000);
        long.lines[0].text = "<".repeat(5000);
        let body: Value = serde_json::from_str(&request(WEBHOOK, &long).unwrap().body).unwrap();
        let length = |block: usize| body["blocks"][block]["text"]["text"].as_str().unwrap().chars().count();
        assert!((140..=150).contains(&length(0)) && (2990..=3000).contains(&length(1)));
    }

    #[test]
    fn answers_mean_what_is_to_be_done() {
        for (status, body, expected) in [
            (200, "ok", Ok(())),
            (400, "invalid_payload", Err(Kind::Refused)),
            (403, "action_prohibited", Err(Kind::Gone)),
            (404, "no_service", Err(Kind::Gone)),
            (410, "channel_is_archived", Err(Kind::Gone)),
            (500, "rollup_error", Err(Kind::PASSING)),
        ] {
            assert_eq!(
                verdict(&reply(status, body)).map(|_| ()).map_err(|(kind, _)| kind),
                expected,
                "{body}"
            );
        }
        let limited = Reply { status: 429, retry_after_ms: Some(30_000), body: String::new() };
        assert_eq!(verdict(&limited).unwrap_err().0, Kind::Passing { retry_after_ms: Some(30_000) });
    }
}
