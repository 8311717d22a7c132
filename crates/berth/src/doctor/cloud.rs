//! What is looked at on the way to the cloud: names, TLS, and the time of day, which a cloud holds against whoever is late.

use berth_domain::Text;
use chrono::TimeDelta;

use super::finding::Finding;

/// The cloud refuses what was signed more than five minutes ago, or will be.
const TOO_FAR: TimeDelta = TimeDelta::minutes(4);
const FAR: TimeDelta = TimeDelta::seconds(30);

#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub(super) hosts: Vec<Host>,
    /// How far the cloud's clock is ahead of the one that signs; nothing where no cloud told the time.
    pub(super) ahead: Option<TimeDelta>,
}

/// One of the cloud's hosts.
#[derive(Clone, Debug)]
pub(super) struct Host {
    pub(super) name: String,
    /// All that go there take a way of their own.
    pub(super) through_proxy: bool,
    /// How many addresses its name has, or why it has none.
    pub(super) addresses: Result<usize, String>,
    /// Whether it answers over TLS; nothing where its name has no address.
    pub(super) answers: Option<Result<(), String>>,
}

pub(super) fn judge(facts: &Facts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = facts.hosts.iter().flat_map(host).collect();
    findings.extend(facts.ahead.map(clock));
    findings
}

fn host(host: &Host) -> Vec<Finding> {
    let mut findings = vec![weighed(host, dns(host))];
    findings.extend(host.answers.as_ref().map(|answers| weighed(host, tls(host, answers))));
    findings
}

/// What a proxy does in our place is no trouble of ours.
fn weighed(host: &Host, finding: Finding) -> Finding {
    match finding.advice {
        Some(advice) if host.through_proxy => Finding::doubtful(finding.check, finding.message, advice),
        _ => finding,
    }
}

fn dns(host: &Host) -> Finding {
    let name = &host.name;
    match &host.addresses {
        Ok(count) if *count > 0 => Finding::good(
            "dns",
            Text::new(format!("{name} has {count} address(es)"), format!("{name} 解析到 {count} 个地址")),
        ),
        other => {
            let why = other.as_ref().err().map_or("", String::as_str);
            Finding::bad(
                "dns",
                Text::new(format!("{name} has no address: {why}"), format!("{name} 无法解析：{why}")),
                Text::new(
                    "look at this machine's name servers (/etc/resolv.conf) and at its way out",
                    "请检查本机的 DNS（/etc/resolv.conf）和网络出口",
                ),
            )
        }
    }
}

fn tls(host: &Host, answers: &Result<(), String>) -> Finding {
    let name = &host.name;
    match answers {
        Ok(()) => Finding::good("tls", Text::new(format!("{name} answers"), format!("{name} 有应答"))),
        Err(why) => Finding::bad(
            "tls",
            Text::new(format!("{name} does not answer: {why}"), format!("{name} 没有应答：{why}")),
            Text::new(
                "look whether a firewall lets port 443 out, whether something on the way speaks in its place, and whether ca-certificates is installed",
                "请检查防火墙是否放行 443 端口、途中是否有设备代答，以及是否安装 ca-certificates",
            ),
        ),
    }
}

fn clock(ahead: TimeDelta) -> Finding {
    let seconds = ahead.num_seconds().abs();
    let message = match (ahead.abs() < FAR, ahead > TimeDelta::zero()) {
        (true, _) => Text::new("it goes with the cloud's", "与云端一致"),
        (false, true) => {
            Text::new(format!("it is {seconds} s behind the cloud's"), format!("比云端慢 {seconds} 秒"))
        }
        (false, false) => {
            Text::new(format!("it is {seconds} s ahead of the cloud's"), format!("比云端快 {seconds} 秒"))
        }
    };
    let advice = Text::new(
        "set it, and keep it set: timedatectl set-ntp true; beyond five minutes the cloud refuses every key",
        "请校时并保持同步：timedatectl set-ntp true；相差超过五分钟时云端会拒绝所有密钥",
    );
    match ahead.abs() {
        far if far >= TOO_FAR => Finding::bad("clock", message, advice),
        far if far >= FAR => Finding::doubtful("clock", message, advice),
        _ => Finding::good("clock", message),
    }
}
