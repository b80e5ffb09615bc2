//! Witnesses that die, networks that are cut, a counter that is killed: the log goes on.

use std::time::{Duration, Instant};

use crate::proxy::Way;
use crate::scene::{Scene, WITNESSES};

/// Four witnesses, three of whom suffice [WIT-4, WIT-13, WIT-14, WIT-16, WIT-17].
#[test]
fn each_fault_in_turn_is_borne_and_named() {
    let mut scene = Scene::start();
    scene.until("all have cosigned", |scene| scene.latest().witnesses.len() == WITNESSES);
    let size = scene.grow();
    scene.until_witnessed(size);

    // One is killed, and comes back with what it had stored.
    scene.kill_witness(0);
    let size = scene.grow();
    scene.until_witnessed(size);
    scene.until_told(0, "does not answer");
    scene.start_witness(0);
    scene.until("it catches up", |scene| scene.latest().witnesses.len() == WITNESSES);
    scene.until_told(0, "again");

    // The network to one is cut.
    scene.networks[1].set(Way::Cut);
    let size = scene.grow();
    scene.until_witnessed(size);
    scene.until_told(1, "does not answer");

    // With a second one away too few are left: the log goes on, and nothing is called witnessed.
    scene.kill_witness(0);
    let alone = scene.grow();
    scene.until("two cosign", |scene| scene.latest().witnesses.len() == 2);
    assert!(scene.grow() > alone);
    scene.until("two cosign", |scene| scene.latest().witnesses.len() == 2);
    assert_eq!(scene.witnessed(), size);

    // The counter dies meanwhile: nothing that was witnessed is lost.
    scene.kill_server();
    scene.serve();
    assert_eq!(scene.witnessed(), size);
    scene.start_witness(0);
    scene.until_witnessed(scene.latest().checkpoint.size());
    assert_eq!([2, 3].map(|witness| scene.times_told(witness, "")), [0, 0]);
}

/// [WIT-16]
#[test]
fn a_witness_that_is_stuck_delays_nobody() {
    let mut scene = Scene::start();
    scene.until("all have cosigned", |scene| scene.latest().witnesses.len() == WITNESSES);
    scene.networks[2].set(Way::Stuck);
    let size = scene.grow();
    let began = Instant::now();
    scene.until_witnessed(size);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    scene.until_told(2, "does not answer");
}
