//! `berth config show|check`: the configuration as the server would read it, secrets masked.

use std::path::PathBuf;

use crate::serve::Configuration;

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Show {
    /// Print every setting
    Show {
        #[command(flatten)]
        configuration: Configuration,
        /// Also where each value comes from
        #[arg(long)]
        origin: bool,
    },
    /// Say whether the server could start with it
    Check {
        #[command(flatten)]
        configuration: Configuration,
    },
}

pub(crate) fn run(mut show: Show, data_dir: Option<PathBuf>) -> u8 {
    let (Show::Show { configuration, .. } | Show::Check { configuration }) = &mut show;
    configuration.data_dir = data_dir;
    let config = match configuration.load() {
        Ok(config) => config,
        Err(code) => return code,
    };
    if let Show::Show { origin, .. } = show {
        for shown in &config.shown {
            let origin = if origin { format!("    # {}", shown.origin) } else { String::new() };
            println!("{} = {}{origin}", shown.key, shown.value);
        }
    }
    for warning in &config.warnings {
        eprintln!("warning: {}", warning.in_words(crate::words::language()));
    }
    0
}
