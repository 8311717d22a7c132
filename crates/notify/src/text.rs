//! Letters as text: what may stand in one, how long it may be, and its escapes.
//!
//! Texts come from clouds, users and attackers. What steers a terminal or turns the direction of writing is taken out for every channel;
//! what a channel would take for markup is escaped by that channel.

use crate::{Letter, Line};

/// Stands where something was cut off.
const CUT: char = '…';

/// The text without control characters, and with one kind of line's end.
pub(crate) fn clean(text: &str) -> String {
    let ends = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    ends.chars()
        .map(|each| if each == '\t' { ' ' } else { each })
        .filter(|each| *each == '\n' || !each.is_control() && !turns(*each))
        .collect()
}

/// As `clean`, on one line.
pub(crate) fn one_line(text: &str) -> String {
    clean(text).replace('\n', " ").trim().to_owned()
}

/// Marks that turn the direction of writing, so that a text reads as another.
fn turns(each: char) -> bool {
    matches!(each, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text if it measures at most `most`, or its beginning and a mark.
pub(crate) fn cut(text: &str, most: usize, measure: impl Fn(char) -> usize) -> String {
    let room = most.saturating_sub(measure(CUT));
    let mut length = 0;
    let mut end = 0;
    for (position, each) in text.char_indices() {
        length += measure(each);
        if length > most {
            return text[..end].to_owned() + &CUT.to_string();
        }
        if length <= room {
            end = position + each.len_utf8();
        }
    }
    text.to_owned()
}

pub(crate) fn cut_characters(text: &str, most: usize) -> String {
    cut(text, most, |_| 1)
}

impl Letter {
    /// The title on one line.
    pub(crate) fn heading(&self) -> String {
        one_line(&self.title)
    }

    /// Everything under the title but the short id, one line each.
    pub(crate) fn body(&self) -> String {
        let first = self.lines.iter().find_map(|line| line.label.as_deref());
        let among_chinese = first.is_some_and(is_chinese);
        self.lines.iter().map(|line| line.shown(among_chinese)).collect::<Vec<_>>().join("\n")
    }

    /// Everything under the title, as people read it where there is no markup.
    pub(crate) fn text(&self) -> String {
        match self.body() {
            body if body.is_empty() => self.shown_id(),
            body => format!("{body}\n{}", self.shown_id()),
        }
    }

    pub(crate) fn shown_id(&self) -> String {
        one_line(&self.short_id())
    }
}

impl Line {
    /// A label in Chinese is followed by a colon in Chinese, and so is a name among such labels: the first is of our own making.
    fn shown(&self, among_chinese: bool) -> String {
        let text = clean(&self.text);
        let Some(label) = self.label.as_deref().map(one_line).filter(|label| !label.is_empty()) else {
            return text;
        };
        let colon = if among_chinese || is_chinese(&label) { "：" } else { ": " };
        format!("{label}{colon}{text}")
    }
}

fn is_chinese(label: &str) -> bool {
    !label.ends_with(|last: char| last.is_ascii())
}

/// For HTML and XML, in texts and in attributes.
pub(crate) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for each in text.chars() {
        match each {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// For Markdown, line by line. Only what would have a meaning is escaped: renderers differ in which escapes they know, and `VM\.Standard`
/// is no pleasure to read.
pub(crate) fn markdown(text: &str) -> String {
    text.split('\n').map(markdown_line).collect::<Vec<_>>().join("  \n")
}

fn markdown_line(line: &str) -> String {
    let line = line.trim();
    let mut escaped = String::with_capacity(line.len() + 8);
    let digits = line.len() - line.trim_start_matches(|each: char| each.is_ascii_digit()).len();
    for (position, each) in line.char_indices() {
        let begins = position == 0 && matches!(each, '#' | '+' | '-' | '=' | '>' | '|' | ':');
        let numbers = digits > 0 && position == digits && matches!(each, '.' | ')');
        match each {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' => escaped.extend(['\\', each]),
            _ if begins || numbers => escaped.extend(['\\', each]),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clean, cut, cut_characters, html, markdown, one_line};
    use crate::{Letter, Line, samples};

    #[test]
    fn what_steers_a_terminal_or_turns_the_writing_is_taken_out() {
        assert_eq!(clean("a\u{0}b\u{1b}[31mc\u{202e}d\u{7f}\tz\r\ne\rf\u{2028}g"), "ab[31mcd z\ne\nf\ng");
        assert_eq!(one_line(" a\r\nBcc: x@y.z \n"), "a Bcc: x@y.z");
        assert_eq!(clean("👨‍👩‍👧 中文"), "👨‍👩‍👧 中文");
    }

    #[test]
    fn a_name_among_labels_in_chinese_has_their_colon() {
        let line = |label: &str| Line { label: Some(label.to_owned()), text: "3".to_owned() };
        let letter = |labels: [&str; 2]| Letter { lines: labels.map(line).into(), ..samples::letter() };
        assert_eq!(letter(["抢到实例", "DEFAULT"]).body(), "抢到实例：3\nDEFAULT：3");
        assert_eq!(letter(["Instances obtained", "DEFAULT"]).body(), "Instances obtained: 3\nDEFAULT: 3");
    }

    #[test]
    fn what_is_cut_shows_that_it_is() {
        assert_eq!(cut_characters("12345", 5), "12345");
        assert_eq!(cut_characters("123456", 5), "1234…");
        assert_eq!(cut("a😀😀", 5, char::len_utf16), "a😀😀");
        assert_eq!(cut("a😀😀b", 5, char::len_utf16), "a😀…");
    }

    #[test]
    fn markdown_is_escaped_where_it_would_mean_something() {
        for (text, expected) in [
            ("# no heading", "\\# no heading"),
            ("- no list", "\\- no list"),
            ("1. no list", "1\\. no list"),
            ("10) none", "10\\) none"),
            ("> no quote", "\\> no quote"),
            ("    no code", "no code"),
            ("[no link](https://evil.example)", "\\[no link\\](https://evil.example)"),
            ("![none](x)", "!\\[none\\](x)"),
            ("*a* _b_ `c` ~~d~~", "\\*a\\* \\_b\\_ \\`c\\` \\~\\~d\\~\\~"),
            ("<font color=red>x</font>", "&lt;font color=red>x&lt;/font>"),
            ("&lt;b>", "&amp;lt;b>"),
            ("VM.Standard.A1.Flex task_id 1.5", "VM.Standard.A1.Flex task\\_id 1.5"),
            ("a\n# b", "a  \n\\# b"),
            ("\\*", "\\\\\\*"),
        ] {
            assert_eq!(markdown(text), expected);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_longer_than_it_may_be(text in "\\PC{0,40}", most in 1_usize..40) {
            prop_assert!(cut(&text, most, char::len_utf16).encode_utf16().count() <= most);
            prop_assert!(cut_characters(&text, most).chars().count() <= most);
        }

        #[test]
        fn no_tag_comes_out_of_a_text(text in any::<String>()) {
            let escaped = html(&text);
            prop_assert!(!escaped.contains(['<', '>', '"']));
            prop_assert!(!markdown(&text).contains('<'));
        }
    }
}
