//! What a look found: one line, with what to do about it.

use berth_cli::{Global, OutputFormat};
use berth_domain::{Language, Text};
use serde_json::{Value, json};

/// How it stands with one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    /// It works, or may work, and deserves a look.
    Doubtful,
    Bad,
}

/// Checks as they are called in Chinese. English people read the stable words.
pub(super) const NAMES: [(&str, &str); 13] = [
    ("configuration", "配置"),
    ("data directory", "数据目录"),
    ("disk", "磁盘"),
    ("token", "令牌"),
    ("vault.key", "保险库密钥"),
    ("lock", "锁"),
    ("port", "端口"),
    ("server", "服务器"),
    ("websocket", "WebSocket"),
    ("keys", "密钥"),
    ("dns", "域名解析"),
    ("tls", "TLS"),
    ("clock", "时钟"),
];

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Finding {
    /// What was looked at, in a word that scripts may rely on.
    pub(super) check: String,
    pub(super) verdict: Verdict,
    pub(super) message: Text,
    /// What to do; nothing when all is well.
    pub(super) advice: Option<Text>,
}

impl Finding {
    pub(super) fn good(check: impl Into<String>, message: Text) -> Self {
        Self { check: check.into(), verdict: Verdict::Good, message, advice: None }
    }

    pub(super) fn doubtful(check: impl Into<String>, message: Text, advice: Text) -> Self {
        Self { check: check.into(), verdict: Verdict::Doubtful, message, advice: Some(advice) }
    }

    pub(super) fn bad(check: impl Into<String>, message: Text, advice: Text) -> Self {
        Self { verdict: Verdict::Bad, ..Self::doubtful(check, message, advice) }
    }

    fn line(&self, language: Language) -> String {
        let verdict = self.verdict.word().in_language(language).to_owned();
        let message = self.message.in_language(language);
        let advice = self.advice.as_ref().map(|advice| format!(" → {}", advice.in_language(language)));
        let name = name(&self.check);
        let name = name.in_language(language);
        let line = format!("{verdict:<8}  {name}: {message}{}", advice.unwrap_or_default());
        line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    }

    /// Never translated.
    fn json(&self) -> Value {
        let verdict = match self.verdict {
            Verdict::Good => "GOOD",
            Verdict::Doubtful => "DOUBTFUL",
            Verdict::Bad => "BAD",
        };
        let advice = self.advice.as_ref().map(|advice| &advice.english);
        json!({ "check": self.check, "verdict": verdict, "message": self.message.english, "advice": advice })
    }
}

/// What people call a check: behind `key` stands the tenant's name.
fn name(check: &str) -> Text {
    if let Some(tenant) = check.strip_prefix("key ") {
        return Text::new(check, format!("密钥 {tenant}"));
    }
    let chinese = NAMES.iter().find(|(word, _)| *word == check).map_or(check, |(_, chinese)| chinese);
    Text::new(check, chinese)
}

impl Verdict {
    fn word(self) -> Text {
        match self {
            Self::Good => Text::new("good", "正常"),
            Self::Doubtful => Text::new("doubtful", "存疑"),
            Self::Bad => Text::new("bad", "异常"),
        }
    }
}

/// The answer as it is asked for. Whoever wants quiet hears only of what is not good.
pub(super) fn printed(findings: &[Finding], global: &Global, language: Language) -> String {
    let heard = findings.iter().filter(|finding| !global.quiet || finding.verdict != Verdict::Good);
    let lines: Vec<String> = match global.format() {
        OutputFormat::Json => return format!("{:#}", heard.map(Finding::json).collect::<Value>()),
        OutputFormat::Jsonl => heard.map(|finding| finding.json().to_string()).collect(),
        OutputFormat::Id => heard.map(|finding| finding.check.clone()).collect(),
        OutputFormat::Text => heard.map(|finding| finding.line(language)).collect(),
    };
    lines.join("\n")
}

/// 1 when something is bad.
pub(super) fn exit_code(findings: &[Finding]) -> u8 {
    u8::from(findings.iter().any(|finding| finding.verdict == Verdict::Bad))
}
