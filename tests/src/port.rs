//! Ports on 127.0.0.1.

use std::net::{Ipv4Addr, TcpListener};

/// A port that nobody listens on at the moment.
///
/// For addresses that shall *not* answer, and for those that must be known before anything listens. Somebody else may
/// take it first: a server of ours listens on port 0 and says which one it got.
///
/// # Panics
/// When the machine has no port to give.
#[must_use]
pub fn unused() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port on 127.0.0.1");
    listener.local_addr().expect("the address of a bound listener").port()
}
