//! Sentences about grabs for people, in both languages.

use super::{
    event::{GaveUp, Holder, Review},
    outcome::Reason,
    state::{Grab, Have, State, Wish},
};
use crate::Text;

impl Reason {
    /// What the cloud's answer means.
    pub fn text(self) -> Text {
        let (english, chinese) = match self {
            Self::Launched => ("the cloud accepted it", "云端已接受请求"),
            Self::OutOfHostCapacity => ("out of host capacity", "容量不足"),
            Self::ThrottledUser => ("too many requests for this user", "该用户请求过于频繁"),
            Self::ThrottledTenancy => ("too many requests for the whole tenancy", "整个租户请求过于频繁"),
            Self::ServiceLimit => {
                ("a service limit was named; it may be a false alarm", "提示超出服务限额，可能是误报")
            }
            Self::Quota => ("a compartment quota is used up", "区间配额已用完"),
            Self::KeyRejected => ("the cloud refused the key", "云端拒绝了密钥"),
            Self::ClockSkew => {
                ("this machine's clock differs too much from the cloud's", "本机时钟与云端相差过大")
            }
            Self::NotPermitted => ("a policy does not permit this", "权限策略不允许此操作"),
            Self::HomeRegionOnly => ("only allowed in the home region", "只能在主区域操作"),
            Self::NotAuthorizedOrNotFound => (
                "not authorised, not found, or the account is suspended",
                "未授权、资源不存在，或账号已被暂停",
            ),
            Self::SignUpRequired => ("the account has no subscription to this service", "账号没有开通该服务"),
            Self::BadRequest => ("the cloud found the request invalid", "云端认为请求无效"),
            Self::MissingResource => ("something the request names does not exist", "请求引用的资源不存在"),
            Self::Conflict => ("it conflicts with something that exists", "与已有资源冲突"),
            Self::TokenConsumed => {
                ("an instance was launched with this token and deleted since", "该令牌创建过的实例已被删除")
            }
            Self::TokenCollision => ("the token was used with another request", "该令牌已用于另一个请求"),
            Self::DomainLacksShape => {
                ("this availability domain does not offer the shape", "该可用域不提供此规格")
            }
            Self::CloudBusy => ("the cloud is busy with this resource", "云端资源正忙"),
            Self::CloudFault => ("the cloud failed on its side", "云端内部故障"),
            Self::NotReached => ("the cloud could not be reached", "无法连接到云端"),
            Self::AnswerLost => ("the answer was lost", "没有收到应答"),
            Self::Terminated => ("the cloud ended the instance before it ran", "实例在运行前被云端终止"),
            Self::NeverPlaced => (
                "the cloud accepted it and found no place for it; it was released, or is stopped again",
                "云端接受了请求但一直没有安置实例；已将其释放，或实例又回到停止状态",
            ),
        };
        Text::new(english, chinese)
    }
}

impl GaveUp {
    pub fn text(self) -> Text {
        let Text { english, chinese } = self.cause();
        Text::new(format!("gave up: {english}"), format!("已放弃：{chinese}"))
    }

    /// Why, where it is said already that it gave up.
    pub fn cause(self) -> Text {
        let (english, chinese) = match self {
            Self::AttemptsExhausted => ("all attempts are used", "尝试次数用尽"),
            Self::DeadlinePassed => ("the deadline has passed", "已过截止时间"),
            Self::NoDomainOffersShape => ("no availability domain offers the shape", "没有可用域提供此规格"),
            Self::LimitReached => ("a service limit is used up", "服务限额已用完"),
            Self::QuotaExceeded => ("a compartment quota is used up", "区间配额已用完"),
            Self::RequestRefused => ("the cloud refuses the request", "云端拒绝该请求"),
            Self::TenantRemoved => ("the tenant was removed", "租户已删除"),
            Self::InstanceGone => {
                ("the instance that was to be started does not exist any more", "要启动的实例已不存在")
            }
        };
        Text::new(english, chinese)
    }
}

impl Review {
    pub fn text(self) -> Text {
        let (english, chinese) = match self {
            Self::TokenConsumed => (
                "an instance was launched and deleted since; start again if you still want one",
                "曾经创建过实例但已被删除；如仍需要请重新启动",
            ),
            Self::NotFoundOut => (
                "whether an instance was launched is not known; look in the cloud's console, then start or stop",
                "无法确认是否已创建实例；请在云控制台核对后启动或停止",
            ),
        };
        Text::new(english, chinese)
    }
}

/// Why a task is in its state, and what it has got of what it wants.
pub fn state_reason(grab: &Grab) -> Text {
    let (held, wanted, why) = (grab.held.len(), grab.wanted(), why(grab));
    if held == 0 || wanted == 1 {
        return why;
    }
    if grab.has_all() {
        return Text::new(format!("all {wanted} instances run"), format!("{wanted} 个实例均已运行"));
    }
    Text::new(
        format!("{held} of {wanted} instances run; {}", why.english),
        format!("已有 {held}/{wanted} 个实例运行；{}", why.chinese),
    )
}

fn why(grab: &Grab) -> Text {
    let last = grab.last.as_ref().and_then(|last| last.reason);
    match (grab.state(), &grab.have, grab.wish) {
        (State::Succeeded, _, _) => Text::new("the instance runs", "实例已运行"),
        (State::NeedsReview, Have::Unclear(why), _) => why.text(),
        (State::Failed, _, Wish::GivenUp(why)) => why.text().with(grab.detail.as_deref()),
        (State::Paused, _, Wish::Paused(Holder::Tenant)) => {
            Text::new("held: its tenant may not act", "已暂停：租户当前不可用")
        }
        (State::Paused, _, Wish::Paused(Holder::Permission)) => {
            let why = last.filter(|last| last.lacks_rights()).unwrap_or(Reason::NotPermitted).text();
            Text::new(format!("held: {}", why.english), format!("已暂停：{}", why.chinese))
        }
        (State::Paused, _, _) => Text::new("held by a person", "已手动暂停"),
        (State::Stopped, Have::Asked(_) | Have::Accepted(_), _) => {
            Text::new("stopped; an attempt in the air is still followed", "已停止；仍在跟踪未完成的尝试")
        }
        (State::Stopped, _, _) => Text::new("stopped by a person", "已手动停止"),
        (State::Pending, _, Wish::Queued(_)) => {
            Text::new("waiting for a free place among the running tasks", "排队中，等待空闲的运行名额")
        }
        (State::Pending, _, _) => Text::new("not started yet", "尚未启动"),
        (_, Have::Accepted(accepted), _) if accepted.release_asked_at.is_some() => Text::new(
            "accepted, but the cloud found no place for it; waiting until it has ended",
            "已接受，但云端一直没有安置实例；正在等待其终止",
        ),
        (_, Have::Accepted(_), _) => Text::new("accepted; waiting until it runs", "已接受，等待实例运行"),
        (_, Have::Asked(asked), _) if asked.doubt.is_some() => {
            Text::new("the answer was lost; finding out what came of it", "没有收到应答，正在核对结果")
        }
        (_, Have::Asked(_), _) => Text::new("an attempt is out", "正在尝试"),
        (_, _, _) => {
            last.map_or_else(|| Text::new("waiting for its first attempt", "等待首次尝试"), Reason::text)
        }
    }
}

/// What a person can do about a task's state; absent when there is nothing to do but wait, or nothing to say.
pub fn state_hint(grab: &Grab) -> Option<Text> {
    let last = grab.last.as_ref().and_then(|last| last.reason);
    match (grab.state(), &grab.have, grab.wish) {
        (State::Failed, _, Wish::GivenUp(why)) => why.hint(),
        (State::Paused, _, Wish::Paused(Holder::Tenant)) => Some(Text::new(
            "look at the tenant; once a test of its connection succeeds, its tasks go on by themselves",
            "请查看租户状态；连接测试成功后任务会自动继续",
        )),
        (State::Paused, _, Wish::Paused(Holder::Permission)) => {
            last.filter(|last| last.lacks_rights()).unwrap_or(Reason::NotPermitted).hint()
        }
        (State::Stopped, Have::Nothing, _) if !grab.held.is_empty() => Some(Text::new(
            "what it has got stays as it is; start it again for the rest, or delete it",
            "已抢到的实例会保留；如需其余实例请重新启动，否则可删除任务",
        )),
        (State::Running | State::CoolingDown, Have::Nothing, _) => last.and_then(Reason::hint),
        (State::Running | State::CoolingDown, Have::Asked(asked), _) => asked.doubt.and_then(Reason::hint),
        (_, _, _) => None,
    }
}
