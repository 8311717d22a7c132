//! What people can do about each answer of a cloud, in both languages.

use super::{event::GaveUp, outcome::Reason};
use crate::Text;

impl Reason {
    /// What to do about it; absent when nothing went wrong.
    pub fn hint(self) -> Option<Text> {
        let row = HINTS.iter().find(|(reasons, _, _)| reasons.contains(&self));
        row.map(|(_, english, chinese)| Text::new(*english, *chinese))
    }
}

/// A row for each reason but the good one.
const HINTS: &[(&[Reason], &str, &str)] = &[
    (
        &[Reason::OutOfHostCapacity, Reason::NeverPlaced],
        "the usual answer: it is tried again at the interval; more domains, regions or a smaller size raise the odds",
        "最常见的应答：会按间隔继续尝试；增加可用域、区域或选择更小的规格可提高机会",
    ),
    (
        &[Reason::ThrottledUser, Reason::ThrottledTenancy],
        "calls slow down by themselves and speed up again; other tools with the same account use up the same budget",
        "请求会自动放慢并逐步恢复；同一账号的其他工具会占用同样的额度",
    ),
    (
        &[Reason::ServiceLimit],
        "what is really used is looked up after ten minutes, and the task goes on if the limit is not used up",
        "十分钟后会核实真实用量，若限额并未用完则自动继续",
    ),
    (
        &[Reason::Quota],
        "raise or delete the compartment quota that the cloud names, then start the task again",
        "请提高或删除云端提到的区间配额，然后重新启动任务",
    ),
    (
        &[Reason::KeyRejected],
        "new keys take some minutes to work; it is tried three times over ten minutes, then the tenant's tasks are held: check user, fingerprint and key",
        "新密钥需要几分钟生效；十分钟内会重试三次，之后挂起该租户的任务：请检查用户、指纹和密钥",
    ),
    (
        &[Reason::ClockSkew],
        "set this machine's clock right (NTP): the cloud refuses more than five minutes",
        "请校准本机时间（NTP）：云端不接受超过五分钟的偏差",
    ),
    (
        &[Reason::NotPermitted],
        "give the user's group a policy that allows to manage instance-family, volume-family and virtual-network-family here, then resume the task",
        "请为用户所在的组添加管理 instance-family、volume-family 和 virtual-network-family 的策略，然后继续任务",
    ),
    (
        &[Reason::HomeRegionOnly],
        "aim the task at the tenancy's home region, or subscribe to this one, then resume it",
        "请把任务改到租户的主区域，或先订阅该区域，然后继续任务",
    ),
    (
        &[Reason::NotAuthorizedOrNotFound],
        "whether the account is suspended or an id is wrong is found out now",
        "正在核实是账号被暂停还是资源 id 有误",
    ),
    (
        &[Reason::SignUpRequired],
        "sign up for the service in the cloud's console, then resume the task",
        "请在云控制台开通该服务，然后继续任务",
    ),
    (
        &[Reason::BadRequest],
        "the cloud's words name the field: change the task accordingly",
        "云端的说明会指出有问题的字段：请相应修改任务",
    ),
    (
        &[Reason::MissingResource],
        "check the image, the subnet and the domains of the task, and that the key may see them",
        "请检查任务中的镜像、子网和可用域，并确认该密钥有权查看",
    ),
    (
        &[Reason::Conflict],
        "look in the cloud's console for what the words name, and remove it or change the task",
        "请在云控制台查看提示中的资源，将其移除或修改任务",
    ),
    (
        &[Reason::TokenConsumed],
        "start the task again if you still want an instance",
        "如仍需要实例，请重新启动任务",
    ),
    (
        &[Reason::TokenCollision, Reason::AnswerLost],
        "whether an instance was made is found out before anything else is tried; nothing is bought twice",
        "会先核实是否已创建实例再继续，绝不会重复创建",
    ),
    (
        &[Reason::DomainLacksShape],
        "this domain is left out and asked again after a day; the others are tried on",
        "该可用域将被跳过，一天后再次确认；其他可用域继续尝试",
    ),
    (
        &[Reason::CloudBusy],
        "it is tried again, with longer and longer pauses of up to five minutes",
        "会自动重试，间隔逐渐延长，最长五分钟",
    ),
    (
        &[Reason::CloudFault],
        "a fault on the cloud's side that passes; whether an instance was made is found out first",
        "云端自身的故障，通常会恢复；会先核实是否已创建实例",
    ),
    (
        &[Reason::NotReached],
        "check this machine's network, its name server, and the tenant's proxy; it is tried again by itself",
        "请检查本机网络、域名解析和租户代理；会自动重试",
    ),
    (
        &[Reason::Terminated],
        "it is tried again; look in the console whether somebody else ended it",
        "会自动重试；请在控制台确认是否有人终止了它",
    ),
];

impl GaveUp {
    /// What to do to get an instance after all; absent when a person decided that it ends.
    pub fn hint(self) -> Option<Text> {
        let (english, chinese) = match self {
            Self::AttemptsExhausted => (
                "raise the number of attempts or take it away, then start again",
                "请提高或取消尝试次数上限后重新启动",
            ),
            Self::DeadlinePassed => {
                ("move the deadline or take it away, then start again", "请推迟或取消截止时间后重新启动")
            }
            Self::NoDomainOffersShape => {
                ("choose another shape or region, then start again", "请更换规格或区域后重新启动")
            }
            Self::LimitReached => (
                "delete an instance that uses the limit, choose a smaller size, or ask the cloud for more, then start again",
                "请删除占用限额的实例、选择更小的规格或向云端申请提额，然后重新启动",
            ),
            Self::QuotaExceeded => return Reason::Quota.hint(),
            Self::RequestRefused => {
                ("change what the cloud's words name, then start again", "请按云端提示修改任务后重新启动")
            }
            Self::TenantRemoved => return None,
            Self::InstanceGone => (
                "look in the cloud's console; for a new instance make a task that launches one",
                "请在云控制台核对；如需新实例，请新建创建实例的任务",
            ),
        };
        Some(Text::new(english, chinese))
    }
}
