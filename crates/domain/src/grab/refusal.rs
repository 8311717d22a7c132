//! Why a grab's rules say no.

use super::state::{Action, State};
use crate::{
    Timestamp,
    explain::{Code, Explain, Explanation, Text, Violation},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
    NoSuchTask,
    AlreadyCreated,
    /// Not in this state.
    NotNow {
        action: Action,
        state: State,
    },
    /// An attempt is out, or an instance is coming up.
    AttemptOut,
    /// No attempt may start before this moment.
    TooSoon(Timestamp),
    /// The hunter acted on an older state; it plans again.
    Overtaken,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            Self::NoSuchTask => {
                vec![Explanation::new(
                    Code::NotFound,
                    Text::new("there is no such grab task", "没有这个抢机任务"),
                )]
            }
            Self::AlreadyCreated => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the grab task exists already", "该抢机任务已经存在"),
            )],
            Self::NotNow { action, state } => vec![not_now(*action, *state)],
            Self::AttemptOut => vec![
                Explanation::new(Code::StateConflict, Text::new("an attempt is out", "有一次尝试正在进行"))
                    .hint(Text::new("wait until it is settled", "请等待其结果")),
            ],
            Self::TooSoon(until) => vec![Explanation::new(
                Code::StateConflict,
                Text::new(
                    format!("no attempt may start before {until}"),
                    format!("{until} 之前不能开始尝试"),
                ),
            )],
            Self::Overtaken => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the grab task has moved on meanwhile", "该抢机任务的状态已经变化"),
            )],
        }
    }
}

fn not_now(action: Action, state: State) -> Explanation {
    let (verb, 动词) = match action {
        Action::Start => ("started", "启动"),
        Action::Pause => ("paused", "暂停"),
        Action::Resume => ("resumed", "继续"),
        Action::Stop => ("stopped", "停止"),
        Action::Update => ("changed", "修改"),
        Action::AttemptNow => ("tried at once", "立即尝试"),
        Action::Delete => ("deleted", "删除"),
    };
    let (is, 状态) = in_words(state);
    let message = Text::new(format!("a task that {is} cannot be {verb}"), format!("{状态}的任务不能{动词}"));
    let explanation = Explanation::new(Code::StateConflict, message);
    match (action, state) {
        (Action::Start, State::Paused) => explanation.hint(Text::new("resume it", "请使用继续")),
        (Action::Delete, _) => explanation.hint(Text::new("stop it first", "请先停止")),
        (Action::Resume, _) => explanation.hint(Text::new("start it", "请使用启动")),
        (_, State::Succeeded) => {
            explanation.hint(Text::new("it has its instance: make a new task", "它已抢到实例，请新建任务"))
        }
        _ => explanation,
    }
}

/// As people say it; the word on the wire is for programs.
fn in_words(state: State) -> (&'static str, &'static str) {
    match state {
        State::Pending => ("is pending", "未启动"),
        State::Running => ("is running", "抢机中"),
        State::CoolingDown => ("is cooling down", "冷却中"),
        State::Paused => ("is paused", "已暂停"),
        State::Succeeded => ("has succeeded", "已成功"),
        State::Failed => ("has failed", "已失败"),
        State::Stopped => ("is stopped", "已停止"),
        State::NeedsReview => ("needs review", "待人工确认"),
    }
}
