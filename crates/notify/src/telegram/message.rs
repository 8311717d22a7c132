//! A letter as a message of a bot: `sendMessage` with `parse_mode` HTML, in which only `&`, `<` and `>` mean something.
//! <https://core.telegram.org/bots/api#html-style>

use serde_json::{Value, json};

use crate::{
    Button, Letter,
    request::{Request, Unlawful, under},
    text::{clean, cut, cut_characters, html},
};

/// In UTF-16 units, counted without markup.
const MESSAGE: usize = 4096;
const TITLE: usize = 256;

/// In bytes; with more the whole message would be refused.
const BUTTON_DATA: usize = 64;
const BUTTON_TEXT: usize = 64;
const BUTTONS_IN_A_ROW: usize = 2;

pub(crate) fn request(api_base: &str, token: &str, chat: &str, letter: &Letter) -> Result<Request, Unlawful> {
    send(api_base, token, chat, &text(letter), &letter.buttons)
}

/// Words of our own, not from a letter.
pub(crate) fn reply(
    api_base: &str,
    token: &str,
    chat: &str,
    text: &str,
    buttons: &[Button],
) -> Result<Request, Unlawful> {
    send(api_base, token, chat, &html(&cut(&clean(text), MESSAGE, char::len_utf16)), buttons)
}

fn send(
    api_base: &str,
    token: &str,
    chat: &str,
    text: &str,
    buttons: &[Button],
) -> Result<Request, Unlawful> {
    let mut body = json!({
        "chat_id": chat,
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": { "is_disabled": true },
    });
    if let Some(keyboard) = keyboard(buttons) {
        body["reply_markup"] = json!({ "inline_keyboard": keyboard });
    }
    Ok(Request::json(under(api_base, &[&format!("bot{token}"), "sendMessage"])?, &body))
}

/// Title and short id stay whole; what lies between is cut.
fn text(letter: &Letter) -> String {
    let title = cut(&letter.heading(), TITLE, char::len_utf16);
    let id = letter.shown_id();
    let units = |text: &str| text.encode_utf16().count();
    let room = MESSAGE.saturating_sub(units(&title) + units(&id) + "\n\n".len());
    let body = cut(&letter.body(), room, char::len_utf16);
    let body = if body.is_empty() { String::new() } else { html(&body) + "\n" };
    format!("<b>{}</b>\n{body}{}", html(&title), html(&id))
}

fn keyboard(buttons: &[Button]) -> Option<Value> {
    let pressed = |button: &&Button| (1..=BUTTON_DATA).contains(&button.data.len());
    let shown: Vec<Value> = buttons
        .iter()
        .filter(pressed)
        .map(|button| {
            json!({ "text": cut_characters(&clean(&button.text), BUTTON_TEXT), "callback_data": button.data })
        })
        .collect();
    let rows: Vec<&[Value]> = shown.chunks(BUTTONS_IN_A_ROW).collect();
    (!rows.is_empty()).then(|| json!(rows))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{MESSAGE, reply, request};
    use crate::{
        Button,
        samples::{HOSTILE, hostile, letter},
    };

    fn body(letter: &crate::Letter) -> Value {
        let request = request("https://api.telegram.org", "1:A", "-100", letter).unwrap();
        assert_eq!(request.url.as_str(), "https://api.telegram.org/bot1:A/sendMessage");
        serde_json::from_str(&request.body).unwrap()
    }

    #[test]
    fn a_plain_letter_has_its_title_in_bold_and_its_id_at_the_end() {
        assert_eq!(
            body(&letter()),
            json!({
                "chat_id": "-100",
                "text": "<b>Got it: web-1</b>\nAddress: 203.0.113.7\n任务：web\n#B3C4D5",
                "parse_mode": "HTML",
                "link_preview_options": { "is_disabled": true },
            })
        );
    }

    #[test]
    fn nothing_in_a_letter_is_markup() {
        let escaped = "_*[]()~`&gt;#+-=|{}.!&lt;&gt;&amp;&quot;'\\ / a\nb\nc 👍 @all &lt;/b&gt; 中文";
        let title = escaped.replace('\n', " ");
        let expected = format!("<b>{title}</b>\n{title}: {escaped}\n{escaped}\n#B3C4D5");
        assert_eq!(body(&hostile())["text"], expected.replace(&format!("{title}: "), &format!("{title}：")));
    }

    #[test]
    fn a_long_letter_is_cut_where_it_shows() {
        let mut long = letter();
        long.lines[0].text = "😀&".repeat(3000);
        let shown = body(&long);
        let text = shown["text"].as_str().unwrap();
        let plain = text.replace("&amp;", "&").replace("<b>", "").replace("</b>", "");
        assert!((MESSAGE - 2..=MESSAGE).contains(&plain.encode_utf16().count()));
        assert!(text.ends_with("…\n#B3C4D5"), "{}", &text[text.len() - 40..]);
    }

    #[test]
    fn buttons_stand_in_rows_of_two_and_those_that_would_be_refused_are_left_out() {
        let button = |data: &str| Button { text: format!("b {HOSTILE}"), data: data.to_owned() };
        let mut pressed = letter();
        pressed.buttons = ["1", "2", "", "3"].map(button).to_vec();
        pressed.buttons.push(button(&"x".repeat(65)));
        let rows = body(&pressed)["reply_markup"]["inline_keyboard"].clone();
        let data: Vec<Vec<&str>> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                row.as_array().unwrap().iter().map(|each| each["callback_data"].as_str().unwrap()).collect()
            })
            .collect();
        assert_eq!(data, [vec!["1", "2"], vec!["3"]]);
    }

    #[test]
    fn a_reply_is_escaped_as_well() {
        let request = reply("https://api.telegram.org", "1:A", "7", "<b>no", &[]).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(body["text"], "&lt;b&gt;no");
    }
}
