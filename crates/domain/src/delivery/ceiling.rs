//! How often a channel may be written to. The figures are those of the other sides, with room to spare, because whoever passes them is
//! not heard for minutes.

use super::window::Window;
use crate::channel::{Config, Telegram};

const fn at_most(messages: usize, within_ms: i64) -> Window {
    Window { messages, within_ms }
}

/// One a second to a chat. <https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this>
const CHAT: &[Window] = &[at_most(1, 1_050)];
/// And 20 a minute to a group.
const GROUP: &[Window] = &[at_most(1, 1_050), at_most(19, 60_500)];
/// 20 a minute, or the robot is not heard for ten.
/// <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>
const DING_TALK: &[Window] = &[at_most(18, 60_500)];
/// 100 a minute and 5 a second. <https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot>
const FEISHU: &[Window] = &[at_most(1, 250), at_most(90, 60_500)];
/// One a second. <https://api.slack.com/apis/rate-limits>
const SLACK: &[Window] = &[at_most(1, 1_050)];
/// Five to one address within ten minutes: beyond that mail becomes a nuisance.
const MAIL: &[Window] = &[at_most(5, 600_500)];
/// Services that push to a telephone: nobody reads more.
const PUSH: &[Window] = &[at_most(1, 500), at_most(30, 60_500)];

/// What holds for a channel. Nothing, for one that is a program.
pub fn ceiling(config: &Config) -> &'static [Window] {
    match config {
        Config::Telegram(Telegram { chat_id, .. }) if chat_id.starts_with(['-', '@']) => GROUP,
        Config::Telegram(_) => CHAT,
        Config::DingTalk(_) => DING_TALK,
        Config::Email(_) => MAIL,
        Config::Feishu(_) => FEISHU,
        Config::Slack(_) => SLACK,
        Config::Bark(_) | Config::ServerChan(_) => PUSH,
        Config::Webhook(_) | Config::Template(_) => &[],
    }
}

/// How many may be told in one message: as many as it has room for, with a line each. One by one, where programs read them.
pub fn joins(config: &Config) -> usize {
    match config {
        Config::Telegram(_) | Config::Email(_) | Config::ServerChan(_) => 30,
        Config::DingTalk(_) | Config::Feishu(_) | Config::Slack(_) => 20,
        // 2,400 bytes, of which a Chinese character takes three.
        Config::Bark(_) => 6,
        Config::Webhook(_) | Config::Template(_) => 1,
    }
}
