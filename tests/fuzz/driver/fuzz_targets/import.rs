#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let _ = keystead_fuzz::import::check(input);
});
