//! Why nothing more is tried, and what to do about it, for people.

use super::event::Why;
use crate::Text;

impl Why {
    pub fn text(self) -> Text {
        let (english, chinese) = match self {
            Self::Refused => ("the other side does not take it", "对方拒绝接收"),
            Self::Gone => ("there is nobody at the other side any more", "接收方已不存在"),
            Self::Blocked => ("the server may not call that address", "服务器不允许访问该地址"),
            Self::TooLong => ("it was tried for a whole day", "已重试整整一天"),
            Self::ChannelClosed => {
                ("the channel was deleted or disabled while it waited", "等待期间渠道已被删除或停用")
            }
        };
        Text::new(english, chinese)
    }

    pub fn hint(self) -> Text {
        let (english, chinese) = match self {
            Self::Refused => (
                "read what it answered, mend the channel, and send a test",
                "请查看对方应答，修正渠道配置后发送测试",
            ),
            Self::Gone => (
                "see whether the bot was removed, or the chat or the webhook deleted; then change the channel",
                "请检查机器人是否被移出、会话或 Webhook 是否被删除，然后修改渠道",
            ),
            Self::Blocked => (
                "give the channel a public address, or allow this one in the server's configuration",
                "请改用公网地址，或在服务器配置中放行该地址",
            ),
            Self::TooLong => (
                "see whether the other side can be reached from this machine, and send a test",
                "请检查本机能否访问对方服务，然后发送测试",
            ),
            Self::ChannelClosed => (
                "enable the channel again if it is still wanted; what it missed is not sent later",
                "如仍需要请重新启用渠道；停用期间的通知不会补发",
            ),
        };
        Text::new(english, chinese)
    }
}
