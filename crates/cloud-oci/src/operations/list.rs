//! A list over all of its pages, no longer and no larger than any that an honest service gives.

use std::fmt;
use std::marker::PhantomData;

use berth_domain::Trouble;
use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::answer::{Answer, ask};
use crate::client::{Call, Client};

/// With 100 items a page this is more than any account may have of anything.
const MOST_PAGES: usize = 20;
/// Of all pages together.
const MOST_ITEMS: usize = 5_000;
/// Of all pages together.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Sends a list call again for each further page. A page may be empty and not the last.
pub(crate) async fn ask_all<Item: DeserializeOwned>(
    client: &Client,
    call: Call,
) -> Result<Vec<Item>, Trouble> {
    let (mut read, mut items, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut page: Answer<Few<Item>> = ask(client, &call).await?;
    let fault = loop {
        items.append(&mut page.value.0);
        bytes += page.exchange.body.len();
        if items.len() > MOST_ITEMS || bytes > MOST_BYTES {
            break "the list is longer than any should be";
        }
        let Some(next) = page.exchange.next_page.take() else { return Ok(items) };
        if read.contains(&next) {
            break "the list leads back to a page that was read";
        }
        read.push(next);
        if read.len() == MOST_PAGES {
            break "the list does not end";
        }
        page = ask(client, &call.clone().query("page", read[read.len() - 1].as_str())).await?;
    };
    Err(Trouble::Lost { what: fault.to_owned(), request_id: page.exchange.request_id })
}

/// Items of one answer. Reading stops at the first item too many: eight megabytes hold millions of empty ones.
pub(crate) struct Few<Item>(pub(crate) Vec<Item>);

impl<'de, Item: Deserialize<'de>> Deserialize<'de> for Few<Item> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items(PhantomData)).map(Self)
    }
}

struct Items<Item>(PhantomData<Item>);

impl<'de, Item: Deserialize<'de>> Visitor<'de> for Items<Item> {
    type Value = Vec<Item>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of at most {MOST_ITEMS} items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<Item>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            if items.len() == MOST_ITEMS {
                return Err(A::Error::custom(format_args!("the list has over {MOST_ITEMS} items")));
            }
            items.push(item);
        }
        Ok(items)
    }
}
