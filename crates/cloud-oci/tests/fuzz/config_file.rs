//! The file `~/.oci/config`: as people write it, as editors and chats mangle it, and as nobody would.

use std::fmt::Write as _;

use berth_cloud_oci::config_file::{Profile, parse, profile};
use berth_cloud_oci::region::Region;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use secrecy::ExposeSecret as _;

/// One account as its owner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    name: String,
    user: String,
    tenancy: String,
    fingerprint: String,
    region: &'static str,
    key_file: String,
    pass_phrase: Option<String>,
}

impl Known {
    fn of(profile: &Profile) -> Self {
        Self {
            name: profile.name.clone(),
            user: profile.user.clone(),
            tenancy: profile.tenancy.clone(),
            fingerprint: profile.fingerprint.clone(),
            region: profile.region.id(),
            key_file: profile.key_file.clone(),
            pass_phrase: profile.pass_phrase.as_ref().map(|secret| secret.expose_secret().to_owned()),
        }
    }

    fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = vec![
            ("user", self.user.clone()),
            ("tenancy", self.tenancy.clone()),
            ("fingerprint", self.fingerprint.clone()),
            ("region", self.region.to_owned()),
            ("key_file", self.key_file.clone()),
        ];
        entries.extend(self.pass_phrase.clone().map(|words| ("pass_phrase", words)));
        entries
    }
}

fn known() -> impl Strategy<Value = Known> {
    let regions: Vec<&'static str> = Region::all().map(Region::id).collect();
    let fingerprint = vec("[0-9a-f]{2}", 16).prop_map(|pairs| pairs.join(":"));
    // A value keeps what is inside it: signs that begin comments, equal signs, colons, percent signs, spaces.
    let words = "[a-zA-Z0-9%=:;#$(]([a-zA-Z0-9%=:;#$( ]{0,20}[a-zA-Z0-9%=:)])?";
    let ids = ("[a-z0-9]{1,60}", "[a-z0-9]{1,60}", "[A-Za-z][A-Za-z0-9_ .-]{0,12}[A-Za-z0-9]");
    (ids, fingerprint, select(regions), "[~/][a-z/._]{0,30}[a-z]", prop::option::of(words)).prop_map(
        |((user, tenancy, name), fingerprint, region, key_file, pass_phrase)| Known {
            name,
            user: format!("ocid1.user.oc1..{user}"),
            tenancy: format!("ocid1.tenancy.oc1..{tenancy}"),
            fingerprint,
            region,
            key_file,
            pass_phrase,
        },
    )
}

/// How one person writes such files.
#[derive(Clone, Debug)]
struct Hand {
    line_end: &'static str,
    assign: &'static str,
    upper: bool,
    comments: bool,
    start: Index,
}

fn hand() -> impl Strategy<Value = Hand> {
    let (ends, signs) = (vec!["\n", "\r\n", "\r"], vec!["=", ":", " = ", " : ", "\t=\t", "=  "]);
    (select(ends), select(signs), any::<bool>(), any::<bool>(), any::<Index>()).prop_map(
        |(line_end, assign, upper, comments, start)| Hand { line_end, assign, upper, comments, start },
    )
}

fn written(known: &Known, hand: &Hand) -> String {
    let mut text = String::new();
    let mut line = |content: &str| write!(text, "{content}{}", hand.line_end).unwrap();
    line(&format!("[{}]", known.name));
    let mut entries = known.entries();
    let start = hand.start.index(entries.len());
    entries.rotate_left(start);
    for (key, value) in entries {
        if hand.comments {
            line("# user = somebody else");
            line("");
            line("; [another]");
        }
        let key = if hand.upper { key.to_uppercase() } else { key.to_owned() };
        line(&format!("{key}{}{value}", hand.assign));
    }
    text
}

/// A value that no report may repeat. With a slash it is nothing that a wrong region's name could be.
const CANARY: &str = "canary/secret";

fn canary_is_hidden(text: &str) -> Result<(), TestCaseError> {
    // Names of sections are shown, whatever they are.
    if text.lines().any(|line| line.contains('[') && line.contains(CANARY)) {
        return Ok(());
    }
    if let Err(problems) = parse(text) {
        for problem in problems {
            let shown = format!("{} {} {problem:?}", problem.english(), problem.chinese());
            prop_assert!(!shown.contains(CANARY), "{}", shown);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::config(1024))]

    #[test]
    fn what_is_written_is_what_is_read_whoever_wrote_it(known in known(), hand in hand()) {
        let text = written(&known, &hand);
        let found = parse(&text).map_err(|problems| TestCaseError::fail(format!("{text}\n{problems:?}")))?;
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&Known::of(&found[0]), &known);
        prop_assert_eq!(Known::of(&profile(&text, &known.name).unwrap()), known);
    }

    #[test]
    fn what_is_read_prints_back(known in known(), hand in hand(), other in hand()) {
        let once = parse(&written(&known, &hand)).unwrap();
        let again = parse(&written(&Known::of(&once[0]), &other)).unwrap();
        prop_assert_eq!(Known::of(&once[0]), Known::of(&again[0]));
    }

    #[test]
    fn profiles_inherit_and_do_not_mix(shared in known(), own in known(), hand in hand()) {
        prop_assume!(own.name != "DEFAULT");
        let default = Known { name: "DEFAULT".to_owned(), ..shared.clone() };
        let child = format!("[{}]{}user={}{}", own.name, hand.line_end, own.user, hand.line_end);
        let found = parse(&(written(&default, &hand) + &child)).unwrap();
        prop_assert_eq!(Known::of(&found[0]), default.clone());
        let (name, user) = (own.name.clone(), own.user.clone());
        prop_assert_eq!(Known::of(&found[1]), Known { name, user, ..default });
    }

    /// Bytes lost, doubled, swapped and put in: an answer or a list of what is wrong, never a panic, and never the passphrase.
    #[test]
    fn a_mangled_file_is_read_or_refused_without_telling_its_secrets(
        known in known(),
        hand in hand(),
        harms in vec((any::<Index>(), any::<Index>(), "(?s).{0,6}"), 1..8),
    ) {
        let known = Known { pass_phrase: Some(CANARY.to_owned()), ..known };
        let mut text = written(&known, &hand);
        for (from, to, put) in harms {
            let places: Vec<usize> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let (one, other) = (places[from.index(places.len())], places[to.index(places.len())]);
            let (from, to) = (one.min(other), one.max(other).min(one.min(other) + 12));
            let to = (to..=text.len()).find(|place| text.is_char_boundary(*place)).unwrap();
            text.replace_range(from..to, &put);
        }
        canary_is_hidden(&text)?;
        for profile in parse(&text).unwrap_or_default() {
            prop_assert!(Region::find(profile.region.id()).is_ok());
        }
    }

    #[test]
    fn any_text_at_all_is_answered(text in "(?s).{0,400}") {
        drop(parse(&text));
        drop(profile(&text, "DEFAULT"));
    }

    #[test]
    fn lines_of_ini_in_any_order_are_answered(lines in vec(line(), 0..30), end in select(vec!["\n", "\r\n", "\r"])) {
        canary_is_hidden(&lines.join(end))?;
    }
}

fn line() -> impl Strategy<Value = String> {
    let key = select(vec![
        "user",
        "USER",
        "tenancy",
        "fingerprint",
        "region",
        "key_file",
        "key_content",
        "pass_phrase",
        "",
        "x y",
    ]);
    let sign = select(vec!["=", ":", " = ", "", "=="]);
    let value = select(vec![
        "",
        CANARY,
        "canary/secret # canary/secret",
        "ocid1.user.oc1..a",
        "ap-tokyo-1",
        "canary/secret.evil.com/#",
        "~",
        "-----BEGIN canary/secret",
        "f7:c9:f0:2f:ad:07:64:49:51:86:ce:a9:8e:ca:c7:d2",
        "F7:C9:F0:2F:AD:07:64:49:51:86:CE:A9:8E:CA:C7:D2",
    ]);
    let indent = select(vec!["", " ", "\t", "\u{3000}"]);
    prop_oneof![
        4 => (indent, key, sign, value).prop_map(|(indent, key, sign, value)| format!("{indent}{key}{sign}{value}")),
        1 => select(vec!["[DEFAULT]", "[A]", "[B] x", "[", "[]", "]", "[[A]]", "#", ";", "# [A]", "\u{feff}", "canary/secretBASE64=="]).prop_map(str::to_owned),
    ]
}
