//! Compiles the proto files and writes what is committed in `src/gen`.

use std::fs;
use std::path::{Path, PathBuf};

use prost_types::FileDescriptorSet;
use protox::Compiler;

use crate::debug::Redactions;

const PACKAGE: &str = "keystead.v1";

/// Of this package the descriptors are wanted and the code is not: who reads details of errors has `tonic-types`.
const DESCRIBED_ONLY: &str = "google.rpc";

/// Writes the descriptor set and the code into `directory`.
pub(crate) fn write_to(directory: &Path) {
    let compiler = compile();
    let redactions = Redactions::of(&compiler.descriptor_pool(), PACKAGE);
    write(&directory.join("descriptor.binpb"), &compiler.encode_file_descriptor_set());
    write(&directory.join("keystead.v1.debug.rs"), redactions.code().as_bytes());
    let mut files = compiler.file_descriptor_set();
    files.file.retain(|file| file.package() != DESCRIBED_ONLY);
    generate(files, &redactions, directory);
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a writable file");
}

fn compile() -> Compiler {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (own, third_party) = (repository.join("proto"), repository.join("third_party/proto"));
    let mut files = proto_files(&own.join("keystead/v1"));
    files.extend(proto_files(&third_party.join("google/rpc")));
    let mut compiler = Compiler::new([own, third_party]).expect("the include directories");
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(files).expect("proto files that compile");
    compiler
}

/// Sorted, because the order shows in what is generated.
fn proto_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("the directory is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "proto"));
    paths.sort();
    paths
}

/// With `prost::Name`, a `Refusal` knows the type URL under which it travels as a detail of a status.
fn generate(files: FileDescriptorSet, redactions: &Redactions, directory: &Path) {
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names().type_name_domain(["."], "type.googleapis.com");
    tonic_prost_build::configure()
        .btree_map(".")
        .skip_debug(redactions.messages())
        .client_mod_attribute(".", "#[cfg(feature = \"client\")]")
        .server_mod_attribute(".", "#[cfg(feature = \"server\")]")
        .emit_rerun_if_changed(false)
        .out_dir(directory)
        .compile_fds_with_config(files, config)
        .expect("code generated");
}
