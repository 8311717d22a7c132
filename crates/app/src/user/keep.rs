//! What whoever may keep users does with them.

use berth_domain::{
    Code, SessionId, UserId,
    access::{Act, Role},
    user::{Command, Content, Create},
};
use secrecy::SecretString;

use super::{ToldUser, Users, no_such_user, refused};
use crate::order::{Denied, Order};

impl Users {
    /// Makes a user who can sign in at once.
    pub async fn create(
        &self,
        username: &str,
        role: Role,
        password: &SecretString,
        mut order: Order,
    ) -> Result<ToldUser, Denied> {
        order.may(Act::KeepUsers)?;
        let _keeping = self.keeping(&order).await?;
        if let Some(told) = self.created_before(&order).await? {
            return Ok(told);
        }
        let first = self.setup.is_open();
        if first && role != Role::SuperAdmin {
            return Err(refused(
                Code::Invalid,
                &["role"],
                "the first user is a super administrator: nobody else could make another",
                "第一个用户必须是超级管理员",
            ));
        }
        let id = self.fresh_id();
        let password = self.sealed_password(id, password, &["password"], &mut order).await?;
        let (username, at) = (username.trim().to_owned(), self.world.now());
        let create = Create { username, role, password, first, at };
        let told = self.tell(id, Command::Create(Box::new(create)), &order).await.map_err(name_of_user)?;
        self.setup.close();
        Ok(told)
    }

    pub async fn change_role(&self, id: UserId, role: Role, order: Order) -> Result<ToldUser, Denied> {
        self.keep(id, Command::ChangeRole { role, at: self.world.now() }, &order).await
    }

    /// Ends every session of theirs, and lets nobody in as them.
    pub async fn disable(&self, id: UserId, order: Order) -> Result<ToldUser, Denied> {
        self.keep(id, Command::Disable { at: self.world.now() }, &order).await
    }

    pub async fn enable(&self, id: UserId, order: Order) -> Result<ToldUser, Denied> {
        self.keep(id, Command::Enable { at: self.world.now() }, &order).await
    }

    pub async fn delete(&self, id: UserId, order: Order) -> Result<ToldUser, Denied> {
        self.keep(id, Command::Delete { at: self.world.now() }, &order).await
    }

    /// For somebody who forgot theirs. Ends their sessions.
    pub async fn reset_password(
        &self,
        id: UserId,
        password: &SecretString,
        second_factor_too: bool,
        mut order: Order,
    ) -> Result<ToldUser, Denied> {
        order.may(Act::KeepUsers)?;
        let at = self.world.now();
        let password = self.sealed_password(id, password, &["password"], &mut order).await?;
        self.keep(id, Command::ResetPassword { password, second_factor_too, at }, &order).await
    }

    /// Ends somebody else's session.
    pub async fn end_session(
        &self,
        id: UserId,
        session: SessionId,
        order: Order,
    ) -> Result<ToldUser, Denied> {
        order.may(Act::KeepUsers)?;
        self.tell(id, Command::SignOut { session, at: self.world.now() }, &order).await
    }

    async fn keep(&self, id: UserId, command: Command, order: &Order) -> Result<ToldUser, Denied> {
        order.may(command.act())?;
        let _keeping = self.keeping(order).await?;
        if order.by.user == Some(id) {
            return Err(refused(
                Code::StateConflict,
                &["userId"],
                "nobody changes their own role or takes themselves away: somebody else must do it",
                "不能修改自己的角色，也不能停用或删除自己，请由他人操作",
            ));
        }
        let content = self.directory.user(id).ok_or_else(no_such_user)?;
        if takes_away(&content, &command) && self.super_administrators() == 1 {
            return Err(refused(
                Code::StateConflict,
                &["userId"],
                "this is the only super administrator: make another first",
                "这是唯一的超级管理员，请先设置另一位",
            ));
        }
        self.tell(id, command, order).await
    }

    fn super_administrators(&self) -> usize {
        self.directory.users().iter().filter(|(_, user)| user.is_super_administrator()).count()
    }

    /// One after the other, and by somebody who still may: while they waited, their role may have been taken away.
    async fn keeping(&self, order: &Order) -> Result<tokio::sync::MutexGuard<'_, ()>, Denied> {
        let keeping = self.keeping.lock().await;
        if let Some(user) = order.by.user {
            let right = Act::KeepUsers.needs().expect("somebody may keep users");
            let content = self.directory.user(user).filter(|content| !content.disabled);
            let still = content.is_some_and(|content| content.role.rights().contains(&right));
            if !still {
                return Err(Denied::Forbidden(berth_domain::access::Forbidden(Act::KeepUsers)));
            }
        }
        Ok(keeping)
    }

    async fn created_before(&self, order: &Order) -> Result<Option<ToldUser>, Denied> {
        let Some(id) = crate::app::first_made(&self.world.log, order).await? else { return Ok(None) };
        // Under an id that was answered before, no command is decided: the first answer is given.
        self.tell(id, Command::Disable { at: self.world.now() }, order).await.map(Some)
    }
}

/// Whether there would be one super administrator less.
fn takes_away(content: &Content, command: &Command) -> bool {
    let takes = match command {
        Command::ChangeRole { role, .. } => *role != Role::SuperAdmin,
        Command::Disable { .. } | Command::Delete { .. } => true,
        _ => false,
    };
    takes && content.is_super_administrator()
}

/// The ledger says that a name is taken; here it is the user's.
fn name_of_user(denied: Denied) -> Denied {
    denied.map_reasons(|reason| if reason.code == Code::Taken { reason.at(&["username"]) } else { reason })
}
