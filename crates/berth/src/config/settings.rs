//! Every setting there is, as a table: the key, what it takes, what it is when nobody says otherwise, and what it means.
//!
//! The keys of `server`, `database`, `log`, `grab` and `notify` are those of the first release's `config.yaml`, one to one.

/// One setting. The default is written as a person would write it in an environment variable.
#[derive(Debug)]
pub struct Setting {
    pub key: &'static str,
    pub kind: Kind,
    pub default: &'static str,
    pub english: &'static str,
    pub chinese: &'static str,
}

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A text that people also write as a bare number, such as a chat's id.
    Label,
    /// Never shown, never in an error.
    Secret,
    /// A data source name, shown without the password in it.
    Dsn,
    /// A log level or directives.
    Level,
    /// Both ends belong to it.
    Number(u64, u64),
    Flag,
    Choice(&'static [&'static str]),
    /// Texts; in the environment and in flags they are parted by commas.
    List,
}

const fn setting(
    key: &'static str,
    kind: Kind,
    default: &'static str,
    english: &'static str,
    chinese: &'static str,
) -> Setting {
    Setting { key, kind, default, english, chinese }
}

/// All settings, in the order they are shown in.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting("server.host", Kind::Text, "127.0.0.1", "address to listen on", "监听地址"),
    setting("server.port", Kind::Number(0, 65_535), "8080", "port to listen on; 0 takes any free one", "监听端口；0 为任意空闲端口"),
    setting("server.bind", Kind::Text, "", "address:port in one; overrides host and port", "地址:端口，覆盖 host 与 port"),
    setting("server.mode", Kind::Choice(&["release", "debug"]), "release", "debug says more in the log", "debug 会记录更多日志"),
    setting("server.behind_proxy", Kind::Flag, "false", "a proxy that ends TLS stands in front", "前面有终止 TLS 的代理"),
    setting("server.requests_per_second", Kind::Number(0, 1_000_000), "100", "requests a second from one address, twice as many at once; 0 is without a limit", "单个地址每秒请求数，可突发两倍；0 为不限"),
    setting("server.requests_per_minute_of_user", Kind::Number(0, 1_000_000), "1000", "requests a minute of one user; 0 is without a limit", "单个用户每分钟请求数；0 为不限"),
    setting("server.sockets_of_address", Kind::Number(0, 1_000_000), "64", "open WebSockets from one address of whom nobody knows yet; 0 is without a limit", "单个地址未登录时可打开的 WebSocket 数；0 为不限"),
    setting("server.sockets_of_user", Kind::Number(0, 1_000_000), "100", "open WebSockets of one user; 0 is without a limit", "单个用户可打开的 WebSocket 数；0 为不限"),
    setting("access.session_hours", Kind::Number(1, 8_760), "12", "hours after which a session ends in any case", "会话最长小时数"),
    setting("access.idle_minutes", Kind::Number(1, 525_600), "30", "minutes without a use after which a session ends; an open page counts as a use", "会话闲置多少分钟后结束；打开的页面视为使用中"),
    setting("access.admin_password_file", Kind::Text, "", "file with the password of a first user `admin`, made at the first start", "首次启动时创建用户 admin 所用的密码文件"),
    setting("database.driver", Kind::Choice(&["sqlite", "postgres", "mysql"]), "sqlite", "where the log is kept", "日志存放的数据库"),
    setting("database.dsn", Kind::Dsn, "", "sqlite: file of the log, its directory is the data directory; postgres: postgres://user:password@host/database", "sqlite：日志文件，其目录即数据目录；postgres：postgres://用户:密码@主机/数据库"),
    setting("retention.grab_days", Kind::Number(0, 36_500), "30", "days to keep attempts and their log lines; at least 7, 0 is for ever", "尝试记录及其日志的保留天数；至少 7，0 为永久"),
    setting("retention.system_days", Kind::Number(0, 36_500), "90", "days to keep the system's log lines", "系统日志保留天数"),
    setting("retention.error_days", Kind::Number(0, 36_500), "90", "days to keep log lines of errors", "错误日志保留天数"),
    setting("retention.operation_days", Kind::Number(0, 36_500), "365", "days to keep what people did", "操作日志保留天数"),
    setting("retention.audit_days", Kind::Number(0, 36_500), "365", "days to keep the audit log", "审计日志保留天数"),
    setting("retention.archive_dir", Kind::Text, "", "where attempts go before they are released; `archive` in the data directory if unset", "释放前归档的目录；默认为数据目录下的 archive"),
    setting("log.level", Kind::Level, "info", "level, or directives such as info,berth=debug", "级别，或如 info,berth=debug 的指令"),
    setting("log.file", Kind::Text, "", "also write the log here", "同时写入此文件"),
    setting("log.max_size", Kind::Number(1, 10_240), "100", "MB before the file is rotated", "轮转前的大小（MB）"),
    setting("log.max_backups", Kind::Number(0, 1_000), "3", "rotated files to keep", "保留的旧文件数"),
    setting("log.max_age", Kind::Number(0, 3_650), "7", "days to keep rotated files; 0 is for ever", "旧文件保留天数；0 为永久"),
    setting("log.format", Kind::Choice(&["json", "text"]), "json", "json for machines, text for people", "json 供机器读，text 供人读"),
    setting("grab.default_interval", Kind::Number(1, 86_400), "60", "seconds between attempts of a new task", "新任务的轮询间隔（秒）"),
    setting("grab.min_interval", Kind::Number(1, 86_400), "1", "the shortest interval a task may have, in seconds", "最小间隔（秒）"),
    setting("grab.max_retry", Kind::Number(0, 1_000_000_000), "0", "attempts before giving up; 0 is until it has it", "最大尝试次数；0 为直到抢到"),
    setting("grab.concurrent_limit", Kind::Number(1, 100_000), "10", "tasks that may run at once", "并发任务上限"),
    setting("grab.calls_per_second", Kind::Number(1, 10_000), "10", "most calls a second of one tenant", "单个租户每秒最多请求数"),
    setting("grab.jitter_percent", Kind::Number(0, 50), "20", "how far an interval may stray, in percent", "间隔抖动（百分比）"),
    setting("tenants.check_hours", Kind::Number(0, 8_760), "24", "hours within which each tenant's key is tested by itself; 0 is never", "每隔多少小时自动测试各租户的密钥；0 为从不"),
    setting("metrics.bind", Kind::Text, "", "address:port where Prometheus reads /metrics, without a token; off if unset", "供 Prometheus 读取 /metrics 的 地址:端口，无需令牌；留空为关闭"),
    setting("tracing.otlp_endpoint", Kind::Text, "", "address of a collector that takes traces by OTLP over HTTP, such as http://127.0.0.1:4318; off if unset", "以 OTLP/HTTP 接收链路追踪的收集器地址，例如 http://127.0.0.1:4318；留空为关闭"),
    setting("alerts.production", Kind::Flag, "false", "others count on this server: fewer than three instances raise an alert", "生产环境：实例少于三个时告警"),
    setting("notify.daily_report_hour", Kind::Number(0, 23), "8", "hour of the day at which yesterday's report is made", "每天几点生成前一天的日报"),
    setting("notify.utc_offset_minutes", Kind::Label, "0", "where days begin and end: minutes east of Greenwich; China is at 480", "日报所用时区：比格林尼治早多少分钟；中国为 480"),
    setting("notify.telegram.enabled", Kind::Flag, "false", "tell a Telegram chat", "启用 Telegram 通知"),
    setting("notify.telegram.bot_token", Kind::Secret, "", "token of the bot", "机器人令牌"),
    setting("notify.telegram.chat_id", Kind::Label, "", "chat to tell", "会话 ID"),
    setting("notify.dingtalk.enabled", Kind::Flag, "false", "tell a DingTalk group", "启用钉钉通知"),
    setting("notify.dingtalk.webhook", Kind::Secret, "", "address of the group's robot", "群机器人地址"),
    setting("notify.dingtalk.secret", Kind::Secret, "", "signing secret of the robot", "加签密钥"),
    setting("oci.endpoint", Kind::Text, "", "loopback address that stands in for OCI (tests, demo)", "代替 OCI 的本机地址（测试、演示）"),
    setting("outbound.allow", Kind::List, "", "hosts of our own that may be called: loopback, host, host:port", "允许访问的自有主机"),
    setting("data_dir", Kind::Text, "", "directory of everything the server keeps; ./data if unset", "数据目录；默认 ./data"),
];

/// The setting of that name.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The known key that looks most like a mistaken one.
///
/// The last part counts nearly as much as the whole: who writes `port` at the top means `server.port`.
pub(super) fn nearest(key: &str) -> &'static str {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let likeness = |known: &str| {
        let whole = strsim::normalized_damerau_levenshtein(known, key);
        let tail = strsim::normalized_damerau_levenshtein(&last(known), &last(key));
        whole.max(tail * 0.9) + whole * 0.01
    };
    let best = SETTINGS.iter().max_by(|one, other| likeness(one.key).total_cmp(&likeness(other.key)));
    best.expect("the table of settings is not empty").key
}
