//! Everything that touches a secret's bytes: root keys, sealed tokens, digests, API keys.
