//! An attempt to prove who one is: counted before anybody looks at it, and taken back when nobody did.

use berth_domain::{Code, UserId, user::Content};

use super::{Users, guesses::Whose, refused, secret::digest, visit::Visit};
use crate::order::{Denied, Fault};

/// Why an attempt came to nothing.
pub(super) enum Miss {
    /// It was looked at, and was wrong.
    Wrong(Denied),
    /// It said too little, or nobody could look at it: that was no guess.
    Unseen(Denied),
}

impl Miss {
    pub(super) fn at_field(self, field: &[&str]) -> Self {
        match self {
            Self::Wrong(denied) => Self::Wrong(denied.at_field(field)),
            Self::Unseen(denied) => Self::Unseen(denied.at_field(field)),
        }
    }
}

/// What the rules refuse was looked at.
impl From<Denied> for Miss {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Fault(_) => Self::Unseen(denied),
            Denied::Refused(_) | Denied::Forbidden(_) => Self::Wrong(denied),
        }
    }
}

impl From<Fault> for Miss {
    fn from(fault: Fault) -> Self {
        Self::Unseen(fault.into())
    }
}

impl Whose {
    /// The account that somebody means: of a user, or of nobody.
    pub(super) fn named(known: Option<&(UserId, Content)>, username: &str) -> Self {
        let nobody = || Self::Nobody(digest(&username.trim().to_lowercase()));
        known.map_or_else(nobody, |(id, _)| Self::User(*id))
    }
}

impl Users {
    /// Lets `looking` happen as long as there are attempts left. A success gives back those of its place.
    pub(super) async fn attempt<T>(
        &self,
        whose: &Whose,
        visit: &Visit,
        looking: impl Future<Output = Result<T, Miss>>,
    ) -> Result<T, Denied> {
        let (now, place) = (self.world.now(), visit.place());
        // The lock is let go before anybody is waited for.
        let begun = self.guesses().begin(whose, place, now);
        begun.map_err(|locked| {
            let minutes = (locked.until.since(now) + 59_999) / 60_000;
            refused(
                Code::LimitReached,
                &[],
                format!("too many wrong attempts; try again in {minutes} min"),
                format!("错误次数过多，请 {minutes} 分钟后再试"),
            )
        })?;
        match looking.await {
            Ok(right) => {
                self.guesses().succeeded(whose, place);
                Ok(right)
            }
            Err(Miss::Wrong(denied)) => Err(denied),
            Err(Miss::Unseen(denied)) => {
                self.guesses().take_back(whose, place);
                Err(denied)
            }
        }
    }

    /// Whether one more attempt from there that is not listened to is worth a line: one a minute is, a thousand would fill the disk.
    pub fn worth_a_line(&self, visit: &Visit) -> bool {
        self.guesses().worth_a_line(visit.place(), self.world.now())
    }

    /// Where users were when they signed in: a restart does not make them strangers.
    pub(super) fn know_places(&self) {
        for (id, content) in self.directory.users() {
            for session in &content.sessions {
                if let Some(visit) = Visit::told(&session.from) {
                    self.guesses().succeeded(&Whose::User(id), visit.place());
                }
            }
        }
    }
}
