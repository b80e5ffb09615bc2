use headcount_protocol::secrets::Seed;
use headcount_protocol::withdrawal::Withdrawal;

use super::*;
use crate::audit::{Target, audit_and_see};
use crate::transport::Channels;
use crate::world::World;
use crate::world::logs::TestLogs;

/// The tables of two batches of two pledges, and one in which the first is taken back.
fn tables(format: Format) -> (String, String, String, String) {
    let world = World::new("http://127.0.0.1:1", 0);
    let (mut logs, pledges) = TestLogs::with_pledges(&world);
    let id = world.campaign.id;
    let key = Seed::from([0; 32]).pledge_key(&id, 0);
    let withdrawal = Withdrawal::sign(&id, pledges[0].opening, &key);
    let notes = logs.notes();
    logs.pledges.batch(&world, vec![Entry::Withdrawal(withdrawal)], notes);
    let dir = tempfile::tempdir().unwrap();
    logs.write(&world, dir.path());
    let channels = Channels::new(1).unwrap();
    let target = Target::Directory(dir.path().to_owned(), None);
    let sources = target.sources(&world.campaign, &channels, None).unwrap();
    let mut tables = Tables::new(&world.campaign, format, Some(Vec::new()));
    let report = audit_and_see(&world.campaign, &sources, None, |entry| tables.see(entry)).unwrap();
    let (rows, entries) = tables.finish(&report).unwrap();
    let mut batches = Vec::new();
    table::batches(format, &world.campaign, &rows, &mut batches).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let nonce = data_encoding::HEXLOWER.encode(pledges[0].nonce(&id).as_bytes());
    (text(batches), text(entries.unwrap()), plot::svg(&world.campaign, &report), nonce)
}

#[test]
fn rows_say_what_the_log_holds() {
    let (batches, entries, _, nonce) = tables(Format::Csv);
    assert_eq!(
        batches,
        "batch,size,entries,pledges,withdrawals,announcements,amendments,regions,issuers,\
         counted:email,counted:both,sum\r\n\
         0,4,2,2,0,0,0,0:2,0:2,2,0,2\r\n\
         1,7,2,2,0,0,0,0:2,0:2,4,0,4\r\n\
         2,9,1,0,1,0,0,0:-1,,3,0,3\r\n"
    );
    let lines: Vec<_> = entries.lines().collect();
    assert_eq!((lines.len(), lines[0], lines[8]), (9, "0,,campaign,,,,", "8,2,seal,,,,"));
    assert_eq!(lines[7], format!("7,2,withdrawal,{nonce},email,0,"));
    assert!(
        lines[1..3].contains(&format!("1,0,pledge,{nonce},email,0,0").as_str())
            || lines[1..3].contains(&format!("2,0,pledge,{nonce},email,0,0").as_str())
    );
}

#[test]
fn json_lines_hold_the_same() {
    let (batches, entries, svg, nonce) = tables(Format::Jsonl);
    let parse = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let last = parse(batches.lines().last().unwrap());
    assert_eq!((&last["counted"]["email"], &last["regions"]["0"]), (&3.into(), &(-1).into()));
    let entry = parse(entries.lines().nth(7).unwrap());
    assert_eq!((&entry["nonce"], &entry["issuers"]), (&nonce.into(), &serde_json::Value::Null));
    // Every column that is written is described, and none has a time.
    for row in [&last, &entry] {
        for column in row.as_object().unwrap().keys() {
            assert!(COLUMNS.contains(&format!("\n  {column}")), "{column}");
            assert!(!column.contains("time"));
        }
    }
    assert!(svg.contains("threshold 3") && svg.contains("A test") && svg.ends_with("</svg>\n"));
    assert_eq!(svg.matches("http").count(), 1, "only the name space");
    assert!(!svg.contains("<script"));
}
