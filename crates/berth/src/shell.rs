//! What a shell and a manual want to know of the command line: all of it is taken from the parser itself.

use std::{fs, io, path::Path};

use clap::{Args, Command, builder::PossibleValuesParser};
use clap_complete::env::{CompleteEnv, Shells};

use crate::words;

/// The scripts below run us with this variable set, to ask what may come next.
const ASKED: &str = "BERTH_COMPLETE";
const NAME: &str = "berth";

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// Shell to write for
    #[arg(value_parser = shells())]
    shell: String,
}

fn shells() -> PossibleValuesParser {
    PossibleValuesParser::new(Shells::builtins().names())
}

/// Answers a shell that asks what may come next, and ends the process; does nothing when none asks.
pub(crate) fn answer(parser: fn() -> Command) {
    CompleteEnv::with_factory(parser).var(ASKED).bin(NAME).completer(NAME).complete();
}

/// Prints the script that makes a shell ask us.
pub(crate) fn completions(arguments: &Completions) -> u8 {
    match write_script(&arguments.shell, &mut io::stdout()) {
        Ok(()) => 0,
        Err(error) => words::fail(&error, 1),
    }
}

fn write_script(shell: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let shells = Shells::builtins();
    let shell = shells.completer(shell).expect("the parser takes none but these");
    shell.write_registration(ASKED, NAME, NAME, NAME, out)
}

/// Writes a page for each command, all of them into one directory.
pub(crate) fn man(parser: Command, directory: &Path) -> u8 {
    let written = fs::create_dir_all(directory).and_then(|()| clap_mangen::generate_to(parser, directory));
    match written {
        Ok(()) => 0,
        Err(error) => {
            let problem = words::of("failed to write manual pages to", "无法写入手册页：");
            words::complain(&format!("{problem} {}: {error}", directory.display()), None);
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_gets_a_script_that_asks_this_program() {
        for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
            assert!(Shells::builtins().names().any(|name| name == shell), "{shell}");
            let mut script = Vec::new();
            write_script(shell, &mut script).unwrap();
            let script = String::from_utf8(script).unwrap();
            assert!(script.contains(ASKED) && script.contains(NAME), "{script}");
        }
    }

    #[test]
    fn every_command_that_is_shown_has_a_manual_page_with_its_own_name() {
        let directory = tempfile::tempdir().unwrap();
        let pages = directory.path().join("man/man1");
        assert_eq!(man(crate::command::parser(), &pages), 0);
        let page = |name: &str| fs::read_to_string(pages.join(name)).unwrap();
        assert!(page("berth.1").contains("berth\\-task"), "the first page names the others");
        assert!(page("berth-task-create.1").contains("\\-\\-shape"));
        assert!(page("berth-events-verify.1").contains("Read the whole log"));
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_a_failure() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(man(crate::command::parser(), &file.path().join("below")), 1);
    }
}
