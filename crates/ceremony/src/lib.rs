//! WebAuthn: options out, response in, verified facts out; the sealed ceremony. Pure.
