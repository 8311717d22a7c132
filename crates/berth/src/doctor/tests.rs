//! Given these facts, when a doctor looks, then this is said. No network: what is beyond this machine is made up, or is not there.

use std::{
    cell::RefCell,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use berth_cli::{Examined, Global, OutputFormat, Seen, Tenants, Tried};
use berth_domain::{Language, Text};
use berth_store::DirectoryLock;
use chrono::{DateTime, TimeDelta};
use clap::Parser;
use reqwest::Url;

use super::{
    Facts, cloud,
    finding::{Finding, NAMES, Verdict, exit_code, printed},
    gather, judge,
    machine::{self, Lock, Looked, Port},
    outside::{Knock, Outside},
    server,
};
use crate::serve::Configuration;

/// Everything as it should be.
fn healthy() -> Facts {
    let file = Looked::There { is_directory: false, mode: 0o600, writable: true };
    let now = DateTime::from(SystemTime::UNIX_EPOCH + Duration::from_hours(500_000));
    let seoul =
        Tried { name: "seoul".into(), region: "ap-seoul-1".into(), through_proxy: false, key: Some(Ok(())) };
    let seen = Seen {
        version: "1.0.0".into(),
        now,
        asked_at: now,
        websocket: Ok(()),
        tenants: Ok(Tenants { tried: vec![seoul], more: false }),
    };
    Facts {
        machine: machine::Facts {
            is_elsewhere: false,
            configuration: Ok(Vec::new()),
            directory: "/data".into(),
            directory_is: Looked::There { is_directory: true, mode: 0o700, writable: true },
            token: file.clone(),
            vault_key: file,
            was_used: true,
            free: Some(u64::MAX),
            lock: Lock::Held("7".into()),
            port: Some(Port { address: "127.0.0.1:8080".into(), taken: Some("in use".into()) }),
        },
        server: server::Facts {
            examined: Examined { address: "http://127.0.0.1:8080".into(), server: Ok(seen) },
            is_expected: true,
            version: "1.0.0".into(),
        },
        cloud: cloud::Facts {
            hosts: vec![cloud::Host {
                name: "iaas.example".into(),
                through_proxy: false,
                addresses: Ok(2),
                answers: Some(Ok(())),
            }],
            ahead: Some(TimeDelta::seconds(1)),
        },
    }
}

/// Makes one thing wrong in a healthy world, and looks what is said of it.
fn check(given: impl FnOnce(&mut Facts), check: &str, verdict: Verdict, words: &str) {
    let mut facts = healthy();
    given(&mut facts);
    let findings = judge(&facts);
    let finding = findings.iter().find(|finding| finding.check == check);
    let finding = finding.unwrap_or_else(|| panic!("nothing is said of {check}: {findings:#?}"));
    assert_eq!(finding.verdict, verdict, "{finding:?}");
    let advice = finding.advice.as_ref().map_or("", |advice| &advice.english);
    let said = format!("{} {advice}", finding.message.english);
    assert!(said.contains(words), "{said}");
    assert_eq!(finding.advice.is_some(), verdict != Verdict::Good, "what is not good has its advice");
    assert_eq!(exit_code(&findings), u8::from(verdict == Verdict::Bad), "all else is healthy: {findings:#?}");
}

fn seen(facts: &mut Facts) -> &mut Seen {
    facts.server.examined.server.as_mut().unwrap()
}

fn said(text: &str) -> Text {
    Text::new(text, text)
}

#[test]
fn in_a_healthy_world_everything_is_good() {
    let findings = judge(&healthy());
    assert!(findings.iter().all(|finding| finding.verdict == Verdict::Good), "{findings:#?}");
    let checks: Vec<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
    let all = [
        "configuration",
        "data directory",
        "disk",
        "token",
        "vault.key",
        "lock",
        "port",
        "server",
        "websocket",
        "key seoul",
        "dns",
        "tls",
        "clock",
    ];
    assert_eq!(checks, all);
    assert_eq!(exit_code(&findings), 0);
}

#[test]
fn the_configuration_is_judged_by_its_problems() {
    let warned = |facts: &mut Facts| facts.machine.configuration = Ok(vec![said("a is old")]);
    check(warned, "configuration", Verdict::Doubtful, "a is old");
    let wrong =
        |facts: &mut Facts| facts.machine.configuration = Err(vec![said("a is wrong"), said("b too")]);
    check(wrong, "configuration", Verdict::Bad, "a is wrong; b too");
}

#[test]
fn the_data_directory_is_there_for_its_owner_alone() {
    let there = |is_directory, mode, writable| {
        move |facts: &mut Facts| facts.machine.directory_is = Looked::There { is_directory, mode, writable }
    };
    check(there(true, 0o755, true), "data directory", Verdict::Doubtful, "chmod 700 /data");
    check(there(true, 0o700, false), "data directory", Verdict::Bad, "cannot be written");
    check(there(false, 0o600, true), "data directory", Verdict::Bad, "is a file");
    let absent = |facts: &mut Facts| facts.machine.directory_is = Looked::Absent;
    check(absent, "data directory", Verdict::Doubtful, "`berth serve` makes it");
    let unseen = |facts: &mut Facts| facts.machine.directory_is = Looked::Unseen("forbidden".into());
    check(unseen, "data directory", Verdict::Bad, "forbidden");
}

#[test]
fn what_opens_everything_is_for_nobody_elses_eyes() {
    let open = Looked::There { is_directory: false, mode: 0o640, writable: true };
    let token = open.clone();
    check(move |facts| facts.machine.token = token, "token", Verdict::Bad, "chmod 600 /data/token");
    check(
        move |facts| facts.machine.vault_key = open,
        "vault.key",
        Verdict::Bad,
        "chmod 600 /data/vault.key",
    );
}

#[test]
fn without_its_key_the_vault_is_lost_and_without_its_token_it_is_not() {
    check(|facts| facts.machine.vault_key = Looked::Absent, "vault.key", Verdict::Bad, "bring it back");
    check(|facts| facts.machine.token = Looked::Absent, "token", Verdict::Doubtful, "makes a new one");
}

#[test]
fn the_less_room_there_is_the_worse() {
    let free = |mib: u64| move |facts: &mut Facts| facts.machine.free = Some(mib << 20);
    check(free(99), "disk", Verdict::Bad, "99 MiB are free");
    check(free(1023), "disk", Verdict::Doubtful, "1023 MiB");
    check(free(1024), "disk", Verdict::Good, "1024 MiB");
}

#[test]
fn a_port_that_another_holds_is_bad_and_one_that_we_hold_is_not() {
    check(
        |facts| facts.machine.lock = Lock::Free,
        "port",
        Verdict::Bad,
        "could not listen on 127.0.0.1:8080: in use",
    );
    check(|facts| facts.machine.port.as_mut().unwrap().taken = None, "port", Verdict::Good, "free");
    check(|_| {}, "lock", Verdict::Good, "pid 7");
    check(|facts| facts.machine.lock = Lock::Unseen("no".into()), "lock", Verdict::Doubtful, "no");
}

#[test]
fn a_server_that_is_expected_must_answer() {
    let silent = |is_expected| {
        move |facts: &mut Facts| {
            facts.server.examined.server = Err(said("refused"));
            facts.server.is_expected = is_expected;
        }
    };
    check(silent(true), "server", Verdict::Bad, "refused");
    check(silent(false), "server", Verdict::Doubtful, "start one");
    check(|facts| seen(facts).version = "0.9.0".into(), "server", Verdict::Doubtful, "release 0.9.0");
}

#[test]
fn a_proxy_must_let_websockets_through() {
    let cut = |facts: &mut Facts| seen(facts).websocket = Err(said("HTTP 400"));
    check(cut, "websocket", Verdict::Bad, "HTTP 400");
}

#[test]
fn each_key_is_judged_by_what_its_cloud_said() {
    let key = |key| move |facts: &mut Facts| seen(facts).tenants.as_mut().unwrap().tried[0].key = key;
    check(key(Some(Err(said("401 NotAuthenticated")))), "key seoul", Verdict::Bad, "401 NotAuthenticated");
    check(key(None), "key seoul", Verdict::Good, "switched off");
    check(
        |facts| seen(facts).tenants.as_mut().unwrap().more = true,
        "keys",
        Verdict::Doubtful,
        "first 1 tenants",
    );
    check(|facts| seen(facts).tenants = Err(said("no token")), "keys", Verdict::Doubtful, "no token");
}

#[test]
fn the_way_to_the_cloud_is_ours_unless_a_proxy_takes_it() {
    let unknown = |facts: &mut Facts| {
        facts.cloud.hosts[0].addresses = Err("no such host".into());
        facts.cloud.hosts[0].answers = None;
    };
    check(unknown, "dns", Verdict::Bad, "no such host");
    let unanswered = |through_proxy| {
        move |facts: &mut Facts| {
            facts.cloud.hosts[0].answers = Some(Err("certificate".into()));
            facts.cloud.hosts[0].through_proxy = through_proxy;
        }
    };
    check(unanswered(false), "tls", Verdict::Bad, "certificate");
    check(unanswered(true), "tls", Verdict::Doubtful, "certificate");
}

#[test]
fn a_clock_is_good_to_half_a_minute_and_bad_from_four() {
    let ahead = |seconds| move |facts: &mut Facts| facts.cloud.ahead = Some(TimeDelta::seconds(seconds));
    check(ahead(29), "clock", Verdict::Good, "goes with");
    check(ahead(31), "clock", Verdict::Doubtful, "31 s behind");
    check(ahead(-239), "clock", Verdict::Doubtful, "239 s ahead");
    check(ahead(240), "clock", Verdict::Bad, "240 s behind");
}

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    global: Global,
}

fn global(flags: &[&str]) -> Global {
    Line::parse_from(["berth"].iter().chain(flags)).global
}

#[test]
fn an_answer_is_a_line_each_or_json_that_is_never_translated() {
    let mut facts = healthy();
    facts.machine.token = Looked::Absent;
    let findings = judge(&facts);
    let lines = printed(&findings, &global(&["-q"]), Language::English);
    assert_eq!(
        lines,
        "doubtful  token: there is no /data/token → the next start makes a new one; clients need it then"
    );
    let lines = printed(&findings, &global(&[]), Language::Chinese);
    assert_eq!(lines.lines().count(), findings.len());
    assert!(lines.contains("正常") && lines.contains("存疑"), "{lines}");
    assert!(lines.contains("数据目录: ") && lines.contains("密钥 seoul: "), "{lines}");
    for Finding { check, .. } in findings.iter().filter(|finding| !finding.check.starts_with("key ")) {
        assert!(NAMES.iter().any(|(word, _)| word == check), "{check} has no name in Chinese");
    }
    let json: serde_json::Value =
        serde_json::from_str(&printed(&findings, &global(&["--json"]), Language::Chinese)).unwrap();
    assert_eq!((&json[3]["check"], &json[3]["verdict"]), (&"token".into(), &"DOUBTFUL".into()));
    assert_eq!(json[3]["message"], "there is no /data/token");
    assert_eq!(global(&["-o", "jsonl"]).format(), OutputFormat::Jsonl);
}

/// A world without a network, which remembers whom one asked for.
#[derive(Default)]
struct Nowhere(RefCell<Vec<String>>);

#[async_trait(?Send)]
impl Outside for Nowhere {
    async fn resolve(&self, host: &str, port: u16) -> Result<usize, String> {
        self.0.borrow_mut().push(format!("{host}:{port}"));
        Err("the network is unreachable".into())
    }

    async fn knock(&self, _: &Url) -> Result<Knock, String> {
        panic!("nobody knocks where there is no address")
    }

    async fn examine(&self, global: &Global) -> Examined {
        Examined { address: global.server.clone(), server: Err(said("refused")) }
    }
}

/// A cloud whose clock is so many seconds ahead of ours.
struct Cloud(u64);

#[async_trait(?Send)]
impl Outside for Cloud {
    async fn resolve(&self, _: &str, _: u16) -> Result<usize, String> {
        Ok(1)
    }

    async fn knock(&self, _: &Url) -> Result<Knock, String> {
        let our_time = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        Ok(Knock { its_time: Some(our_time + Duration::from_secs(self.0)), our_time })
    }

    async fn examine(&self, global: &Global) -> Examined {
        Nowhere::default().examine(global).await
    }
}

/// A port that was free a moment ago, and on which nobody listens.
fn free_address() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

async fn look(flags: &[&str], outside: &impl Outside) -> Facts {
    let global = global(flags);
    let configuration =
        Configuration { bind: Some(free_address()), ..Configuration::for_tools(None, &global) };
    gather::facts(&configuration, &global, outside).await
}

#[actix_rt::test]
async fn without_any_network_the_rest_is_looked_at_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let data = directory.path().to_str().unwrap();
    let nowhere = Nowhere::default();
    let facts = look(&["--data-dir", data, "--server", "example.test"], &nowhere).await;
    let findings = judge(&facts);
    let of =
        |check: &str| findings.iter().find(|finding| finding.check == check).map(|finding| finding.verdict);
    assert_eq!([of("data directory"), of("port")], [Some(Verdict::Good); 2]);
    assert_eq!([of("server"), of("dns")], [Some(Verdict::Bad); 2], "{findings:#?}");
    assert_eq!([of("tls"), of("clock"), of("token")], [None; 3], "what cannot be known is not said");
    assert_eq!(nowhere.0.into_inner(), ["iaas.us-ashburn-1.oraclecloud.com:443"]);
}

#[actix_rt::test]
async fn facts_of_a_directory_are_as_they_lie_there() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path();
    let held = DirectoryLock::take(data).unwrap();
    std::fs::write(data.join("vault.key"), "k").unwrap();
    std::fs::set_permissions(data.join("vault.key"), std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .unwrap();
    let flags = ["--data-dir", data.to_str().unwrap()];
    let facts = look(&flags, &Nowhere::default()).await;
    let machine = &facts.machine;
    assert_eq!(machine.lock, Lock::Held(std::process::id().to_string()));
    assert!(matches!(machine.vault_key, Looked::There { mode: 0o644, .. }), "{machine:?}");
    assert_eq!((&machine.token, machine.was_used), (&Looked::Absent, true));
    assert!(facts.server.is_expected, "whoever holds the lock must answer");
    drop(held);
    let facts = look(&flags, &Nowhere::default()).await;
    assert_eq!((facts.machine.lock, facts.server.is_expected), (Lock::Free, false));
    assert!(DirectoryLock::take(data).is_ok(), "the look lets go of it");
}

#[actix_rt::test]
async fn a_clouds_clock_is_read_from_its_answer() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let facts = look(&["--data-dir", data], &Cloud(300)).await;
    assert_eq!(facts.cloud.ahead, Some(TimeDelta::seconds(300)));
}

#[actix_rt::test]
async fn of_a_server_elsewhere_nothing_is_looked_at_here() {
    let directory = tempfile::tempdir().unwrap();
    let nowhere = directory.path().join("none");
    let flags = ["--data-dir", nowhere.to_str().unwrap(), "--server", "example.test"];
    let findings = judge(&look(&flags, &Nowhere::default()).await);
    let checks: Vec<&str> = findings.iter().map(|finding| finding.check.as_str()).collect();
    assert_eq!(checks, ["server", "dns"]);
}
