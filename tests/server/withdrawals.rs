//! Pledges that are taken back ([spec: pledge §5]).

use curve25519_dalek::{EdwardsPoint, Scalar};
use headcount_protocol::codec::Transcript;
use headcount_protocol::ed25519::{SecretSeed, Signature};
use headcount_protocol::entry::Entry;
use headcount_protocol::pledge::{Opening, Pledge};
use headcount_protocol::receipt::EntryHash;
use headcount_protocol::secrets::Seed;
use headcount_protocol::withdrawal::Withdrawal;
use headcount_tests::remote::{EMAIL, Remote, Supporter};
use headcount_tests::served::{OPENS, Served};
use serde_json::json;
use sha2::{Digest as _, Sha512};

use headcount_tests::outsider::{is_kept, pledge_log, receipt, recount};

/// The withdrawal of a supporter's pledge.
pub(crate) fn withdrawal(remote: &Remote, number: u8) -> Withdrawal {
    let id = &remote.campaign.id;
    let Supporter { seed, opening } = Supporter::new(&remote.campaign, number, EMAIL, 0);
    Withdrawal::sign(id, opening, &seed.pledge_key(id, EMAIL))
}

/// Supporters with pledges in a sealed batch.
fn pledged(served: &Served, numbers: &[u8]) {
    for number in numbers {
        let _ = served.pledge_by_email(*number, &format!("p{number}@example.org"));
    }
    served.seal();
}

fn post(remote: &Remote, withdrawal: &Withdrawal) -> headcount_tests::remote::Answer {
    remote.deliver("/withdrawal", &withdrawal.encode())
}

/// [PLG-20, PLG-22]
#[test]
fn a_withdrawal_has_one_receipt_and_one_entry() {
    let mut served = Served::new();
    let _ = served.pledge_by_email(1, "ada@example.org");
    let withdrawal = withdrawal(&served, 1);
    let refused = post(&served, &withdrawal);
    assert_eq!((refused.status, refused.word().as_str()), (404, "unknown-pledge"), "open batch");
    served.seal();
    let first = post(&served, &withdrawal);
    let promise = receipt(&served, &first);
    assert_eq!(promise.batch, 1);
    let entry = Entry::Withdrawal(withdrawal.clone()).encode();
    assert_eq!(promise.entry_hash, EntryHash::of(&entry));
    let again = |served: &Served, when: &str| {
        assert_eq!(post(served, &withdrawal).body, first.body, "{when}");
    };
    again(&served, "pending");
    served.halt();
    served.start();
    again(&served, "pending, after a restart");
    served.seal();
    again(&served, "sealed");
    served.halt();
    served.start();
    again(&served, "sealed, after a restart");
    served.seal();
    is_kept(&served, &promise);
    assert_eq!(pledge_log(&served).1.len(), 1 + 2 + 2, "campaign, two batches of one");
}

/// [PLG-22] Another signature of the same key over the same nonce.
#[test]
fn a_second_signature_is_the_same_withdrawal() {
    let served = Served::new();
    let (id, bytes) = (&served.campaign.id, [42; 32]);
    let key = SecretSeed::from(bytes);
    let opening = Opening { class: EMAIL, region: 0, public_key: key.public_key() };
    let supporter = Supporter { seed: Seed::from([1; 32]), opening };
    let attestation = served.attest_email(&supporter, "ada@example.org");
    let tokens = vec![served.token(&supporter, &attestation)];
    assert_eq!(served.redeem(&Pledge { opening, tokens }).status, 200);
    served.seal();

    let nonce = opening.nonce(id);
    let message = Transcript::new("headcount/v1 withdrawal", id).field(nonce.as_bytes()).finish();
    let first = Withdrawal::sign(id, opening, &key);
    let second = Withdrawal { opening, signature: sign_otherwise(&bytes, &message) };
    assert!(first.signature != second.signature && second.verify(id).is_ok());
    let promise = post(&served, &second).body;
    assert_eq!(post(&served, &first).body, promise, "in the open batch");
    served.seal();
    assert_eq!(post(&served, &first).body, promise, "in the log");
}

/// An Ed25519 signature with a nonce that is not the one of RFC 8032.
fn sign_otherwise(seed: &[u8; 32], message: &[u8]) -> Signature {
    let hash = Sha512::digest(seed);
    let mut clamped: [u8; 32] = hash[..32].try_into().unwrap();
    clamped[0] &= 0xf8;
    clamped[31] = (clamped[31] & 0x7f) | 0x40;
    let (a, r) = (Scalar::from_bytes_mod_order(clamped), Scalar::from(7_u8));
    let [public, commitment] = [a, r].map(|it| EdwardsPoint::mul_base(&it).compress().to_bytes());
    let k = Sha512::digest([&commitment[..], &public, message].concat());
    let s = r + Scalar::from_bytes_mod_order_wide(&k.into()) * a;
    Signature::from(<[u8; 64]>::try_from([commitment, s.to_bytes()].concat()).unwrap())
}

/// [PLG-19, PLG-20] One by one; a valid signature over an opening that nobody pledged.
#[test]
fn only_whoever_pledged_withdraws() {
    let served = Served::new();
    pledged(&served, &[1, 2]);
    let (one, two) = (withdrawal(&served, 1), withdrawal(&served, 2));
    let swapped = Withdrawal { signature: two.signature, ..one };
    assert_eq!(post(&served, &swapped).word(), "withdrawal-refused");
    assert_eq!(post(&served, &withdrawal(&served, 3)).word(), "unknown-pledge");
    let other = Served::new();
    assert_eq!(post(&other, &one).word(), "withdrawal-refused", "of another campaign");
}

/// [PLG-21] At its times, and once it was taken, always.
#[test]
fn a_withdrawal_comes_in_time() {
    let served = Served::new();
    pledged(&served, &[1, 2]);
    let [one, two] = [1, 2].map(|number| withdrawal(&served, number));
    served.set_time(OPENS - 1);
    assert_eq!(post(&served, &one).word(), "closed");
    let closes = served.campaign.manifest.schedule.redemption_closes;
    served.set_time(closes - 1);
    let promise = post(&served, &one);
    assert_eq!(promise.status, 200);
    served.set_time(closes);
    assert_eq!(post(&served, &two).word(), "closed");
    assert_eq!(post(&served, &one).body, promise.body, "pending");
    served.seal();
    assert_eq!(post(&served, &one).body, promise.body, "sealed");
    assert_eq!(post(&served, &two).word(), "closed");
}

/// [PLG-21]
#[test]
fn one_withdrawal_by_many_at_once_is_one_entry() {
    let served = Served::new();
    pledged(&served, &[1, 2]);
    let withdrawal = withdrawal(&served, 1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(|| post(&served, &withdrawal))).collect();
        let receipts: Vec<_> = threads.into_iter().map(|it| it.join().unwrap()).collect();
        assert!(receipts.iter().all(|receipt| receipt.status == 200));
        assert!(receipts.windows(2).all(|two| two[0].body == two[1].body));
    });
    served.seal();
    let report = recount(&served);
    assert_eq!(report["classes"][0]["withdrawn"], json!(1), "{report}");
}

/// [PLG-16, PLG-21] Each promise is kept, also of a withdrawal that comes while a batch is sealed.
#[test]
fn withdrawals_while_sealing_keep_their_promises() {
    let served = Served::new();
    let numbers: Vec<u8> = (1..=12).collect();
    pledged(&served, &numbers);
    let receipts = std::thread::scope(|scope| {
        let threads: Vec<_> = numbers
            .iter()
            .map(|number| scope.spawn(|| post(&served, &withdrawal(&served, *number))))
            .collect();
        for _ in 0..6 {
            served.seal();
        }
        let answers = threads.into_iter().map(|it| it.join().unwrap());
        answers.map(|answer| receipt(&served, &answer)).collect::<Vec<_>>()
    });
    served.seal();
    receipts.iter().for_each(|receipt| is_kept(&served, receipt));
    let report = recount(&served);
    assert_eq!(report["classes"][0]["withdrawn"], json!(12), "{report}");
}

/// Three pledges, one of them withdrawn: counted 3, then 2.
#[test]
fn the_net_count_is_shown() {
    let served = Served::new();
    pledged(&served, &[1, 2, 3]);
    let count = || served.get("/count.json").json();
    let page = || {
        let page = served.get(&format!("/c/{}", served.campaign.id));
        String::from_utf8(page.body).unwrap()
    };
    let class = |pledges: u64, withdrawn: u64, current: u64| json!({ "class": "email", "pledges": pledges, "withdrawn": withdrawn, "current": current });
    assert_eq!((&count()["current"], &count()["classes"][0]), (&json!(3), &class(3, 0, 3)));
    assert!(page().contains("<strong>3</strong>"));
    assert_eq!(post(&served, &withdrawal(&served, 2)).status, 200);
    assert_eq!(count()["current"], json!(3), "not sealed yet");
    served.seal();
    assert_eq!((&count()["current"], &count()["classes"][0]), (&json!(2), &class(3, 1, 2)));
    assert_eq!(count()["regions"], json!({ "0": 2 }));
    assert!(page().contains("<strong>2</strong>"));
    let report = recount(&served);
    assert_eq!(report["threshold"]["current"], json!(2), "{report}");
    assert_eq!(report["threshold"]["reached_in_batch"], json!(0), "{report}");
}
