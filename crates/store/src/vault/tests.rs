use std::fs;

use super::*;

const SECRET: &str = "-----BEGIN CANARY-----";

struct World {
    vault: Vault,
    id: SecretId,
    sealed: Sealed,
    _directory: tempfile::TempDir,
    key_file: PathBuf,
}

fn world() -> World {
    let directory = tempfile::tempdir().unwrap();
    let key_file = directory.path().join("vault.key");
    let vault = Vault::open_or_create(&key_file).unwrap();
    let id = SecretId::fresh();
    let sealed = vault.seal(&id, "api_key", "tenant/1", &SecretString::from(SECRET)).unwrap();
    World { vault, id, sealed, _directory: directory, key_file }
}

#[test]
fn what_was_sealed_opens_again_even_after_a_restart() {
    let world = world();
    let vault = Vault::open_or_create(&world.key_file).unwrap();
    let opened = vault.open(&world.sealed, &world.id, "api_key", "tenant/1").unwrap();
    assert_eq!(opened.expose_secret(), SECRET);
}

#[test]
fn it_opens_only_under_its_own_id_kind_and_owner() {
    let world = world();
    let other = SecretId::fresh();
    let attempts = [
        (&other, "api_key", "tenant/1"),
        (&world.id, "passphrase", "tenant/1"),
        (&world.id, "api_key", "tenant/2"),
        (&world.id, "api_keyt", "enant/1"),
    ];
    for (id, kind, owner) in attempts {
        let refused = world.vault.open(&world.sealed, id, kind, owner);
        assert!(matches!(refused, Err(VaultError::Tampered { .. })), "{id} {kind} {owner}");
    }
}

#[test]
fn any_changed_byte_is_noticed() {
    let world = world();
    for at in 0..world.sealed.bytes().len() {
        let mut bytes = world.sealed.bytes().to_vec();
        bytes[at] ^= 1;
        let changed = Sealed::new(world.id.clone(), "api_key", "tenant/1", bytes);
        let error = world.vault.open(&changed, &world.id, "api_key", "tenant/1").unwrap_err();
        let expected = match error {
            VaultError::WrongKey { .. } => (1..=8).contains(&at),
            VaultError::Tampered { .. } => !(1..=8).contains(&at),
            _ => false,
        };
        assert!(expected, "byte {at}: {error}");
    }
    let cut = Sealed::new(world.id.clone(), "api_key", "tenant/1", world.sealed.bytes()[..50].to_vec());
    let refused = world.vault.open(&cut, &world.id, "api_key", "tenant/1");
    assert!(matches!(refused, Err(VaultError::Tampered { .. })));
}

#[test]
fn a_missing_a_wrong_and_a_broken_key_file_are_told_apart() {
    let world = world();
    let open = |vault: Vault| vault.open(&world.sealed, &world.id, "api_key", "tenant/1").unwrap_err();

    fs::remove_file(&world.key_file).unwrap();
    assert!(matches!(Vault::open_existing(&world.key_file), Err(VaultError::KeyMissing { .. })));
    assert!(matches!(open(Vault::without_key(&world.key_file)), VaultError::KeyMissing { .. }));

    let another = Vault::open_or_create(&world.key_file).unwrap();
    assert!(matches!(open(another), VaultError::WrongKey { .. }));

    for broken in ["", "berth-key-1 00 AA==\n", "something else entirely\n"] {
        fs::write(&world.key_file, broken).unwrap();
        assert!(
            matches!(Vault::open_or_create(&world.key_file), Err(VaultError::KeyInvalid { .. })),
            "{broken:?}"
        );
    }
}

#[test]
fn an_old_key_still_opens_behind_a_new_one() {
    let world = world();
    let old = fs::read_to_string(&world.key_file).unwrap();
    fs::remove_file(&world.key_file).unwrap();
    Vault::open_or_create(&world.key_file).unwrap();
    let new = fs::read_to_string(&world.key_file).unwrap();
    fs::write(&world.key_file, format!("{new}{old}")).unwrap();
    let vault = Vault::open_existing(&world.key_file).unwrap();
    assert!(vault.open(&world.sealed, &world.id, "api_key", "tenant/1").is_ok());
    let resealed = vault.seal(&world.id, "api_key", "tenant/1", &SecretString::from(SECRET)).unwrap();
    assert_ne!(resealed.bytes()[1..9], world.sealed.bytes()[1..9], "the first key seals");
}

#[cfg(unix)]
#[test]
fn the_key_file_is_private_and_leaves_no_draft() {
    use std::os::unix::fs::PermissionsExt;
    let world = world();
    assert_eq!(fs::metadata(&world.key_file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(world.key_file.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn nothing_of_a_secret_is_shown() {
    let world = world();
    let shown = format!("{:?}", world.sealed);
    assert!(!shown.contains("CANARY") && shown.len() < 120, "{shown}");
    let bytes = world.sealed.bytes();
    assert!(!bytes.windows(6).any(|window| window == b"CANARY"));
}
