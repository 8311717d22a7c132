//! What `berth doctor` is told of a server.

use berth_cli::{Examined, Global, examine};
use berth_domain::Language;
use clap::Parser;
use serde_json::{Value, json};

use crate::stub::{Reply, Stub, TOKEN};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    global: Global,
}

/// A server with one tenant, on which its key is tried.
async fn examined(test: Reply) -> Examined {
    let server = json!({ "version": "1.0.0", "now": "2026-11-21T12:00:00Z" });
    let tenant = json!({ "id": "tenant_1", "name": "seoul", "status": "ACTIVE",
        "homeRegion": { "code": "ap-seoul-1" }, "proxyMasked": null });
    let page = json!({ "nodes": [tenant], "pageInfo": { "hasNextPage": false, "endCursor": null } });
    let stub = Stub::start([
        ("Server", Reply::Data(server)),
        ("TenantsToExamine", Reply::Data(page)),
        ("TenantTest", test),
    ])
    .await;
    let global = Line::parse_from(["berth", "--server", &stub.url, "--token", TOKEN]).global;
    examine(&global, Language::English).await
}

#[tokio::test]
async fn a_key_is_bad_when_its_cloud_says_so() {
    let error = json!({ "status": 401, "code": "NotAuthenticated", "message": "no", "requestId": null });
    for (error, words) in [(error, Some("401 NotAuthenticated: no")), (Value::Null, None)] {
        let told = json!({ "tenant": null, "durationMs": 7, "providerError": error, "userErrors": [] });
        let seen = examined(Reply::Data(told)).await.server.unwrap();
        let key = seen.tenants.unwrap().tried[0].key.clone().unwrap();
        assert_eq!(key.err().map(|why| why.english), words.map(str::to_owned));
    }
}

#[tokio::test]
async fn a_key_that_could_not_be_tried_is_not_called_bad() {
    for code in ["FORBIDDEN", "UNAVAILABLE", "RATE_LIMITED"] {
        let seen = examined(Reply::Error(code)).await.server.unwrap();
        assert!(seen.tenants.is_err(), "{code}: {seen:?}");
    }
}
