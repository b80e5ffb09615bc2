//! Clients that take the server's time.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use headcount_tests::remote::{EMAIL, Supporter};
use headcount_tests::served::Served;

/// Far more than the server works on at once ([spec: http §1]).
const SLOW: usize = 600;

fn connect(served: &Served, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(served.url.trim_start_matches("http://")).unwrap();
    stream.write_all(bytes).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    stream
}

/// What the server says before it ends the connection.
fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// [HTTP-5]
#[test]
fn slow_clients_stand_in_nobodys_way() {
    let served = Served::new();
    let head = b"POST /pledge HTTP/1.1\r\nHost: h\r\nContent-Type: application/octet-stream\r\n\
                 Connection: close\r\nContent-Length: 36\r\n\r\n";
    let mut bodiless: Vec<_> = (0..SLOW).map(|_| connect(&served, head)).collect();
    let mut headless: Vec<_> = (0..SLOW).map(|_| connect(&served, b"GET / HT")).collect();
    assert_eq!(served.get("/count.json").status, 200);
    let supporter = Supporter::new(&served.campaign, 1, EMAIL, 0);
    assert_eq!(served.start_attempt(&supporter, "ada@example.org").status, 200);
    // Each of them is told, or dropped, in the end.
    let told = rest(&mut bodiless[0]);
    assert!(told.starts_with("HTTP/1.1 503") && told.contains("retry-after: 5"), "{told}");
    let dropped = rest(&mut headless[0]);
    assert!(dropped.is_empty() || dropped.starts_with("HTTP/1.1 408"), "{dropped}");
}

#[test]
fn an_endless_head_is_refused() {
    let served = Served::new();
    let mut long = b"GET /count.json HTTP/1.1\r\nHost: h\r\nX: ".to_vec();
    long.resize(40_000, b'x');
    let mut stream = TcpStream::connect(served.url.trim_start_matches("http://")).unwrap();
    let _ = stream.write_all(&long);
    stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let answer = rest(&mut stream);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(served.get("/count.json").status, 200);
}
