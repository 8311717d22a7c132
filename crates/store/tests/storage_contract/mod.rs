//! What every database promises beside keeping the log, as functions over two empty ones. A back-end's test file, which has the
//! contract of every log too, calls `storage_contract!` with how to make one.

pub(crate) mod exchange;
pub(crate) mod forged;
pub(crate) mod release;
pub(crate) mod unfinished;

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
            exchange::a_redacted_export_tells_no_secret_and_is_not_imported,
            exchange::a_command_that_wrote_nothing_is_answered_the_same_behind_an_import,
            forged::what_lies_beyond_the_files_end_is_refused,
            forged::what_is_there_is_not_passed_over_for_a_claim_that_it_was_released,
            forged::a_span_that_ends_within_a_released_run_takes_all_of_it,
            unfinished::an_import_killed_anywhere_says_so_and_is_completed_by_another,
            unfinished::a_log_in_use_takes_what_changes_no_ground_and_else_nothing,
            release::what_a_closing_told_is_what_is_stored_here_and_where_it_is_imported,
            release::what_archives_brought_back_need_not_be_told
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
