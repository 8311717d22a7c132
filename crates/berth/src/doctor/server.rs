//! What is looked at of the server that answers: whether it does, its release, the way of a WebSocket to it, its tenants' keys.

use berth_cli::{Examined, Seen, Tenants, Tried};
use berth_domain::Text;

use super::finding::Finding;

#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) examined: Examined,
    /// Somebody says that one is there: by its name, or by the lock that it holds.
    pub(super) is_expected: bool,
    /// This program's release.
    pub(super) version: String,
}

pub(super) fn judge(facts: &Facts) -> Vec<Finding> {
    let address = &facts.examined.address;
    match &facts.examined.server {
        Ok(seen) => of_one_that_answers(seen, address, &facts.version),
        Err(why) => vec![absent(why, facts.is_expected)],
    }
}

fn of_one_that_answers(seen: &Seen, address: &str, version: &str) -> Vec<Finding> {
    let mut findings = vec![release(seen, address, version), websocket(&seen.websocket, address)];
    match &seen.tenants {
        Ok(tenants) => findings.extend(keys(tenants)),
        Err(why) => findings.push(Finding::doubtful(
            "keys",
            Text::new(
                format!("the tenants' keys were not tried: {}", why.english),
                format!("未测试各租户的密钥：{}", why.chinese),
            ),
            Text::new(
                "give a token that may, with --token-file or --data-dir; or see what the server says against it",
                "用 --token-file 或 --data-dir 提供有权限的令牌；或查看服务器给出的原因",
            ),
        )),
    }
    findings
}

fn absent(why: &Text, is_expected: bool) -> Finding {
    if is_expected {
        let advice = Text::new(
            "see the server's log, and whether the address is right (--server URL)",
            "请查看服务器日志，并确认地址是否正确（--server URL）",
        );
        return Finding::bad("server", why.clone(), advice);
    }
    let advice = Text::new(
        "start one with `berth serve`, or name it with --server URL",
        "用 `berth serve` 启动，或用 --server URL 指定",
    );
    Finding::doubtful("server", why.clone(), advice)
}

fn release(seen: &Seen, address: &str, version: &str) -> Finding {
    let is = &seen.version;
    if is == version {
        return Finding::good(
            "server",
            Text::new(format!("{address} answers ({is})"), format!("{address} 有应答（{is}）")),
        );
    }
    Finding::doubtful(
        "server",
        Text::new(
            format!("{address} is of release {is}, and this program of {version}"),
            format!("{address} 的版本是 {is}，本程序是 {version}"),
        ),
        Text::new("use the same release on both sides", "请两边使用同一版本"),
    )
}

fn websocket(through: &Result<(), Text>, address: &str) -> Finding {
    match through {
        Ok(()) => Finding::good(
            "websocket",
            Text::new(format!("one gets through to {address}"), format!("可以连到 {address}")),
        ),
        Err(why) => Finding::bad(
            "websocket",
            Text::new(
                format!("none gets through, so nothing is live: {}", why.english),
                format!("无法建立，因此没有实时更新：{}", why.chinese),
            ),
            Text::new(
                "let the proxy in front pass HTTP/1.1 upgrades (nginx: proxy_http_version 1.1, and the headers Upgrade and Connection)",
                "请让前置代理放行 HTTP/1.1 升级（nginx：proxy_http_version 1.1，以及 Upgrade 与 Connection 头）",
            ),
        ),
    }
}

fn keys(tenants: &Tenants) -> Vec<Finding> {
    let mut findings: Vec<Finding> = tenants.tried.iter().map(key).collect();
    if tenants.more {
        let count = tenants.tried.len();
        findings.push(Finding::doubtful(
            "keys",
            Text::new(
                format!("only the first {count} tenants were tried"),
                format!("只测试了前 {count} 个租户"),
            ),
            Text::new("try others with `berth tenant test`", "其余可用 `berth tenant test` 测试"),
        ));
    }
    findings
}

fn key(tenant: &Tried) -> Finding {
    let check = format!("key {}", tenant.name);
    match &tenant.key {
        None => Finding::good(check, Text::new("the tenant is switched off", "租户已停用")),
        Some(Ok(())) => Finding::good(check, Text::new("it works", "有效")),
        Some(Err(why)) => Finding::bad(
            check,
            why.clone(),
            Text::new(
                "look whether the key is still there in the cloud's console, and whether the clock is right",
                "请在云控制台确认密钥仍然存在，并检查时钟",
            ),
        ),
    }
}
