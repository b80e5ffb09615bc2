//! A supporter whose issuance must be witnessed before it is redeemed.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use headcount_protocol::entry::Entry;
use headcount_protocol::log::bundle;
use headcount_tests::programs::program;
use headcount_tests::remote::EMAIL;

use crate::scene::Scene;

const ADDRESS: &str = "ada@example.org";

/// [WIT-18, WIT-19]
#[test]
fn a_pledge_waits_for_witnesses_and_its_seal_has_their_lines() {
    let mut scene = Scene::start();
    scene.until_witnessed(1);
    scene.kill_witness(0);
    scene.kill_witness(1);
    let mut joining = join(&scene);
    // Its issuance is sealed, and too few have cosigned that.
    let path = scene.campaign().issuance_log_url(EMAIL).replace(&scene.remote.url, "");
    let size = |scene: &Scene, note: &str| {
        let note = scene.remote.get(&format!("{path}/{note}")).body;
        let cosigned = scene.campaign().open_issuance_checkpoint(EMAIL, &note);
        cosigned.map_or(0, |cosigned| cosigned.checkpoint.size())
    };
    scene.until("the issuance is sealed", |scene| size(scene, "checkpoint") == 3);
    std::thread::sleep(Duration::from_secs(3));
    assert!(joining.try_wait().unwrap().is_none(), "it did not wait");
    assert!(size(&scene, "witnessed") < 3 && pledges(&scene) == 0);

    scene.start_witness(0);
    let output = joining.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(size(&scene, "witnessed"), 3);
    scene.until("the pledge is sealed", |scene| pledges(scene) == 1);

    let log = scene.campaign().pledge_log_url().replace(&scene.remote.url, "");
    let bytes = scene.remote.get(&format!("{log}/tile/entries/000.p/3")).body;
    let entries = bundle::decode(&bytes, 3).unwrap();
    let Ok(Entry::Seal(seal)) = Entry::decode(entries[2]) else { panic!("no seal") };
    let index = usize::from(EMAIL);
    let sealed =
        scene.campaign().open_issuance_checkpoint(EMAIL, &seal.issuance_checkpoints[index]);
    let sealed = sealed.unwrap();
    assert!(scene.campaign().is_witnessed(&sealed));
    assert_eq!((sealed.checkpoint.size(), sealed.witnesses.len()), (3, 3));
}

fn pledges(scene: &Scene) -> u64 {
    let count = scene.remote.get("/count.json").json();
    count["classes"][0]["pledges"].as_u64().unwrap()
}

/// Starts a client and hands it its code.
fn join(scene: &Scene) -> Child {
    let mut join = Command::new(program("headcount"));
    join.args(["join", &scene.campaign().link(), "--email", ADDRESS, "--class", "email"]);
    join.arg("--wallet").arg(scene.keep.path().join("wallet"));
    join.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut joining = join.spawn().unwrap();
    let code = scene.remote.mailed_code(ADDRESS);
    writeln!(joining.stdin.take().unwrap(), "{code}").unwrap();
    joining
}
