//! A software authenticator for tests: every offered algorithm, any flag, any one fault.
