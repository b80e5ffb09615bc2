//! What a witness answers.

use data_encoding::HEXLOWER;
use headcount_protocol::log::witness::AddCheckpoint;
use headcount_protocol::log::{Checkpoint, Hash, Note};
use headcount_tests::remote::INVITATION;
use sha2::{Digest as _, Sha256};

use crate::scene::Scene;

/// [WIT-7, WIT-8, WIT-9, WIT-11, WIT-12]
#[test]
fn every_status_is_the_one_of_the_table() {
    let scene = Scene::start();
    scene.until_witnessed(1);
    scene.until("all have cosigned", |scene| scene.latest().witnesses.len() == 4);
    let witness = scene.witness(0);
    let post = |body: &[u8]| witness.send("POST", "/add-checkpoint", &[], body);
    let body = scene.remote.get(&format!("{}/checkpoint", scene.log_path())).body;
    let note = Note::parse(&body).unwrap();
    let request = AddCheckpoint { old: 1, proof: Vec::new(), note };

    let added = post(&request.encode());
    assert_eq!(
        (added.status, added.header("content-type")),
        (200, Some("text/plain; charset=utf-8"))
    );
    let key = &scene.campaign().manifest.witnesses.keys[0];
    let checkpoint: Checkpoint = request.note.text().parse().unwrap();
    let line = String::from_utf8(added.body).unwrap().trim_end().parse().unwrap();
    assert!(key.time_of(&checkpoint.to_string(), &line).is_some());

    let name = checkpoint.origin().as_str();
    let path = format!("/{}/checkpoint", HEXLOWER.encode(&Sha256::digest(name)));
    let latest = witness.get(&path);
    assert_eq!(latest.status, 200);
    let opened = scene.campaign().open_issuance_checkpoint(INVITATION, &latest.body).unwrap();
    assert_eq!((&opened.checkpoint, opened.cosignatures()), (&checkpoint, &[line][..]));

    let text = String::from_utf8(request.encode()).unwrap();
    for (status, body) in [
        (400, String::new()),
        (400, "x".repeat(AddCheckpoint::MAX_LEN + 1)),
        (400, text.replacen("old 1", "old 01", 1)),
        (404, text.replace(name, "elsewhere.example/log")),
        (403, text.replacen("\n1\n", "\n2\n", 1)),
        (400, text.replacen("old 1", "old 2", 1)),
        (409, text.replacen("old 1", "old 0", 1)),
        (422, text.replacen("old 1\n", &format!("old 1\n{}\n", Hash::EMPTY_ROOT.to_base64()), 1)),
    ] {
        let answer = post(body.as_bytes());
        assert_eq!(answer.status, status, "{}", body.get(..200).unwrap_or(&body));
        assert!(status != 409 || answer.body == b"1\n");
    }
    for nothing in ["/", "/checkpoint", "/00/checkpoint", "/log.key", "/../witness.key"] {
        assert_eq!(witness.get(nothing).status, 404, "{nothing}");
    }
    assert_eq!(witness.get("/add-checkpoint").status, 405);

    // A second process is kept out.
    let mut second = std::process::Command::new(headcount_tests::programs::program("headcount"));
    second.args(["witness", "serve", "--listen", "127.0.0.1:0"]).arg(scene.witness_dir(0));
    let output = second.arg(scene.remote.dir.join("manifest.json")).output().unwrap();
    assert_eq!(output.status.code(), Some(6), "{output:?}");
}
