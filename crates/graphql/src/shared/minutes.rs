//! What a request asked to have done: written down by the guards and resolvers of mutations, and recorded before the answer goes out.

use std::{
    fmt::Display,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{Context, Error, PathSegment, Pos, Response, Value, parser::types::OperationType};
use berth_app::Told;
use berth_domain::{
    Timestamp, UserId,
    access::Act,
    audit::{Outcome, Record},
};

use super::{caller::Caller, user_error::UserErrorCode};

/// So many ids of one input are kept: more than any input may name, with what it makes.
const SUBJECTS: usize = 256;

/// Of one request. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Minutes(Arc<Mutex<Vec<Minute>>>);

#[derive(Debug)]
struct Minute {
    /// The key of the mutation in the answer, which may be an alias.
    key: String,
    mutation: String,
    grave: bool,
    subjects: Vec<String>,
    codes: Vec<String>,
    /// Who it turned out to be, where that was the question.
    actor: Option<(UserId, String)>,
}

impl Minutes {
    /// Nothing is written down of what nobody is allowed to ask without saying who they are: strangers could fill a disk with it.
    pub(crate) fn begin(ctx: &Context<'_>, act: Act) {
        if super::caller::principal(ctx).is_some() {
            Self::write(ctx, act.is_grave());
        }
    }

    pub(crate) fn begin_public(ctx: &Context<'_>) {
        Self::write(ctx, true);
    }

    fn write(ctx: &Context<'_>, grave: bool) {
        let Some(minutes) = ctx.data_opt::<Self>() else { return };
        // What is asked of the answer to a mutation has guards of its own, and is no mutation.
        let is_root = ctx.path_node.as_ref().is_none_or(|node| node.parent.is_none());
        if ctx.query_env.operation.node.ty != OperationType::Mutation || !is_root {
            return;
        }
        let (key, mutation) = (key_of(ctx), ctx.field().name().to_owned());
        let minute = Minute { key, mutation, grave, subjects: Vec::new(), codes: Vec::new(), actor: None };
        minutes.lock().push(minute);
    }

    /// Ids out of an input.
    pub(crate) fn about(ctx: &Context<'_>, input: &serde_json::Value) {
        Self::change(ctx, |minute| {
            minute.subjects.clear();
            gather(input, minute);
        });
    }

    pub(crate) fn refused(ctx: &Context<'_>, code: UserErrorCode) {
        Self::change(ctx, |minute| {
            let word = code.word();
            if !minute.codes.iter().any(|known| known == word) {
                minute.codes.push(word.to_owned());
            }
        });
    }

    /// A name that is known to be one, whatever else it might have been.
    pub(crate) fn named(ctx: &Context<'_>, name: &str) {
        Self::change(ctx, |minute| minute.subjects = vec![name.to_owned()]);
    }

    /// What was asked was to make something: from now on it is about that, too.
    pub(crate) fn made<Id: Display, A>(ctx: &Context<'_>) -> impl Fn(&Told<Id, A>) {
        |told| Self::also_about(ctx, &told.id)
    }

    pub(crate) fn also_about(ctx: &Context<'_>, id: &impl Display) {
        Self::change(ctx, |minute| minute.add(id.to_string()));
    }

    pub(crate) fn by(ctx: &Context<'_>, user: UserId, actor: &str) {
        Self::change(ctx, |minute| minute.actor = Some((user, actor.to_owned())));
    }

    /// Nothing came of it, and as much was said a moment ago.
    pub(crate) fn strike_out(ctx: &Context<'_>) {
        let Some(minutes) = ctx.data_opt::<Self>() else { return };
        let key = key_of(ctx);
        minutes.lock().retain(|minute| minute.key != key);
    }

    fn change(ctx: &Context<'_>, change: impl FnOnce(&mut Minute)) {
        let Some(minutes) = ctx.data_opt::<Self>() else { return };
        let key = key_of(ctx);
        if let Some(minute) = minutes.lock().iter_mut().rev().find(|minute| minute.key == key) {
            change(minute);
        }
    }

    /// The answer in place of one that was broken off. Mutations of a request are carried out one after the other, so the last that was
    /// begun did not come to its end.
    pub(crate) fn broken_off(&self, error: Error) -> Response {
        let mut error = error.into_server_error(Pos::default());
        error.path =
            self.lock().last().map(|minute| PathSegment::Field(minute.key.clone())).into_iter().collect();
        Response::from_errors(vec![error])
    }

    /// Of everything that was asked, with what the answer says of it.
    pub(crate) fn records(&self, caller: Option<&Caller>, response: &Response, at: Timestamp) -> Vec<Record> {
        let from = caller.filter(|caller| caller.visit.address.is_some()).map(|caller| caller.visit.from());
        let request = caller.map(|caller| caller.request.clone()).unwrap_or_default();
        let signed_in = caller.and_then(|caller| caller.principal.as_ref());
        let asking = || match signed_in {
            Some(principal) => (principal.user, principal.name.clone()),
            None => (None, "anonymous".to_owned()),
        };
        let records = std::mem::take(&mut *self.lock()).into_iter().map(|mut minute| {
            let turned_out = minute.actor.take().map(|(user, name)| (Some(user), name));
            let (user, actor) = turned_out.unwrap_or_else(asking);
            Record {
                actor,
                user,
                from: from.clone(),
                outcome: outcome(&minute, response),
                mutation: minute.mutation,
                subjects: minute.subjects,
                grave: minute.grave,
                request: request.clone(),
                at,
            }
        });
        records.collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Minute>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Minute {
    fn add(&mut self, subject: String) {
        if self.subjects.len() < SUBJECTS && !self.subjects.contains(&subject) {
            self.subjects.push(subject);
        }
    }
}

fn key_of(ctx: &Context<'_>) -> String {
    ctx.field().alias().unwrap_or_else(|| ctx.field().name()).to_owned()
}

fn outcome(minute: &Minute, response: &Response) -> Outcome {
    let about = |path: &[PathSegment]| matches!(path.first(), Some(PathSegment::Field(field)) if *field == minute.key);
    if let Some(error) = response.errors.iter().find(|error| about(&error.path)) {
        let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
        let code = if let Some(Value::String(code)) = code { code.as_str() } else { "INTERNAL" };
        return match code {
            "FORBIDDEN" => Outcome::Forbidden,
            other => Outcome::Failed { code: other.to_owned() },
        };
    }
    if minute.codes.is_empty() { Outcome::Done } else { Outcome::Refused { codes: minute.codes.clone() } }
}

/// Every id of ours, wherever it stands. Nothing else of an input is kept: people put secrets into the wrong field.
fn gather(value: &serde_json::Value, minute: &mut Minute) {
    match value {
        serde_json::Value::String(text) if is_id(text) => minute.add(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| gather(item, minute)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| gather(field, minute)),
        _ => {}
    }
}

/// A word, an underscore, and the 26 symbols of a ULID.
fn is_id(text: &str) -> bool {
    let Some((noun, id)) = text.rsplit_once('_') else { return false };
    noun.len() < 20
        && noun.bytes().all(|symbol| symbol.is_ascii_lowercase())
        && id.len() == 26
        && id.bytes().all(|symbol| symbol.is_ascii_digit() || symbol.is_ascii_uppercase())
}
