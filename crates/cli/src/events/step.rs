//! Going through a history event by event.

use console::Key;

use super::{
    Event, Snapshot,
    diff::{changes, print},
    point::Point,
    replay::{ask, place, print_state, title},
};
use crate::{
    client::Client,
    console::Console,
    failure::{Exit, Failure},
    output::{color::Color, table::printable},
    words,
};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Next,
    Previous,
    Go,
    Diff,
    State,
    Quit,
}

/// Shows the event that led here, and then whatever keys ask for, until one asks to quit.
pub(super) async fn run(client: &Client, console: &mut Console, begun: Snapshot) -> Result<Exit, Failure> {
    let first = begun.version;
    let mut here = begun;
    show(client, console, &here).await?;
    console.sentence(&words::event::step_keys(first))?;
    while let Some(key) = console.key()? {
        let target = match wish(&key) {
            None => continue,
            Some(Wish::Quit) => break,
            Some(Wish::Next) => here.next_version.map(version),
            Some(Wish::Previous) => here.previous_version.map(version),
            Some(Wish::Go) => match typed(console)? {
                Some(point) => Some(point),
                None => continue,
            },
            Some(Wish::State) => {
                print_state(console, &here.state)?;
                continue;
            }
            Some(Wish::Diff) => {
                compare(client, console, first, &here).await?;
                continue;
            }
        };
        let Some(target) = target else {
            console.sentence(&words::event::no_further())?;
            continue;
        };
        match ask(client, &here.stream_id, target).await {
            Ok(answer) => here = Snapshot::read(&answer)?,
            // A point within what was released is no reason to leave.
            Err(refused) if refused.exit == Exit::Refused => {
                refused.report(console);
                continue;
            }
            Err(failure) => return Err(failure),
        }
        show(client, console, &here).await?;
    }
    Ok(Exit::Done)
}

fn wish(key: &Key) -> Option<Wish> {
    match key {
        Key::Char('n' | 'j' | 'l' | ' ') | Key::ArrowRight | Key::ArrowDown => Some(Wish::Next),
        Key::Char('p' | 'k' | 'h') | Key::ArrowLeft | Key::ArrowUp => Some(Wish::Previous),
        Key::Char('g') => Some(Wish::Go),
        Key::Char('d') => Some(Wish::Diff),
        Key::Char('s') => Some(Wish::State),
        Key::Char('q') | Key::Escape | Key::CtrlC => Some(Wish::Quit),
        _ => None,
    }
}

fn version(version: u64) -> Point {
    Point::Version(version.try_into().unwrap_or(u32::MAX))
}

/// Where to go: a bare number is a version here, because one steps by versions. None when it cannot be understood.
fn typed(console: &mut Console) -> Result<Option<Point>, Failure> {
    let question = console.say(&words::event::go_where()).to_owned();
    console.draw(&format!("{question} "))?;
    let mut text = String::new();
    loop {
        match console.key()? {
            None | Some(Key::Enter) => break,
            Some(Key::Backspace) => drop(text.pop()),
            Some(Key::Char(c)) => text.push(c),
            Some(_) => {}
        }
        let shown = printable(&text);
        console.draw(&format!("\r{question} {shown}\x1b[K"))?;
    }
    console.line("")?;
    let number = text.trim().parse().map(Point::Version);
    match number.or_else(|_| text.trim().parse::<Point>()) {
        Ok(point) => Ok(Some(point)),
        Err(complaint) => console.line(&complaint).map(|()| None),
    }
}

/// The event that led to a version, and what it changed.
async fn show(client: &Client, console: &mut Console, here: &Snapshot) -> Result<(), Failure> {
    let title = title(console, here);
    console.line(&format!("── {title}"))?;
    let (Some(event), Some(previous)) = (&here.event, here.previous_version) else {
        return console.sentence(&words::event::before_all());
    };
    let line = line(console, event);
    console.line(&line)?;
    let changed = changes(client, &here.stream_id, previous, here.version).await?;
    print(console, &changed)
}

fn line(console: &Console, event: &Event) -> String {
    let kind = console.paint.apply(Color::Blue, printable(&event.kind));
    format!(" {kind} {}", printable(&event.summary))
}

/// What changed between the version that one began at and this one, whichever is earlier.
async fn compare(client: &Client, console: &mut Console, first: u64, here: &Snapshot) -> Result<(), Failure> {
    let (from, to) = (first.min(here.version), first.max(here.version));
    console.line(&format!(
        " v{from} → {}",
        if to == here.version { place(to, here.position) } else { format!("v{to}") }
    ))?;
    let changed = changes(client, &here.stream_id, from, to).await?;
    print(console, &changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_arrows_ask_for_the_same() {
        for (keys, wanted) in [
            (vec![Key::Char('n'), Key::ArrowRight, Key::Char(' ')], Wish::Next),
            (vec![Key::Char('p'), Key::ArrowLeft], Wish::Previous),
            (vec![Key::Char('q'), Key::Escape], Wish::Quit),
        ] {
            assert!(keys.iter().all(|key| wish(key) == Some(wanted)), "{keys:?}");
        }
        assert_eq!(wish(&Key::Char('x')), None);
    }
}
