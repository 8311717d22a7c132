//! Why a tenant's rules say no.

use crate::explain::{Code, Explain, Explanation, Text, Violation};

#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Invalid(Vec<Violation>),
    /// Never registered, or removed.
    NoSuchTenant,
    AlreadyRegistered,
    /// It has tasks that run.
    TasksRun {
        running: u32,
    },
    /// A suspended tenant is reinstated by a test that succeeds; a disabled one is enabled.
    NotSuspended,
    NotDisabled,
}

impl Explain for Refusal {
    fn explain(&self) -> Vec<Explanation> {
        match self {
            Self::Invalid(violations) => violations.clone(),
            Self::NoSuchTenant => {
                vec![Explanation::new(Code::NotFound, Text::new("there is no such tenant", "没有这个租户"))]
            }
            Self::AlreadyRegistered => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the tenant is registered already", "该租户已经登记"),
            )],
            Self::TasksRun { running } => vec![
                Explanation::new(
                    Code::StateConflict,
                    Text::new(
                        format!("{running} grab tasks of this tenant still run"),
                        format!("该租户还有 {running} 个抢机任务在运行"),
                    ),
                )
                .hint(Text::new("stop them first, or remove with force", "请先停止任务，或强制删除")),
            ],
            Self::NotSuspended => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the tenant is not suspended", "该租户没有被暂停"),
            )],
            Self::NotDisabled => vec![Explanation::new(
                Code::StateConflict,
                Text::new("the tenant is not disabled", "该租户没有被停用"),
            )],
        }
    }
}
