//! URLs: [CAM-27], [CAM-28] and [CAM-29]. They stand where the attester's URL does, on which no
//! other rule bears.

use serde_json::{Value, json};

use super::base::set;
use crate::vectors::Case;

pub(super) fn cases() -> Vec<Case> {
    [normal(), hosts(), paths(), lengths(), parts(), schemes()].concat()
}

fn input(url: &str) -> Value {
    set(&[("/issuers/0/attester/url", json!(url))])
}

fn valid(comment: &'static str, url: &str) -> Case {
    Case::valid(comment, input(url))
}

fn form(comment: &'static str, url: &str) -> Case {
    Case::invalid(comment, input(url), "CAM-27")
}

fn normal() -> Vec<Case> {
    vec![
        valid("a host", "https://pledge.example"),
        valid("a host and a path", "https://pledge.example/base"),
        valid("a port", "https://pledge.example:8443"),
        valid("the port of the other scheme", "https://pledge.example:80"),
        form("a slash at the end", "https://pledge.example/").flags(&["slash"]),
        form("a slash at the end of the path", "https://pledge.example/base/").flags(&["slash"]),
        form("two slashes at the end", "https://pledge.example//").flags(&["slash"]),
        form("a scheme in capitals", "HTTPS://pledge.example").flags(&["capitals"]),
        form("a host in capitals", "https://PLEDGE.example").flags(&["capitals"]),
        form("the port of the scheme", "https://pledge.example:443").flags(&["port"]),
        form("the port of http", "http://localhost:80").flags(&["port"]),
        form("a colon and no port", "https://pledge.example:").flags(&["port"]),
        form("a port with a leading zero", "https://pledge.example:08443").flags(&["port"]),
        form("a port above 65535", "https://pledge.example:65536").flags(&["port"]),
        form("a port that is no number", "https://pledge.example:https").flags(&["port"]),
        form("no scheme", "pledge.example"),
        form("no scheme but slashes", "//pledge.example"),
        form("a scheme without slashes", "https:pledge.example").flags(&["slash"]),
        form("a scheme with one slash", "https:/pledge.example").flags(&["slash"]),
        form("a scheme with three slashes", "https:///pledge.example").flags(&["slash"]),
        form("backslashes", "https:\\\\pledge.example").flags(&["slash"]),
        form("nothing", ""),
        form("a scheme alone", "https://"),
        form("a port alone", "https://:8443").flags(&["port"]),
        form("a space before it", " https://pledge.example").flags(&["white-space"]),
        form("a space behind it", "https://pledge.example ").flags(&["white-space"]),
        form("a line feed behind it", "https://pledge.example\n").flags(&["white-space"]),
        form("a tab within it", "https://pledge\t.example").flags(&["white-space"]),
    ]
}

fn hosts() -> Vec<Case> {
    let idn = |comment, url| form(comment, url).flags(&["idn"]);
    let ip = |comment, url| form(comment, url).flags(&["ip-address"]);
    vec![
        valid("a name of other letters", "https://xn--e1afmkfd.xn--p1ai").flags(&["idn"]),
        idn("the same as people write it", "https://пример.рф"),
        idn("the same in capitals", "https://XN--E1AFMKFD.xn--p1ai"),
        idn("full-width letters", "https://ｐledge.example"),
        idn("an ideographic full stop", "https://pledge。example"),
        idn("a soft hyphen", "https://pl\u{ad}edge.example"),
        idn("a percent-encoded letter", "https://%70ledge.example"),
        idn("a space", "https://pledge example"),
        idn("an angle bracket", "https://pledge<.example"),
        idn("a percent sign", "https://pledge%.example"),
        valid("an address", "https://192.0.2.1").flags(&["ip-address"]),
        ip("a leading zero", "https://192.0.2.01"),
        ip("a number for four", "https://3221225985"),
        ip("hexadecimal", "https://0xc0.0.2.1"),
        ip("three numbers", "https://192.0.513"),
        ip("a number above 255", "https://192.0.2.256"),
        ip("five numbers", "https://192.0.2.1.1"),
        ip("a point behind it", "https://192.0.2.1."),
        valid("an address of IPv6", "https://[2001:db8::1]/x").flags(&["ip-address"]),
        ip("IPv6 with leading zeros", "https://[2001:0db8::1]"),
        ip("IPv6 in capitals", "https://[2001:DB8::1]"),
        ip("IPv6 without its shortening", "https://[2001:db8:0:0:0:0:0:1]"),
        ip("IPv6 that ends as IPv4", "https://[2001:db8::192.0.2.1]"),
        ip("IPv6 with a zone", "https://[fe80::1%25eth0]"),
        ip("IPv6 without brackets", "https://2001:db8::1"),
        ip("an open bracket", "https://[2001:db8::1"),
    ]
}

fn paths() -> Vec<Case> {
    let dots = |comment, url| form(comment, url).flags(&["dot-segment"]);
    let encoded = |comment, url| form(comment, url).flags(&["percent-encoding"]);
    let mark = |comment, url| form(comment, url).flags(&["mark"]);
    vec![
        valid("capitals in the path", "https://pledge.example/A/b"),
        valid("an empty segment", "https://pledge.example/a//b").flags(&["slash"]),
        valid("the marks that a path may have", "https://pledge.example/~a-._"),
        valid("a digit", "https://pledge.example/0"),
        encoded("an encoded letter", "https://pledge.example/%61"),
        encoded("an encoded space", "https://pledge.example/a%20b"),
        encoded("an encoded slash", "https://pledge.example/a%2Fb"),
        encoded("encoded in small digits", "https://pledge.example/%c3%a9"),
        encoded("encoded in capital digits", "https://pledge.example/%C3%A9"),
        encoded("a percent sign in the path", "https://pledge.example/100%"),
        valid("three points", "https://pledge.example/...").flags(&["dot-segment"]),
        dots("a segment up", "https://pledge.example/a/../b"),
        dots("a segment up beyond the first", "https://pledge.example/../b"),
        dots("a segment of one point", "https://pledge.example/./b"),
        dots("a point at the end", "https://pledge.example/a/."),
        dots("encoded points", "https://pledge.example/a/%2e%2e/b"),
        dots("one of two points encoded", "https://pledge.example/a/.%2E/b"),
        encoded("a space", "https://pledge.example/a b"),
        encoded("a letter beyond ASCII", "https://pledge.example/é"),
        encoded("a quote", "https://pledge.example/\""),
        encoded("an angle bracket", "https://pledge.example/<"),
        encoded("a brace", "https://pledge.example/{"),
        mark("a caret", "https://pledge.example/a^b"),
        mark("a vertical bar", "https://pledge.example/a|b"),
        mark("a backtick", "https://pledge.example/a`b"),
        mark("a bracket", "https://pledge.example/a[b"),
        mark("an exclamation mark", "https://pledge.example/a!b"),
        mark("a dollar sign", "https://pledge.example/a$b"),
        mark("an ampersand", "https://pledge.example/a&b"),
        mark("an apostrophe", "https://pledge.example/a'b"),
        mark("parentheses", "https://pledge.example/(a)"),
        mark("an asterisk", "https://pledge.example/*"),
        mark("a plus sign", "https://pledge.example/a+b"),
        mark("a comma", "https://pledge.example/a,b"),
        mark("a semicolon", "https://pledge.example/a;b"),
        mark("an equals sign", "https://pledge.example/a=b"),
        mark("a colon in the path", "https://pledge.example/a:b"),
        mark("an at sign in the path", "https://pledge.example/@a"),
        mark("a caret, and http to another host", "http://pledge.example/^"),
        mark("a caret, and a query", "https://pledge.example/^?q"),
        form("a backslash in the path", "https://pledge.example/a\\b").flags(&["slash"]),
        form("a line feed in the path", "https://pledge.example/a\nb").flags(&["white-space"]),
    ]
}

fn lengths() -> Vec<Case> {
    let url = |length: usize| {
        let start = "https://pledge.example/";
        format!("{start}{}", "x".repeat(length - start.len()))
    };
    vec![
        valid("512 bytes", &url(512)).flags(&["length"]),
        form("513 bytes", &url(513)).flags(&["length"]),
    ]
}

fn parts() -> Vec<Case> {
    let parts = |comment, url| Case::invalid(comment, input(url), "CAM-28");
    vec![
        parts("a user", "https://a@pledge.example"),
        parts("a user and a password", "https://a:b@pledge.example"),
        parts("a password", "https://:b@pledge.example"),
        parts("a query", "https://pledge.example/?q"),
        parts("a query behind a path", "https://pledge.example/base?q=1"),
        parts("an empty query", "https://pledge.example/base?").flags(&["empty"]),
        parts("a fragment", "https://pledge.example/base#f"),
        parts("an empty fragment", "https://pledge.example/base#").flags(&["empty"]),
        parts("a user, and http", "http://a@pledge.example").flags(&["order"]),
        form("an empty user", "https://@pledge.example").flags(&["empty"]),
        form("an empty password", "https://a:@pledge.example").flags(&["empty"]),
        form("a query right behind the host", "https://pledge.example?q"),
        form("a fragment right behind the host", "https://pledge.example#f"),
        form("a user with an at sign", "https://a@b@pledge.example"),
    ]
}

fn schemes() -> Vec<Case> {
    let local = |comment, url| valid(comment, url).flags(&["http"]);
    let bad = |comment, url| Case::invalid(comment, input(url), "CAM-29").flags(&["http"]);
    let other = |comment, url| Case::invalid(comment, input(url), "CAM-29").flags(&["scheme"]);
    vec![
        local("http to localhost", "http://localhost"),
        local("http to a port and path of localhost", "http://localhost:8080/base"),
        local("http to a loopback address", "http://127.0.0.1:8080"),
        local("http to the last loopback address", "http://127.255.255.255"),
        local("http to the loopback address of IPv6", "http://[::1]:8080"),
        local("http to an onion address", "http://pledge.onion"),
        local("http below an onion address", "http://a.pledge.onion:8080/base"),
        valid("https to localhost", "https://localhost"),
        valid("https to an onion address", "https://pledge.onion"),
        form("a short loopback address", "http://127.1").flags(&["http", "ip-address"]),
        bad("http to another host", "http://pledge.example"),
        bad("http to a private address", "http://10.0.0.1"),
        bad("http to the address before the loopback ones", "http://126.255.255.255"),
        bad("http to the address behind the loopback ones", "http://128.0.0.0"),
        bad("http to the address of no host", "http://0.0.0.0"),
        bad("http to the address of no host of IPv6", "http://[::]"),
        bad("http to IPv6 that maps a loopback address", "http://[::ffff:7f00:1]"),
        bad("http to a host below localhost", "http://a.localhost"),
        bad("http to localhost with a point behind it", "http://localhost."),
        bad("http to a name that begins with localhost", "http://localhost.example"),
        bad("http to the top of onion addresses", "http://onion"),
        bad("http to a name that ends in onion", "http://pledgeonion"),
        bad("http to a name with onion in the middle", "http://pledge.onion.example"),
        bad("http to an onion address with a point behind it", "http://pledge.onion."),
        other("another scheme to localhost", "ftp://127.0.0.1"),
        other("web sockets", "wss://pledge.example"),
        other("a file", "file:///pledge"),
        other("data", "data:text"),
        other("a script", "javascript:alert(1)"),
        other("mail", "mailto:a@pledge.example"),
        other("a blank page", "about:blank"),
        other("another scheme, and a percent sign", "ftp://127.0.0.1/a%20b"),
    ]
}
