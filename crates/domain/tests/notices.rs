//! What people are told, word by word in both languages: `notices/*.txt`, to be read by eye.
//!
//! `BERTH_ACCEPT_NOTICES=1` writes them anew.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use berth_domain::{
    Language,
    notice::{Line, Message, Notice},
};

#[path = "golden_examples/notice.rs"]
mod examples;

use examples::{Names, USUAL, kind, others, whole};

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

#[test]
fn every_notice_is_told_in_the_words_that_were_read_by_eye() {
    let told = told();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/notices");
    if std::env::var_os("BERTH_ACCEPT_NOTICES").is_some_and(|value| value == "1") {
        fs::create_dir_all(&folder).expect("the repository can be written");
        for (name, text) in &told {
            fs::write(folder.join(format!("{name}.txt")), text).expect("the repository can be written");
        }
    }
    let kept = fs::read_dir(&folder).expect("there are texts").map(|entry| {
        let path = entry.expect("it is readable").path();
        let name = path.file_stem().expect("it is a file").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("it is readable"))
    });
    let kept: BTreeMap<_, _> = kept.collect();
    assert_eq!(kept.keys().collect::<Vec<_>>(), told.keys().collect::<Vec<_>>());
    for (name, text) in told {
        assert_eq!(kept[&name], text, "{name}.txt: read it, then BERTH_ACCEPT_NOTICES=1");
    }
}

/// Every character that some markup, header or terminal means something by.
const SPECIAL: [&str; 6] = [
    " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ",
    "</b><script>alert(1)</script>&amp;&#39;",
    "*bold* _it_ ~no~ `code` [a](tg://user?id=1) @all <@here> <!channel>",
    "{{title}} ${HOME} %s %00 {0} \\n",
    "抢\u{202e}MRA\u{202c}\u{200b}🛶👩‍👩‍👧 é e\u{301} ﷺ",
    "\u{feff}Ω\u{2028}=cmd|'/C calc'!A0",
];

#[test]
fn names_of_special_characters_pass_through_as_they_are() {
    for special in SPECIAL {
        let tenant = format!("of {special}");
        let names = Names { task: special, tenant: &tenant };
        for notice in whole(&names) {
            for language in LANGUAGES {
                let message = notice.message(language);
                let shown = match &notice {
                    Notice::AlertRaised(_) | Notice::AlertResolved(_) => continue,
                    Notice::TenantSuspended(_) | Notice::TenantReinstated(_) => {
                        message.title.ends_with(&tenant)
                    }
                    Notice::DailyReport(_) => {
                        has(&message.lines, |line| line.label.as_ref() == Some(&tenant))
                    }
                    Notice::ChannelDisabled(_) => message.title.ends_with(special),
                    Notice::TaskSucceeded(_)
                    | Notice::InstanceObtained(_)
                    | Notice::TaskFailed(_)
                    | Notice::TaskNeedsReview(_)
                    | Notice::TaskFaults(_) => {
                        message.title.ends_with(special) && has(&message.lines, |line| line.text == tenant)
                    }
                };
                assert!(shown, "{}: {message:?}", kind(&notice));
            }
        }
    }
}

#[test]
fn the_cloud_s_and_the_other_side_s_own_words_are_told_as_they_are() {
    for (notice, said) in whole(&USUAL).into_iter().zip([
        None,
        None,
        Some("standard-a1-core-count"),
        Some("standard-a1-core-count"),
        Some("Authorization failed or requested resource not found."),
        Some("The required information to complete authentication was not provided."),
        None,
        Some("Forbidden: bot was kicked from the group chat"),
    ]) {
        for language in LANGUAGES {
            let Some(said) = said else { continue };
            let message = notice.message(language);
            assert!(has(&message.lines, |line| line.text == said), "{}: {message:?}", kind(&notice));
        }
    }
}

#[test]
fn each_language_is_spoken_throughout() {
    let all = whole(&Names { task: "task", tenant: "tenant" });
    for notice in all.into_iter().filter(|notice| !matches!(notice, Notice::DailyReport(_))) {
        let english = shown(&notice.message(Language::English));
        assert!(english.is_ascii() || !english.contains(is_chinese), "{english}");
        let chinese = shown(&notice.message(Language::Chinese));
        assert!(
            chinese.lines().filter(|line| !line.is_empty()).all(|line| line.contains(is_chinese)),
            "{chinese}"
        );
    }
}

fn is_chinese(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

fn has(lines: &[Line], is_wanted: impl Fn(&Line) -> bool) -> bool {
    lines.iter().any(is_wanted)
}

fn told() -> BTreeMap<String, String> {
    let whole = whole(&USUAL).into_iter().map(|notice| (kind(&notice).to_owned(), notice));
    let others = others().into_iter().map(|(name, notice)| (name.to_owned(), notice));
    let all = whole.chain(others).map(|(name, notice)| {
        let [chinese, english] = LANGUAGES.map(|language| shown(&notice.message(language)));
        (name, format!("{chinese}\n{english}"))
    });
    all.collect()
}

fn shown(message: &Message) -> String {
    let mut text = format!("{}\n", message.title);
    for Line { label, text: said } in &message.lines {
        let line = label.as_ref().map_or_else(|| said.clone(), |label| format!("{label} | {said}"));
        writeln!(text, "  {line}").expect("a string takes anything");
    }
    let buttons = message.buttons.iter().map(|button| format!("[{}: {}]", button.text, button.wanted.word()));
    let buttons: Vec<_> = buttons.collect();
    if !buttons.is_empty() {
        writeln!(text, "  {}", buttons.join(" ")).expect("a string takes anything");
    }
    text
}
