//! Where words go: the two streams, how they look, what time it is, and the wish to stop.
//!
//! Everything a command takes from its surroundings is here, so that a test can give its own.

use std::{
    collections::VecDeque,
    fs,
    io::{self, IsTerminal, Write},
    mem,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use ::console::Key;
use anstream::{AutoStream, ColorChoice as Choice};
use berth_domain::{Language, Text};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::Notify;
use unicode_width::UnicodeWidthStr;

use crate::{
    failure::Failure,
    global::{ColorChoice, Global, OutputFormat},
    output::{
        color::{Color, Paint},
        table::{Table, printable},
        time::{Clock, Moments},
    },
    words,
};

/// The person or script on the other side.
pub struct Console {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    /// Both sides of a dialogue are a terminal, so that a question can be asked.
    pub(crate) can_ask: bool,
    /// Text goes to a terminal, so that a screen can be drawn.
    pub(crate) is_screen: bool,
    pub(crate) format: OutputFormat,
    pub(crate) paint: Paint,
    pub(crate) moments: Moments,
    pub(crate) quiet: bool,
    /// How long to wait before the first attempt to reconnect; doubles up to 128 times that.
    pub(crate) first_pause: Duration,
    interrupt: Interrupt,
    keys: Keys,
    input: Input,
}

/// Where text comes from that is piped in.
enum Input {
    Stdin,
    /// It was read to its end.
    Read,
    /// For tests.
    Given(String),
}

/// Where keys come from that are struck one by one.
enum Keys {
    Terminal,
    /// For tests.
    Given(VecDeque<Key>),
}

/// The wish to stop.
#[derive(Clone, Debug)]
pub enum Interrupt {
    /// Ctrl-C
    Signal,
    Given(Arc<Notify>),
}

/// What was written, for tests.
#[derive(Clone, Default)]
pub struct Captured(Arc<Mutex<Vec<u8>>>);

impl Console {
    /// The terminal or pipe this process was started on.
    pub fn system(global: &Global) -> Self {
        let colored = match global.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => AutoStream::choice(&io::stdout()) != Choice::Never,
        };
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            can_ask: io::stdin().is_terminal() && io::stderr().is_terminal(),
            is_screen: io::stdout().is_terminal() && global.format() == OutputFormat::Text,
            format: global.format(),
            paint: Paint::new(colored),
            moments: Moments::new(global.time, global.language(), Clock::System),
            quiet: global.quiet,
            first_pause: Duration::from_millis(250),
            interrupt: Interrupt::Signal,
            keys: Keys::Terminal,
            input: Input::Stdin,
        }
    }

    /// A console without a terminal that keeps what is written to stdout and stderr, stands still in time and does not wait before it
    /// reconnects.
    pub fn captured(global: &Global, now: DateTime<Utc>, interrupt: Interrupt) -> (Self, Captured, Captured) {
        let (out, err) = (Captured::default(), Captured::default());
        let console = Self {
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
            can_ask: false,
            is_screen: false,
            format: global.format(),
            paint: Paint::new(global.color == ColorChoice::Always),
            moments: Moments::new(global.time, global.language(), Clock::Still(now)),
            quiet: global.quiet,
            first_pause: Duration::ZERO,
            interrupt,
            keys: Keys::Given(VecDeque::new()),
            input: Input::Given(String::new()),
        };
        (console, out, err)
    }

    /// The same as if stdout were a terminal.
    #[must_use]
    pub fn as_screen(mut self) -> Self {
        self.is_screen = true;
        self
    }

    /// The same as if somebody sat at a terminal and typed these.
    #[must_use]
    pub fn typing(mut self, keys: &str) -> Self {
        let key = |c| if c == '\n' { Key::Enter } else { Key::Char(c) };
        self.keys = Keys::Given(keys.chars().map(key).collect());
        self.can_ask = true;
        self.as_screen()
    }

    /// The same as if this were piped in.
    #[must_use]
    pub fn fed(mut self, text: &str) -> Self {
        self.input = Input::Given(text.to_owned());
        self
    }

    /// The text of a file, or of standard input where that is named `-`, which can be read once.
    pub(crate) fn text_of(&mut self, path: &Path) -> Result<String, Failure> {
        if path != Path::new("-") {
            return fs::read_to_string(path).map_err(|error| Failure::local(words::cannot_read(path), error));
        }
        match mem::replace(&mut self.input, Input::Read) {
            Input::Read => Err(Failure::usage(words::input_is_read())),
            Input::Given(text) => Ok(text),
            Input::Stdin => io::read_to_string(io::stdin())
                .map_err(|error| Failure::local(words::cannot_read_input(), error)),
        }
    }

    /// Waits for one key. None when there is nobody to strike one any more.
    pub(crate) fn key(&mut self) -> Result<Option<Key>, Failure> {
        match &mut self.keys {
            Keys::Given(keys) => Ok(keys.pop_front()),
            Keys::Terminal => match console::Term::stdout().read_key() {
                Ok(key) => Ok(Some(key)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(None),
                Err(error) => Err(error.into()),
            },
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.moments.language()
    }

    pub(crate) fn say<'a>(&self, text: &'a Text) -> &'a str {
        text.in_language(self.language())
    }

    /// One line of the answer.
    pub(crate) fn line(&mut self, line: &str) -> Result<(), Failure> {
        writeln!(self.out, "{line}")?;
        Ok(self.out.flush()?)
    }

    /// A sentence that says it is done; not when told to be quiet.
    pub(crate) fn sentence(&mut self, text: &Text) -> Result<(), Failure> {
        let line = self.say(text).to_owned();
        if self.quiet { Ok(()) } else { self.line(&line) }
    }

    /// A piece of a screen, with its control sequences.
    pub(crate) fn draw(&mut self, piece: &str) -> Result<(), Failure> {
        self.out.write_all(piece.as_bytes())?;
        Ok(self.out.flush()?)
    }

    /// A remark that is not part of the answer. Nobody to hear it is no failure.
    pub(crate) fn remark(&mut self, text: &Text) {
        if !self.quiet {
            self.announce(text);
        }
    }

    /// A remark that must be made, quiet or not.
    pub(crate) fn announce(&mut self, text: &Text) {
        let line = self.say(text).to_owned();
        let _ = writeln!(self.err, "{line}");
    }

    pub(crate) fn complain(&mut self, error: &str, hint: Option<&str>) {
        let _ = writeln!(self.err, "error: {error}");
        if let Some(hint) = hint {
            let _ = writeln!(self.err, "hint: {hint}");
        }
    }

    /// Prints objects in the format asked for; the table is only made when a person reads.
    pub(crate) fn list(
        &mut self,
        items: &[Value],
        table: impl FnOnce(&Self) -> Result<Table, Failure>,
    ) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Text => {
                let lines = table(self)?.lines(self.paint);
                lines.iter().try_for_each(|line| self.line(line))
            }
            OutputFormat::Json => self.pretty(&Value::from(items.to_vec())),
            OutputFormat::Jsonl => items.iter().try_for_each(|item| self.line(&item.to_string())),
            OutputFormat::Id => items.iter().try_for_each(|item| self.id(item)),
        }
    }

    /// Prints one object in the format asked for.
    pub(crate) fn object(
        &mut self,
        item: &Value,
        text: impl FnOnce(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Text => text(self),
            OutputFormat::Json => self.pretty(item),
            OutputFormat::Jsonl => self.line(&item.to_string()),
            OutputFormat::Id => self.id(item),
        }
    }

    /// Prints a mutation's payload: whole for programs, in words for people, and the id of what it is about.
    pub(crate) fn payload(
        &mut self,
        payload: &Value,
        about: &Value,
        text: impl FnOnce(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.format == OutputFormat::Id { self.id(about) } else { self.object(payload, text) }
    }

    /// Prints named values under one another.
    pub(crate) fn fields<const N: usize>(
        &mut self,
        fields: [(&'static str, String); N],
    ) -> Result<(), Failure> {
        let titles = fields.map(|(title, value)| (words::header(self.language(), title), value));
        let width = titles.iter().map(|(title, _)| title.width()).max().unwrap_or_default();
        for (title, value) in titles {
            let gap = " ".repeat(width - title.width());
            let title = self.paint.apply(Color::Grey, title);
            self.line(&format!("{title}{gap}  {}", printable(&value)))?;
        }
        Ok(())
    }

    /// Prints one object of a stream, which is never pretty.
    pub(crate) fn stream(
        &mut self,
        item: &Value,
        text: impl FnOnce(&Self) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        match self.format {
            OutputFormat::Text => {
                let line = text(self)?;
                self.line(&line)
            }
            OutputFormat::Json | OutputFormat::Jsonl => self.line(&item.to_string()),
            OutputFormat::Id => self.id(item),
        }
    }

    pub(crate) fn pretty(&mut self, value: &Value) -> Result<(), Failure> {
        self.line(&format!("{value:#}"))
    }

    fn id(&mut self, item: &Value) -> Result<(), Failure> {
        // Read models are called by their names; events and log entries have nothing but their position.
        let id = ["id", "name", "position"].iter().find_map(|key| item[*key].as_str());
        id.map_or(Ok(()), |id| self.line(id))
    }

    /// Asks on the terminal. The answer is shown as it is typed.
    pub(crate) fn ask(&mut self, question: &Text) -> Result<String, Failure> {
        write!(self.err, "{} ", question.in_language(self.language()))?;
        self.err.flush()?;
        let mut answer = String::new();
        match &mut self.keys {
            Keys::Terminal => drop(io::stdin().read_line(&mut answer)?),
            Keys::Given(keys) => answer = line_of(keys),
        }
        Ok(answer.trim().to_owned())
    }

    /// Asks on the terminal for what nobody may see.
    pub(crate) fn ask_secret(&mut self, question: &Text) -> Result<SecretString, Failure> {
        write!(self.err, "{} ", question.in_language(self.language()))?;
        self.err.flush()?;
        match &mut self.keys {
            Keys::Terminal => Ok(console::Term::stderr().read_secure_line()?.into()),
            Keys::Given(keys) => Ok(line_of(keys).into()),
        }
    }

    /// The wish to stop, to be waited for beside other things.
    pub(crate) fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }
}

/// What is typed up to Enter.
fn line_of(keys: &mut VecDeque<Key>) -> String {
    let typed = std::iter::from_fn(|| keys.pop_front());
    typed.map_while(|key| if let Key::Char(c) = key { Some(c) } else { None }).collect()
}

impl Interrupt {
    pub(crate) async fn wait(&self) {
        match self {
            // Without a handler the default one ends the process, which is as well.
            Self::Signal => tokio::signal::ctrl_c().await.unwrap_or_default(),
            Self::Given(notify) => notify.notified().await,
        }
    }
}

impl Captured {
    pub fn text(&self) -> String {
        let bytes = self.0.lock().expect("no writer panics while it holds the lock").clone();
        String::from_utf8(bytes).expect("only text is written")
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no writer panics while it holds the lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
