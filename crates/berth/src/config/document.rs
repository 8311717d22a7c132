//! A configuration file, taken apart into dotted keys. TOML or YAML by its extension.
//!
//! The parsers keep no positions, so lines are found by a second, simple reading of the text. It serves error messages only: where
//! it finds nothing the message names the file alone.

use std::path::Path;

use config::{FileFormat, Format, Map, Value as Parsed, ValueKind};

use super::{
    layers::{Raw, Value},
    problem::{Origin, Problem},
    settings,
};

/// Every value in the file under its dotted key, in the order of the keys, known or not.
pub(super) fn read(path: &Path) -> Result<Vec<(String, Raw)>, Problem> {
    let whole = |english: String, chinese: String| Problem {
        key: String::new(),
        origin: Origin::File { path: path.to_owned(), line: None },
        english,
        chinese,
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| whole(format!("cannot be read: {error}"), format!("无法读取：{error}")))?;
    let format = format_of(path).ok_or_else(|| {
        whole("is neither .toml nor .yaml nor .yml".into(), "扩展名不是 .toml、.yaml 或 .yml".into())
    })?;
    let table = format.parse(None, &text).map_err(|error| {
        let first = error.to_string().lines().collect::<Vec<_>>().join(" ");
        whole(format!("is not well formed: {first}"), format!("格式有误：{first}"))
    })?;
    let lines = lines_of(&text, format);
    let origin = |key: &str| {
        let line = lines.iter().find(|(found, _)| found == key).map(|(_, line)| *line);
        Origin::File { path: path.to_owned(), line }
    };
    let mut leaves = Vec::new();
    flatten("", &table, &mut leaves);
    leaves.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(leaves.into_iter().map(|(key, value)| (key.clone(), Raw { value, origin: origin(&key) })).collect())
}

fn format_of(path: &Path) -> Option<FileFormat> {
    match path.extension()?.to_str()? {
        "toml" => Some(FileFormat::Toml),
        "yaml" | "yml" => Some(FileFormat::Yaml),
        _ => None,
    }
}

/// A known key that holds a section stays one leaf, so that the message speaks of it and not of what is inside.
fn flatten(prefix: &str, table: &Map<String, Parsed>, leaves: &mut Vec<(String, Value)>) {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match &value.kind {
            ValueKind::Table(inner) if settings::find(&key).is_none() => flatten(&key, inner, leaves),
            ValueKind::Nil => {} // `bot_token:` with nothing after it says nothing.
            kind => leaves.push((key, leaf(kind))),
        }
    }
}

fn leaf(kind: &ValueKind) -> Value {
    match kind {
        ValueKind::Boolean(flag) => Value::Flag(*flag),
        ValueKind::I64(number) => Value::Number((*number).into()),
        ValueKind::U64(number) => Value::Number((*number).into()),
        ValueKind::String(text) => Value::Text(text.clone()),
        ValueKind::Array(items) => {
            let texts: Option<Vec<String>> = items
                .iter()
                .map(|item| if let ValueKind::String(text) = &item.kind { Some(text.clone()) } else { None })
                .collect();
            texts.map_or(Value::Other("a list of mixed things", "混合列表"), Value::List)
        }
        ValueKind::Table(_) => Value::Other("a section", "一节"),
        ValueKind::Float(_) => Value::Other("a fraction", "小数"),
        _ => Value::Other("something else", "其他类型"),
    }
}

fn lines_of(text: &str, format: FileFormat) -> Vec<(String, usize)> {
    let numbered = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    if format == FileFormat::Toml { toml_lines(numbered) } else { yaml_lines(numbered) }
}

fn toml_lines<'a>(lines: impl Iterator<Item = (&'a str, usize)>) -> Vec<(String, usize)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for (line, number) in lines {
        if let Some(header) = line.trim().strip_prefix('[') {
            section = format!("{}.", header.split(']').next().unwrap_or_default().trim());
        } else if let Some((name, _)) = line.split_once('=') {
            found.push((format!("{section}{}", bare(name)), number));
        }
    }
    found
}

fn yaml_lines<'a>(lines: impl Iterator<Item = (&'a str, usize)>) -> Vec<(String, usize)> {
    let mut above: Vec<(usize, String)> = Vec::new();
    let mut found = Vec::new();
    for (line, number) in lines {
        let Some((name, _)) = line.split_once(':') else { continue };
        let indent = line.len() - line.trim_start().len();
        above.retain(|(outer, _)| *outer < indent);
        above.push((indent, bare(name)));
        let path: Vec<&str> = above.iter().map(|(_, name)| name.as_str()).collect();
        found.push((path.join("."), number));
    }
    found
}

fn bare(name: &str) -> String {
    name.trim().trim_matches(['"', '\'']).to_owned()
}
