//! Who asks, as far as the table is concerned.

use super::{
    act::Act,
    role::{Rights, Role},
};
use crate::{UserId, explain::Text};

/// Somebody who was recognised, with what they may do. Made where a credential is checked, and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// As it is written into every event and line.
    pub name: String,
    /// Absent for the server itself and for whoever has the machine.
    pub user: Option<UserId>,
    rights: Rights,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    System,
    Person,
    /// A script with a token of somebody's.
    Script,
}

/// The table says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forbidden(pub Act);

impl Principal {
    /// What the server does by itself.
    pub fn system() -> Self {
        Self { name: "system".into(), user: None, rights: Rights::new(), kind: Kind::System }
    }

    /// Whoever can read the data directory has everything in it anyway.
    pub fn machine(name: impl Into<String>) -> Self {
        Self { name: name.into(), user: None, rights: Role::SuperAdmin.rights(), kind: Kind::Person }
    }

    /// A user in person, with the rights of their role.
    pub fn user(id: UserId, name: impl Into<String>, rights: Rights) -> Self {
        Self { name: name.into(), user: Some(id), rights, kind: Kind::Person }
    }

    /// A script, with the part of its user's rights that its token was given. It does not touch its user's account: whoever stole a token
    /// would make themselves more of them.
    pub fn script(id: UserId, name: impl Into<String>, rights: Rights) -> Self {
        Self { name: name.into(), user: Some(id), rights, kind: Kind::Script }
    }

    /// A chat that a channel obeys: it commands tasks, and nothing else.
    pub fn bot(name: impl Into<String>) -> Self {
        Self { name: name.into(), user: None, rights: Role::Admin.rights(), kind: Kind::Script }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    pub fn rights(&self) -> &Rights {
        &self.rights
    }

    pub fn may(&self, act: Act) -> Result<(), Forbidden> {
        let may = match self.kind {
            Kind::System => true,
            Kind::Script if act == Act::OwnAccount => false,
            Kind::Person | Kind::Script => act.needs().is_some_and(|right| self.rights.contains(&right)),
        };
        if may { Ok(()) } else { Err(Forbidden(act)) }
    }
}

impl Forbidden {
    /// Says what is missing.
    pub fn text(self) -> Text {
        match self.0.needs() {
            _ if self.0 == Act::OwnAccount => {
                Text::new("only a person who signed in may ask this", "仅登录的用户本人可以请求此操作")
            }
            Some(right) => Text::new(
                format!("this needs the right {}", right.word()),
                format!("此操作需要 {} 权限", right.word()),
            ),
            None => Text::new("nobody may ask this", "任何人都不能请求此操作"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Right;

    /// The whole table, written out: a change of it is a change of this.
    #[test]
    fn each_role_may_what_the_table_says_and_nothing_else() {
        use Act::*;
        let own = [Look, OwnAccount].as_slice();
        let operate = [Look, OwnAccount, Grab, KeepProfiles, TestTenant, HandleAlerts].as_slice();
        let all: Vec<_> = Act::ALL.into_iter().filter(|act| *act != Inside).collect();
        for (role, acts) in [(Role::Viewer, own), (Role::Admin, operate), (Role::SuperAdmin, &all)] {
            let somebody = Principal::user(UserId::from_parts(1, 1), "somebody", role.rights());
            for act in Act::ALL {
                assert_eq!(somebody.may(act).is_ok(), acts.contains(&act), "{role:?} {act:?}");
            }
        }
    }

    #[test]
    fn a_token_may_no_more_than_it_was_given() {
        let reads = Principal::script(UserId::from_parts(1, 1), "script", Rights::from([Right::Read]));
        assert_eq!(reads.may(Act::Look), Ok(()));
        assert_eq!(reads.may(Act::OwnAccount), Err(Forbidden(Act::OwnAccount)));
        assert_eq!(reads.may(Act::Grab), Err(Forbidden(Act::Grab)));
    }

    #[test]
    fn only_the_server_tells_itself_things() {
        assert!(Principal::machine("owner").may(Act::Inside).is_err());
        assert!(Act::ALL.into_iter().all(|act| Principal::system().may(act).is_ok()));
    }
}
