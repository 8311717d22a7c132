//! What is said of each event of a tenant.

use berth_domain::tenant::{
    ConnectionTested, CredentialRotated, Event, Registered, Scope, Suspended, SuspensionReason, Throttled,
};
use serde_json::json;

use super::{
    Category,
    Level::{Debug, Error, Info, Warn},
    Line,
};

pub(super) fn line(event: &Event) -> Line {
    match event {
        Event::Registered(registered) => taken_in(registered),
        Event::Edited(edited) => Line::new(
            Info,
            Category::System,
            "tenant.edited",
            format!("the tenant is now {:?}", edited.name),
            format!("租户已修改为“{}”", edited.name),
        )
        .with(&json!({ "name": edited.name, "proxy": edited.proxy.as_ref().map(|proxy| &proxy.masked) })),
        Event::CredentialRotated(rotated) => new_key(rotated),
        Event::ConnectionTested(tested) => test(tested),
        Event::RegionsObserved(observed) => Line::new(
            Debug,
            Category::System,
            "tenant.regions_observed",
            "the regions it subscribes to were read",
            "已读取订阅的区域",
        )
        .with(&json!({ "regions": observed.regions.iter().map(|region| &region.name).collect::<Vec<_>>() })),
        Event::LimitsObserved(observed) => Line::new(
            Debug,
            Category::System,
            "tenant.limits_observed",
            "its service limits were read",
            "已读取服务限额",
        )
        .with(&json!({ "region": observed.region, "limits": observed.limits.len() })),
        Event::Throttled(throttled) => slowed(throttled),
        Event::Suspended(suspended) => suspension(suspended),
        Event::Reinstated(_) => Line::new(
            Info,
            Category::System,
            "tenant.reinstated",
            "the tenant may act again",
            "租户已恢复可用",
        ),
        Event::Disabled(_) => {
            Line::new(Info, Category::System, "tenant.disabled", "the tenant was switched off", "租户已停用")
        }
        Event::Enabled(_) => {
            Line::new(Info, Category::System, "tenant.enabled", "the tenant was switched on", "租户已启用")
        }
        Event::Removed(removed) => Line::new(
            Info,
            Category::System,
            "tenant.removed",
            format!("the tenant {:?} was removed, and its secrets with it", removed.name),
            format!("租户“{}”及其密钥已删除", removed.name),
        )
        .with(&json!({ "name": removed.name, "forced": removed.forced })),
    }
}

fn taken_in(registered: &Registered) -> Line {
    let (name, region) = (&registered.name, &registered.home_region);
    Line::new(
        Info,
        Category::System,
        "tenant.registered",
        format!("the tenant {name:?} was registered in {region}"),
        format!("已登记租户“{name}”，区域 {region}"),
    )
    .with(&json!({ "name": name, "region": region, "fingerprint": registered.fingerprint }))
}

fn new_key(rotated: &CredentialRotated) -> Line {
    Line::new(
        Warn,
        Category::System,
        "tenant.credential_rotated",
        "the tenant's key was replaced",
        "租户的密钥已更换",
    )
    .with(&json!({ "fingerprint": rotated.fingerprint, "user": rotated.user }))
}

fn test(tested: &ConnectionTested) -> Line {
    let line = match &tested.failure {
        None => Line::new(Info, Category::System, "tenant.test_passed", "the key works", "密钥可用"),
        Some(failure) => Line::new(
            Warn,
            Category::System,
            "tenant.test_failed",
            format!("the connection test failed: {}", failure.message),
            format!("连接测试失败：{}", failure.message),
        ),
    };
    line.with(&json!({
        "durationMs": tested.duration_ms,
        "reason": tested.failure.as_ref().map(|failure| &failure.reason),
        "status": tested.failure.as_ref().and_then(|failure| failure.status),
        "code": tested.failure.as_ref().map(|failure| &failure.code),
        "requestId": tested.failure.as_ref().and_then(|failure| failure.request_id.as_ref()),
    }))
}

fn slowed(throttled: &Throttled) -> Line {
    let (english, chinese) = match throttled.scope {
        Scope::User => ("the cloud asks this user to slow down", "云端要求该用户放慢请求"),
        Scope::Tenancy => ("the cloud asks the whole tenancy to slow down", "云端要求整个租户放慢请求"),
    };
    Line::new(Info, Category::System, "tenant.throttled", english, chinese)
        .with(&json!({ "region": throttled.region, "until": throttled.until }))
}

fn suspension(suspended: &Suspended) -> Line {
    let (key, english, chinese) = match suspended.reason {
        SuspensionReason::KeyRejected => (
            "tenant.key_rejected",
            "the cloud refuses the key; its tasks are held",
            "云端拒绝了密钥，相关任务已挂起",
        ),
        SuspensionReason::ClockSkew => (
            "tenant.clock_skew",
            "this machine's clock differs too much from the cloud's; the tenant's tasks are held: set the clock right, then test the connection",
            "本机时钟与云端相差过大，相关任务已挂起：请校准时间后测试连接",
        ),
        SuspensionReason::AccountSuspended => (
            "tenant.account_suspended",
            "the account seems suspended; its tasks are held",
            "账号似乎已被暂停，相关任务已挂起",
        ),
    };
    Line::new(Error, Category::System, key, english, chinese).with(&json!({ "note": suspended.note }))
}
