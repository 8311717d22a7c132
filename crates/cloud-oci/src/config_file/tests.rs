//! Files as people write them, and what the SDK makes of each.

use std::path::{Path, PathBuf};

use secrecy::ExposeSecret as _;

use super::{Problem, ProblemKind, Profile, parse, profile};

const WHOLE: &str = "[DEFAULT]
user=ocid1.user.oc1..aaaa
fingerprint=f7:c9:f0:2f:ad:07:64:49:51:86:ce:a9:8e:ca:c7:d2
tenancy=ocid1.tenancy.oc1..bbbb
region=ap-tokyo-1
key_file=~/.oci/key.pem
";

fn only(text: &str) -> Profile {
    let mut profiles = parse(text).unwrap();
    assert_eq!(profiles.len(), 1);
    profiles.remove(0)
}

fn problems(text: &str) -> Vec<Problem> {
    parse(text).expect_err("the file is wrong")
}

fn summary(text: &str) -> Vec<String> {
    problems(text).iter().map(Problem::english).collect()
}

#[test]
fn a_plain_file_is_one_profile() {
    let profile = only(WHOLE);
    assert_eq!(profile.name, "DEFAULT");
    assert_eq!(profile.user, "ocid1.user.oc1..aaaa");
    assert_eq!(profile.tenancy, "ocid1.tenancy.oc1..bbbb");
    assert_eq!(profile.fingerprint, "f7:c9:f0:2f:ad:07:64:49:51:86:ce:a9:8e:ca:c7:d2");
    assert_eq!(profile.region.id(), "ap-tokyo-1");
    assert_eq!(profile.key_file, "~/.oci/key.pem");
    assert!(profile.pass_phrase.is_none());
}

#[test]
fn line_ends_of_windows_and_of_old_macs_are_fine() {
    assert_eq!(only(&WHOLE.replace('\n', "\r\n")).key_file, "~/.oci/key.pem");
    assert_eq!(only(&WHOLE.replace('\n', "\r")).key_file, "~/.oci/key.pem");
}

#[test]
fn keys_are_case_insensitive_and_take_either_sign_with_spaces() {
    let text = WHOLE.replace("user=", "  USER : ").replace("region=", "Region\t=\t");
    assert!(parse(&text).is_ok());
}

#[test]
fn a_colon_in_a_value_and_a_percent_sign_are_literal() {
    let text = format!("{WHOLE}pass_phrase = 100% a=b:c %(user)s\n");
    assert_eq!(only(&text).pass_phrase.unwrap().expose_secret(), "100% a=b:c %(user)s");
}

#[test]
fn every_profile_inherits_from_default_and_may_override() {
    let text = format!("{WHOLE}pass_phrase=secret\n[osaka]\nregion=KIX\n");
    let profiles = parse(&text).unwrap();
    assert_eq!(
        profiles.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(),
        ["DEFAULT", "osaka"]
    );
    assert_eq!(profiles[1].region.id(), "ap-osaka-1");
    assert_eq!(profiles[1].user, profiles[0].user);
    assert_eq!(profiles[1].pass_phrase.as_ref().unwrap().expose_secret(), "secret");
}

#[test]
fn a_default_that_only_collects_what_is_shared_is_no_profile() {
    let shared = WHOLE.replace("region=ap-tokyo-1\n", "");
    let profiles = parse(&format!("{shared}[one]\nregion=nrt\n[two]\nregion=kix\n")).unwrap();
    assert_eq!(profiles.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn comments_are_whole_lines() {
    let text = WHOLE.replace("region=", "# one\n  ; two\nregion=");
    assert!(parse(&text).is_ok());
    let inline = WHOLE.replace("ap-tokyo-1", "ap-tokyo-1 # Tokyo");
    assert_eq!(problems(&inline)[0].kind, ProblemKind::CommentInValue);
}

#[test]
fn an_indented_line_continues_the_value_above_it() {
    let text = format!("{WHOLE}pass_phrase=one\n  two\n\n  three\n");
    assert_eq!(only(&text).pass_phrase.unwrap().expose_secret(), "one\ntwo\nthree");
    assert!(parse(&WHOLE.replace("tenancy", " tenancy")).is_err());
}

#[test]
fn everything_that_is_missing_is_said_at_once() {
    let expected = ["user", "tenancy", "fingerprint", "key_file", "region"]
        .map(|field| format!("line 2 [DEFAULT] {field}: missing or empty"));
    assert_eq!(summary("\n[DEFAULT]\n"), expected);
    assert_eq!(summary("\n[DEFAULT]\nuser=\nregion = \n"), expected);
}

#[test]
fn each_wrong_value_is_named_with_its_line() {
    let text = "[me]\nuser=me\nfingerprint=F7:C9:F0:2F:AD:07:64:49:51:86:CE:A9:8E:CA:C7:D2\n\
        tenancy=ocid1.tenancy\nregion=ap-tokio-1\nkey_file=k\nkey_content=x\n";
    assert_eq!(
        summary(text),
        [
            "line 7 [me] key_content: the key itself may not stand in this file; name its file in key_file",
            "line 2 [me] user: not an OCID, as in ocid1.user.oc1..aaaa",
            "line 4 [me] tenancy: not an OCID, as in ocid1.user.oc1..aaaa",
            "line 3 [me] fingerprint: the fingerprint must be in lower case",
            "line 5 [me] region: unknown region `ap-tokio-1`",
        ]
    );
    let chinese: Vec<String> = problems(text).iter().map(Problem::chinese).collect();
    assert_eq!(chinese[4], "第 5 行 [me] region：未知的区域“ap-tokio-1”");
    assert!(chinese.iter().all(|sentence| !sentence.is_ascii()));
}

#[test]
fn what_default_has_wrong_is_said_once() {
    let text = format!("{}[one]\n[two]\n", WHOLE.replace("ap-tokyo-1", "nowhere"));
    assert_eq!(problems(&text).len(), 1);
}

#[test]
fn grammar_errors_are_all_reported_with_their_lines() {
    let text = "stray=1\n[a]\nuser=1\nUser=2\nnonsense\n=3\n[a]\n";
    let found: Vec<(Option<usize>, ProblemKind)> =
        problems(text).into_iter().map(|problem| (problem.line, problem.kind)).collect();
    assert_eq!(
        found,
        [
            (Some(1), ProblemKind::OutsideSection),
            (Some(4), ProblemKind::DuplicateKey),
            (Some(5), ProblemKind::NotAnAssignment),
            (Some(6), ProblemKind::NotAnAssignment),
            (Some(7), ProblemKind::DuplicateSection),
        ]
    );
}

#[test]
fn a_byte_order_mark_and_an_empty_file_are_errors() {
    assert_eq!(problems(&format!("\u{feff}{WHOLE}"))[0].kind, ProblemKind::ByteOrderMark);
    assert_eq!(problems("")[0].kind, ProblemKind::NoProfile);
    assert_eq!(problems("# nothing\n")[0].kind, ProblemKind::NoProfile);
}

#[test]
fn one_profile_can_be_asked_for_though_another_is_wrong() {
    let text = format!("{WHOLE}[broken]\nregion=nowhere\n");
    assert!(parse(&text).is_err());
    assert_eq!(profile(&text, "DEFAULT").unwrap().region.code(), "nrt");
    assert_eq!(profile(&text, "absent").unwrap_err()[0].kind, ProblemKind::NoSuchProfile);
}

#[test]
fn the_key_file_lies_where_the_sdk_looks_for_it() {
    let at = |key_file: &str| {
        let profile = only(&WHOLE.replace("~/.oci/key.pem", key_file));
        profile.key_path(Path::new("/home/me"), Path::new("/work"))
    };
    assert_eq!(at("~/.oci/key.pem"), PathBuf::from("/home/me/.oci/key.pem"));
    assert_eq!(at("keys/a.pem"), PathBuf::from("/work/keys/a.pem"));
    assert_eq!(at("/etc/a.pem"), PathBuf::from("/etc/a.pem"));
    assert_eq!(at("~other/a.pem"), PathBuf::from("/work/~other/a.pem"));
}

#[test]
fn a_key_pasted_into_the_file_is_never_repeated() {
    let secret = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    let text =
        format!("[a]\nregion={secret}{secret}\npass_phrase={secret}\n{secret}==\n{secret}==\n{secret}\n");
    let shown = format!("{:?} {}", problems(&text), summary(&text).join(" "));
    assert!(!shown.to_lowercase().contains(&secret.to_lowercase()), "{shown}");
    let wrong = format!("[a]\nregion={secret}{secret}\npass_phrase={secret}\nuser={secret}\n");
    assert!(!summary(&wrong).join(" ").contains(secret));
}
