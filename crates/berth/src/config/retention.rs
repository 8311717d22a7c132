//! How long the log keeps what.

use std::path::{Path, PathBuf};

use super::{check::Checked, problem::Problem};

/// How long what is kept, in days; 0 is for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    pub grab_days: u32,
    pub system_days: u32,
    pub error_days: u32,
    pub operation_days: u32,
    pub audit_days: u32,
    /// Where released events are archived.
    pub archive: PathBuf,
}

/// Repeats of a command are recognised for a week at least, so attempts are kept for as long.
const LEAST_GRAB_DAYS: u32 = 7;

impl Retention {
    pub(super) fn of(checked: &Checked, data_dir: &Path, problems: &mut Vec<Problem>) -> Self {
        let archive = checked.text("retention.archive_dir");
        let retention = Self {
            grab_days: checked.number("retention.grab_days"),
            system_days: checked.number("retention.system_days"),
            error_days: checked.number("retention.error_days"),
            operation_days: checked.number("retention.operation_days"),
            audit_days: checked.number("retention.audit_days"),
            archive: if archive.is_empty() { data_dir.join("archive") } else { archive.into() },
        };
        if (1..LEAST_GRAB_DAYS).contains(&retention.grab_days) {
            problems.push(checked.problem(
                "retention.grab_days",
                format!(
                    "must be 0 or at least {LEAST_GRAB_DAYS}: a repeated command is recognised for that long"
                ),
                format!("应为 0 或至少 {LEAST_GRAB_DAYS}：重复命令的识别需要保留这么久"),
            ));
        }
        retention
    }
}
