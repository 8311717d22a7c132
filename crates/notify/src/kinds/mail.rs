//! A letter as a mail: plain text in UTF-8. Heads are built by `lettre`, which encodes them; line ends are taken out before.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    Message,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
};

use crate::{Letter, kinds::webhook::key, request::Unlawful, text::cut_characters};

const SUBJECT: usize = 200;

pub(crate) fn message(from: &str, to: &[String], letter: &Letter, now_ms: i64) -> Result<Message, Unlawful> {
    let from: Mailbox = from.parse().map_err(|_| Unlawful::Sender)?;
    let id = format!("<{}@{}>", key(letter), from.email.domain());
    let sent = UNIX_EPOCH + Duration::from_millis(now_ms.try_into().unwrap_or(0));
    let mut builder = Message::builder()
        .from(from)
        .subject(cut_characters(&letter.heading(), SUBJECT))
        .message_id(Some(id))
        .date(sent)
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN);
    if to.is_empty() {
        return Err(Unlawful::Recipient);
    }
    for recipient in to {
        builder = builder.to(recipient.parse().map_err(|_| Unlawful::Recipient)?);
    }
    let body = format!("{}\n\n{}\n", letter.heading(), letter.text()).replace('\n', "\r\n");
    builder.body(body).map_err(|_| Unlawful::Recipient)
}

/// Nobody's absence answers a mail that says it is from a machine. RFC 3834.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::message;
    use crate::{
        Letter,
        request::Unlawful,
        samples::{HOSTILE, hostile, letter},
    };

    fn sent(letter: &Letter) -> (String, String) {
        let to = ["a@c.example".to_owned(), "d@e.example".to_owned()];
        let raw = message("berth@b.example", &to, letter, 1_700_000_000_000).unwrap().formatted();
        let raw = String::from_utf8(raw).unwrap();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    #[test]
    fn a_letter_is_a_mail() {
        let mut plain = letter();
        plain.lines.truncate(1);
        let (head, body) = sent(&plain);
        assert_eq!(
            head,
            "From: berth@b.example\r\nSubject: Got it: web-1\r\nMessage-ID: <delivery_01KA2B3C4D5@b.example>\r\n\
             Date: Tue, 14 Nov 2023 22:13:20 +0000\r\nAuto-Submitted: auto-generated\r\n\
             Content-Type: text/plain; charset=utf-8\r\nTo: a@c.example, d@e.example\r\n\
             Content-Transfer-Encoding: 7bit"
        );
        assert_eq!(body, "Got it: web-1\r\n\r\nAddress: 203.0.113.7\r\n#B3C4D5\r\n");
    }

    #[test]
    fn no_text_makes_a_head_of_its_own() {
        let sly = "x\r\nBcc: all@evil.example\r\n\r\nbody";
        let all = Letter {
            title: format!("{sly}{HOSTILE}"),
            key: sly.to_owned(),
            topic: sly.to_owned(),
            ..hostile()
        };
        let (head, body) = sent(&all);
        let names: Vec<_> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            names,
            [
                "From",
                "Subject",
                "Message-ID",
                "Date",
                "Auto-Submitted",
                "Content-Type",
                "To",
                "Content-Transfer-Encoding"
            ]
        );
        assert!(!body.contains("\nBcc"));
    }

    #[test]
    fn chinese_is_encoded_in_the_subject() {
        let (head, _) = sent(&Letter { title: "抢到了".to_owned(), ..letter() });
        assert!(head.contains("Subject: =?utf-8?b?5oqi5Yiw5LqG?="), "{head}");
    }

    #[test]
    fn addresses_are_addresses() {
        let to = ["a@c.example".to_owned()];
        assert_eq!(message("nobody", &to, &letter(), 0).err(), Some(Unlawful::Sender));
        let sly = ["a@c.example\r\nBcc: all@evil.example".to_owned()];
        assert_eq!(message("a@b.example", &sly, &letter(), 0).err(), Some(Unlawful::Recipient));
        assert_eq!(message("a@b.example", &[], &letter(), 0).err(), Some(Unlawful::Recipient));
    }
}
