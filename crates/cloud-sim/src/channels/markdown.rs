//! What a person reads of Markdown, as far as chats render it: headings, quotes, lists, emphasis, code, links,
//! escapes and entities. Not `CommonMark` to the letter; enough to see whether a name arrives as it was written.

/// The text without its markup.
pub(super) fn plain(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// HTML without its tags, entities resolved.
pub(super) fn untagged(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(first) = rest.chars().next() {
        let found = match first {
            '<' => tag(rest),
            '&' => entity(rest),
            _ => None,
        };
        let (shown, taken) = found.unwrap_or_else(|| (first.to_string(), first.len_utf8()));
        out.push_str(&shown);
        rest = &rest[taken..];
    }
    out
}

/// A line without what makes it a heading, quote or item of a list.
fn line(line: &str) -> String {
    let mut rest = line.trim();
    while let Some(quoted) = rest.strip_prefix('>') {
        rest = quoted.trim_start();
    }
    let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&hashes) && rest[hashes..].starts_with(' ') {
        rest = rest[hashes..].trim_start();
    }
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| rest.strip_prefix(mark));
    inline(item.unwrap_or(rest))
}

fn inline(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (shown, taken) = piece(rest, first);
        out.push_str(&shown);
        rest = &rest[taken..];
    }
    out
}

/// What is shown of the beginning of the text, and how many bytes of it that was.
fn piece(text: &str, first: char) -> (String, usize) {
    let found = match first {
        '\\' => escaped(text),
        '&' => entity(text),
        '`' => enclosed(text, "`").map(|(inner, taken)| (inner.to_owned(), taken)),
        '*' | '_' | '~' => emphasised(text, first),
        '!' if text.starts_with("![") => link(&text[1..]).map(|(shown, taken)| (shown, taken + 1)),
        '[' => link(text),
        '<' => tag(text),
        _ => None,
    };
    found.unwrap_or_else(|| (first.to_string(), first.len_utf8()))
}

fn escaped(text: &str) -> Option<(String, usize)> {
    let next = text[1..].chars().next().filter(char::is_ascii_punctuation)?;
    Some((next.to_string(), 2))
}

fn entity(text: &str) -> Option<(String, usize)> {
    let end = text.find(';').filter(|end| *end <= 10)?;
    let shown = match &text[1..end] {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "nbsp" => "\u{a0}".to_owned(),
        code => numbered(code.strip_prefix('#')?)?.to_string(),
    };
    Some((shown, end + 1))
}

fn numbered(code: &str) -> Option<char> {
    let hex = code.strip_prefix(['x', 'X']).map(|digits| u32::from_str_radix(digits, 16).ok());
    char::from_u32(hex.unwrap_or_else(|| code.parse().ok())?)
}

/// What stands between two equal marks, the first of which begins the text.
fn enclosed<'a>(text: &'a str, mark: &str) -> Option<(&'a str, usize)> {
    let inner = text.strip_prefix(mark)?;
    let end = inner.find(mark).filter(|end| *end > 0)?;
    Some((&inner[..end], end + 2 * mark.len()))
}

/// Emphasis clings to what it emphasises: `2 * 3 * 4` has none.
fn emphasised(text: &str, mark: char) -> Option<(String, usize)> {
    let marks: &[usize] = if mark == '~' { &[2] } else { &[2, 1] };
    marks.iter().find_map(|count| {
        let (inner, taken) = enclosed(text, &mark.to_string().repeat(*count))?;
        let clings = !inner.starts_with(char::is_whitespace) && !inner.ends_with([' ', '\t', '\\']);
        clings.then(|| (inline(inner), taken))
    })
}

fn link(text: &str) -> Option<(String, usize)> {
    let middle = text.find("](")?;
    let end = middle + text[middle..].find(')')?;
    Some((inline(&text[1..middle]), end + 1))
}

/// HTML is not shown; a lone angle is.
fn tag(text: &str) -> Option<(String, usize)> {
    let end = text.find('>')?;
    let name = text[1..end].trim_start_matches('/');
    name.starts_with(|first: char| first.is_ascii_alphabetic()).then(|| (String::new(), end + 1))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn markup_goes_and_words_stay() {
        let text = "### 抢到了\n> **name**: `a*b` [open](https://x.example/)\n- one\n2 * 3 * 4 < 5";
        assert_eq!(plain(text), "抢到了\nname: a*b open\none\n2 * 3 * 4 < 5");
    }

    #[test]
    fn what_was_escaped_is_shown_as_it_was() {
        assert_eq!(
            plain(r"\*\*not bold\*\* \[no\]\(link\) \# &lt;b&gt; &#42;"),
            "**not bold** [no](link) # <b> *"
        );
    }

    #[test]
    fn what_was_not_escaped_is_lost() {
        assert_eq!(plain("a **b** <font color=red>c</font> _d_"), "a b c d");
    }
}
