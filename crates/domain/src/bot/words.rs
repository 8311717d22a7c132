//! The bot's answers, in both languages.

use crate::{
    Language, Text,
    grab::{Action, Grab, state_hint, state_reason},
    notice::{Button, Wanted},
};

/// What it understands.
pub fn help(language: Language) -> String {
    let text = Text::new(
        "/list shows the tasks.\n/status, /start, /pause, /stop and the task's name, or its number in the list.",
        "/list 查看任务列表。\n/status、/start、/pause、/stop 加任务名称，或列表中的序号。",
    );
    text.in_language(language).to_owned()
}

/// The tasks with their numbers, from 1 on; `more` are left out.
pub fn list(language: Language, tasks: &[&Grab], more: usize) -> String {
    if tasks.is_empty() {
        return Text::new("There are no tasks.", "没有任务。").in_language(language).to_owned();
    }
    let numbered = (1..).zip(tasks).map(|(number, task)| {
        let reason = state_reason(task);
        format!("{number}. {} · {}", name(task), reason.in_language(language))
    });
    let mut lines: Vec<_> = numbered.collect();
    if more > 0 {
        let text = Text::new(format!("… and {more} more"), format!("……还有 {more} 个"));
        lines.push(text.in_language(language).to_owned());
    }
    lines.join("\n")
}

/// Everything that one wants to know of a task on a telephone.
pub fn about(language: Language, task: &Grab) -> String {
    let say = |english: &'static str, chinese: &'static str| match language {
        Language::English => english,
        Language::Chinese => chinese,
    };
    let mut lines = vec![name(task).to_owned(), state_reason(task).in_language(language).to_owned()];
    lines.extend(state_hint(task).map(|hint| hint.in_language(language).to_owned()));
    lines.push(format!("{} {}", say("Attempts:", "尝试次数："), task.tally.attempts));
    if task.tally.faults > 0 {
        lines.push(format!("{} {}", say("Faults:", "故障："), task.tally.faults));
    }
    for held in &task.held {
        let address = held.public_ip.as_ref().or(held.private_ip.as_ref()).unwrap_or(&held.instance);
        lines.push(format!("{} {address}", say("Instance:", "实例：")));
    }
    lines.join("\n")
}

/// After somebody's word was carried out.
pub fn done(language: Language, task: &Grab) -> String {
    format!("{}: {}", name(task), state_reason(task).in_language(language))
}

pub fn no_such_task(language: Language) -> String {
    let text =
        Text::new("There is no such task. /list shows them.", "没有这个任务。发送 /list 查看任务列表。");
    text.in_language(language).to_owned()
}

pub fn which_task(language: Language) -> String {
    let text = Text::new(
        "Which task? Say its name, or its number in the list: /list.",
        "哪个任务？请加上任务名称，或列表中的序号：/list。",
    );
    text.in_language(language).to_owned()
}

/// What may be done with a task now, and what its button says.
pub fn buttons(language: Language, task: &Grab) -> Vec<Button> {
    let button = |wanted, english: &str, chinese: &str| {
        let text = Text::new(english, chinese).in_language(language).to_owned();
        Button { text, wanted }
    };
    let actions = task.allowed_actions();
    let mut buttons = Vec::new();
    if actions.contains(&Action::Start) || actions.contains(&Action::Resume) {
        buttons.push(button(Wanted::Start, "Start", "开始"));
    }
    if actions.contains(&Action::Pause) {
        buttons.push(button(Wanted::Pause, "Pause", "暂停"));
    }
    if actions.contains(&Action::Stop) {
        buttons.push(button(Wanted::Stop, "Stop", "停止"));
    }
    buttons.push(button(Wanted::Status, "Status", "状态"));
    buttons
}

fn name(task: &Grab) -> &str {
    task.order.as_ref().map_or("", |order| &order.name)
}
