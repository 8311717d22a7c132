//! What every database promises beside keeping the log, as functions over two empty ones. A back-end's test file, which has the
//! contract of every log too, calls `storage_contract!` with how to make one.

pub(crate) mod exchange;

/// Makes a test of each promise. `$world` is an expression that gives a future of something with a field `storage`; each promise is
/// given two.
#[macro_export]
macro_rules! storage_contract {
    ($world:expr) => {
        $crate::storage_contract!(@ $world;
            exchange::what_is_exported_imported_and_exported_again_is_the_same,
            exchange::an_imported_log_goes_on_and_remembers_its_commands,
            exchange::an_archive_and_the_rest_make_the_whole_log_again,
            exchange::a_dry_run_checks_and_writes_nothing,
            exchange::a_file_that_is_not_as_it_was_written_is_refused_at_its_line,
            exchange::another_logs_events_are_refused,
            exchange::a_redacted_export_tells_no_secret_and_is_not_imported
        );
    };
    (@ $world:expr; $($module:ident :: $name:ident),+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            let (from, to) = ($world.await, $world.await);
            $crate::storage_contract::$module::$name(from.storage.clone(), to.storage.clone()).await;
        }
    )+};
}
