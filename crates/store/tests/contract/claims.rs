use berth_store::{Append, AppendError, ClaimChange, Version};
use futures::future::join_all;

use super::{AnyLog, all, events, fresh, stream};

const SPACE: &str = "thing.name";

fn take(key: &str, owner: u32) -> ClaimChange {
    ClaimChange::Take { space: SPACE, key: key.into(), owner: stream(owner) }
}

fn release(key: &str, owner: u32) -> ClaimChange {
    ClaimChange::Release { space: SPACE, key: key.into(), owner: stream(owner) }
}

fn claiming(claims: Vec<ClaimChange>) -> Append {
    Append { claims, ..fresh() }
}

pub(crate) async fn a_claim_is_taken_by_one_released_and_taken_again(log: AnyLog) {
    log.append(claiming(vec![take("名字", 1)])).await.unwrap();
    log.append(claiming(vec![take("名字", 1)])).await.expect("what one holds may be taken again");
    let error = log.append(claiming(vec![take("名字", 2)])).await.unwrap_err();
    let AppendError::Claimed { space, key, owner } = error else { panic!("{error}") };
    assert_eq!((space, key.as_str(), owner), (SPACE, "名字", stream(1)));
    let error = log.append(claiming(vec![release("名字", 2)])).await.unwrap_err();
    assert!(matches!(error, AppendError::Claimed { .. }), "only its owner lets go: {error}");

    log.append(claiming(vec![release("名字", 1)])).await.unwrap();
    assert_eq!(log.claim_owner(SPACE, "名字").await.unwrap(), None);
    log.append(claiming(vec![release("名字", 1)])).await.expect("letting go of nothing changes nothing");
    log.append(claiming(vec![take("名字", 2)])).await.unwrap();
    assert_eq!(log.claim_owner(SPACE, "名字").await.unwrap(), Some(stream(2)));
    assert_eq!(log.claim_owner("other", "名字").await.unwrap(), None);
    log.append(claiming(vec![take("a", 1), take("Z", 1)])).await.unwrap();
    let taken = [("Z", 1), ("a", 1), ("名字", 2)].map(|(key, owner)| (key.to_owned(), stream(owner)));
    assert_eq!(log.claimed(SPACE).await.unwrap(), taken);
    assert_eq!(log.claimed("other").await.unwrap(), []);
}

pub(crate) async fn two_owners_swap_within_one_append(log: AnyLog) {
    log.append(claiming(vec![take("a", 1), take("b", 2)])).await.unwrap();
    let too_early = claiming(vec![release("a", 1), take("b", 1), release("b", 2), take("a", 2)]);
    assert!(matches!(log.append(too_early).await, Err(AppendError::Claimed { .. })));
    assert_eq!(
        log.claim_owner(SPACE, "a").await.unwrap(),
        Some(stream(1)),
        "a refused append changes nothing"
    );

    log.append(claiming(vec![release("a", 1), release("b", 2), take("b", 1), take("a", 2)])).await.unwrap();
    assert_eq!(log.claim_owner(SPACE, "a").await.unwrap(), Some(stream(2)));
    assert_eq!(log.claim_owner(SPACE, "b").await.unwrap(), Some(stream(1)));
}

pub(crate) async fn of_many_takers_exactly_one_succeeds(log: AnyLog) {
    let answers = join_all((0..20).map(|owner| log.append(claiming(vec![take("one", owner)])))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let winner = answers.iter().position(Result::is_ok).unwrap();
    assert_eq!(log.claim_owner(SPACE, "one").await.unwrap(), Some(stream(winner)));
}

pub(crate) async fn a_refused_claim_writes_no_event(log: AnyLog) {
    log.append(claiming(vec![take("a", 1)])).await.unwrap();
    let refused = claiming(vec![take("b", 2), take("a", 2)]).write(stream(2), Version::NONE, events(1));
    assert!(matches!(log.append(refused).await, Err(AppendError::Claimed { .. })));
    assert!(all(&log).await.is_empty());
    assert_eq!(log.claim_owner(SPACE, "b").await.unwrap(), None);
}
