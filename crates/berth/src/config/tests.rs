use std::{
    fs,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;

/// A directory with one configuration file in it, and what else the layers say.
struct World {
    directory: TempDir,
    sources: Sources,
}

impl World {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), sources: Sources::default() }
    }

    fn file(mut self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        self.sources.search.push(path);
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn flag(mut self, name: &str, key: &'static str, value: &str) -> Self {
        self.sources.flags.push(Flag { name: name.to_owned(), key, value: value.to_owned() });
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn load(&self) -> Config {
        Config::load(&self.sources).unwrap()
    }

    fn problems(&self) -> Vec<String> {
        let error = Config::load(&self.sources).unwrap_err();
        assert_eq!(error.exit_code(), 78);
        assert!(
            error.problems.iter().all(|problem| !problem.chinese.is_ascii()),
            "every problem is in Chinese too"
        );
        let directory = format!("{}/", self.directory.path().display());
        error.problems.iter().map(|problem| problem.in_english().replace(&directory, "")).collect()
    }
}

fn file(config: &Config) -> &Path {
    match &config.database {
        Database::Sqlite { file } => file,
        Database::Postgres { .. } => panic!("the log is kept in a file"),
    }
}

const SEED: &str = include_str!("../../tests/fixtures/seed-config.yaml");

#[test]
fn the_first_releases_example_starts_the_server_unchanged() {
    let config = World::new().file("config.yaml", SEED).load();
    assert_eq!((config.server.host.as_str(), config.server.port), ("0.0.0.0", 8080));
    assert_eq!(file(&config), PathBuf::from("./data/oci-manager.db"));
    assert_eq!(config.data_dir, PathBuf::from("./data"));
    assert_eq!((config.grab.default_interval_seconds, config.grab.max_retry), (5, 1000));
    let file = config.log.file.unwrap();
    assert_eq!((file.max_bytes, file.max_backups, file.max_age_days), (100 * 1024 * 1024, 3, 7));
    assert!(matches!(config.notify.telegram, Said::Unused), "it is enabled, but has no token");
    assert!(matches!(config.notify.dingtalk, Said::Unused), "it is not enabled");
    let about: Vec<_> = config.warnings.iter().map(|warning| warning.key.as_str()).collect();
    assert_eq!(about, ["server.host", "notify.telegram.enabled"]);
}

#[test]
fn nothing_at_all_is_a_lawful_configuration() {
    let config = World::new().load();
    assert_eq!((config.server.host.as_str(), config.server.port), ("127.0.0.1", 8080));
    assert_eq!((config.grab.default_interval_seconds, config.grab.jitter_percent), (60, 20));
    assert_eq!(file(&config), PathBuf::from("./data/log.db"));
    assert!(config.warnings.is_empty());
    assert!(config.shown.iter().all(|shown| shown.origin == Origin::Default));
}

#[test]
fn reports_are_made_where_people_live_and_tenants_tested_as_often_as_they_say() {
    let usual = World::new().load().rounds;
    assert_eq!((usual.check_every, usual.reports.hour), (Seconds(24 * 3600), 8));
    assert_eq!(usual.reports.utc_offset_minutes, 0);
    let text = "notify:\n  utc_offset_minutes: 480\n  daily_report_hour: 7\ntenants:\n  check_hours: 0\n";
    let china = World::new().file("berth.yaml", text).load().rounds;
    assert_eq!(
        (china.check_every, china.reports.hour, china.reports.utc_offset_minutes),
        (Seconds(0), 7, 480)
    );
    let west = World::new().variable("BERTH_NOTIFY__UTC_OFFSET_MINUTES", "-300").load().rounds;
    assert_eq!(west.reports.utc_offset_minutes, -300);
    for nowhere in ["841", "-721", "+08:00", "local"] {
        let problems = World::new().variable("BERTH_NOTIFY__UTC_OFFSET_MINUTES", nowhere).problems();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].ends_with(&format!("must be a number from -720 to 840, but is `{nowhere}`")));
    }
}

#[test]
fn a_flag_is_stronger_than_the_environment_and_that_than_a_file() {
    let world =
        World::new().file("berth.toml", "[server]\nport = 1\n[grab]\nmax_retry = 1\nmin_interval = 1");
    let world = world.variable("BERTH_SERVER__PORT", "2").variable("BERTH_GRAB__MAX_RETRY", "2");
    let config = world.flag("port", "server.port", "3").load();
    assert_eq!((config.server.port, config.grab.max_retry, config.grab.min_interval_seconds), (3, 2, 1));
    let origin = |key: &str| config.shown.iter().find(|shown| shown.key == key).unwrap().origin.to_string();
    assert_eq!(origin("server.port"), "--port");
    assert_eq!(origin("grab.max_retry"), "BERTH_GRAB__MAX_RETRY");
    assert!(origin("grab.min_interval").ends_with("berth.toml:5"));
}

#[test]
fn a_variable_that_ends_in_file_names_a_file_with_the_value() {
    let world = World::new().file("secret.txt", "123:canary\n");
    let path = world.path("secret.txt");
    let mut world = world
        .variable("BERTH_NOTIFY__TELEGRAM__BOT_TOKEN_FILE", path.to_str().unwrap())
        .variable("BERTH_NOTIFY__TELEGRAM__CHAT_ID", "-100")
        .variable("BERTH_NOTIFY__TELEGRAM__ENABLED", "true");
    world.sources.search.clear();
    let config = world.load();
    let Said::Kept { enabled: true, channel: telegram } = &config.notify.telegram else {
        panic!("{:?}", config.notify)
    };
    assert!(matches!(config.notify.dingtalk, Said::Nothing));
    assert_eq!(telegram.bot_token.expose_secret(), "123:canary");
    assert!(
        !format!("{config:?}").contains("canary"),
        "a secret is in no debug output and not in what is shown"
    );
}

#[test]
fn log_file_is_a_setting_and_no_file_with_a_value() {
    let config = World::new().variable("BERTH_LOG__FILE", "/somewhere/app.log").load();
    assert_eq!(config.log.file.unwrap().path, PathBuf::from("/somewhere/app.log"));
}

#[test]
fn a_value_and_a_file_for_it_contradict_each_other() {
    let world = World::new().file("secret.txt", "two");
    let path = world.path("secret.txt");
    let mut world = world
        .variable("BERTH_NOTIFY__DINGTALK__SECRET", "one")
        .variable("BERTH_NOTIFY__DINGTALK__SECRET_FILE", path.to_str().unwrap());
    world.sources.search.clear();
    let told = "BERTH_NOTIFY__DINGTALK__SECRET_FILE: notify.dingtalk.secret is also given by \
                BERTH_NOTIFY__DINGTALK__SECRET; keep one of them";
    assert_eq!(world.problems(), [told]);
}

#[test]
fn an_unknown_key_is_told_with_the_nearest_known_one_and_its_line() {
    let yaml = World::new().file("berth.yaml", "# words\nserver:\n  host: 127.0.0.1\n  prot: 80\n");
    assert_eq!(yaml.problems(), ["berth.yaml:4: server.prot is not a known key; the nearest is server.port"]);
    let toml = World::new().file("berth.toml", "port = 80\n\n[grab]\ninterval = 5\n");
    assert_eq!(
        toml.problems(),
        [
            "berth.toml:4: grab.interval is not a known key; the nearest is grab.min_interval",
            "berth.toml:1: port is not a known key; the nearest is server.port",
        ]
    );
    let variable = World::new().variable("BERTH_SERVER__HOTS", "::1");
    assert_eq!(
        variable.problems(),
        ["BERTH_SERVER__HOTS: server.hots is not a known key; the nearest is server.host"]
    );
}

#[test]
fn variables_for_others_are_left_alone() {
    World::new()
        .variable("BERTH_TOKEN", "x")
        .variable("PATH", "/bin")
        .variable("BERTH_SIGNING_VECTORS", "x")
        .load();
}

#[test]
fn all_problems_are_told_at_once() {
    let text = "server:\n  port: 70000\n  behind_proxy: maybe\nlog:\n  level: inof\n  format: [json]\n\
                grab:\n  default_interval: 0\n  jitter_percent: 2.5\ndatabase:\n  driver: mysql\nnotifier: {}\noci: 5\n";
    let expected = [
        "berth.yaml:13: oci is a section, not a value",
        "berth.yaml:2: server.port must be between 0 and 65535, but is 70000",
        "berth.yaml:3: server.behind_proxy must be true or false, but is a text",
        "berth.yaml:5: log.level must be one of off, error, warn, info, debug, trace, or directives such as \
         info,berth=debug, but is `inof`",
        "berth.yaml:6: log.format must be one of json, text, but is a list",
        "berth.yaml:8: grab.default_interval must be between 1 and 86400, but is 0",
        "berth.yaml:9: grab.jitter_percent must be a number from 0 to 50, but is a fraction",
        "berth.yaml:11: database.driver mysql is not supported; the log is kept in sqlite or postgres",
    ];
    assert_eq!(World::new().file("berth.yaml", text).problems(), expected);
}

#[test]
fn a_usual_interval_below_the_least_is_refused() {
    let world = World::new().variable("BERTH_GRAB__MIN_INTERVAL", "90");
    assert_eq!(
        world.problems(),
        ["grab.default_interval 60 s is shorter than grab.min_interval, which is 90 s"]
    );
}

#[test]
fn a_file_that_is_not_well_formed_or_not_there_is_told() {
    let broken = World::new().file("berth.toml", "[server\n").problems();
    assert!(broken[0].starts_with("berth.toml: is not well formed"), "{broken:?}");
    let mut world = World::new();
    world.sources.file = Some(world.path("missing.yaml"));
    assert!(world.problems()[0].starts_with("missing.yaml: cannot be read"));
}

#[test]
fn the_second_file_found_is_told_as_unread() {
    let world = World::new().file("berth.toml", "").file("config.yaml", "server: {port: 9}");
    let config = world.load();
    assert_eq!(config.server.port, 8080);
    assert!(config.warnings[0].in_english().contains("config.yaml: is not read"));
}

#[test]
fn a_stronger_data_directory_moves_the_log_and_keeps_its_name() {
    let world = World::new().file("config.yaml", SEED).flag("data-dir", "data_dir", "/srv/berth");
    let config = world.load();
    assert_eq!(file(&config), Path::new("/srv/berth/oci-manager.db"));
    assert_eq!(config.data_dir, PathBuf::from("/srv/berth"));
}

#[test]
fn two_directories_in_one_layer_contradict_each_other() {
    let world = World::new().file("berth.toml", "data_dir = \"a\"\n[database]\ndsn = \"b/log.db\"");
    assert_eq!(
        world.problems(),
        ["berth.toml:1: data_dir is a, but database.dsn lies in b; give one of them"]
    );
}

#[test]
fn a_data_source_name_with_parameters_is_refused_and_never_shown() {
    let world = World::new().variable("BERTH_DATABASE__DSN", "mysql://me:canary@host/db");
    let told = world.problems();
    assert_eq!(told, ["BERTH_DATABASE__DSN: database.dsn must be the path of a file, without parameters"]);
}

#[test]
fn postgres_takes_its_name_and_shows_it_to_nobody() {
    let named = || World::new().variable("BERTH_DATABASE__DSN", "postgres://me:canary@host/db");
    assert_eq!(
        named().problems(),
        ["BERTH_DATABASE__DSN: database.dsn names a PostgreSQL database; set database.driver = \"postgres\""]
    );
    let config = named().variable("BERTH_DATABASE__DRIVER", "postgres").load();
    assert!(matches!(&config.database, Database::Postgres { dsn } if dsn.expose_secret().ends_with("/db")));
    assert_eq!(config.data_dir, Path::new("./data"));
    assert!(!format!("{config:?}").contains("canary"));
    let unnamed = World::new().variable("BERTH_DATABASE__DRIVER", "postgres");
    assert_eq!(unnamed.problems(), ["database.dsn must be postgres://user:password@host/database"]);
}

#[test]
fn attempts_are_kept_for_a_week_at_least_or_for_ever() {
    let kept = |days| World::new().variable("BERTH_RETENTION__GRAB_DAYS", days);
    assert_eq!(kept("6").problems().len(), 1);
    assert_eq!(kept("7").load().retention.grab_days, 7);
    let config = kept("0").flag("data-dir", "data_dir", "/srv/berth").load();
    assert_eq!((config.retention.grab_days, config.retention.audit_days), (0, 365));
    assert_eq!(config.retention.archive, Path::new("/srv/berth/archive"));
}

#[test]
fn debug_mode_says_more_unless_a_level_was_chosen() {
    let debug = || World::new().variable("BERTH_SERVER__MODE", "debug");
    assert_eq!(debug().load().log.level, "info,berth=debug");
    assert_eq!(debug().variable("BERTH_LOG__LEVEL", "warn").load().log.level, "warn");
}

#[test]
fn one_address_overrides_host_and_port() {
    let config = World::new().flag("bind", "server.bind", "[::1]:9000").load();
    assert_eq!((config.server.host.as_str(), config.server.port), ("::1", 9000));
    assert!(config.warnings.is_empty());
    for wrong in ["9000", "127.0.0.1", "127.0.0.1:x"] {
        assert_eq!(World::new().flag("bind", "server.bind", wrong).problems().len(), 1, "{wrong}");
    }
}

#[test]
fn figures_are_given_nowhere_unless_asked_for_and_only_on_an_address() {
    assert_eq!(World::new().load().metrics.address, None);
    let with = |bind: &str| World::new().variable("BERTH_METRICS__BIND", bind);
    for here in ["127.0.0.1:9464", "[::1]:0", "localhost:9464"] {
        let config = with(here).load();
        assert_eq!(config.metrics.address.as_deref(), Some(here));
        assert!(config.warnings.is_empty(), "{here}");
    }
    assert_eq!(with("0.0.0.0:9464").load().warnings.len(), 1, "there is no token on it");
    for wrong in ["9464", "127.0.0.1", "127.0.0.1:x", "prometheus:9464"] {
        assert_eq!(with(wrong).problems().len(), 1, "{wrong}");
    }
}

#[test]
fn traces_go_nowhere_unless_asked_for_and_no_secret_stands_in_the_address() {
    assert_eq!(World::new().load().tracing.endpoint, None);
    let with = |endpoint: &str| World::new().variable("BERTH_TRACING__OTLP_ENDPOINT", endpoint);
    for here in ["http://127.0.0.1:4318", "http://[::1]:4318/", "https://collector.example/otlp"] {
        let config = with(here).load();
        assert_eq!(config.tracing.endpoint.as_deref(), Some(here.trim_end_matches('/')));
        assert!(config.warnings.is_empty(), "{here}");
    }
    assert_eq!(with("http://collector.example:4318").load().warnings.len(), 1, "there is no TLS");
    let secret = "https://me:hush@collector.example";
    for wrong in
        ["127.0.0.1:4318", "grpc://127.0.0.1:4317", secret, "https://x.example?key=hush", "https://x/#a"]
    {
        let problems = with(wrong).problems();
        assert_eq!(problems.len(), 1, "{wrong}");
        assert!(!format!("{problems:?}").contains("hush"), "{problems:?}");
    }
}

#[test]
fn oci_may_be_replaced_only_by_this_machine_and_only_when_allowed() {
    let with = |endpoint: &str, allow: &str| {
        World::new().variable("BERTH_OCI__ENDPOINT", endpoint).variable("BERTH_OUTBOUND__ALLOW", allow)
    };
    assert_eq!(
        with("http://127.0.0.1:99/", "loopback").load().oci.endpoint.as_deref(),
        Some("http://127.0.0.1:99")
    );
    with("http://127.0.0.1:99", "other, 127.0.0.1:99").load();
    assert_eq!(with("http://127.0.0.1:99", "127.0.0.1:98").problems().len(), 1);
    for hostile in
        ["http://127.0.0.1@evil.com", "http://evil.com", "http://127.0.0.1.evil.com", "file:///etc", "x"]
    {
        assert_eq!(with(hostile, "loopback,evil.com").problems().len(), 1, "{hostile}");
    }
}

#[test]
fn sockets_are_as_many_as_is_said_and_nought_is_without_a_limit() {
    let said = World::new()
        .variable("BERTH_SERVER__SOCKETS_OF_ADDRESS", "0")
        .variable("BERTH_SERVER__SOCKETS_OF_USER", "7");
    let sockets = said.load().server.sockets;
    assert_eq!((sockets.of_address, sockets.of_user), (usize::MAX, 7));
    assert_eq!(World::new().load().server.sockets, crate::http::SocketLimits::default());
}
