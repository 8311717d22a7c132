//! The table: what can be asked, and which right it needs.

use super::role::Right;

/// Something that can be asked of Berth, by whatever door.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Tenants, tasks, attempts, log lines, statistics, metrics, read models.
    Look,
    /// Events as they are in the log, states of the past, the audit log.
    ReadHistory,
    /// Make, change, start, pause, stop and delete tasks.
    Grab,
    /// Make, change and delete launch profiles.
    KeepProfiles,
    /// Ask a cloud whether a key works.
    TestTenant,
    /// Import, change and delete tenants, and with them keys.
    KeepTenants,
    /// Rebuild read models, and go on without events.
    OrderProjections,
    /// Close the books, verify the log.
    CloseBooks,
    /// Make, change and delete notification channels.
    KeepChannels,
    /// Change the rules of alerts.
    KeepAlerts,
    /// Resolve alerts by hand, and hand in those of others.
    HandleAlerts,
    /// Make, change and delete users.
    KeepUsers,
    /// One's own sessions, password, second factor and API tokens.
    OwnAccount,
    /// What nobody asks: the server tells itself.
    Inside,
}

impl Act {
    pub const ALL: [Self; 14] = [
        Self::Look,
        Self::ReadHistory,
        Self::Grab,
        Self::KeepProfiles,
        Self::TestTenant,
        Self::KeepTenants,
        Self::OrderProjections,
        Self::CloseBooks,
        Self::KeepChannels,
        Self::KeepAlerts,
        Self::HandleAlerts,
        Self::KeepUsers,
        Self::OwnAccount,
        Self::Inside,
    ];

    /// Absent for what nobody may ask from outside.
    pub const fn needs(self) -> Option<Right> {
        match self {
            Self::Look | Self::OwnAccount => Some(Right::Read),
            Self::Grab | Self::KeepProfiles | Self::TestTenant | Self::HandleAlerts => Some(Right::Operate),
            Self::ReadHistory
            | Self::KeepTenants
            | Self::OrderProjections
            | Self::CloseBooks
            | Self::KeepChannels
            | Self::KeepAlerts
            | Self::KeepUsers => Some(Right::Administer),
            Self::Inside => None,
        }
    }

    /// Whether it is about keys, users and permissions rather than about daily work.
    pub const fn is_grave(self) -> bool {
        match self {
            Self::KeepTenants
            | Self::OrderProjections
            | Self::CloseBooks
            | Self::KeepChannels
            | Self::KeepAlerts
            | Self::KeepUsers
            | Self::OwnAccount => true,
            Self::Look
            | Self::ReadHistory
            | Self::Grab
            | Self::KeepProfiles
            | Self::TestTenant
            | Self::HandleAlerts
            | Self::Inside => false,
        }
    }
}
