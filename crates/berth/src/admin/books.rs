//! `berth admin close-books`: what the server does by itself once a day, now.

use std::path::PathBuf;

use berth_app::{
    Order,
    books::{Closing, Preview, Trust},
};
use berth_cli::Global;
use berth_store::CommandId;

use crate::{
    node::{Node, Purpose},
    serve, words,
};

#[derive(clap::Args, Debug)]
pub(crate) struct CloseBooks {
    /// Configuration file that names the log; the server must be stopped
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Only say what would be released
    #[arg(long)]
    dry_run: bool,
    /// This machine's clock is right, although the log cannot confirm it
    #[arg(long)]
    clock_is_right: bool,
}

/// 0: closed, or nothing to close. 3: refused, because the clock cannot be trusted. 75: a server runs there.
pub(super) async fn run(arguments: CloseBooks, global: &Global) -> u8 {
    let config = match serve::Configuration::for_tools(arguments.config.clone(), global).inner() {
        Ok(config) => config,
        Err(code) => return code,
    };
    let node = match Node::start(&config, Purpose::Tools).await {
        Ok(node) => node,
        Err(error) => return words::fail(&error, error.exit_code()),
    };
    let code = if arguments.dry_run { preview(&node).await } else { close(&node, &arguments).await };
    node.stop().await;
    code
}

async fn preview(node: &Node) -> u8 {
    match node.app.books.preview().await {
        Ok(preview) => {
            tell(&preview);
            0
        }
        Err(denied) => words::fail(&denied, 70),
    }
}

fn tell(preview: &Preview) {
    let Preview { after, through, released, stand_ins, .. } = preview;
    words::say(
        &format!(
            "events {after} to {through}: {released} would be archived and released, {stand_ins} would stand in for them"
        ),
        &format!("事件 {after} 至 {through}：将归档并释放 {released} 条，由 {stand_ins} 条汇总代替"),
    );
    if let Some(frozen) = &preview.frozen {
        words::complain(frozen.text().in_language(words::language()), None);
    }
}

async fn close(node: &Node, arguments: &CloseBooks) -> u8 {
    let trust = if arguments.clock_is_right { Trust::Vouched } else { Trust::Checked };
    let order = Order::given(berth_domain::access::Principal::machine("admin"), CommandId::fresh(), [0; 32]);
    match node.app.books.close(trust, order).await {
        Ok(Closing::Closed(closed)) => {
            give_back(node).await;
            let (released, through) = (closed.released, closed.through);
            words::say(
                &format!(
                    "the books are closed through {through}: {released} events were archived and released"
                ),
                &format!("账已结至 {through}：归档并释放了 {released} 条事件"),
            );
            for archive in &closed.archives {
                words::say(&format!("  {}", archive.file), &format!("  {}", archive.file));
            }
            0
        }
        Ok(Closing::NothingToClose) => {
            nothing_is_old();
            0
        }
        Err(denied @ berth_app::Denied::Refused(_)) => {
            let hint = words::of(
                "if the clock is right, say --clock-is-right",
                "如果时钟无误，请加 --clock-is-right",
            );
            words::complain(&crate::chain_of(&denied), Some(hint));
            3
        }
        Err(denied) => words::fail(&denied, 70),
    }
}

/// Space is given back a piece at a time, so that a running server could append between; here nobody does.
async fn give_back(node: &Node) {
    loop {
        match node.log.compact().await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "space was not given back");
                return;
            }
        }
    }
}

fn nothing_is_old() {
    words::say("nothing is older than the retention", "没有超过保留期的内容");
}
