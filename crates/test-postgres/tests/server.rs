//! A server answers, forgets nothing when it crashes, and leaves nothing behind.

use berth_test_postgres::Server;

#[test]
fn what_was_committed_is_there_after_a_crash_and_nothing_is_left_behind_at_the_end() {
    let server = Server::start();
    assert_ne!(server.database(), server.database());
    assert_ne!(server.schema(), server.schema());
    server.run("test_0", "CREATE TABLE kept (number integer)");
    server.run("test_0", "INSERT INTO kept VALUES (1)");
    server.stop();
    server.start_again();
    // A division by zero, unless the row is there.
    server.run("test_0", "SELECT 1 / count(*) FROM kept");
    server.kill_backends();
    server.freeze();
    server.thaw();
    server.run("test_0", "SELECT 1 / count(*) FROM kept");
    let directory = server.socket_directory().parent().unwrap().to_owned();
    assert!(directory.exists());
    drop(server);
    assert!(!directory.exists());
}
