use serde_json::json;

use super::*;

#[tokio::test]
async fn a_query_and_a_mutation_are_answered() {
    let world = World::new();
    assert_eq!(world.ask("{ seven }").await, (200, json!({ "data": { "seven": 7 } })));
    assert_eq!(world.ask("mutation { set(value: 3) }").await, (200, json!({ "data": { "set": 3 } })));
    let variables = json!({
        "query": "query a($n: Int!) { twice(number: $n) } query b { seven }",
        "operationName": "a",
        "variables": { "n": 4 },
    });
    assert_eq!(answered(world.post().json(&variables)).await, (200, json!({ "data": { "twice": 8 } })));
}

#[tokio::test]
async fn a_wrong_token_is_refused_and_without_one_somebody_is_nobody() {
    let world = World::new();
    let with = |header: &'static str| {
        world.bare_post().header("authorization", header).json(&json!({ "query": "{ seven }" }))
    };
    for header in ["", "Bearer", "Bearer ", "Bearer berth_wrong", "Basic berth_right", "berth_right"] {
        let (status, answer) = answered(with(header)).await;
        assert_eq!((status, code(&answer)), (401, "UNAUTHENTICATED"), "{header}");
    }
    let nobody = answered(world.bare_post().json(&json!({ "query": "{ caller }" }))).await;
    assert_eq!(nobody, (200, json!({ "data": { "caller": "nobody en" } })));
    assert_eq!(answered(with("bearer berth_right")).await.0, 200);
}

#[tokio::test]
async fn only_json_is_read() {
    let world = World::new();
    let with = |kind: &'static str| {
        world.bare_post().bearer_auth(TOKEN).header("content-type", kind).body(r#"{"query":"{seven}"}"#)
    };
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; boundary=x",
        "application/jsonp",
        "application/graphql",
        "application/json, text/plain",
    ] {
        let (status, answer) = answered(with(kind)).await;
        assert_eq!((status, code(&answer)), (415, "BAD_QUERY"), "{kind}");
    }
    assert_eq!(answered(with("application/json; charset=UTF-8")).await.0, 200);
    let without = world.bare_post().bearer_auth(TOKEN).body(r#"{"query":"{seven}"}"#);
    assert_eq!(answered(without).await.0, 415);
}

#[tokio::test]
async fn a_page_of_another_site_is_refused_even_with_the_token() {
    let world = World::new();
    let with =
        |name: &'static str, value: String| world.post().header(name, value).body(r#"{"query":"{seven}"}"#);
    for origin in ["null", "http://evil.example", "http://127.0.0.1"] {
        let (status, answer) = answered(with("origin", origin.to_owned())).await;
        assert_eq!((status, code(&answer)), (403, "FORBIDDEN"), "{origin}");
    }
    assert_eq!(answered(with("sec-fetch-site", "cross-site".to_owned())).await.0, 403);
    assert_eq!(answered(with("origin", world.url(""))).await.0, 200);
}

#[tokio::test]
async fn a_body_of_a_quarter_mebibyte_is_read_and_not_a_byte_more() {
    let world = World::new();
    let body = |length: usize| {
        let empty = json!({ "query": "{ seven }", "extensions": { "x": "" } }).to_string();
        json!({ "query": "{ seven }", "extensions": { "x": "x".repeat(length - empty.len()) } }).to_string()
    };
    assert_eq!(answered(world.post().body(body(256 * 1024))).await.0, 200);
    let (status, answer) = answered(world.post().body(body(256 * 1024 + 1))).await;
    assert_eq!((status, code(&answer)), (413, "BAD_QUERY"));
}

#[tokio::test]
async fn what_is_not_one_request_is_refused() {
    let world = World::new();
    for body in
        ["", "[]", "null", "{", "\"{seven}\"", r#"[{"query":"{seven}"}]"#, r#"["{seven}"]"#, r#"{"query":7}"#]
    {
        let (status, answer) = answered(world.post().body(body)).await;
        assert_eq!((status, code(&answer)), (400, "BAD_QUERY"), "{body}");
    }
    for query in ["", "{", "{ eight }", "{ twice(number: \"x\") }", "query a { seven } query b { seven }"] {
        let (status, answer) = world.ask(query).await;
        assert_eq!((status, code(&answer)), (400, "BAD_QUERY"), "{query}");
    }
}

/// What reads it goes down level by level, and would use up its stack.
#[tokio::test]
async fn variables_that_nest_a_thousand_deep_are_not_read() {
    let world = World::new();
    let nested = |depth: usize| {
        let variables = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        world.post().body(format!(r#"{{"query":"{{ seven }}","variables":{{"x":{variables}}}}}"#))
    };
    assert_eq!(answered(nested(50)).await.0, 200);
    for depth in [1_000, 100_000] {
        let (status, answer) = answered(nested(depth)).await;
        assert_eq!((status, code(&answer)), (400, "BAD_QUERY"), "{depth}");
    }
}

#[tokio::test]
async fn nothing_is_executed_by_get_and_no_subscription_by_post() {
    let world = World::new();
    let query = world.client.get(world.url("/graphql?query=%7Bseven%7D")).bearer_auth(TOKEN);
    let (status, answer) = answered(query).await;
    assert_eq!((status, code(&answer)), (405, "BAD_QUERY"));
    let put = world.client.put(world.url("/graphql")).bearer_auth(TOKEN);
    assert_eq!(answered(put).await.0, 405);
    let (status, answer) = world.ask("subscription { count(to: 1) }").await;
    assert_eq!((status, code(&answer)), (400, "BAD_QUERY"));
    assert_eq!(answer["errors"][0]["message"], "subscriptions need a WebSocket");
}

#[tokio::test]
async fn a_query_that_costs_too_much_is_told_the_limit() {
    let world = World::new();
    let aliases = (0..16).fold(String::new(), |text, number| text + &format!("a{number}: seven "));
    let (status, answer) = world.ask(&format!("{{ {aliases} }}")).await;
    assert_eq!((status, code(&answer)), (200, "QUERY_TOO_COMPLEX"));
    assert_eq!(answer["errors"][0]["extensions"]["limit"], 15);
    assert_eq!(answer["errors"][0]["extensions"]["actual"], 16);
}

/// Twenty to the sixth fields in less than a kibibyte; async-graphql alone is busy with it for many seconds.
#[tokio::test]
async fn a_fragment_bomb_is_refused() {
    let world = World::new();
    let spread = |next: usize| format!("...f{next} ").repeat(20);
    let fragments = (0..6).fold(String::new(), |text, number| {
        text + &format!("fragment f{number} on Query {{ {} }} ", spread(number + 1))
    });
    let (status, answer) =
        world.ask(&format!("{{ ...f0 }} {fragments} fragment f6 on Query {{ seven }}")).await;
    assert_eq!((status, code(&answer)), (200, "QUERY_TOO_COMPLEX"));
}

#[tokio::test]
async fn the_introspection_of_the_usual_tools_passes() {
    let world = World::new();
    let (status, answer) = world.ask(INTROSPECTION).await;
    assert_eq!(status, 200);
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query", "{answer}");
}

const INTROSPECTION: &str = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } \
    subscriptionType { name } types { ...FullType } \
    directives { name description locations args { ...InputValue } } } } \
    fragment FullType on __Type { kind name description \
    fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } \
    isDeprecated deprecationReason } inputFields { ...InputValue } interfaces { ...TypeRef } \
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } \
    possibleTypes { ...TypeRef } } \
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue } \
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name } } } } } } } } } }";

#[tokio::test]
async fn inside_details_stay_inside() {
    let world = World::new();
    for field in ["leak", "fault", "panic"] {
        let (status, answer) = world.ask(&format!("{{ {field} }}")).await;
        assert_eq!((status, code(&answer)), (200, "INTERNAL"), "{field}");
        assert!(!answer.to_string().contains("canary"), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["traceId"].as_str().unwrap().len(), 16);
    }
    let (status, answer) = world.ask("{ forbidden }").await;
    assert_eq!((status, code(&answer)), (200, "FORBIDDEN"));
    assert_eq!(answer["errors"][0]["message"], "your role is too small");
}

/// The words of async-graphql that tell a wrong argument from a failing resolver; it gives no code.
#[tokio::test]
async fn an_argument_that_does_not_fit_is_the_callers_error() {
    let world = World::new();
    let body = json!({ "query": "query ($n: Int!) { twice(number: $n) }", "variables": { "n": "x" } });
    let (_, answer) = answered(world.post().json(&body)).await;
    assert_eq!(code(&answer), "BAD_QUERY");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("Int"), "{answer}");
}

#[tokio::test]
async fn an_operation_that_never_ends_is_given_up() {
    let brief = Duration::from_millis(20);
    let world = World::with(
        SocketLimits::default(),
        Patience { query: brief, mutation: brief, ..Patience::default() },
    );
    for (query, may_be_done) in [("{ never }", false), ("mutation { never }", true)] {
        let (status, answer) = world.ask(query).await;
        assert_eq!((status, code(&answer)), (503, "UNAVAILABLE"), "{query}");
        assert_eq!(answer.to_string().contains("may still take effect"), may_be_done, "{answer}");
    }
}

#[tokio::test]
async fn the_caller_is_known_to_resolvers_and_spoken_to_in_their_language() {
    let world = World::new();
    let with = |query: &str| {
        world.post().header("accept-language", "zh-CN").body(json!({ "query": query }).to_string())
    };
    assert_eq!(answered(with("{ caller }")).await.1, json!({ "data": { "caller": "owner zh-CN" } }));
    let (_, answer) = answered(with("{")).await;
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("查询无法解析"), "{answer}");
}

#[tokio::test]
async fn health_needs_no_token_and_readiness_follows_its_handle() {
    let world = World::new();
    assert_eq!(world.get("/healthz").await.status(), 200);
    assert_eq!(world.get("/readyz").await.status(), 503);
    world.readiness.set(true);
    assert_eq!(world.get("/readyz").await.status(), 200);
    world.readiness.set(false);
    assert_eq!(world.get("/readyz").await.status(), 503);
}

#[tokio::test]
async fn whatever_is_answered_bears_careful_headers() {
    let world = World::new();
    assert!(world.get("/schema.graphql").await.text().await.unwrap().contains("type Query"));
    let style = world.get("/page.css").await;
    assert_eq!(style.status(), 200);
    let missing = world.get("/etc/passwd").await;
    assert_eq!(missing.status(), 404);
    for answer in [&missing, &style] {
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-request-id").len(), 16);
        assert_eq!((header("cache-control"), header("x-frame-options")), ("no-store", "DENY"));
        assert!(!answer.headers().contains_key("strict-transport-security"), "there is no TLS here");
        assert!(
            !answer.headers().contains_key("cross-origin-opener-policy"),
            "a browser complains of it without TLS"
        );
    }
}

const NAMES: [&str; 4] = ["etag", "content-security-policy", "vary", "cache-control"];

#[tokio::test]
async fn the_console_is_one_page_at_every_address_that_it_may_have_shown_and_files_are_files() {
    let world = World::new();
    let get = |path: &str, accept: &'static str| {
        let request = reqwest::Client::new().get(world.url(path)).header("accept", accept);
        async { request.send().await.unwrap() }
    };
    let page = get("/", "*/*").await;
    let status = page.status();
    let of_page = NAMES.map(|name| page.headers().get(name).cloned());
    let text = page.text().await.unwrap();
    let elsewhere = get("/tasks/grab_1", "text/html,*/*").await;
    assert_eq!((elsewhere.status(), elsewhere.text().await.unwrap()), (status, text.clone()));
    // Cargo alone builds no pages: then it says so.
    if status == 200 {
        assert!(text.contains("<script type=\"module\"") && !text.contains("//unpkg"), "{text}");
        let known = reqwest::Client::new()
            .get(world.url("/"))
            .header("if-none-match", of_page[0].clone().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(known.status(), 304);
        // What a browser has stored gets the headers of this answer.
        for (name, of_page) in NAMES.into_iter().zip(of_page) {
            assert!(of_page.is_some() && known.headers().get(name) == of_page.as_ref(), "{name}");
        }
    } else {
        assert!(status == 404 && text.contains("rust-just frontend") && text.contains("重新编译"), "{text}");
        assert!(!text.contains("<script") && !text.contains("style="), "the policy would stop it");
    }
    for (path, accept) in [
        ("/tasks/grab_1", "application/json"),
        ("/assets/missing", "text/html"),
        ("/missing.js", "text/html"),
    ] {
        let missing = get(path, accept).await;
        assert_eq!(missing.status(), 404, "{path}");
        assert!(missing.text().await.unwrap().contains("NOT_FOUND"), "{path}");
    }
}

#[tokio::test]
async fn the_console_is_there_to_be_read_and_for_nothing_else() {
    let world = World::new();
    let ask = |method: reqwest::Method, path: &str| {
        let request = reqwest::Client::new().request(method, world.url(path)).header("accept", "text/html");
        async { request.send().await.unwrap() }
    };
    let (page, head) = (ask(reqwest::Method::GET, "/").await, ask(reqwest::Method::HEAD, "/").await);
    assert_eq!((head.status(), head.headers().get("etag")), (page.status(), page.headers().get("etag")));
    assert_eq!(head.text().await.unwrap(), "");
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        for path in ["/", "/tasks", "/icon.svg"] {
            let answer = ask(method.parse().unwrap(), path).await;
            assert_eq!(answer.status(), 404, "{method} {path}");
            assert!(answer.text().await.unwrap().contains("NOT_FOUND"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn browsers_come_back_by_tls_alone_where_a_proxy_has_it() {
    let world = World::built(|server| server.behind_proxy(true));
    let answer = world.get("/healthz").await;
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
    assert_eq!(answer.headers()["cross-origin-opener-policy"], "same-origin");
}

#[tokio::test]
async fn the_playground_has_a_policy_of_its_own_and_what_is_not_there_has_the_tight_one() {
    let world = World::new();
    let page = world.get("/graphiql").await;
    assert!(page.url().path().ends_with("/graphiql/"), "{}", page.url());
    let policy =
        |answer: &reqwest::Response| answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let (status, own) = (page.status(), policy(&page));
    let text = page.text().await.unwrap();
    // Cargo alone builds no pages: then it says so, under the policy of every other page.
    if status == 200 {
        let socket = format!("ws://{}", world.running.address());
        assert!(own.contains("script-src 'self';") && own.contains(&socket), "{own}");
        assert!(text.contains("<script type=\"module\"") && !text.contains("//unpkg"), "{text}");
    } else {
        assert!(status == 404 && own.starts_with("default-src 'none'; style-src 'self';"), "{status} {own}");
        assert!(text.contains("rust-just frontend") && text.contains("重新编译"), "{text}");
    }
    let missing = world.get("/graphiql/assets/../../token").await;
    assert_eq!(missing.status(), 404);
    let missing = world.get("/graphiql/assets/missing.js").await;
    assert!(missing.status() == 404 && policy(&missing).starts_with("default-src 'none'; style-src 'self';"));
}

#[tokio::test]
async fn a_drained_server_stops() {
    let world = World::new();
    world.readiness.set(true);
    assert_eq!(world.get("/readyz").await.status(), 200);
    let url = world.url("/healthz");
    let _idle = world.client; // Holds its connection open, as a browser does.
    tokio::time::timeout(AT_MOST, world.running.drain()).await.unwrap().unwrap();
    assert!(reqwest::Client::new().get(url).send().await.is_err());
}
