//! Domains of addresses: UTS 46 and what is asked beyond it ([spec: tag §1.2] step 3).

use serde_json::json;

use super::email::{Row, accepted, refused};
use crate::vectors::Case;

const STEP: &str = "tag §1.2 step 3";

/// The cases of `email` that are about the domain.
pub(super) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = accepted(&HOSTS, &["domain"]).collect();
    cases.extend(accepted(&MAPPED, &["domain", "idn"]));
    cases.extend(refused(&NO_HOST, &["domain"], STEP));
    cases.extend(refused(&NOT_MAPPED, &["domain", "idn"], STEP));
    cases.extend(lengths());
    cases
}

const HOSTS: [Row; 10] = [
    ("digits in a label", "ann@4chan.example"),
    ("a label of digits that is not the last", "ann@123.example"),
    ("a last label with digits in it", "ann@example.c0m"),
    ("a last label that begins with a digit", "ann@example.1a"),
    ("a hyphen inside", "ann@ex-ample.org"),
    ("hyphens in the third and fourth place", "ann@ex--ample.org"),
    ("many labels", "ann@a.b.c.d.e.f.example.org"),
    ("a label in its ASCII form", "ann@xn--80a1acny.xn--p1ai"),
    ("a label in its ASCII form, in capitals", "ann@XN--80A1ACNY.xn--P1AI"),
    ("an ASCII form of sharp s", "ann@xn--fa-hia.example"),
];

const MAPPED: [Row; 31] = [
    ("Cyrillic", "ann@Почта.РФ"),
    ("Cyrillic before the @ too", "почта@почта.рф"),
    ("sharp s is not ss (non-transitional)", "ann@faß.example"),
    ("ss is another domain", "ann@fass.example"),
    ("a final sigma is kept (non-transitional)", "ann@βόλος.example"),
    ("a capital sigma becomes the other sigma", "ann@ΒΌΛΟΣ.example"),
    ("capital I with a dot becomes i and a dot above", "ann@\u{130}.example"),
    ("dotless i", "ann@d\u{131}n.example"),
    ("decomposed (NFD)", "ann@exa\u{301}mple.org"),
    ("composed (NFC)", "ann@ex\u{e1}mple.org"),
    ("full-width letters", "ann@ｅｘａｍｐｌｅ.org"),
    ("full-width digits and hyphen", "ann@ex－１.org"),
    ("an ideographic full stop", "ann@example\u{3002}org"),
    ("a full-width full stop", "ann@example\u{ff0e}org"),
    ("a half-width ideographic full stop", "ann@example\u{ff61}org"),
    ("a soft hyphen is ignored", "ann@ex\u{ad}ample.org"),
    ("a zero-width space is ignored", "ann@ex\u{200b}ample.org"),
    ("a variation selector is ignored", "ann@ex\u{fe0f}ample.org"),
    ("one character for three letters", "ann@\u{2121}.example"),
    ("a digit in a circle", "ann@\u{2460}.example"),
    ("a letter in a circle", "ann@\u{24b6}bc.example"),
    ("Japanese", "ann@例え.テスト"),
    ("Chinese", "ann@中国.中国"),
    ("Arabic", "ann@مثال.إختبار"),
    ("Arabic below an ASCII domain", "ann@مثال.example"),
    ("Hebrew with a digit at the end", "ann@\u{5d0}0.example"),
    ("Hebrew", "ann@דוגמה.טעסט"),
    ("Devanagari", "ann@उदाहरण.परीक्षा"),
    ("a zero-width joiner after a virama", "ann@\u{915}\u{94d}\u{200d}\u{937}.example"),
    ("a zero-width non-joiner between joining letters", "ann@نامه\u{200c}ای.example"),
    ("a symbol: UTS 46 takes it, IDNA 2008 does not", "ann@\u{2603}.example"),
];

const NO_HOST: [Row; 32] = [
    ("no domain", "ann@"),
    ("one label", "ann@localhost"),
    ("one label in another script", "ann@рф"),
    ("a dot alone", "ann@."),
    ("a dot at the start", "ann@.example.org"),
    ("a dot at the end", "ann@example.org."),
    ("an ideographic full stop at the end", "ann@example.org\u{3002}"),
    ("one label and a dot at the end", "ann@localhost."),
    ("two dots", "ann@example..org"),
    ("an IPv4 address", "ann@192.0.2.1"),
    ("an IPv4 address in full-width digits", "ann@１９２.０.２.１"),
    ("an IPv4 address in brackets", "ann@[192.0.2.1]"),
    ("an IPv6 address in brackets", "ann@[IPv6:2001:db8::1]"),
    ("a last label of digits", "ann@example.123"),
    ("two numbers", "ann@1.2"),
    ("a label that begins with a hyphen", "ann@-example.org"),
    ("a label that ends with a hyphen", "ann@example-.org"),
    ("a last label that ends with a hyphen", "ann@example.org-"),
    ("a hyphen alone", "ann@-.org"),
    ("an underscore", "ann@exa_mple.org"),
    ("a space", "ann@exa mple.org"),
    ("a tab", "ann@exa\tmple.org"),
    ("a zero byte", "ann@exa\0mple.org"),
    ("a port", "ann@example.org:25"),
    ("a slash", "ann@example.org/x"),
    ("a percent sign", "ann@ex%61mple.org"),
    ("a plus", "ann@example+x.org"),
    ("a comma and another address", "ann@example.org,bob"),
    ("a closing angle bracket", "ann@example.org>"),
    ("an address in angle brackets", "<ann@example.org>"),
    ("a comment", "ann@example.org(work)"),
    ("a control that is no white space, at the end", "ann@example.org\u{1c}"),
];

const NOT_MAPPED: [Row; 25] = [
    ("an ASCII form that is no Punycode", "ann@xn--a.example"),
    ("an ASCII form of nothing", "ann@xn--.example"),
    ("an ASCII form with another letter in it", "ann@xn--\u{e9}.example"),
    ("an ASCII form of a capital", "ann@xn--dca.example"),
    ("an ASCII form of decomposed letters", "ann@xn--a-xbb.example"),
    ("a mark that begins a label", "ann@\u{301}a.example"),
    ("a label of one mark", "ann@\u{301}.example"),
    ("a zero-width joiner after a letter", "ann@a\u{200d}b.example"),
    ("a zero-width joiner at the start", "ann@\u{200d}a.example"),
    ("a zero-width non-joiner after a letter", "ann@a\u{200c}b.example"),
    ("a zero-width non-joiner at the end", "ann@نامه\u{200c}.example"),
    ("a Latin label that ends in Hebrew", "ann@a\u{5d0}.example"),
    ("a Hebrew label that ends in Latin", "ann@\u{5d0}a.example"),
    ("a Hebrew label that begins with a digit", "ann@0\u{5d0}.example"),
    ("European and Arabic digits in one label", "ann@\u{627}1\u{661}.example"),
    ("a label of digits beside a Hebrew one", "ann@1.\u{5d0}.example"),
    ("a Hebrew label that ends with a hyphen", "ann@\u{5d0}-.example"),
    ("a right-to-left override", "ann@\u{202e}example.org"),
    ("a left-to-right mark", "ann@exa\u{200e}mple.org"),
    ("a line separator inside", "ann@exa\u{2028}mple.org"),
    ("a full-width @", "ann@lee\u{ff20}example.org"),
    ("a character that stands for a/c", "ann@\u{2100}.example"),
    ("a no-break space inside", "ann@exa\u{a0}mple.org"),
    ("a private-use character", "ann@\u{e000}.example"),
    ("the replacement character", "ann@\u{fffd}.example"),
];

fn lengths() -> [Case; 5] {
    let case = |domain: &str| json!({ "text": format!("ann@{domain}") });
    let label = |length: usize| format!("{}.example", "b".repeat(length));
    let wide = |length: usize| format!("{}.example", "д".repeat(length));
    let flags: &[&str] = &["domain", "length"];
    [
        Case::valid("a label of 63 octets", case(&label(63))).flags(flags),
        Case::invalid("a label of 64 octets", case(&label(64)), STEP).flags(flags),
        Case::valid("a label of 63 octets in ASCII", case(&wide(57))).flags(flags),
        Case::invalid("a label of 64 octets in ASCII", case(&wide(58)), STEP).flags(flags),
        Case::invalid("320 octets in ASCII", case(&format!("{}org", "д.".repeat(40))), STEP)
            .flags(flags),
    ]
}
