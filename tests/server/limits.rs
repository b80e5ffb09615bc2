//! Bounds on what is worked on at once.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use headcount_tests::served::Served;

/// What the server works on at once ([spec: http §1]).
const CONCURRENCY: usize = 256;

#[test]
fn one_request_too_many_is_told_to_come_back() {
    let served = Served::new();
    let address = served.url.trim_start_matches("http://");
    // Requests whose bodies never come, each of which holds a place.
    let mut slow: Vec<TcpStream> = (0..CONCURRENCY)
        .map(|_| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream
                .write_all(
                    b"POST /pledge HTTP/1.1\r\nHost: h\r\nContent-Type: application/octet-stream\r\n\
                      Authorization: PrivateToken token=\"\"\r\nContent-Length: 36\r\n\r\n",
                )
                .unwrap();
            stream
        })
        .collect();
    let refused = (0..100).find_map(|_| {
        let answer = served.get("/count.json");
        std::thread::sleep(Duration::from_millis(50));
        (answer.status == 503).then_some(answer)
    });
    let refused = refused.expect("the places are taken");
    assert_eq!(refused.word(), "overloaded");
    assert_eq!(refused.header("retry-after"), Some("5"));

    // A slow client loses its place after some seconds.
    let mut answer = String::new();
    slow[0].set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = slow[0].read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    drop(slow);
    assert_eq!(served.get("/count.json").status, 200);
}
