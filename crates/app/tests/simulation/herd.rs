//! After a restart with very many tasks that are due there is no stampede.

use std::sync::Arc;

use berth_actors::testing::on_virtual_time;
use berth_app::{App, Order};
use berth_store::CommandId;

use crate::{
    fuse::Fuse,
    options::{MINUTE, Options, SECOND, Variant},
    run::Run,
    time::sleep,
    weather::Weather,
    wish,
};

/// Few enough that what each must read first is little beside what the tasks ask.
const TENANTS: usize = 8;
const TASKS: u64 = 1_500;
const INTERVAL_S: u32 = 60;

#[test]
fn after_a_restart_no_second_sees_more_than_twice_as_many_calls_as_the_mean() {
    // No room for a day, and no fault.
    let weather = Weather::clear(24 * 60 * MINUTE);
    let options = Options { weather, faults_until: 0, ceiling: 100.0, ..Options::of(1, Variant::Berth) };
    let run = Run::new(options);
    on_virtual_time(async {
        run.time.begin();
        let app = App::start(run.world(&Arc::new(Fuse::default()))).await.unwrap();
        make_tasks(&app).await;
        sleep(70 * SECOND).await;
        run.time.end(10 * MINUTE);
    });
    let began = on_virtual_time(async {
        run.time.begin();
        let began = run.time.now() / SECOND;
        let _app = App::start(run.world(&Arc::new(Fuse::default()))).await.unwrap();
        sleep(2 * MINUTE).await;
        began
    });
    let seconds = run.judge.per_second();
    let peak = seconds.range(began..).map(|(_, calls)| *calls).max().unwrap();
    let total: u32 = seconds.range(began..).map(|(_, calls)| *calls).sum();
    let mean = TASKS / u64::from(INTERVAL_S);
    assert!(u64::from(total) > TASKS, "only {total} calls in two minutes");
    assert!(
        u64::from(peak) <= 2 * mean,
        "{peak} calls in one second, and {mean} are the mean: {:?}",
        seconds.range(began..)
    );
    assert_eq!(run.judge.violations(), Vec::<String>::new());
}

async fn make_tasks(app: &App) {
    let order = |what: String| {
        Order::given(
            berth_domain::access::Principal::machine("person"),
            CommandId::parse(&what).unwrap(),
            [7; 32],
        )
    };
    let mut tenants = Vec::new();
    for number in 0..TENANTS {
        let told = app.tenants.create(wish::tenant(number), order(format!("tenant-{number}"))).await.unwrap();
        tenants.push(told.id);
    }
    for number in 0..TASKS {
        let tenant = tenants[usize::try_from(number).unwrap() % TENANTS];
        let order = order(format!("task-{number}"));
        app.grabs.create(wish::grab(tenant, INTERVAL_S, (1, 1)), order).await.unwrap();
    }
}
