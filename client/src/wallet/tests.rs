use std::fs;

use headcount_protocol::receipt::EntryHash;
use headcount_protocol::secrets::Seed;
use headcount_protocol::token::TokenResponse;

use super::*;
use crate::world::World;

fn world_and_store() -> (World, tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(dir.path().join("wallet"));
    (World::new("http://127.0.0.1:1", 0), dir, store)
}

#[cfg(unix)]
#[test]
fn all_files_of_a_wallet_are_the_owners() {
    use std::os::unix::fs::PermissionsExt as _;
    let (world, _dir, store) = world_and_store();
    let _open = store.create(&world.campaign, Record::new(0, 0, Seed::from([9; 32]))).unwrap();
    for file in fs::read_dir(store.root().join(world.campaign.id.to_string())).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[test]
fn every_state_is_read_as_it_was_written() {
    let (world, _dir, store) = world_and_store();
    let seed = Seed::from([9; 32]);
    let (_, pledge) = world.pledge(&seed, 1);
    let token = pledge.tokens[0].clone();
    let attestation = world.attest(0, [1; 32].into(), 1);
    let hash = EntryHash::from([3; 32]);
    let receipt =
        headcount_protocol::receipt::Receipt::sign(world.campaign.id, hash, 4, &world.receipts);
    let key = world.attester[0].public_key();
    let opened = attestation.clone().verify(&world.campaign.id, 0, &[1; 32].into(), &key).unwrap();
    let (vouching, response) = (opened.1, TokenResponse([6; 256]));
    let collected = vec![Collected { token, log_size: 5, vouching, response }];
    let collecting = |step| State::Collecting { collected: collected.clone(), step };
    let attempt = SecretText::new("an attempt".to_owned());
    let states = [
        collecting(Step::Prepared),
        collecting(Step::CodeSent { attempt, expires_at: 7 }),
        collecting(Step::Attested { attestation: attestation.clone() }),
        collecting(Step::Requested { attestation, log_size: 8 }),
        State::Issued { collected: collected.clone() },
        State::Waiting { tokens: pledge.tokens.clone(), redeem_at: 9 },
        State::Redeemed { tokens: pledge.tokens, receipt },
        State::Included { receipt: Some(receipt) },
        State::Included { receipt: None },
        State::Withdrawing { receipt: None },
        State::Withdrawn { receipt },
        State::WithdrawalIncluded { receipt: Some(receipt) },
    ];
    drop(store.create(&world.campaign, Record::new(0, 7, seed)).unwrap());
    for state in states {
        let mut wallet = store.open(&world.campaign.id).unwrap();
        wallet.advance(state.clone()).unwrap();
        drop(wallet);
        let wallet = store.open(&world.campaign.id).unwrap();
        assert_eq!((wallet.state(), wallet.record().region), (&state, 7));
    }
    assert_eq!(store.campaigns().unwrap(), [world.campaign.id]);
    assert_eq!(store.campaign(&world.campaign.id).unwrap().id, world.campaign.id);
}

#[test]
fn one_process_at_a_time() {
    let (world, _dir, store) = world_and_store();
    assert_eq!(store.open(&world.campaign.id).unwrap_err(), WalletError::Absent);
    let seed = || Seed::from([9; 32]);
    let wallet = store.create(&world.campaign, Record::new(0, 0, seed())).unwrap();
    assert_eq!(store.open(&world.campaign.id).unwrap_err(), WalletError::Locked);
    assert!(store.peek(&world.campaign.id).is_ok());
    drop(wallet);
    // A second creation keeps the first seed.
    let again = store.create(&world.campaign, Record::new(0, 0, Seed::from([1; 32]))).unwrap();
    assert!(again.record().seed == seed());
}

#[test]
fn a_killed_write_leaves_the_old_wallet() {
    let (world, _dir, store) = world_and_store();
    drop(store.create(&world.campaign, Record::new(0, 0, Seed::from([9; 32]))).unwrap());
    let path = store.root().join(world.campaign.id.to_string());
    fs::write(path.join("wallet.json.new"), "{ half").unwrap();
    let wallet = store.open(&world.campaign.id).unwrap();
    assert_eq!(wallet.state().name(), "prepared");
    assert!(!path.join("wallet.json.new").exists());
}

#[test]
fn a_wallet_is_strict_and_says_nothing_of_its_content() {
    let (world, _dir, store) = world_and_store();
    drop(store.create(&world.campaign, Record::new(0, 0, Seed::from([9; 32]))).unwrap());
    let path = store.root().join(world.campaign.id.to_string()).join("wallet.json");
    let text = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("\"class\": 0", "\"class\": 0, \"more\": 1"),
        ("\"class\": 0", "\"class\": 0, \"class\": 0"),
        ("\"class\": 0", "\"class\": 0.0"),
        ("\"headcount_wallet\": 1", "\"headcount_wallet\": 2"),
        ("0909", "09"),
        ("\"collected\": []", "\"collected\": [], \"x\": 1"),
        ("\"prepared\"", "\"unknown\""),
        ("}\n", "}\n{}"),
    ] {
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        assert_eq!(store.open(&world.campaign.id).unwrap_err(), WalletError::Malformed, "{to}");
    }
    let shown = format!("{:?}", store.peek(&world.campaign.id));
    assert!(!shown.contains("0909"), "{shown}");
    let manifest = path.with_file_name("manifest.json");
    fs::write(manifest, "{}").unwrap();
    assert!(matches!(store.campaign(&world.campaign.id), Err(WalletError::Manifest(_))));
}
