//! What is wrong with a configuration file, in the words of its reader.
//!
//! A value is never repeated: any field may hold a secret that was pasted into the wrong place.

use crate::region::UnknownRegion;

/// One violation and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The section, if the problem lies in one.
    pub profile: Option<String>,
    /// The key, if it looks like one.
    pub field: Option<String>,
    /// Counted from 1. Of a missing field: the line of its section.
    pub line: Option<usize>,
    pub kind: ProblemKind,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    ByteOrderMark,
    OutsideSection,
    NotAnAssignment,
    DuplicateKey,
    DuplicateSection,
    NoProfile,
    NoSuchProfile,
    Missing,
    CommentInValue,
    KeyContent,
    BadOcid,
    BadFingerprint,
    FingerprintInUpperCase,
    UnknownRegion(UnknownRegion),
}

impl Problem {
    pub(super) fn of_file(kind: ProblemKind) -> Self {
        Self { profile: None, field: None, line: None, kind }
    }

    pub(super) fn of_line(line: usize, kind: ProblemKind) -> Self {
        Self { line: Some(line), ..Self::of_file(kind) }
    }

    /// The whole sentence: where, which, what.
    pub fn english(&self) -> String {
        let place = [
            self.line.map(|line| format!("line {line}")),
            self.profile.as_ref().map(|profile| format!("[{profile}]")),
            self.field.clone(),
        ];
        format!("{}{}", joined(place, " ", ": "), self.kind.english())
    }

    /// The same sentence in Chinese.
    pub fn chinese(&self) -> String {
        let place = [
            self.line.map(|line| format!("第 {line} 行")),
            self.profile.as_ref().map(|profile| format!("[{profile}]")),
            self.field.clone(),
        ];
        format!("{}{}", joined(place, " ", "："), self.kind.chinese())
    }
}

impl ProblemKind {
    fn english(&self) -> String {
        let text = match self {
            Self::ByteOrderMark => "the file begins with a byte order mark; save it as UTF-8 without one",
            Self::OutsideSection => "a key stands before the first [section]",
            Self::NotAnAssignment => "neither a [section] nor `key = value`",
            Self::DuplicateKey => "the key is given twice",
            Self::DuplicateSection => "the section is given twice",
            Self::NoProfile => "the file holds no profile",
            Self::NoSuchProfile => "the file has no such profile",
            Self::Missing => "missing or empty",
            Self::CommentInValue => {
                "a comment may only stand on a line of its own; here it became part of the value"
            }
            Self::KeyContent => "the key itself may not stand in this file; name its file in key_file",
            Self::BadOcid => "not an OCID, as in ocid1.user.oc1..aaaa",
            Self::BadFingerprint => "not a fingerprint: 16 pairs of hexadecimal digits with colons between",
            Self::FingerprintInUpperCase => "the fingerprint must be in lower case",
            Self::UnknownRegion(unknown) => return unknown.to_string(),
        };
        text.to_owned()
    }

    fn chinese(&self) -> String {
        let text = match self {
            Self::ByteOrderMark => "文件以字节顺序标记（BOM）开头，请保存为无 BOM 的 UTF-8",
            Self::OutsideSection => "第一个 [节] 之前出现了键",
            Self::NotAnAssignment => "既不是 [节]，也不是“键 = 值”",
            Self::DuplicateKey => "键重复",
            Self::DuplicateSection => "节重复",
            Self::NoProfile => "文件中没有任何配置",
            Self::NoSuchProfile => "文件中没有这个配置",
            Self::Missing => "缺失或为空",
            Self::CommentInValue => "注释只能独占一行；写在这里会成为值的一部分",
            Self::KeyContent => "密钥内容不能写在此文件中，请用 key_file 指明密钥文件",
            Self::BadOcid => "不是 OCID（形如 ocid1.user.oc1..aaaa）",
            Self::BadFingerprint => "不是指纹：应为 16 组两位十六进制数，以冒号分隔",
            Self::FingerprintInUpperCase => "指纹必须使用小写字母",
            Self::UnknownRegion(unknown) => return unknown.chinese(),
        };
        text.to_owned()
    }
}

fn joined(parts: [Option<String>; 3], between: &str, after: &str) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { parts.join(between) + after }
}
