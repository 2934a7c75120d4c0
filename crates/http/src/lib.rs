//! Plain HTTP beside gRPC: the playground of serve --dev.
