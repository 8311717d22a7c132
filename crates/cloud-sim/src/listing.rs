//! Sorting and paging, the same for every list.
//!
//! A page token names the place in the list and the last item shown, so that items which come or go meanwhile neither
//! repeat nor hide others. It always holds `+` and `/`, so a client that forgets to percent-encode it fails here
//! and not in production. The last page has no `opc-next-page` header at all.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{
    answer::{Answer, Refusal},
    call::Call,
    clock::Moment,
};

/// In base64 these bytes are `+/+/`.
const TOKEN_LEAD: &[u8] = &[0xfb, 0xff, 0xbf];

/// What lists can be sorted by.
pub(crate) trait Listed {
    fn id(&self) -> &str;
    fn name(&self) -> &str;
    fn created(&self) -> Moment;
}

/// Sorts as `sortBy` and `sortOrder` say (newest first when they say nothing), cuts a page and renders it.
pub(crate) fn sorted<T: Listed>(
    call: &Call,
    mut items: Vec<&T>,
    page_size: usize,
    render: impl Fn(&T) -> Value,
) -> Result<Answer, Refusal> {
    let by_name = match call.parameter("sortBy") {
        None | Some("TIMECREATED") => false,
        Some("DISPLAYNAME" | "NAME") => true,
        Some(_) => return Err(Refusal::invalid("sortBy is not one of TIMECREATED, DISPLAYNAME")),
    };
    let descending = match call.parameter("sortOrder") {
        None => !by_name,
        Some("ASC") => false,
        Some("DESC") => true,
        Some(_) => return Err(Refusal::invalid("sortOrder is not one of ASC, DESC")),
    };
    if by_name {
        items.sort_by(|left, right| left.name().cmp(right.name()));
    } else {
        items.sort_by_key(|item| item.created());
    }
    if descending {
        items.reverse();
    }
    let page = cut(call, &items, page_size, |item| item.id())?;
    Ok(page.answer(items[page.from..page.to].iter().map(|item| render(item)).collect()))
}

/// Cuts a page out of ready-made values, in the order in which they stand.
pub(crate) fn plain(call: &Call, items: &[Value], page_size: usize) -> Result<Answer, Refusal> {
    let name = |item: &Value| {
        ["id", "name", "shape", "key"].iter().find_map(|key| item.get(key)?.as_str().map(str::to_owned))
    };
    let names: Vec<_> = items.iter().map(|item| name(item).unwrap_or_default()).collect();
    let page = cut(call, &names, page_size, String::as_str)?;
    Ok(page.answer(items[page.from..page.to].to_vec()))
}

struct Page {
    from: usize,
    to: usize,
    next: Option<String>,
}

impl Page {
    fn answer(&self, items: Vec<Value>) -> Answer {
        let answer = Answer::json(Value::Array(items));
        match &self.next {
            Some(token) => answer.header("opc-next-page", token.clone()),
            None => answer,
        }
    }
}

fn cut<T>(call: &Call, items: &[T], page_size: usize, id: impl Fn(&T) -> &str) -> Result<Page, Refusal> {
    let limit = match call.parameter("limit").map(str::parse::<usize>) {
        None => page_size,
        Some(Ok(limit)) if (1..=1000).contains(&limit) => limit,
        Some(_) => return Err(Refusal::invalid("limit must be a number from 1 to 1000")),
    };
    let from = match call.parameter("page") {
        None => 0,
        Some(token) => {
            let (offset, last) =
                read_token(token).ok_or_else(|| Refusal::invalid("page is not a token of ours"))?;
            let unmoved =
                offset.checked_sub(1).and_then(|at| items.get(at)).is_some_and(|item| id(item) == last);
            let moved_to = items.iter().position(|item| id(item) == last).map(|at| at + 1);
            if unmoved { offset } else { moved_to.unwrap_or(offset).min(items.len()) }
        }
    };
    let to = items.len().min(from + limit);
    let next = (to < items.len()).then(|| write_token(to, id(&items[to - 1])));
    Ok(Page { from, to, next })
}

fn write_token(offset: usize, last: &str) -> String {
    STANDARD.encode([TOKEN_LEAD, format!("{offset}:{last}").as_bytes()].concat())
}

fn read_token(token: &str) -> Option<(usize, String)> {
    let bytes = STANDARD.decode(token).ok()?;
    let text = String::from_utf8(bytes.strip_prefix(TOKEN_LEAD)?.to_vec()).ok()?;
    let (offset, last) = text.split_once(':')?;
    Some((offset.parse().ok()?, last.to_owned()))
}
