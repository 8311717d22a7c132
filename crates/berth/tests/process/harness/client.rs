//! A client of the API that follows the server from address to address.

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{Simulator, simulator::http, until};

#[derive(Clone)]
pub(crate) struct Client {
    address: watch::Receiver<String>,
    pub(crate) token: String,
    http: reqwest::Client,
}

/// Why there is no data.
#[derive(Debug)]
pub(crate) enum Fault {
    /// No whole answer came: the command may be done or not.
    Lost,
    Answered {
        status: u16,
        body: Value,
    },
}

impl Fault {
    /// `extensions.code` of the first error.
    pub(crate) fn code(&self) -> &str {
        match self {
            Self::Lost => "lost",
            Self::Answered { body, .. } => {
                body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
            }
        }
    }
}

/// One event of the log.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) position: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) stream_id: String,
    pub(crate) correlation_id: String,
    pub(crate) time: String,
    pub(crate) data: Value,
}

impl Event {
    pub(crate) fn position(&self) -> u64 {
        self.position.parse().unwrap()
    }
}

/// The input and the answer of the mutations that tests use.
const MUTATIONS: &[(&str, &str, &str)] = &[
    ("tenantCreate", "TenantCreateInput", "tenant { id version }"),
    (
        "tenantImport",
        "TenantImportInput",
        "results { profile tenant { id } userErrors { code message field hint } }",
    ),
    ("tenantTest", "TenantTestInput", "tenant { id status } reason providerError { code message }"),
    ("tenantDisable", "TenantCommandInput", "tenant { id status }"),
    ("tenantEnable", "TenantCommandInput", "tenant { id status }"),
    ("tenantDelete", "TenantDeleteInput", "deletedId"),
    ("grabTaskCreate", "GrabTaskCreateInput", "grabTasks { id name state allowedActions }"),
    ("grabTaskStart", "GrabTaskCommandInput", "grabTasks { id state allowedActions }"),
    ("grabTaskPause", "GrabTaskCommandInput", "grabTasks { id state allowedActions }"),
    ("grabTaskResume", "GrabTaskCommandInput", "grabTasks { id state allowedActions }"),
    ("grabTaskStop", "GrabTaskCommandInput", "grabTasks { id state allowedActions }"),
];

impl Client {
    pub(super) fn new(address: watch::Receiver<String>, token: String) -> Self {
        Self { address, token, http: http() }
    }

    pub(crate) fn url(&self) -> String {
        self.address.borrow().clone()
    }

    pub(crate) async fn graphql(&self, query: &str, variables: Value) -> Result<Value, Fault> {
        let body = json!({ "query": query, "variables": variables });
        let url = format!("{}/graphql", self.url());
        let answer =
            self.http.post(url).bearer_auth(&self.token).json(&body).send().await.map_err(|_| Fault::Lost)?;
        let status = answer.status().as_u16();
        let mut body: Value = answer.json().await.map_err(|_| Fault::Lost)?;
        if body["errors"].is_null() { Ok(body["data"].take()) } else { Err(Fault::Answered { status, body }) }
    }

    pub(crate) async fn ask(&self, query: &str, variables: Value) -> Value {
        self.graphql(query, variables).await.unwrap_or_else(|fault| panic!("{query}: {fault:?}"))
    }

    /// The mutation's payload, whatever it says.
    pub(crate) async fn mutate(&self, name: &str, input: &Value) -> Result<Value, Fault> {
        let (_, kind, answer) =
            MUTATIONS.iter().find(|(known, ..)| *known == name).expect("the table has it");
        let query = format!(
            "mutation($input: {kind}!) {{ {name}(input: $input) {{ position userErrors {{ code message field hint }} {answer} }} }}"
        );
        Ok(self.graphql(&query, json!({ "input": input })).await?[name].take())
    }

    /// A mutation that must be carried out.
    pub(crate) async fn tell(&self, name: &str, input: Value) -> Value {
        let payload = self.mutate(name, &input).await.unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(payload["userErrors"], json!([]), "{name}");
        payload
    }

    /// Sends the same command again until the server answers, as a client does that must know.
    pub(crate) async fn insist(&self, name: &str, input: &Value) -> Value {
        until("the server answers a command", async || match self.mutate(name, input).await {
            Ok(payload) => Some(payload),
            // Killed, starting, or stopping just now.
            Err(Fault::Lost | Fault::Answered { status: 503, .. }) => None,
            Err(fault) => panic!("{name}: {fault:?}"),
        })
        .await
    }

    /// Adds the simulator's first tenant and waits until its key was seen to work.
    pub(crate) async fn tenant(&self, simulator: &Simulator) -> String {
        let payload = self.tell("tenantCreate", simulator.account("tokyo")).await;
        let id = payload["tenant"]["id"].as_str().unwrap().to_owned();
        until("the tenant is active", async || {
            let found = self.ask("query($id: ID!) { tenant(id: $id) { status } }", json!({ "id": id })).await;
            (found["tenant"]["status"] == "ACTIVE").then_some(())
        })
        .await;
        id
    }

    /// The id of a new task.
    pub(crate) async fn task(&self, input: Value) -> String {
        self.tell("grabTaskCreate", input).await["grabTasks"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn state_of(&self, task: &str) -> String {
        let found = self.ask("query($id: ID!) { grabTask(id: $id) { state } }", json!({ "id": task })).await;
        found["grabTask"]["state"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn reaches(&self, task: &str, state: &str) {
        until(&format!("the task is {state}"), async || (self.state_of(task).await == state).then_some(()))
            .await;
    }

    /// The position of the newest event.
    pub(crate) async fn head(&self) -> u64 {
        let log = self.ask("{ eventLog { head count } }", json!({})).await;
        log["eventLog"]["head"].as_str().unwrap().parse().unwrap()
    }

    /// Every event after a position, of one type or of all.
    pub(crate) async fn events(&self, after: u64, kind: Option<&str>) -> Vec<Event> {
        const PAGE: &str = "query($after: String, $filter: EventFilter) { events(first: 500, after: $after, filter: $filter) {
            nodes { position type streamId correlationId time data } pageInfo { hasNextPage endCursor } } }";
        let filter = kind.map(|kind| json!({ "type": [kind] }));
        let (mut events, mut after) = (Vec::new(), after.to_string());
        loop {
            let page = self.ask(PAGE, json!({ "after": after, "filter": filter })).await["events"].take();
            events.extend(Vec::<Event>::deserialize(&page["nodes"]).unwrap());
            if page["pageInfo"]["hasNextPage"] != true {
                return events;
            }
            page["pageInfo"]["endCursor"].as_str().unwrap().clone_into(&mut after);
        }
    }
}

/// What `grabTaskCreate` takes: one small instance, tried for every second.
pub(crate) fn wish(tenant: &str, name: &str) -> Value {
    json!({
        "tenantIds": [tenant], "name": name,
        "spec": { "shape": "VM.Standard.A1.Flex", "ocpus": 2, "memoryGb": 12, "image": "Canonical Ubuntu 22.04" },
        "schedule": { "interval": 1 },
    })
}
