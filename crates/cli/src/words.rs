//! The catalogue: every sentence the command line says by itself, in English and Chinese.
//!
//! What the server says comes in the right language already, and JSON is never translated.

use std::path::Path;

use berth_domain::{Language, Text};

/// Day, hour, minute, second.
pub(crate) const UNITS: [(&str, &str); 4] = [("d", "天"), ("h", "小时"), ("min", "分"), ("s", "秒")];

/// Headers of columns and names of fields.
pub(crate) fn header(language: Language, english: &'static str) -> &'static str {
    if language == Language::English {
        return english;
    }
    match english {
        "NAME" => "名称",
        "TENANT" => "租户",
        "STATUS" | "STATE" => "状态",
        "REGION" => "区域",
        "CHECKED" => "上次检查",
        "ATTEMPTS" => "次数",
        "FAULTS" => "故障",
        "LAST" => "上次结果",
        "NEXT" => "下次",
        "PROFILE" => "配置段",
        "RESULT" => "结果",
        "TENANCY" => "租户 OCID",
        "USER" => "用户 OCID",
        "FINGERPRINT" => "指纹",
        "REGIONS" => "已订阅区域",
        "PROXY" => "代理",
        "CREATED" => "创建时间",
        "REASON" => "原因",
        "WISH" => "期望",
        "SCHEDULE" => "计划",
        "STARTED" => "启动时间",
        "FINISHED" => "结束时间",
        "INSTANCE" => "实例",
        "ACTIONS" => "可用操作",
        "ANSWER" => "云端答复",
        other => other,
    }
}

/// The state of a task or a tenant; a word this version does not know is shown as it is.
pub(crate) fn state(word: &str) -> Text {
    let (english, chinese) = match word {
        "PENDING" => ("pending", "未启动"),
        "RUNNING" => ("running", "抢机中"),
        "COOLING_DOWN" => ("cooling down", "冷却中"),
        "PAUSED" => ("paused", "已暂停"),
        "SUCCEEDED" => ("succeeded", "已成功"),
        "FAILED" => ("failed", "已失败"),
        "STOPPED" => ("stopped", "已停止"),
        "NEEDS_REVIEW" => ("needs review", "待人工确认"),
        "UNTESTED" => ("untested", "未测试"),
        "ACTIVE" => ("active", "正常"),
        "AUTH_FAILED" => ("key refused", "密钥被拒"),
        "SUSPENDED" => ("suspended", "疑似停用"),
        "DISABLED" => ("disabled", "已停用"),
        other => (other, other),
    };
    Text::new(english, chinese)
}

/// How an attempt ended.
pub(crate) fn outcome(word: &str) -> Text {
    let (english, chinese) = match word {
        "CAPACITY" => ("out of capacity", "容量不足"),
        "THROTTLED" => ("throttled", "被限流"),
        "LIMIT" => ("limit reached", "超出限额"),
        "AUTH" => ("key refused", "密钥被拒"),
        "INVALID" => ("request invalid", "请求无效"),
        "SHAPE_UNAVAILABLE" => ("shape not offered", "不提供此规格"),
        "SERVER_FAULT" => ("cloud fault", "云端故障"),
        "NETWORK" => ("not reached", "网络故障"),
        "IN_DOUBT" => ("answer lost", "答复丢失"),
        "ACCEPTED" => ("accepted", "已接受"),
        "OUT" => ("an attempt is out", "正在尝试"),
        other => (other, other),
    };
    Text::new(english, chinese)
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
        "the server's token is in the file `token` of its data directory; give it by BERTH_TOKEN, BERTH_TOKEN_FILE or --data-dir",
        "令牌在服务器数据目录的 token 文件中；用 BERTH_TOKEN、BERTH_TOKEN_FILE 或 --data-dir 提供",
    )
}

pub(crate) fn server_failed(message: &str) -> Text {
    Text::new(format!("the server failed: {message}"), format!("服务器出错：{message}"))
}

pub(crate) fn trace(id: &str) -> Text {
    Text::new(format!("the server's log says more under {id}"), format!("服务器日志中可按 {id} 查找详情"))
}

pub(crate) fn strange_answer() -> Text {
    Text::new("failed to understand the server's answer", "无法理解服务器的答复")
}

pub(crate) fn versions_may_differ() -> Text {
    Text::new("server and command line may be of different versions", "服务器与命令行的版本可能不一致")
}

pub(crate) fn cannot_read(path: &Path) -> Text {
    Text::new(format!("failed to read {}", path.display()), format!("无法读取 {}", path.display()))
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

// ── tenants ──

pub(crate) fn key_file_unreadable(path: &Path, profile: &str) -> Text {
    Text::new(
        format!("failed to read the key_file {} of profile [{profile}]", path.display()),
        format!("无法读取配置段 [{profile}] 的 key_file {}", path.display()),
    )
}

pub(crate) fn no_profile(profile: &str, path: &Path) -> Text {
    Text::new(
        format!("{} has no profile [{profile}]", path.display()),
        format!("{} 中没有配置段 [{profile}]", path.display()),
    )
}

pub(crate) fn ask_passphrase(path: &str) -> Text {
    Text::new(format!("passphrase of {path}:"), format!("{path} 的口令："))
}

pub(crate) fn passphrase_wanted(path: &str) -> Text {
    Text::new(format!("the key {path} needs a passphrase"), format!("密钥 {path} 需要口令"))
}

pub(crate) fn how_to_give_passphrase() -> Text {
    Text::new(
        "give --passphrase-file, or pass_phrase in the profile",
        "用 --passphrase-file 提供，或在配置段写 pass_phrase",
    )
}

pub(crate) fn passphrase_of_lines() -> Text {
    Text::new("a passphrase is one line", "口令只能有一行")
}

pub(crate) fn would_import() -> Text {
    Text::new("would be imported", "将被导入")
}

pub(crate) fn imported() -> Text {
    Text::new("imported", "已导入")
}

pub(crate) fn key_works(name: &str, milliseconds: Option<u64>) -> Text {
    let took = milliseconds.map(|ms| format!(" ({ms} ms)")).unwrap_or_default();
    Text::new(format!("{name}: the key works{took}"), format!("{name}：密钥有效{took}"))
}

pub(crate) fn key_refused(name: &str) -> Text {
    Text::new(format!("tenant {name:?}: the cloud refused the key"), format!("租户 “{name}”：云端拒绝了密钥"))
}

pub(crate) fn really_remove(name: &str) -> Text {
    Text::new(
        format!("remove the tenant {name:?} and forget its key? [y/N]"),
        format!("删除租户 “{name}” 并遗忘其密钥？[y/N]"),
    )
}

pub(crate) fn say_yes() -> Text {
    Text::new(
        "without a terminal nothing is removed unless --yes is given",
        "没有终端时，须加 --yes 才会删除",
    )
}

pub(crate) fn nothing_done() -> Text {
    Text::new("nothing was done", "未做任何更改")
}

pub(crate) fn removed(name: &str) -> Text {
    Text::new(format!("removed {name}"), format!("已删除 {name}"))
}

// ── tasks, logs, events ──

pub(crate) fn a_private_key(path: &str) -> Text {
    Text::new(
        format!("{path} holds a private key; the public one ends in .pub"),
        format!("{path} 是私钥；公钥文件以 .pub 结尾"),
    )
}

pub(crate) fn created(name: &str, id: &str) -> Text {
    Text::new(format!("created {name} ({id})"), format!("已创建 {name}（{id}）"))
}

pub(crate) fn is_now(name: &str, state: &Text) -> Text {
    Text::new(format!("{name} is {}", state.english), format!("{name}：{}", state.chinese))
}

pub(crate) fn ended_otherwise(name: &str, state: &Text, reason: &str) -> Text {
    Text::new(format!("{name} is {}: {reason}", state.english), format!("{name} {}：{reason}", state.chinese))
}

pub(crate) fn timed_out(name: &str, state: &Text) -> Text {
    Text::new(
        format!("the time has passed; {name} is {}", state.english),
        format!("等待超时；{name} 目前{}", state.chinese),
    )
}

pub(crate) fn waiting(name: &str, state: &Text, attempts: u64) -> Text {
    Text::new(
        format!("{name}: {}, {attempts} attempts", state.english),
        format!("{name}：{}，已尝试 {attempts} 次", state.chinese),
    )
}

pub(crate) fn counts(attempts: u64, faults: u64) -> Text {
    Text::new(format!("{attempts} attempts · {faults} faults"), format!("{attempts} 次 · 故障 {faults}"))
}

pub(crate) fn last(outcome: &str) -> Text {
    Text::new(format!("last: {outcome}"), format!("上次：{outcome}"))
}

pub(crate) fn next_in(length: &str) -> Text {
    Text::new(format!("next in {length}"), format!("{length}后再试"))
}

pub(crate) fn trying_now() -> Text {
    Text::new("trying now", "正在尝试")
}

pub(crate) fn there_are_more(shown: usize) -> Text {
    Text::new(
        format!("{shown} shown, there are more; raise --limit"),
        format!("已显示 {shown} 条，还有更多；可增大 --limit"),
    )
}

pub(crate) fn searched_so_far(entries: usize) -> Text {
    Text::new(
        format!("the newest {entries} entries were searched; narrow it with --since"),
        format!("已搜索最近 {entries} 条；可用 --since 缩小范围"),
    )
}

pub(crate) fn skipped(entries: u64) -> Text {
    Text::new(format!("… {entries} entries left out"), format!("… 略过 {entries} 条"))
}

pub(crate) fn connection_lost(position: &str) -> Text {
    Text::new(
        format!("the connection is lost; trying to go on from position {position}"),
        format!("连接中断；正尝试从位置 {position} 继续"),
    )
}

pub(crate) fn go_on_from(position: &str, command: &str) -> Text {
    Text::new(
        format!("interrupted at position {position}; go on with: {command}"),
        format!("已在位置 {position} 中断；继续：{command}"),
    )
}
