//! Coming in: the first user by the setup code, everybody by password and second factor.

use berth_domain::{
    Code, SessionId, Timestamp, UserId,
    access::Role,
    user::{Command, Content, Create, Proof, SignIn},
};
use secrecy::{ExposeSecret, SecretString};

use super::{
    SECOND_FACTOR, ToldUser, Users,
    attempt::Miss,
    busy,
    directory::Admitted,
    guesses::Whose,
    refused,
    second_factor::Factor,
    secret::{SESSION, fresh},
    stream,
    visit::Visit,
};
use crate::order::{Denied, Fault, Order};

/// Somebody was let in.
pub struct Let {
    /// What their browser shows from now on. It is nowhere kept.
    pub secret: SecretString,
    pub expires_at: Timestamp,
    pub admitted: Admitted,
}

impl Users {
    /// Whether there never was a user.
    pub fn setup_required(&self) -> bool {
        self.setup.is_open()
    }

    /// Another code for the first user, good for an hour; none once there was one. To be shown on the machine only.
    pub fn setup_code(&self) -> Option<String> {
        self.setup.show(&self.world.chance, self.world.now())
    }

    /// Makes the first user, a super administrator, and lets them in.
    pub async fn set_up(
        &self,
        code: &str,
        username: &str,
        password: &SecretString,
        visit: &Visit,
    ) -> Result<Let, Denied> {
        // The code is long, but whoever tries must not do so a million times a second for nothing.
        self.attempt(&Whose::Setup, visit, async { self.check_setup_code(code).map_err(Miss::Wrong) })
            .await?;
        let told = self.first(username, password).await?;
        let content = told.state.existing().expect("they were made just now").clone();
        self.let_in(told.id, &content, Proof::None, visit).await
    }

    fn check_setup_code(&self, code: &str) -> Result<(), Denied> {
        if self.setup.admits(code, self.world.now()) {
            return Ok(());
        }
        Err(refused(
            Code::Invalid,
            &["setupCode"],
            "this is not the setup code, or its hour is over; the server shows another one when it starts",
            "设置码不正确或已过期；重启服务会显示新的设置码",
        ))
    }

    /// Makes the first user without a code: for whoever has the machine.
    pub async fn first(&self, username: &str, password: &SecretString) -> Result<ToldUser, Denied> {
        let id = self.fresh_id();
        let mut order = Order::own();
        let password = self.sealed_password(id, password, &["password"], &mut order).await?;
        let (username, at) = (username.trim().to_owned(), self.world.now());
        let create = Create { username, role: Role::SuperAdmin, password, first: true, at };
        let told = self.tell(id, Command::Create(Box::new(create)), &order).await?;
        self.setup.close();
        Ok(told)
    }

    /// Lets somebody in whose password is right, and whose code too, where they have a second factor.
    ///
    /// Whatever is wrong is said in one sentence, after the same time, whether there is such a user or not.
    pub async fn sign_in(
        &self,
        username: &str,
        password: &SecretString,
        code: Option<&str>,
        visit: &Visit,
    ) -> Result<Let, Denied> {
        let known = self.by_name(username);
        let whose = Whose::named(known.as_ref(), username);
        self.attempt(&whose, visit, self.recognised(known, password, code, visit)).await
    }

    async fn recognised(
        &self,
        known: Option<(UserId, Content)>,
        password: &SecretString,
        code: Option<&str>,
        visit: &Visit,
    ) -> Result<Let, Miss> {
        let matches = self.password_matches(known.as_ref(), password).await?;
        let known = known.filter(|(_, content)| matches && !content.disabled);
        let (id, content) = known.ok_or_else(|| Miss::Wrong(wrong()))?;
        let proof = self.prove(id, &content, code).await?;
        Ok(self.let_in(id, &content, proof, visit).await?)
    }

    /// Whether the password of somebody who is known is this one. For nobody it is not, and finding that out takes as long.
    pub(super) async fn password_matches(
        &self,
        known: Option<&(UserId, Content)>,
        password: &SecretString,
    ) -> Result<bool, Miss> {
        let anybody = if known.is_none() { self.directory.users().into_iter().next() } else { None };
        let hash = match known.or(anybody.as_ref()) {
            Some((id, content)) => {
                Some(self.secrets.open(super::PASSWORD, &stream(*id), &content.password).await?)
            }
            None => None,
        };
        let hash = hash.filter(|_| known.is_some());
        self.hashing.matches(password, hash.as_ref()).await.map_err(|full| Miss::Unseen(busy(full)))
    }

    /// What the code proves, for whoever has a second factor.
    pub(super) async fn prove(
        &self,
        id: UserId,
        content: &Content,
        code: Option<&str>,
    ) -> Result<Proof, Miss> {
        let Some(factor) = &content.second_factor else { return Ok(Proof::None) };
        let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
            // Whoever has the password and was not asked for a code yet has guessed nothing.
            return Err(Miss::Unseen(refused(
                Code::Invalid,
                &["otp"],
                "a code of the second factor is needed",
                "需要两步验证码",
            )));
        };
        let packed = self.secrets.open(SECOND_FACTOR, &stream(id), &factor.secret).await?;
        let known = Factor::unpack(&packed).ok_or_else(|| Fault::SecretMissing(factor.secret.0.clone()))?;
        known.proof(code, self.world.now()).ok_or_else(|| Miss::Wrong(wrong()))
    }

    async fn let_in(
        &self,
        id: UserId,
        content: &Content,
        proof: Proof,
        visit: &Visit,
    ) -> Result<Let, Denied> {
        let now = self.world.now();
        let (secret, digest) = fresh(SESSION, &self.world.chance);
        let expires_at = now.plus(self.world.settings.session_length);
        let sign_in = SignIn {
            checked: content.checked_with(),
            session: SessionId::from_parts(now.millis().unsigned_abs(), self.world.chance.draw()),
            digest,
            from: visit.from(),
            agent: visit.agent.clone(),
            expires_at,
            proof,
            at: now,
        };
        let mut order = Order::own();
        order.by = order.by.named(content.username.clone());
        self.tell(id, Command::SignIn(Box::new(sign_in)), &order).await?;
        // A code that was used up meanwhile, or a user who was disabled, the rules have refused.
        let admitted = self.admit(secret.expose_secret()).ok_or_else(wrong)?;
        Ok(Let { secret, expires_at, admitted })
    }
}

fn wrong() -> Denied {
    refused(
        Code::Invalid,
        &[],
        "the user name, the password or the code is wrong",
        "用户名、密码或验证码不正确",
    )
}
