//! The network between a counter and a witness, which the test can cut.

use std::io::copy;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What becomes of a connection.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// It is passed on.
    To(SocketAddr),
    /// It is closed at once.
    Cut,
    /// It is taken, and nobody ever answers.
    Stuck,
}

pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    way: Way,
    open: Vec<TcpStream>,
}

impl Proxy {
    /// A network that is cut.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { way: Way::Cut, open: Vec::new() }));
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mut state = shared.lock().unwrap();
                match state.way {
                    Way::Cut => drop(stream),
                    Way::Stuck => state.open.push(stream),
                    Way::To(target) => {
                        let Ok(there) = TcpStream::connect(target) else { continue };
                        state
                            .open
                            .extend([stream.try_clone().unwrap(), there.try_clone().unwrap()]);
                        pass(stream.try_clone().unwrap(), there.try_clone().unwrap());
                        pass(there, stream);
                    }
                }
            }
        });
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes the network, also for connections that are open.
    pub(crate) fn set(&self, way: Way) {
        let mut state = self.state.lock().unwrap();
        state.way = way;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let _ = copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}
