//! Files that are no complaints, and complaints about another campaign ([spec: evidence §1]).

use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::evidence::{b64, input, input_of};
use super::evidence_issuances::hidden;
use super::evidence_promises::late;
use crate::campaign::joint;
use crate::vectors::Case;

/// The longest complaint, in bytes.
const LONGEST: usize = 4_194_304;

pub(super) fn cases() -> Vec<Case> {
    [files(), members(), twice(), values(), lengths(), campaigns()].concat()
}

/// The smaller complaint, as text.
fn text() -> String {
    hidden(9).to_string()
}

fn bad(comment: &'static str, text: &str) -> Case {
    Case::invalid(comment, input_of(text), "EVI-1")
}

fn replaced(comment: &'static str, from: &str, to: &str) -> Case {
    let text = text();
    assert!(text.contains(from), "{from} is in the complaint");
    bad(comment, &text.replacen(from, to, 1))
}

/// The larger one, with another value.
fn promise(comment: &'static str, pointer: &str, value: Value) -> Case {
    let mut complaint = late();
    *complaint.pointer_mut(pointer).expect("a member") = value;
    Case::invalid(comment, input(&complaint), "EVI-1")
}

fn files() -> Vec<Case> {
    let hex = |comment, bytes: &[u8]| {
        Case::invalid(comment, json!({ "text_hex": HEXLOWER.encode(bytes) }), "EVI-1")
    };
    // The first space is repeated until the file has so many bytes.
    let spaced = format!("{{ {}", &text()[1..]);
    let sized = |length: usize| {
        let times = length - spaced.len() + 1;
        json!({ "text": spaced, "repeat": [" ", times] })
    };
    let whole = text();
    let (name, rest) = whole.split_once("issuer-a").expect("the checkpoint names the log");
    let (name, rest) = (name.as_bytes(), rest.as_bytes());
    let pretty = serde_json::to_string_pretty(&hidden(9)).expect("JSON");
    vec![
        Case::valid("with white space", input_of(&format!("\n{pretty}\r\n\t "))),
        Case::valid("with escapes", {
            input_of(&text().replacen("checkpoint", "ch\\u0065ckpoint", 1))
        })
        .flags(&["escape"]),
        Case::valid("4,194,304 bytes", sized(LONGEST)).flags(&["length"]),
        Case::invalid("4,194,305 bytes", sized(LONGEST + 1), "EVI-1").flags(&["length"]),
        bad("nothing", ""),
        bad("an empty object", "{}"),
        bad("an array around it", &format!("[{}]", text())),
        bad("two of them", &text().repeat(2)),
        bad("a comma at the end", &text().replacen("\"}", "\",}", 1)),
        bad("cut off", &text()[..text().len() - 1]),
        bad("a byte-order mark", &format!("\u{feff}{}", text())).flags(&["byte-order-mark"]),
        hex("bytes that are no UTF-8", &[text().as_bytes(), b"\xff"].concat()).flags(&["utf-8"]),
        hex("no UTF-8 in a text", &[name, b"\xff", rest].concat()).flags(&["utf-8"]),
    ]
}

fn members() -> Vec<Case> {
    let without = |comment, mut complaint: Value, name: &str| {
        complaint.as_object_mut().expect("an object").remove(name).expect("a member");
        Case::invalid(comment, input(&complaint), "EVI-1").flags(&["missing-key"])
    };
    let mut both = hidden(9);
    both["entry"] = json!("");
    vec![
        without("no kind", hidden(9), "complaint"),
        without("no manifest", hidden(9), "manifest"),
        without("no response", hidden(9), "response"),
        without("no word of a checkpoint", hidden(9), "checkpoint"),
        without("no receipt", late(), "receipt"),
        without("no word of where it stands", late(), "elsewhere"),
        replaced("another kind", "\"issuance\"", "\"issuances\""),
        replaced("a kind in capitals", "\"issuance\"", "\"Issuance\""),
        replaced("the other kind", "\"issuance\"", "\"promise\""),
        replaced("a kind that is none", "\"issuance\"", "1"),
        replaced("a kind of null", "\"issuance\"", "null"),
        replaced("a member more", "{", "{\"more\":1,").flags(&["unknown-key"]),
        replaced("an empty key", "{", "{\"\":1,").flags(&["unknown-key"]),
        replaced("a comment", "{", "{\"//\":\"\",").flags(&["unknown-key"]),
        Case::invalid("a member of the other kind", input(&both), "EVI-1").flags(&["unknown-key"]),
        promise("a member more in a receipt", "/receipt", {
            let mut receipt = late()["receipt"].take();
            receipt["time"] = json!(0);
            receipt
        })
        .flags(&["unknown-key"]),
        promise("a member more beside a proof", "/low", {
            let mut low = late()["low"].take();
            low["size"] = json!(11);
            low
        })
        .flags(&["unknown-key"]),
    ]
}

fn twice() -> Vec<Case> {
    let flags: &[&str] = &["duplicate-key"];
    let in_promise = |comment, from: &str, to: &str| {
        let text = late().to_string();
        assert!(text.contains(from), "{from} is in the complaint");
        bad(comment, &text.replacen(from, to, 1)).flags(flags)
    };
    vec![
        replaced("the kind twice", "{", "{\"complaint\":\"issuance\",").flags(flags),
        replaced("two kinds", "{", "{\"complaint\":\"promise\",").flags(flags),
        replaced("two issuers", "{", "{\"issuer\":1,").flags(flags),
        replaced("one issuer twice", "{", "{\"issuer\":0,").flags(flags),
        replaced("one of two with an escape", "{", "{\"i\\u0073suer\":0,")
            .flags(&["duplicate-key", "escape"]),
        in_promise("two batches in the receipt", "\"batch\":1", "\"batch\":1,\"batch\":1"),
        in_promise("two indices", "\"index\":3", "\"index\":3,\"index\":3"),
        in_promise("two proofs", "\"proof\":[", "\"proof\":[],\"proof\":["),
    ]
}

fn values() -> Vec<Case> {
    let proof = |comment, value: Value| promise(comment, "/low/proof/0", value);
    let index = |comment, to: &str| {
        let text = late().to_string().replacen("\"index\":3,", &format!("\"index\":{to},"), 1);
        assert!(text.contains(to), "the index stands there");
        bad(comment, &text).flags(&["number"])
    };
    let unused = b64(&[0x77]).replace('w', "x");
    vec![
        replaced("an issuer as text", "\"issuer\":0", "\"issuer\":\"0\"").flags(&["type"]),
        replaced("issuer 65,536", "\"issuer\":0", "\"issuer\":65536").flags(&["number"]),
        replaced("issuer -0", "\"issuer\":0", "\"issuer\":-0").flags(&["number"]),
        replaced("an issuer with a fraction", "\"issuer\":0", "\"issuer\":0.0").flags(&["number"]),
        replaced("an issuer of null", "\"issuer\":0", "\"issuer\":null").flags(&["null"]),
        replaced("a lone surrogate", "\"checkpoint\":\"", "\"checkpoint\":\"\\ud83d")
            .flags(&["surrogate"]),
        replaced("a control character in a text", "\"checkpoint\":\"", "\"checkpoint\":\"\u{1}"),
        index("an index with a fraction", "3.0"),
        index("an index with an exponent", "3e0"),
        index("an index below zero", "-3"),
        index("an index of 2^64", "18446744073709551616"),
        index("an index as text", "\"3\""),
        promise("an entry with padding", "/entry", json!("dw==")).flags(&["base64"]),
        promise("an entry with unused bits", "/entry", json!(unused)).flags(&["base64"]),
        promise("an entry in the alphabet of base64", "/entry", json!("d/+A")).flags(&["base64"]),
        promise("an entry with a line feed", "/entry", json!("dw\n")).flags(&["base64"]),
        promise("an entry as a list", "/entry", json!([7])).flags(&["type"]),
        proof("a hash in capitals", json!("AB".repeat(32))).flags(&["hex"]),
        proof("a hash of 31 bytes", json!("ab".repeat(31))).flags(&["hex"]),
        proof("a hash as a list", json!([1])).flags(&["type"]),
        promise("a proof of null", "/low/proof", Value::Null).flags(&["null"]),
        promise("a proof as text", "/low/proof", json!("")).flags(&["type"]),
        promise("a neighbour of null", "/low", Value::Null).flags(&["null"]),
        promise("a neighbour as a list", "/low", json!([4, "", []])).flags(&["type"]),
        promise("elsewhere: false", "/elsewhere", json!(false)).flags(&["type"]),
        promise("elsewhere: an empty object", "/elsewhere", json!({})).flags(&["missing-key"]),
        promise("a receipt as text", "/receipt", json!(late()["receipt"].to_string()))
            .flags(&["type"]),
        promise("a receipt's signature in capitals", "/receipt/signature", json!("AB".repeat(64)))
            .flags(&["hex"]),
        promise("a checkpoint as a list of lines", "/checkpoint", json!(["a"])).flags(&["type"]),
    ]
}

fn lengths() -> Vec<Case> {
    let of = |comment, name: &str, length: usize| {
        let mut complaint = hidden(9);
        complaint[name] = json!(b64(&vec![0; length]));
        Case::invalid(comment, input(&complaint), "EVI-1").flags(&["length"])
    };
    vec![
        of("a request of 258 bytes", "request", 258),
        of("a request of 260 bytes", "request", 260),
        of("a vouching of 129 bytes", "vouching", 129),
        of("a vouching of 131 bytes", "vouching", 131),
        of("a response of 255 bytes", "response", 255),
        of("a response of 257 bytes", "response", 257),
    ]
}

fn campaigns() -> Vec<Case> {
    let with = |comment, manifest: &[u8]| {
        let mut complaint = hidden(9);
        complaint["manifest"] = json!(b64(manifest));
        Case::invalid(comment, input(&complaint), "EVI-2")
    };
    let told = |comment, complaint: &Value| {
        let mut input = input(complaint);
        input["campaign_id"] = json!(joint().id);
        Case::invalid(comment, input, "EVI-2")
    };
    let mut none = hidden(9);
    (none["manifest"], none["issuer"]) = (json!(""), json!(9));
    vec![
        told("another campaign than was asked about", &hidden(9)),
        told("another campaign than was asked about, of a promise", &late()),
        with("no manifest", b""),
        with("a manifest of an empty object", b"{}"),
        with("bytes that are no text", b"\xff"),
        Case::invalid("no manifest, and no such issuer (EVI-8)", input(&none), "EVI-2")
            .flags(&["order"]),
    ]
}
