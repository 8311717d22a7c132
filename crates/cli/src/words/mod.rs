//! The catalogue: every sentence the command line says by itself, in English and Chinese.
//!
//! What the server says comes in the right language already, and JSON is never translated.

mod feed;
mod profile;
mod task;
mod tenant;

pub(crate) mod alert;
pub(crate) mod api;
pub(crate) mod channel;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod metrics;
pub(crate) mod projection;
pub(crate) mod secret;
pub(crate) mod statistics;
pub(crate) mod user;

use std::path::Path;

use berth_domain::{Language, Text};

pub(crate) use self::{feed::*, profile::*, task::*, tenant::*};

/// Day, hour, minute, second.
pub(crate) const UNITS: [(&str, &str); 4] = [("d", "天"), ("h", "小时"), ("min", "分"), ("s", "秒")];

/// Headers of columns and names of fields, as they are called in Chinese.
const HEADERS: &[(&str, &str)] = &[
    ("NAME", "名称"),
    ("TENANT", "租户"),
    ("STATUS", "状态"),
    ("STATE", "状态"),
    ("REGION", "区域"),
    ("CHECKED", "上次检查"),
    ("ATTEMPTS", "次数"),
    ("FAULTS", "故障"),
    ("LAST", "上次结果"),
    ("NEXT", "下次"),
    ("PROFILE", "配置段"),
    ("RESULT", "结果"),
    ("TENANCY", "租户 OCID"),
    ("USER", "用户 OCID"),
    ("FINGERPRINT", "指纹"),
    ("PACE", "速率"),
    ("REGIONS", "已订阅区域"),
    ("PROXY", "代理"),
    ("CREATED", "创建时间"),
    ("CHANGED", "修改时间"),
    ("REASON", "原因"),
    ("WISH", "期望"),
    ("SCHEDULE", "计划"),
    ("STARTED", "启动时间"),
    ("QUEUED", "开始排队"),
    ("NOT BEFORE", "最早开始"),
    ("UNTIL", "截止"),
    ("FINISHED", "结束时间"),
    ("INSTANCE", "实例"),
    ("ACTIONS", "可用操作"),
    ("ANSWER", "云端应答"),
    ("POSITION", "位置"),
    ("TIME", "时间"),
    ("TYPE", "类型"),
    ("STREAM", "事件流"),
    ("VERSION", "版本"),
    ("SUMMARY", "摘要"),
    ("ACTOR", "操作者"),
    ("CORRELATION", "关联"),
    ("CAUSE", "起因"),
    ("LAG", "落后"),
    ("RATE", "速率"),
    ("REBUILT", "上次重建"),
    ("DOMAIN", "可用域"),
    ("SHAPE", "规格"),
    ("LAUNCHED", "抢到"),
    ("ARCH", "架构"),
    ("FREE", "永久免费"),
    ("MOST OCPUS", "最多 OCPU"),
    ("MOST GB", "最多内存 GB"),
    ("IMAGE", "操作系统"),
    ("FREE SHAPES", "可用的免费规格"),
    ("LIMIT", "限额"),
    ("USED", "已用"),
    ("TOTAL", "总量"),
    ("READ", "读取时间"),
    ("MEMORY", "内存"),
    ("DISK", "磁盘"),
    ("DISK I/O", "磁盘读写"),
    ("NETWORK", "网络"),
    ("BERTH CPU", "berth CPU"),
    ("BERTH MEMORY", "berth 内存"),
    ("BERTH I/O", "berth 读写"),
    ("UPTIME", "运行时间"),
    ("ACTORS", "活动 actor"),
    ("SUBSCRIPTIONS", "订阅"),
    ("EVENTS", "事件"),
    ("ROLE", "角色"),
    ("SIGNED IN", "上次登录"),
    ("SECOND FACTOR", "第二因素"),
    ("SESSIONS", "会话"),
    ("API TOKENS", "API 令牌"),
    ("KIND", "类型"),
    ("ADDRESS", "地址"),
    ("TOPICS", "通知事项"),
    ("RULES", "规则"),
    ("CHANNEL", "渠道"),
    ("TITLE", "标题"),
    ("TRIES", "尝试"),
    ("ANSWERED", "对方应答"),
    ("SEVERITY", "级别"),
    ("ALERT", "告警"),
    ("FIGURE", "数值"),
    ("RAISED", "触发时间"),
    ("RESOLVED", "解决时间"),
    ("RULE", "规则"),
    ("THRESHOLD", "条件"),
    ("USUALLY", "默认"),
    ("WHAT", "内容"),
];

/// A header of a column, or a name of a field.
pub(crate) fn header(language: Language, english: &'static str) -> &'static str {
    if language == Language::English {
        return english;
    }
    HEADERS.iter().find(|(name, _)| *name == english).map_or(english, |(_, chinese)| chinese)
}

/// `length` ago, or in `length` when the distance is negative.
pub(crate) fn distance(length: &str, distance: i64) -> Text {
    if distance < 0 {
        Text::new(format!("in {length}"), format!("{length}后"))
    } else {
        Text::new(format!("{length} ago"), format!("{length}前"))
    }
}

// ── what goes wrong ──

pub(crate) fn not_a_server(text: &str) -> Text {
    Text::new(
        format!("`{text}` is not the address of a server; http://127.0.0.1:8080 would be one"),
        format!("“{text}” 不是服务器地址；例如 http://127.0.0.1:8080"),
    )
}

pub(crate) fn not_reached(server: &str) -> Text {
    Text::new(format!("failed to reach the server at {server}"), format!("无法连接服务器 {server}"))
}

pub(crate) fn start_a_server() -> Text {
    Text::new(
        "start one with `berth serve`, or name another with --server",
        "用 `berth serve` 启动，或用 --server 指定其他服务器",
    )
}

pub(crate) fn not_ready(server: &str) -> Text {
    Text::new(
        format!("the server at {server} is starting, stopping or out of space"),
        format!("服务器 {server} 正在启动、停止，或空间不足"),
    )
}

pub(crate) fn not_signed_in() -> Text {
    Text::new("the server does not know this token", "服务器不认可此令牌")
}

pub(crate) fn no_token() -> Text {
    Text::new("the server wants a token, and none was given or found", "服务器需要令牌，但没有提供或找到令牌")
}

pub(crate) fn where_tokens_are() -> Text {
    Text::new(
        "the server's token is in the file `token` of its data directory; give it by --token-file, BERTH_TOKEN or --data-dir",
        "令牌在服务器数据目录的 token 文件中；用 --token-file、BERTH_TOKEN 或 --data-dir 提供",
    )
}

pub(crate) fn server_failed(message: &str) -> Text {
    Text::new(format!("the server failed: {message}"), format!("服务器出错：{message}"))
}

pub(crate) fn trace(id: &str) -> Text {
    Text::new(format!("the server's log says more under {id}"), format!("服务器日志中可按 {id} 查找详情"))
}

pub(crate) fn strange_answer() -> Text {
    Text::new("failed to understand the server's answer", "无法理解服务器的应答")
}

pub(crate) fn versions_may_differ() -> Text {
    Text::new("server and command line may be of different versions", "服务器与命令行的版本可能不一致")
}

pub(crate) fn cannot_read(path: &Path) -> Text {
    Text::new(format!("failed to read {}", path.display()), format!("无法读取 {}", path.display()))
}

pub(crate) fn cannot_read_input() -> Text {
    Text::new("failed to read standard input", "无法读取标准输入")
}

pub(crate) fn input_is_read() -> Text {
    Text::new(
        "standard input can be read only once, and two things are to come from it",
        "标准输入只能读取一次，却有两处要从中读取",
    )
}

pub(crate) fn cannot_write() -> Text {
    Text::new("failed to write the answer", "无法写出结果")
}

pub(crate) fn no_such(noun: &Text, named: &str) -> Text {
    Text::new(
        format!("there is no {} {named:?}", noun.english),
        format!("没有名为 “{named}” 的{}", noun.chinese),
    )
}

pub(crate) fn ambiguous(noun: &Text, named: &str, ids: &str) -> Text {
    Text::new(
        format!("several {}s are called {named:?}; use an id: {ids}", noun.english),
        format!("有多个{}名为 “{named}”，请使用 id：{ids}", noun.chinese),
    )
}

pub(crate) fn tenant() -> Text {
    Text::new("tenant", "租户")
}

pub(crate) fn task() -> Text {
    Text::new("task", "任务")
}

pub(crate) fn profile() -> Text {
    Text::new("launch profile", "启动模板")
}
