//! Commands that speak GraphQL, on the directory of a stopped server: an inner server that acts on nothing answers them.
//!
//! So there is one way to replay, to diff or to rebuild, whether a server runs or not.

use berth_cli::{Command, Global};
use berth_store::LockError;

use crate::{
    config::Config,
    data_dir::DataDir,
    node::{Node, Purpose, StartError},
    serve::Configuration,
    words,
};

/// Asks the server that runs, or an inner one when a directory is named in which none runs.
pub(crate) async fn run(global: &Global, command: Command) -> u8 {
    if global.data_dir.is_none() {
        return berth_cli::run(global, command).await;
    }
    let config = match Configuration::for_tools(None, global).inner() {
        Ok(config) => config,
        Err(code) => return code,
    };
    match Node::start(&config, Purpose::Tools).await {
        Ok(node) => on(node, global, command).await,
        // Somebody serves from there, so the answer is to be had from him.
        Err(StartError::Locked(LockError::Held { .. })) => {
            berth_cli::run(&beside(global, &config), command).await
        }
        Err(error) => words::fail(&error, error.exit_code()),
    }
}

/// The server that holds the directory, unless another was named.
pub(crate) fn beside(global: &Global, config: &Config) -> Global {
    let told = DataDir::at(&config.data_dir).address();
    match std::fs::read_to_string(told) {
        Ok(address) if !global.names_a_server() => {
            Global { server: address.trim().to_owned(), ..global.clone() }
        }
        _ => global.clone(),
    }
}

async fn on(node: Node, global: &Global, command: Command) -> u8 {
    let inner = Global {
        server: format!("http://{}", node.address()),
        token: Some(node.token.secret.clone()),
        ..global.clone()
    };
    let code = berth_cli::run(&inner, command).await;
    node.stop().await;
    code
}
