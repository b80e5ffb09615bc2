//! Elements, scalars and commitments ([spec: tag §2.1], [spec: tag §3.2]).

use serde_json::{Value, json};

use super::tag_sharing::{Sharing, join};
use crate::vectors::operations::tag::{commitments, element, scalar};
use crate::vectors::{Case, Group};

/// What a case is about, and the bytes in hex.
type Row = (&'static str, &'static str);

/// The identity.
pub(super) const IDENTITY: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";
/// A field element that is negative.
pub(super) const NEGATIVE: &str =
    "0100000000000000000000000000000000000000000000000000000000000000";

/// The cases of `element`.
pub(super) fn elements() -> Group {
    let input = |bytes: &str| json!({ "element": bytes });
    let mut cases: Vec<Case> =
        ELEMENTS.iter().map(|(comment, bytes)| Case::valid(comment, input(bytes))).collect();
    cases.push(Case::invalid("the identity", input(IDENTITY), "TAG-9").flags(&["identity"]));
    for (comment, bytes) in NO_ELEMENTS {
        cases.push(Case::invalid(comment, input(bytes), "TAG-8").flags(&["encoding"]));
    }
    Group { operation: "element", section: "tag §2.1", run: element, cases }
}

const ELEMENTS: [Row; 4] = [
    ("the generator", "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"),
    ("twice the generator", "6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919"),
    ("15 times the generator", "e0c418f7c8d9c4cdd7395b93ea124f3ad99021bb681dfc3302a9d99a2e53e64e"),
    (
        "a commitment of tag §4.3",
        "18da7ee4a23ad9d631d48b89d3e70c4036c758045e9c172645054633ac1a744e",
    ),
];

/// Those of RFC 9496 §A.3, and two with the highest bit set.
const NO_ELEMENTS: [Row; 31] = [
    ("not below p", "00ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
    ("not below p", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("not below p", "f3ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("p, a second form of 0", "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("0 with the highest bit", "0000000000000000000000000000000000000000000000000000000000000080"),
    (
        "the generator with the highest bit",
        "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2df6",
    ),
    ("negative: 1", NEGATIVE),
    ("negative", "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ("negative", "ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20"),
    ("negative", "c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562"),
    ("negative", "c940e5a4404157cfb1628b108db051a8d439e1a421394ec4ebccb9ec92a8ac78"),
    ("negative", "47cfc5497c53dc8e61c91d17fd626ffb1c49e2bca94eed052281b510b1117a24"),
    ("negative", "f1c6165d33367351b0da8f6e4511010c68174a03b6581212c71c0e1d026c3c72"),
    ("negative", "87260f7a2f12495118360f02c26a470f450dadf34a413d21042b43b9d93e1309"),
    ("no square", "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371"),
    ("no square", "4eac077a713c57b4f4397629a4145982c661f48044dd3f96427d40b147d9742f"),
    ("no square", "de6a7b00deadc788eb6b6c8d20c0ae96c2f2019078fa604fee5b87d6e989ad7b"),
    ("no square", "bcab477be20861e01e4a0e295284146a510150d9817763caf1a6f4b422d67042"),
    ("no square", "2a292df7e32cababbd9de088d1d1abec9fc0440f637ed2fba145094dc14bea08"),
    ("no square", "f4a9e534fc0d216c44b218fa0c42d99635a0127ee2e53c712f70609649fdff22"),
    ("no square", "8268436f8c4126196cf64b3c7ddbda90746a378625f9813dd9b8457077256731"),
    ("no square", "2810e5cbc2cc4d4eece54f61c6f69758e289aa7ab440b3cbeaa21995c2f4232b"),
    ("x·y is negative", "3eb858e78f5a7254d8c9731174a94f76755fd3941c0ac93735c07ba14579630e"),
    ("x·y is negative", "a45fdc55c76448c049a1ab33f17023edfb2be3581e9c7aade8a6125215e04220"),
    ("x·y is negative", "d483fe813c6ba647ebbfd3ec41adca1c6130c2beeee9d9bf065c8d151c5f396e"),
    ("x·y is negative", "8a2e1d30050198c65a54483123960ccc38aef6848e1ec8f5f780e8523769ba32"),
    ("x·y is negative", "32888462f8b486c68ad7dd9610be5192bbeaf3b443951ac1a8118419d9fa097b"),
    ("x·y is negative", "227142501b9d4355ccba290404bde41575b037693cef1f438c47f8fbf35d1165"),
    ("x·y is negative", "5c37cc491da847cfeb9281d407efc41e15144c876e0170b499a96a22ed31e01e"),
    ("x·y is negative", "445425117cb8c90edcbc7c1cc0e74f747f2c1efa5630a967c64f287792a48a4b"),
    ("−1, where y is 0", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
];

/// The cases of `scalar`.
pub(super) fn scalars() -> Group {
    let input = |bytes: &str| json!({ "scalar": bytes });
    let mut cases: Vec<Case> =
        SCALARS.iter().map(|(comment, bytes)| Case::valid(comment, input(bytes))).collect();
    for (comment, bytes) in NO_SCALARS {
        cases.push(Case::invalid(comment, input(bytes), "TAG-10"));
    }
    Group { operation: "scalar", section: "tag §2.1", run: scalar, cases }
}

const SCALARS: [Row; 4] = [
    ("1", "0100000000000000000000000000000000000000000000000000000000000000"),
    ("q − 1", "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
    ("2^252, which is below q", "0000000000000000000000000000000000000000000000000000000000000010"),
    ("2^248", "0000000000000000000000000000000000000000000000000000000000000001"),
];

const NO_SCALARS: [Row; 8] = [
    ("0", IDENTITY),
    ("q", "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
    ("q + 1", "eed3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"),
    ("2q", "daa7ebb934c624b0ac39ef45bdf3bd2900000000000000000000000000000020"),
    ("2^253", "0000000000000000000000000000000000000000000000000000000000000020"),
    ("1 with the highest bit", "0100000000000000000000000000000000000000000000000000000000000080"),
    ("2^255", "0000000000000000000000000000000000000000000000000000000000000080"),
    ("2^256 − 1", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"),
];

/// The cases of `commitments`.
pub(super) fn commitment_lists() -> Group {
    let few = |count| Sharing::named(&["a0", "a1", "a2"][..count], 5);
    let with = |sharing: &Sharing, member: &str, value: Value| {
        join(sharing.parameters(), &json!({ member: value }))
    };
    let list = |sharing: &Sharing, points: &[&str]| with(sharing, "commitments", json!(points));
    let [two, three] = [few(2), few(3)];
    let points = three.commitments();
    let [a0, a1, a2] = [0, 1, 2].map(|at| &points[at][..]);
    let names: Vec<String> = (0..64).map(|at| format!("a{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = Sharing::named(&names, 64);
    let cases = vec![
        Case::valid("1 of 1", Sharing::named(&["a0"], 1).parameters()),
        Case::valid("2 of 3: tag §4.3", Sharing::named(&["a0", "a1"], 3).parameters())
            .flags(&["worked-example"]),
        Case::valid("2 of 5", two.parameters()),
        Case::valid("3 of 5", three.parameters()),
        Case::valid("1 of 64: all shares are the key", Sharing::named(&["a0"], 64).parameters()),
        Case::valid("64 of 64", all.parameters()),
        Case::valid("f = 5 + 3x", Sharing::small(&[5, 3], 3).parameters()),
        Case::valid("f = 3 − x for 2 guardians", Sharing::small(&[3, -1], 2).parameters()),
        Case::valid("two commitments are equal", list(&two, &[a0, a0])),
        Case::invalid("no guardian", with(&few(1), "guardians", json!(0)), "TAG-13"),
        Case::invalid("65 guardians", with(&two, "guardians", json!(65)), "TAG-13"),
        Case::invalid("65,535 guardians", with(&two, "guardians", json!(65_535)), "TAG-13"),
        Case::invalid("a threshold of 0", with(&few(0), "guardians", json!(3)), "TAG-13"),
        Case::invalid("a threshold above n", with(&three, "guardians", json!(2)), "TAG-13"),
        Case::invalid("a threshold of 65", with(&two, "threshold", json!(65)), "TAG-13"),
        Case::invalid("one too many", list(&two, &[a0, a1, a2]), "TAG-14"),
        Case::invalid("one too few", list(&three, &[a0, a1]), "TAG-14"),
        Case::invalid("none", list(&two, &[]), "TAG-14"),
        Case::invalid("the first is the identity", list(&two, &[IDENTITY, a1]), "TAG-15"),
        Case::invalid("the last is the identity", list(&three, &[a0, a1, IDENTITY]), "TAG-15"),
        Case::invalid("the first is no element", list(&two, &[NEGATIVE, a1]), "TAG-8"),
        Case::invalid("the second is no element", list(&three, &[a0, NEGATIVE, a2]), "TAG-8"),
        Case::invalid("f = 2 − x: K_2 is the identity", zero_share(&[2, -1]), "TAG-15"),
        Case::invalid("f = 3 − x: K_3 is the identity", zero_share(&[3, -1]), "TAG-15"),
        Case::invalid("f = 1 − 2x + x²: K_1 is the identity", zero_share(&[1, -2, 1]), "TAG-15"),
        Case::invalid("no guardian, none needed", with(&few(0), "guardians", json!(0)), "TAG-13")
            .flags(&["two-faults"]),
        Case::invalid(
            "one too many, of them an identity",
            list(&two, &[a0, IDENTITY, a2]),
            "TAG-14",
        )
        .flags(&["two-faults"]),
        Case::invalid("the identity, then no element", list(&two, &[IDENTITY, NEGATIVE]), "TAG-15")
            .flags(&["two-faults"]),
        Case::invalid("no element, then the identity", list(&two, &[NEGATIVE, IDENTITY]), "TAG-8")
            .flags(&["two-faults"]),
    ];
    Group { operation: "commitments", section: "tag §3.2", run: commitments, cases }
}

fn zero_share(coefficients: &[i8]) -> Value {
    Sharing::small(coefficients, 3).parameters()
}
