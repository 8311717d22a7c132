//! What can have happened to a user.

use berth_domain::{
    SessionId, TokenId,
    access::{Right, Role},
    user::{
        Created, Deleted, Digest, Disabled, Enabled, Event, PasswordChanged, RoleChanged,
        SecondFactorRemoved, SecondFactorSet, SignedIn, SignedOut, TokenMade, TokenRevoked,
    },
};

use super::{SecretRef, at};

pub(crate) fn user_examples() -> Vec<Event> {
    let (session, token) = (SessionId::from_parts(1, 2), TokenId::from_parts(3, 4));
    let secret = SecretRef("secret_1".into());
    let (role, password) = (Role::SuperAdmin, secret.clone());
    vec![
        Created { username: "爱丽丝".into(), role, password: password.clone(), first: true, at: at(0) }
            .into(),
        RoleChanged { role: Role::Viewer, at: at(1) }.into(),
        Disabled { at: at(2) }.into(),
        Enabled { at: at(3) }.into(),
        Deleted { username: "爱丽丝".into(), at: at(4) }.into(),
        PasswordChanged { password, reset: true, at: at(5) }.into(),
        SignedIn {
            session,
            digest: Digest("00ff".into()),
            from: "192.0.2.7".into(),
            agent: "Firefox".into(),
            expires_at: at(3600),
            step: Some(59_841_078),
            recovery_code: Some(3),
            at: at(6),
        }
        .into(),
        SignedOut { session, at: at(7) }.into(),
        SecondFactorSet { secret, step: 59_841_077, at: at(8) }.into(),
        SecondFactorRemoved { at: at(9) }.into(),
        TokenMade {
            token,
            name: "backup".into(),
            digest: Digest("ff00".into()),
            rights: [Right::Read, Right::Operate, Right::Administer].into(),
            expires_at: Some(at(7200)),
            at: at(10),
        }
        .into(),
        TokenRevoked { token, at: at(11) }.into(),
    ]
}
