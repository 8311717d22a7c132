//! What is looked at on this machine: the configuration, the data directory and what lies in it, the disk, the port.

use std::path::{Path, PathBuf};

use berth_domain::Text;

use super::finding::Finding;

const MIB: u64 = 1024 * 1024;
/// Below this the log cannot grow for long.
const TOO_LITTLE: u64 = 100 * MIB;
const LITTLE: u64 = 1024 * MIB;

#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// What deserves a word, or all that is wrong.
    pub(super) configuration: Result<Vec<Text>, Vec<Text>>,
    /// A server was named, and it keeps nothing here.
    pub(super) is_elsewhere: bool,
    pub(super) directory: PathBuf,
    pub(super) directory_is: Looked,
    pub(super) token: Looked,
    pub(super) vault_key: Looked,
    /// A server has run from here once.
    pub(super) was_used: bool,
    /// Bytes that are left for us on the disk.
    pub(super) free: Option<u64>,
    pub(super) lock: Lock,
    /// Nothing when any free port will do, or no configuration says which.
    pub(super) port: Option<Port>,
}

/// A file or a directory, as it lies there.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Looked {
    Absent,
    There {
        is_directory: bool,
        /// For whom, as the system keeps it: `0o600`.
        mode: u32,
        /// We may write it.
        writable: bool,
    },
    /// Why it cannot be looked at.
    Unseen(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Lock {
    Free,
    /// By this process.
    Held(String),
    Unseen(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Port {
    pub(super) address: String,
    /// Why one cannot listen there.
    pub(super) taken: Option<String>,
}

pub(super) fn judge(facts: &Facts) -> Vec<Finding> {
    if facts.is_elsewhere {
        return Vec::new();
    }
    let mut findings =
        vec![configuration(&facts.configuration), directory(&facts.directory, &facts.directory_is)];
    findings.extend(facts.free.map(|free| disk(free, &facts.directory)));
    if facts.was_used {
        findings.push(secret("token", &facts.directory.join("token"), &facts.token));
        findings.push(secret("vault.key", &facts.directory.join("vault.key"), &facts.vault_key));
        findings.push(lock(&facts.lock));
    }
    findings.extend(facts.port.as_ref().map(|found| port(found, &facts.lock)));
    findings
}

fn configuration(read: &Result<Vec<Text>, Vec<Text>>) -> Finding {
    let advice = || Text::new("see `berth config show --origin`", "参见 `berth config show --origin`");
    match read {
        Ok(warnings) if warnings.is_empty() => {
            Finding::good("configuration", Text::new("nothing is wrong with it", "没有问题"))
        }
        Ok(warnings) => Finding::doubtful("configuration", joined(warnings), advice()),
        Err(problems) => Finding::bad("configuration", joined(problems), advice()),
    }
}

fn joined(texts: &[Text]) -> Text {
    let join = |of: fn(&Text) -> &str, between| texts.iter().map(of).collect::<Vec<_>>().join(between);
    Text::new(join(|text| &text.english, "; "), join(|text| &text.chinese, "；"))
}

fn directory(path: &Path, looked: &Looked) -> Finding {
    let at = path.display();
    match looked {
        Looked::Absent => Finding::doubtful(
            "data directory",
            Text::new(format!("there is no {at}"), format!("{at} 不存在")),
            Text::new(
                "`berth serve` makes it; name another with --data-dir",
                "`berth serve` 会创建；或用 --data-dir 指定其他目录",
            ),
        ),
        Looked::Unseen(why) => Finding::bad(
            "data directory",
            Text::new(format!("{at} cannot be looked at: {why}"), format!("无法查看 {at}：{why}")),
            Text::new("run as the user who runs the server", "请以运行服务器的用户身份执行"),
        ),
        Looked::There { is_directory: false, .. } => Finding::bad(
            "data directory",
            Text::new(format!("{at} is a file"), format!("{at} 是文件")),
            Text::new("name a directory with --data-dir", "用 --data-dir 指定一个目录"),
        ),
        Looked::There { writable: false, .. } => Finding::bad(
            "data directory",
            Text::new(format!("{at} cannot be written by this user"), format!("当前用户不能写入 {at}")),
            Text::new("run as the user who runs the server", "请以运行服务器的用户身份执行"),
        ),
        Looked::There { mode, .. } if mode & 0o077 != 0 => Finding::doubtful(
            "data directory",
            Text::new(format!("others may look into {at}"), format!("其他用户可以查看 {at}")),
            same(format!("chmod 700 {at}")),
        ),
        Looked::There { .. } => Finding::good(
            "data directory",
            Text::new(format!("{at} is for its owner alone"), format!("{at} 仅所有者可访问")),
        ),
    }
}

/// A file that opens what the directory holds. Whoever can read it needs nothing else.
fn secret(check: &str, path: &Path, looked: &Looked) -> Finding {
    let at = path.display();
    match looked {
        Looked::There { mode, .. } if mode & 0o077 != 0 => Finding::bad(
            check,
            Text::new(format!("others can read {at}"), format!("其他用户可以读取 {at}")),
            same(format!("chmod 600 {at}")),
        ),
        Looked::There { .. } => Finding::good(
            check,
            Text::new(format!("{at} is for its owner alone"), format!("{at} 仅所有者可访问")),
        ),
        Looked::Absent if check == "token" => Finding::doubtful(
            check,
            Text::new(format!("there is no {at}"), format!("{at} 不存在")),
            Text::new(
                "the next start makes a new one; clients need it then",
                "下次启动会生成新的令牌；客户端需改用它",
            ),
        ),
        Looked::Absent => Finding::bad(
            check,
            Text::new(
                format!("there is no {at}, so the secrets in the log stay sealed"),
                format!("{at} 不存在，日志中的机密无法打开"),
            ),
            Text::new("bring it back from where you keep a copy", "请从备份处恢复"),
        ),
        Looked::Unseen(why) => Finding::doubtful(
            check,
            Text::new(format!("{at} cannot be looked at: {why}"), format!("无法查看 {at}：{why}")),
            Text::new("run as the user who runs the server", "请以运行服务器的用户身份执行"),
        ),
    }
}

fn disk(free: u64, directory: &Path) -> Finding {
    let (at, left) = (directory.display(), free / MIB);
    let message = Text::new(format!("{left} MiB are free for {at}"), format!("{at} 所在磁盘剩余 {left} MiB"));
    let advice = Text::new(
        "make room, or move the data directory; when nothing is left nothing is tried any more",
        "请清理空间或迁移数据目录；空间耗尽后将停止尝试",
    );
    match free {
        ..TOO_LITTLE => Finding::bad("disk", message, advice),
        TOO_LITTLE..LITTLE => Finding::doubtful("disk", message, advice),
        LITTLE.. => Finding::good("disk", message),
    }
}

fn lock(lock: &Lock) -> Finding {
    match lock {
        Lock::Free => {
            Finding::good("lock", Text::new("no server runs from here now", "当前没有服务器使用此目录"))
        }
        Lock::Held(holder) => Finding::good(
            "lock",
            Text::new(
                format!("a server runs from here (pid {holder})"),
                format!("服务器正在使用此目录（pid {holder}）"),
            ),
        ),
        Lock::Unseen(why) => Finding::doubtful(
            "lock",
            Text::new(format!("it cannot be looked at: {why}"), format!("无法查看：{why}")),
            Text::new("run as the user who runs the server", "请以运行服务器的用户身份执行"),
        ),
    }
}

fn port(port: &Port, lock: &Lock) -> Finding {
    let at = &port.address;
    match (&port.taken, lock) {
        (None, _) => Finding::good("port", Text::new(format!("{at} is free"), format!("{at} 空闲"))),
        (Some(_), Lock::Held(_) | Lock::Unseen(_)) => Finding::good(
            "port",
            Text::new(format!("{at} is in use, as by the server"), format!("{at} 已被占用，应为本服务器")),
        ),
        (Some(why), Lock::Free) => Finding::bad(
            "port",
            Text::new(
                format!("a server could not listen on {at}: {why}"),
                format!("服务器无法监听 {at}：{why}"),
            ),
            Text::new(
                "end what listens there, or choose another with --bind or server.port",
                "请结束占用者，或用 --bind、server.port 换一个端口",
            ),
        ),
    }
}

fn same(text: String) -> Text {
    Text::new(text.clone(), text)
}
