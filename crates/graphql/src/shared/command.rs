//! What surrounds a mutation: its id, the hash of its input, who gives it.

use async_graphql::{Context, ID, InputType, InputValueError, InputValueResult, Value, registry::Registry};
use berth_app::{Denied, Order};
use berth_domain::access::Principal;
use berth_store::{CommandId, Version};
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{
    caller::{Caller, principal},
    context::app,
    minutes::Minutes,
    user_error::invalid,
};

/// Longer ids leave no room for the parts of a command that is about several things. `#` and `:` are in ids that the server
/// makes itself.
const ID_LENGTH: usize = 80;

/// The order under which a mutation's command is given.
pub(crate) fn order(
    ctx: &Context<'_>,
    command_id: Option<&ID>,
    input: &impl InputType,
) -> Result<Order, Denied> {
    let json = canonical(input);
    Minutes::about(ctx, &json);
    let command = match command_id {
        Some(id) => parse(id)?,
        None => CommandId::fresh(),
    };
    let text = Zeroizing::new(json.to_string());
    let fingerprint = app(ctx).fingerprint(&[ctx.field().name().as_bytes(), &[0], text.as_bytes()].concat());
    let order = Order::given(who(ctx), command, fingerprint);
    Ok(Order { given: command_id.is_some(), request: request(ctx), ..order })
}

/// The order of a mutation without an input.
pub(crate) fn order_of(ctx: &Context<'_>) -> Order {
    Order { by: who(ctx), request: request(ctx), ..Order::own() }
}

/// Whoever asks without a [`Caller`] asks from inside.
fn request(ctx: &Context<'_>) -> String {
    ctx.data_opt::<Caller>().map(|caller| caller.request.clone()).unwrap_or_default()
}

/// The guard let somebody pass.
fn who(ctx: &Context<'_>) -> Principal {
    principal(ctx).cloned().expect("a guard stands before every command")
}

pub(crate) fn expecting(order: Order, version: Option<i32>) -> Order {
    // No version is negative, so one that is expected never comes.
    Order { expected: version.map(|version| Version::new(version.try_into().unwrap_or(u32::MAX))), ..order }
}

fn parse(id: &ID) -> Result<CommandId, Denied> {
    let lawful = CommandId::parse(id)
        .ok()
        .filter(|id| id.as_str().len() <= ID_LENGTH && !id.as_str().contains(['#', ':']));
    lawful.ok_or_else(|| {
        let english = "must be 1 to 80 printable ASCII characters without spaces, # or :";
        Denied::Refused(vec![invalid(
            &["commandId"],
            english,
            "必须是 1 到 80 个可打印的 ASCII 字符，不含空格、# 和 :",
        )])
    })
}

/// The input as one text, whatever the order of its fields. Only a keyed hash is made of it, with the mutation's name before it:
/// several mutations share a shape of input.
fn canonical(input: &impl InputType) -> serde_json::Value {
    let mut json = input.to_value().into_json().unwrap_or_default();
    json.sort_all_objects();
    json
}

/// A secret on its way in. In the schema it is a `String`.
pub(crate) struct Secret(pub(crate) SecretString);

impl InputType for Secret {
    type RawValueType = Self;

    fn type_name() -> std::borrow::Cow<'static, str> {
        <String as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <String as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value.unwrap_or_default() {
            Value::String(text) => Ok(Self(SecretString::from(text))),
            // The value is not repeated: it may be a secret in the wrong shape.
            _ => Err(InputValueError::custom("expected a string")),
        }
    }

    /// In the clear: only the hash of the input is made from it.
    fn to_value(&self) -> Value {
        Value::String(self.0.expose_secret().to_owned())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}
