//! However its callers come and whatever the cloud says, a pace is never too fast, and fair.

use berth_domain::{
    Seconds, Timestamp,
    tenant::{Next, Pace, Scope, Slowdown, TURN_HOLDS_MS, Ticket},
};
use proptest::{collection::vec, option, prelude::*, sample::select};

const REGIONS: [&str; 3] = ["tokyo", "osaka", "seoul"];

/// What happens, and how many milliseconds later the next thing does.
#[derive(Clone, Debug)]
enum Happening {
    Ask(&'static str),
    Withdraw(prop::sample::Index),
    Answered(&'static str),
    Throttled(Scope, &'static str, Option<u32>, f64),
    /// Whoever serves was held up, or nothing happened.
    Passes,
}

fn happening() -> impl Strategy<Value = (Happening, i64)> {
    let region = || select(REGIONS.to_vec());
    let scope = select(vec![Scope::User, Scope::Tenancy]);
    let what = prop_oneof![
        12 => region().prop_map(Happening::Ask),
        1 => any::<prop::sample::Index>().prop_map(Happening::Withdraw),
        6 => region().prop_map(Happening::Answered),
        1 => (scope, region(), option::of(0_u32..20), 0.0..1.0)
            .prop_map(|(scope, region, named, chance)| Happening::Throttled(scope, region, named, chance)),
        4 => Just(Happening::Passes),
    ];
    (what, prop_oneof![6 => 0_i64..30, 2 => 0_i64..500, 1 => 0_i64..20_000])
}

/// Plays it through, serving at every moment the pace names; answers who was served when, and for which region.
fn served(ceiling: f64, happenings: &[(Happening, i64)]) -> Vec<(Ticket, &'static str, i64)> {
    let mut now = 1_700_000_000_000_i64;
    let mut pace = Pace::new(ceiling, Timestamp::from_millis(now));
    let (mut waiting, mut served): (Vec<(Ticket, &'static str)>, Vec<_>) = (vec![], vec![]);
    for (happening, pause) in happenings {
        let at = Timestamp::from_millis(now);
        match happening {
            Happening::Ask(region) => waiting.push((pace.ask(region, at), region)),
            Happening::Withdraw(index) if !waiting.is_empty() => {
                pace.withdraw(waiting.remove(index.index(waiting.len())).0);
            }
            Happening::Withdraw(_) | Happening::Passes => {}
            Happening::Answered(region) => pace.answered(region, at),
            Happening::Throttled(scope, region, named, chance) => {
                let retry_after = named.map(Seconds);
                pace.throttled(&Slowdown { scope: *scope, region, retry_after, chance: *chance }, at);
            }
        }
        let until = now + pause;
        loop {
            match pace.next(Timestamp::from_millis(now)) {
                Next::Serve(ticket) => {
                    let index = waiting.iter().position(|(own, _)| *own == ticket).expect("it waits");
                    served.push((ticket, waiting.remove(index).1, now));
                }
                Next::At(moment) if moment.millis() <= until => now = moment.millis(),
                Next::At(_) | Next::Nobody => break,
            }
        }
        now = until;
    }
    served
}

proptest! {
    #![proptest_config(crate::config(300))]

    #[test]
    fn no_second_ever_holds_more_calls_than_the_ceiling_though_a_turn_may_be_used_a_little_later(
        ceiling in prop_oneof![0.1..3.0, 3.0..40.0, 40.0..2000.0],
        happenings in vec(happening(), 1..400),
    ) {
        let served = served(ceiling, &happenings);
        let most = ceiling.max(1.0);
        for (index, (_, _, first)) in served.iter().enumerate() {
            let within = served[index..].iter().take_while(|(_, _, at)| at - first < 1000 + TURN_HOLDS_MS).count();
            let within = f64::from(u32::try_from(within).expect("few"));
            prop_assert!(within <= most, "{within} calls in the second from {first}, {ceiling} are allowed");
        }
    }

    #[test]
    fn within_a_region_whoever_asked_first_is_served_first(happenings in vec(happening(), 1..400)) {
        let served = served(10.0, &happenings);
        for region in REGIONS {
            let tickets: Vec<_> =
                served.iter().filter(|(_, own, _)| *own == region).map(|(ticket, ..)| *ticket).collect();
            prop_assert!(tickets.is_sorted(), "{region}: {tickets:?}");
        }
    }

    /// Whoever is served asks again at once.
    #[test]
    fn nobody_waits_twice_while_another_is_served_three_times(
        regions in vec(select(REGIONS.to_vec()), 2..12),
        mut throttled_after in option::of(0_usize..100),
    ) {
        let mut now = Timestamp::from_millis(1_700_000_000_000);
        let mut pace = Pace::new(10.0, now);
        let mut waiting: Vec<_> = regions.iter().map(|region| pace.ask(region, now)).collect();
        let mut order = vec![];
        while order.len() < 200 {
            if throttled_after.take_if(|turns| *turns == order.len()).is_some() {
                let slowdown = Slowdown { scope: Scope::Tenancy, region: "tokyo", retry_after: None, chance: 0.3 };
                pace.throttled(&slowdown, now);
            }
            match pace.next(now) {
                Next::Serve(ticket) => {
                    let caller = waiting.iter().position(|own| *own == ticket).expect("it waits");
                    order.push(caller);
                    waiting[caller] = pace.ask(regions[caller], now);
                }
                Next::At(moment) => now = moment,
                Next::Nobody => unreachable!("all ask again"),
            }
        }
        for caller in 0..regions.len() {
            let turns: Vec<_> = order.iter().enumerate().filter(|(_, own)| **own == caller).map(|(turn, _)| turn).collect();
            for span in turns.windows(3) {
                for other in 0..regions.len() {
                    let times = order[span[0]..span[2]].iter().filter(|own| **own == other).count();
                    prop_assert!(times < 3, "{other} was served {times} times while {caller} waited twice: {order:?}");
                }
            }
        }
    }
}
