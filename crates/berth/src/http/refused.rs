//! Why a request got no further, as a table: the status, the code, and the words in both languages.

use std::borrow::Cow;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use async_graphql::{ErrorExtensionValues, ServerError};

use super::{caller::Locale, codes, guard::QueryRefused};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    NoToken,
    NotPermitted,
    MayNotOperate,
    /// To be tried again after so many seconds.
    TooManyRequests {
        seconds: u64,
    },
    ForeignOrigin,
    NotJson,
    BodyTooBig,
    BodyTooSlow,
    NotARequest,
    NotANotification,
    AlertsNotTaken,
    Query(QueryRefused),
    SubscriptionOverPost,
    NoSuchSpan,
    WrongMethod,
    NotFound,
    NoSubprotocol,
    NotWebSocket,
    TooManySockets,
    /// From one address, or of one user.
    TooManySocketsOfOne,
    TooManyOperations,
    Draining,
    QueryTimedOut,
    CommandTimedOut,
    Internal,
}

impl Refused {
    pub(super) fn answer(&self, locale: Locale, trace_id: &str) -> HttpResponse {
        let (status, ..) = self.row();
        let mut answer = HttpResponse::build(status);
        match self {
            Self::NoToken => drop(answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"))),
            Self::TooManyRequests { seconds } => {
                answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::WrongMethod => drop(answer.insert_header((header::ALLOW, "POST"))),
            Self::Draining | Self::TooManySockets | Self::TooManySocketsOfOne => {
                answer.insert_header((header::RETRY_AFTER, "5"));
            }
            _ => {}
        }
        answer.json(serde_json::json!({ "errors": [self.error(locale, trace_id)] }))
    }

    pub(super) fn error(&self, locale: Locale, trace_id: &str) -> ServerError {
        let (_, code, english, chinese) = self.row();
        let words = if locale == Locale::Chinese { chinese } else { english };
        let mut error = ServerError::new(words, None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", code);
        extensions.set("traceId", trace_id);
        if let Self::Query(QueryRefused::TooMuch { limit, actual, .. }) = self {
            extensions.set("limit", *limit);
            extensions.set("actual", *actual);
        }
        if let Self::TooManyRequests { seconds } = self {
            extensions.set("retryAfter", *seconds);
        }
        error.extensions = Some(extensions);
        codes::complete(&mut error, trace_id);
        error
    }

    fn row(&self) -> (StatusCode, &'static str, Cow<'static, str>, Cow<'static, str>) {
        if let Self::Query(refused) = self {
            let (status, code, english, chinese) = of_query(refused);
            return (status, code, english.into(), chinese.into());
        }
        let (status, code, english, chinese) = self.fixed();
        let status = StatusCode::from_u16(status).expect("the table holds only real statuses");
        (status, code, english.into(), chinese.into())
    }

    #[rustfmt::skip]
    fn fixed(&self) -> (u16, &'static str, &'static str, &'static str) {
        match self {
            Self::NoToken => (401, "UNAUTHENTICATED", "a valid token is needed", "需要有效的令牌"),
            Self::NotPermitted => (403, "FORBIDDEN", "this needs the right ADMINISTER", "此操作需要 ADMINISTER 权限"),
            Self::MayNotOperate => (403, "FORBIDDEN", "this needs the right OPERATE", "此操作需要 OPERATE 权限"),
            Self::TooManyRequests { .. } => (429, "RATE_LIMITED", "too many requests; wait as long as Retry-After says", "请求过于频繁，请按 Retry-After 等待"),
            Self::ForeignOrigin => (403, "FORBIDDEN", "requests from another site are refused", "拒绝来自其他网站的请求"),
            Self::NotJson => (415, "BAD_QUERY", "the content type must be application/json", "内容类型必须是 application/json"),
            Self::BodyTooBig => (413, "BAD_QUERY", "the body is larger than 256 KiB", "请求体超过 256 KiB"),
            Self::BodyTooSlow => (408, "BAD_QUERY", "the body did not arrive in time", "请求体未能及时到达"),
            Self::NotARequest => (400, "BAD_QUERY", "the body must be one GraphQL request as a JSON object", "请求体必须是一个 JSON 对象形式的 GraphQL 请求"),
            Self::NotANotification => (400, "BAD_QUERY", "the body must be a notification of Alertmanager, version 4 of its webhook", "请求体必须是 Alertmanager 的通知（webhook 第 4 版）"),
            Self::AlertsNotTaken => (503, "UNAVAILABLE", "the alerts could not be written down; hand them in again", "告警未能写入，请重新提交"),
            Self::SubscriptionOverPost => (400, "BAD_QUERY", "subscriptions need a WebSocket", "订阅需要使用 WebSocket"),
            Self::NoSuchSpan => (400, "BAD_QUERY", "after and to are positions, redact is true or false", "after 与 to 应为位置，redact 应为 true 或 false"),
            Self::WrongMethod => (405, "BAD_QUERY", "operations are sent by POST; GET opens a WebSocket", "操作须以 POST 发送；GET 用于打开 WebSocket"),
            Self::NotFound => (404, "NOT_FOUND", "there is nothing here", "此处没有内容"),
            Self::NoSubprotocol => (400, "BAD_QUERY", "the WebSocket subprotocol must be graphql-transport-ws", "WebSocket 子协议必须是 graphql-transport-ws"),
            Self::NotWebSocket => (400, "BAD_QUERY", "this is no WebSocket handshake", "不是有效的 WebSocket 握手"),
            Self::TooManySockets => (503, "UNAVAILABLE", "too many open connections; try again later", "连接过多，请稍后再试"),
            Self::TooManySocketsOfOne => (429, "RATE_LIMITED", "you have too many open connections; close some, or sign in first", "您打开的连接过多，请先关闭一些，或先登录"),
            Self::TooManyOperations => (503, "UNAVAILABLE", "too many operations on one connection", "单个连接上的操作过多"),
            Self::Draining => (503, "UNAVAILABLE", "the server is shutting down", "服务器正在关闭"),
            Self::QueryTimedOut => (503, "UNAVAILABLE", "the query took too long and was given up; ask again", "查询耗时过长，已放弃等待；请重新查询"),
            Self::CommandTimedOut => (503, "UNAVAILABLE", "it took too long and was given up; the command may still take effect", "耗时过长，已放弃等待；命令仍可能生效"),
            Self::Query(_) | Self::Internal => (200, "INTERNAL", "something went wrong inside; the log has more under this traceId", "内部错误；日志中可按 traceId 查到详情"),
        }
    }
}

fn of_query(refused: &QueryRefused) -> (StatusCode, &'static str, String, String) {
    match refused {
        QueryRefused::Syntax(error) => (
            StatusCode::BAD_REQUEST,
            "BAD_QUERY",
            format!("the query does not parse: {error}"),
            format!("查询无法解析：{error}"),
        ),
        QueryRefused::Cycle(name) => (
            StatusCode::BAD_REQUEST,
            "BAD_QUERY",
            format!("fragment {name} spreads itself"),
            format!("片段 {name} 引用了自身"),
        ),
        QueryRefused::TooMuch { english, chinese, limit, actual } => (
            StatusCode::OK,
            "QUERY_TOO_COMPLEX",
            format!("the query has {actual} {english}; at most {limit} are allowed"),
            format!("查询的{chinese}为 {actual}，最多允许 {limit}"),
        ),
    }
}
