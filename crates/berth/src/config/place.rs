//! Where things are: the data directory, the log in it, the address we listen on, and the one that stands in for OCI.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use crate::http::{RequestLimits, SocketLimits};

use super::{Database, Metrics, Mode, Oci, Server, Tracing, check::Checked, problem::Problem};

const DEFAULT_DIRECTORY: &str = "./data";
const DEFAULT_LOG: &str = "log.db";

pub(super) struct Place {
    pub(super) directory: PathBuf,
    pub(super) database: Database,
}

/// What keeps the log decides where the rest lies.
pub(super) fn of(checked: &Checked, problems: &mut Vec<Problem>) -> Place {
    let directory = Some(checked.text("data_dir")).filter(|text| !text.is_empty()).map(PathBuf::from);
    match checked.text("database.driver") {
        "sqlite" => beside_the_log(checked, directory, problems),
        "postgres" => Place {
            directory: directory.unwrap_or_else(|| DEFAULT_DIRECTORY.into()),
            database: postgres(checked, problems),
        },
        driver => {
            problems.push(checked.problem(
                "database.driver",
                format!("{driver} is not supported; the log is kept in sqlite or postgres"),
                format!("不支持 {driver}；日志可存于 sqlite 或 postgres"),
            ));
            beside_the_log(checked, directory, &mut Vec::new())
        }
    }
}

/// The log's file decides the data directory. Should both be given, the stronger layer decides the directory and the file keeps its
/// name, so that `--data-dir` moves an installation whose file names a path; two that disagree within one layer are a problem.
fn beside_the_log(checked: &Checked, directory: Option<PathBuf>, problems: &mut Vec<Problem>) -> Place {
    let place = |directory, file| Place { directory, database: Database::Sqlite { file } };
    let Some(file) = sqlite_file(checked, problems) else {
        let directory = directory.unwrap_or_else(|| DEFAULT_DIRECTORY.into());
        let file = directory.join(DEFAULT_LOG);
        return place(directory, file);
    };
    let beside = match file.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let Some(directory) = directory.filter(|directory| *directory != beside) else {
        return place(beside, file);
    };
    let ranks = (checked.origin("data_dir").rank(), checked.origin("database.dsn").rank());
    if ranks.0 > ranks.1 {
        let name = file.file_name().map_or_else(|| DEFAULT_LOG.into(), PathBuf::from);
        let file = directory.join(name);
        return place(directory, file);
    }
    if ranks.0 == ranks.1 {
        problems.push(checked.problem(
            "data_dir",
            format!(
                "is {}, but database.dsn lies in {}; give one of them",
                directory.display(),
                beside.display()
            ),
            format!("为 {}，但 database.dsn 位于 {}；请只给出一个", directory.display(), beside.display()),
        ));
    }
    place(beside, file)
}

/// The name itself is not repeated in what is said of it: it may hold a password.
fn postgres(checked: &Checked, problems: &mut Vec<Problem>) -> Database {
    let dsn = checked.text("database.dsn");
    if !["postgres://", "postgresql://"].iter().any(|scheme| dsn.starts_with(scheme)) {
        problems.push(checked.problem(
            "database.dsn",
            "must be postgres://user:password@host/database",
            "应为 postgres://用户:密码@主机/数据库",
        ));
    }
    Database::Postgres { dsn: dsn.into() }
}

fn sqlite_file(checked: &Checked, problems: &mut Vec<Problem>) -> Option<PathBuf> {
    let dsn = checked.text("database.dsn");
    if dsn.starts_with("postgres") && dsn.contains("://") {
        problems.push(checked.problem(
            "database.dsn",
            "names a PostgreSQL database; set database.driver = \"postgres\"",
            "指向 PostgreSQL 数据库；请设置 database.driver = \"postgres\"",
        ));
        return None;
    }
    let path =
        ["sqlite://", "sqlite:", "file:"].iter().find_map(|scheme| dsn.strip_prefix(scheme)).unwrap_or(dsn);
    if path.contains(['?', '@']) || path.contains("://") || path.contains(":memory:") || path.ends_with('/') {
        problems.push(checked.problem(
            "database.dsn",
            "must be the path of a file, without parameters",
            "必须是文件路径，不带参数",
        ));
        return None;
    }
    Some(path).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Twice as many at once as a second: a page that opens asks for several things.
fn requests(checked: &Checked) -> RequestLimits {
    let each = NonZeroU32::new(checked.number("server.requests_per_second"));
    RequestLimits {
        of_address: each.map(|each| (each.saturating_add(each.get()), each)),
        of_user: NonZeroU32::new(checked.number("server.requests_per_minute_of_user")),
    }
}

fn sockets(checked: &Checked) -> SocketLimits {
    let most = |key| match checked.number(key) {
        0 => usize::MAX,
        most => most,
    };
    SocketLimits {
        of_address: most("server.sockets_of_address"),
        of_user: most("server.sockets_of_user"),
        ..SocketLimits::default()
    }
}

pub(super) fn server(checked: &Checked, problems: &mut Vec<Problem>, warnings: &mut Vec<Problem>) -> Server {
    let mut server = Server {
        host: checked.text("server.host").to_owned(),
        port: checked.number("server.port"),
        mode: if checked.text("server.mode") == "debug" { Mode::Debug } else { Mode::Release },
        behind_proxy: checked.flag("server.behind_proxy"),
        requests: requests(checked),
        sockets: sockets(checked),
    };
    let bind = checked.text("server.bind");
    let mut key = "server.host";
    if !bind.is_empty() {
        key = "server.bind";
        match bind.rsplit_once(':').map(|(host, port)| (host.trim_matches(['[', ']']), port.parse())) {
            Some((host, Ok(port))) => (server.host, server.port) = (host.to_owned(), port),
            _ => problems.push(checked.problem(
                "server.bind",
                format!("must be address:port, but is `{bind}`"),
                format!("应为 地址:端口，现在是 `{bind}`"),
            )),
        }
    }
    match address(&server.host) {
        None => problems.push(checked.problem(
            key,
            format!("must be an IP address or localhost, but is `{}`", server.host),
            format!("应为 IP 地址或 localhost，现在是 `{}`", server.host),
        )),
        Some(address) if !address.is_loopback() && !server.behind_proxy => warnings.push(checked.problem(
            key,
            "opens the server to the network without TLS; put a proxy with HTTPS in front and set server.behind_proxy",
            "将在没有 TLS 的情况下对外开放；请在前面放置 HTTPS 代理并设置 server.behind_proxy",
        )),
        Some(_) => {}
    }
    server
}

/// No token guards it, so it is kept to this machine unless somebody says otherwise.
pub(super) fn metrics(
    checked: &Checked,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> Metrics {
    let bind = checked.text("metrics.bind");
    let parted = bind.rsplit_once(':').map(|(host, port)| (host.trim_matches(['[', ']']), port));
    match parted.map(|(host, port)| (address(host), port.parse::<u16>())) {
        _ if bind.is_empty() => return Metrics { address: None },
        Some((Some(host), Ok(_))) if host.is_loopback() => {}
        Some((Some(_), Ok(_))) => warnings.push(checked.problem(
            "metrics.bind",
            "shows figures to the network without a token; let a firewall admit Prometheus alone",
            "将在没有令牌的情况下对外显示指标；请用防火墙只允许 Prometheus 访问",
        )),
        _ => problems.push(checked.problem(
            "metrics.bind",
            format!("must be address:port, the address an IP address or localhost, but is `{bind}`"),
            format!("应为 地址:端口，地址须为 IP 或 localhost，现在是 `{bind}`"),
        )),
    }
    Metrics { address: Some(bind.to_owned()) }
}

/// Nothing secret may stand in it: settings are shown. A collector that asks for a password is told it by `OTEL_EXPORTER_OTLP_HEADERS`.
pub(super) fn tracing(
    checked: &Checked,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> Tracing {
    let text = checked.text("tracing.otlp_endpoint");
    if text.is_empty() {
        return Tracing { endpoint: None };
    }
    let url = reqwest::Url::parse(text).ok().filter(|url| {
        let bare = url.username().is_empty() && url.password().is_none() && url.query().is_none();
        matches!(url.scheme(), "http" | "https") && url.has_host() && bare && url.fragment().is_none()
    });
    let Some(url) = url else {
        problems.push(checked.problem(
            "tracing.otlp_endpoint",
            "must be an address like http://127.0.0.1:4318, without a user, a password or parameters",
            "应为形如 http://127.0.0.1:4318 的地址，不含用户名、密码或参数",
        ));
        return Tracing { endpoint: None };
    };
    let here = url.host_str().and_then(|host| address(host.trim_matches(['[', ']'])));
    if url.scheme() == "http" && !here.is_some_and(|address| address.is_loopback()) {
        warnings.push(checked.problem(
            "tracing.otlp_endpoint",
            "sends traces over the network without TLS",
            "将在没有 TLS 的情况下通过网络发送链路追踪",
        ));
    }
    Tracing { endpoint: Some(text.trim_end_matches('/').to_owned()) }
}

fn address(host: &str) -> Option<IpAddr> {
    if host == "localhost" { Some(IpAddr::from([127, 0, 0, 1])) } else { host.parse().ok() }
}

/// An endpoint that replaces OCI's would receive signed requests, so only this machine may be named, and only if it is allowed twice.
pub(super) fn oci(checked: &Checked, problems: &mut Vec<Problem>) -> Oci {
    let text = checked.text("oci.endpoint");
    if text.is_empty() {
        return Oci { endpoint: None };
    }
    let Some((host, port)) = loopback(text) else {
        problems.push(checked.problem(
            "oci.endpoint",
            "must be an http address of this machine (127.0.0.1, [::1] or localhost)",
            "必须是本机的 http 地址（127.0.0.1、[::1] 或 localhost）",
        ));
        return Oci { endpoint: None };
    };
    let names = ["loopback".to_owned(), format!("{host}:{port}"), host];
    if !checked.list("outbound.allow").iter().any(|allowed| names.contains(allowed)) {
        problems.push(checked.problem(
            "oci.endpoint",
            format!("needs `loopback` or `{}` in outbound.allow", names[1]),
            format!("需要 outbound.allow 中有 `loopback` 或 `{}`", names[1]),
        ));
    }
    Oci { endpoint: Some(text.trim_end_matches('/').to_owned()) }
}

fn loopback(text: &str) -> Option<(String, u16)> {
    let url = reqwest::Url::parse(text).ok()?;
    let host = url.host_str()?.to_owned();
    let plain =
        matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    let here = address(host.trim_matches(['[', ']'])).is_some_and(|address| address.is_loopback());
    (plain && here && url.query().is_none() && url.fragment().is_none())
        .then_some((host, url.port_or_known_default()?))
}
