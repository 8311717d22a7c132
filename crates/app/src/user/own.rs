//! What everybody does with their own account. Whatever opens a new way in, or takes a lock away, asks for the password again.

use berth_domain::{
    Code, SessionId, Timestamp, TokenId, UserId,
    access::{Act, Right, Rights},
    user::{Checked, Command, Content},
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    NewFactor, SECOND_FACTOR, ToldUser, Users,
    attempt::Miss,
    guesses::Whose,
    no_such_user, refused,
    second_factor::{Factor, propose, step},
    secret::{TOKEN, fresh},
    stream,
    visit::Visit,
};
use crate::order::{Denied, Order};

/// An API token that was made. Its secret is told once.
pub struct NewToken {
    pub id: TokenId,
    pub secret: SecretString,
}

/// What somebody wants of an API token.
#[derive(Clone, Debug)]
pub struct WantedToken {
    pub name: String,
    pub rights: Rights,
    /// Never, when absent.
    pub expires_at: Option<Timestamp>,
}

impl Users {
    /// Ends one of one's own sessions: of this browser, or of another.
    pub async fn sign_out(&self, session: SessionId, order: Order) -> Result<ToldUser, Denied> {
        let (id, _) = self.own(&order)?;
        self.tell(id, Command::SignOut { session, at: self.world.now() }, &order).await
    }

    /// Ends every session, this one too.
    pub async fn change_password(
        &self,
        old: &SecretString,
        new: &SecretString,
        visit: &Visit,
        mut order: Order,
    ) -> Result<ToldUser, Denied> {
        let (id, content) = self.own(&order)?;
        let checked = self.confirm(id, &content, old, visit).await?;
        let password = self.sealed_password(id, new, &["newPassword"], &mut order).await?;
        self.tell(id, Command::ChangePassword { checked, password, at: self.world.now() }, &order).await
    }

    /// A seed for a telephone. Nothing changes before a code of it is shown.
    pub fn propose_second_factor(&self, order: &Order) -> Result<NewFactor, Denied> {
        let (_, content) = self.own(order)?;
        if content.second_factor.is_some() {
            return Err(Denied::refusal(&berth_domain::user::Refusal::HasSecondFactor));
        }
        let nameless =
            || refused(Code::Invalid, &[], "the name does not fit into a link", "用户名无法写入链接");
        propose(&content.username, &self.world.chance).ok_or_else(nameless)
    }

    /// From now on a code is asked for. Answers the recovery codes, which are told once.
    pub async fn set_second_factor(
        &self,
        seed: &SecretString,
        code: &str,
        password: &SecretString,
        visit: &Visit,
        mut order: Order,
    ) -> Result<(ToldUser, Vec<String>), Denied> {
        let (id, content) = self.own(&order)?;
        let checked = self.confirm(id, &content, password, visit).await?;
        let now = self.world.now();
        let Some(step) = step(seed.expose_secret(), code.trim(), now) else {
            return Err(refused(
                Code::Invalid,
                &["code"],
                "this is not the code of now; does the telephone's clock go right?",
                "验证码不正确，请检查手机时间",
            ));
        };
        let (factor, codes) = Factor::confirmed(seed, &self.world.chance);
        let (secret, sealed) = self.secrets.seal(SECOND_FACTOR, &stream(id), &factor.pack())?;
        order.seal.push(sealed);
        let command = Command::SetSecondFactor { checked, secret, step, at: now };
        let told = self.tell(id, command, &order).await?;
        Ok((told, codes))
    }

    pub async fn remove_second_factor(
        &self,
        password: &SecretString,
        code: &str,
        visit: &Visit,
        order: Order,
    ) -> Result<ToldUser, Denied> {
        let (id, content) = self.own(&order)?;
        // One guess of both: neither a right password nor a code that was used before gives anybody more guesses.
        let both = async {
            self.check_password(id, &content, password).await?;
            let proof = self.prove(id, &content, Some(code)).await;
            let proof = proof.map_err(|miss| miss.at_field(&["code"]))?;
            let (checked, at) = (content.checked_with(), self.world.now());
            Ok(self.tell(id, Command::RemoveSecondFactor { checked, proof, at }, &order).await?)
        };
        self.attempt(&Whose::User(id), visit, both).await
    }

    /// A way in for a script, with some of one's own rights.
    pub async fn make_token(
        &self,
        wanted: WantedToken,
        password: &SecretString,
        visit: &Visit,
        order: Order,
    ) -> Result<(ToldUser, NewToken), Denied> {
        let (id, content) = self.own(&order)?;
        let WantedToken { name, rights, expires_at } = wanted;
        check_rights(&rights, &order)?;
        let checked = self.confirm(id, &content, password, visit).await?;
        let now = self.world.now();
        let token = TokenId::from_parts(now.millis().unsigned_abs(), self.world.chance.draw());
        let (secret, digest) = fresh(TOKEN, &self.world.chance);
        let name = name.trim().to_owned();
        let command = Command::MakeToken { checked, token, name, digest, rights, expires_at, at: now };
        let told = self.tell(id, command, &order).await?;
        // Under an id that was answered before, nothing was made: the secret was told then.
        let told_before = told.state.existing().and_then(|content| content.token(token)).is_none();
        if told_before {
            return Err(refused(
                Code::CommandIdReused,
                &["commandId"],
                "this token was made before, and its secret was told then; revoke it and make another",
                "该令牌已创建过，其内容只显示一次；请撤销后重新创建",
            ));
        }
        Ok((told, NewToken { id: token, secret }))
    }

    pub async fn revoke_token(&self, token: TokenId, order: Order) -> Result<ToldUser, Denied> {
        let (id, _) = self.own(&order)?;
        self.tell(id, Command::RevokeToken { token, at: self.world.now() }, &order).await
    }

    /// Whose account this is about. The machine's own token has none.
    fn own(&self, order: &Order) -> Result<(UserId, Content), Denied> {
        order.may(Act::OwnAccount)?;
        let id = order.by.user.ok_or_else(|| {
            refused(
                Code::StateConflict,
                &[],
                "you came in with the machine's own token, which is no user's",
                "您使用的是本机令牌，它不属于任何用户",
            )
        })?;
        Ok((id, self.directory.user(id).ok_or_else(no_such_user)?))
    }

    /// The password once more. A wrong one is a guess like any other.
    async fn confirm(
        &self,
        id: UserId,
        content: &Content,
        password: &SecretString,
        visit: &Visit,
    ) -> Result<Checked, Denied> {
        self.attempt(&Whose::User(id), visit, self.check_password(id, content, password)).await?;
        Ok(content.checked_with())
    }

    async fn check_password(
        &self,
        id: UserId,
        content: &Content,
        password: &SecretString,
    ) -> Result<(), Miss> {
        if self.password_matches(Some(&(id, content.clone())), password).await? {
            return Ok(());
        }
        Err(Miss::Wrong(refused(Code::Invalid, &["password"], "the password is wrong", "密码不正确")))
    }
}

/// Every operation of the API needs the right to read: a token without it would open nothing.
fn check_rights(rights: &Rights, order: &Order) -> Result<(), Denied> {
    if rights.contains(&Right::Read) && rights.is_subset(order.by.rights()) {
        return Ok(());
    }
    Err(refused(
        Code::Invalid,
        &["scopes"],
        "a token has the right READ, and none that you have not",
        "令牌必须包含 READ 权限，且不能超出您自己的权限",
    ))
}
