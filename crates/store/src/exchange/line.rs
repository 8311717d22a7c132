//! The lines after the header, and how rows become lines and back.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::checksum::from_hexadecimal;
use crate::vault::Sealed;
use crate::{CommandId, Exported, Fingerprint, Position, RawEvent, Released, SecretId, StreamId};

/// How the line of an event begins.
pub(super) const EVENT: &[u8] = b"{\"position\":";

/// An event. Its fields are in the order of the line, the longest last.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Event {
    pub(super) position: Position,
    id: String,
    pub(super) stream: String,
    pub(super) version: i64,
    #[serde(rename = "type")]
    name: String,
    schema_version: i64,
    time: String,
    pub(super) actor: String,
    pub(super) correlation_id: String,
    pub(super) causation_id: Option<String>,
    pub(super) command: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fingerprint: Option<String>,
    /// Absent where texts are masked: it would let them be guessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) checksum: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    stands_in: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<Box<RawValue>>,
    /// In place of `data`, where it holds a line break between its tokens: byte for byte, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) data_text: Option<String>,
}

/// Any line but the header and events.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum Aside {
    Released {
        first: Position,
        last: Position,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checksum: Option<String>,
    },
    Claim {
        space: String,
        key: String,
        owner: StreamId,
    },
    Secret {
        id: SecretId,
        kind: String,
        owner: String,
        sealed: String,
    },
    Checkpoint {
        follower: String,
        position: Position,
    },
    /// What a command was answered that wrote nothing; it was asked when the log ended there.
    Answer {
        command: CommandId,
        fingerprint: String,
        after: Position,
    },
    /// How far the books are closed.
    Closed {
        through: Position,
    },
    End(End),
}

/// The last line: without it the file is not whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    /// A number as a string, as positions are.
    pub(super) events: Position,
    pub(super) head: Position,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) checksum: Option<String>,
}

impl Event {
    /// Fails, with what is wrong, if the row holds what was never written.
    pub(super) fn of(exported: Exported) -> Result<Self, String> {
        let Exported { event, fingerprint, stands_in } = exported;
        let position = Position::from_sql(event.position);
        let data = text(event.data)?;
        let breaks = data.contains(['\n', '\r']);
        let (data, data_text) = if breaks { (None, Some(data)) } else { (Some(json(data)?), None) };
        Ok(Self {
            id: id_of(position),
            position,
            stream: text(event.stream)?,
            version: event.version,
            name: text(event.name)?,
            schema_version: event.schema,
            time: time_of(event.time_ms)?,
            actor: text(event.actor)?,
            correlation_id: text(event.correlation)?,
            causation_id: event.causation.map(text).transpose()?,
            command: text(event.command)?,
            fingerprint: fingerprint.map(hex::encode),
            checksum: Some(hex::encode(&event.checksum)),
            stands_in,
            data,
            data_text,
        })
    }

    pub(super) fn exported(self) -> Result<Exported, String> {
        if self.id != id_of(self.position) {
            return Err(format!("the id {} is not that of event {}", self.id, self.position));
        }
        if u32::try_from(self.version).is_err() || u16::try_from(self.schema_version).is_err() {
            return Err("its version or schema is out of range".to_owned());
        }
        let checksum = self.checksum.as_deref().and_then(from_hexadecimal);
        let fingerprint = match &self.fingerprint {
            Some(text) => Some(fingerprint_of(text)?),
            None => None,
        };
        let data = match (self.data, self.data_text) {
            (Some(data), None) => data.get().as_bytes().to_vec(),
            (None, Some(text)) => json(text.clone()).map(|_| text.into_bytes())?,
            _ => return Err("it has no data, or two".to_owned()),
        };
        let event = RawEvent {
            position: self.position.to_sql(),
            stream: self.stream.into_bytes(),
            version: self.version,
            name: self.name.into_bytes(),
            schema: self.schema_version,
            time_ms: milliseconds(&self.time)?,
            actor: self.actor.into_bytes(),
            correlation: self.correlation_id.into_bytes(),
            causation: self.causation_id.map(String::into_bytes),
            command: self.command.into_bytes(),
            data,
            checksum: checksum.ok_or("the checksum is missing, or is not one")?.to_vec(),
        };
        Ok(Exported { event, fingerprint, stands_in: self.stands_in })
    }
}

impl Aside {
    pub(super) fn released(run: &Released) -> Self {
        Self::Released { first: run.first, last: run.last, checksum: Some(hex::encode(run.checksum)) }
    }

    pub(super) fn secret(sealed: &Sealed) -> Self {
        Self::Secret {
            id: sealed.id().clone(),
            kind: sealed.kind().to_owned(),
            owner: sealed.owner().to_owned(),
            sealed: STANDARD.encode(sealed.bytes()),
        }
    }
}

pub(super) fn run(first: Position, last: Position, checksum: Option<&str>) -> Result<Released, String> {
    let checksum = checksum.and_then(from_hexadecimal).ok_or("the checksum is missing, or is not one")?;
    Ok(Released { first, last, checksum })
}

pub(super) fn fingerprint_of(text: &str) -> Result<Fingerprint, String> {
    from_hexadecimal(text).ok_or_else(|| "the fingerprint is not one".to_owned())
}

pub(super) fn sealed(id: SecretId, kind: String, owner: String, bytes: &str) -> Result<Sealed, String> {
    let bytes = STANDARD.decode(bytes).map_err(|error| format!("{id} is not base64: {error}"))?;
    Ok(Sealed::new(id, kind, owner, bytes))
}

fn id_of(position: Position) -> String {
    format!("event_{position}")
}

fn json(text: String) -> Result<Box<RawValue>, String> {
    let length = text.len();
    let value = RawValue::from_string(text).map_err(|error| format!("its data is not JSON: {error}"))?;
    // Blanks around it would be lost.
    if value.get().len() == length {
        Ok(value)
    } else {
        Err("its data begins or ends with blanks".to_owned())
    }
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| format!("a text in it is not UTF-8: {error}"))
}

fn time_of(time_ms: i64) -> Result<String, String> {
    let time = DateTime::from_timestamp_millis(time_ms).ok_or("its time is not one")?;
    Ok(time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn milliseconds(time: &str) -> Result<i64, String> {
    let parsed =
        DateTime::parse_from_rfc3339(time).map_err(|error| format!("its time is not one: {error}"))?;
    let time_ms = parsed.timestamp_millis();
    if time_of(time_ms)? == time {
        Ok(time_ms)
    } else {
        Err(format!("its time {time} is not written as ours are"))
    }
}
