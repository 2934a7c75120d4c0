//! Files and directories that only their owner may use.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process,
};

/// Makes the directory, mode 0700, with all above it. One that exists stays as it is.
pub(crate) fn make_dir(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes the directory a file is to stand in.
pub(crate) fn make_parent(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => make_dir(parent),
        _ => Ok(()),
    }
}

/// Writes a file of mode 0600, or replaces it as a whole: whoever reads meanwhile reads the old or the new one.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = Replacement::begin(path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

/// A file of mode 0600 that stands beside its place until it is complete. One that is given up is removed.
pub(crate) struct Replacement<'a> {
    file: File,
    beside: PathBuf,
    path: &'a Path,
}

impl<'a> Replacement<'a> {
    /// Makes it.
    pub(crate) fn begin(path: &'a Path) -> io::Result<Self> {
        // Named after the process: another one may write the same file.
        let beside = path.with_extension(format!("new-{}", process::id()));
        let _ = fs::remove_file(&beside);
        let mut options = File::options();
        options.write(true).create_new(true);
        let file = OpenOptionsExt::mode(&mut options, 0o600).open(&beside)?;
        // The mode above is subject to the process's mask; this one is not.
        file.set_permissions(Permissions::from_mode(0o600))?;
        Ok(Self { file, beside, path })
    }

    /// Puts it into its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.beside, self.path)
    }
}

impl Write for Replacement<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Replacement<'_> {
    fn drop(&mut self) {
        // Gone already where it is in its place.
        let _ = fs::remove_file(&self.beside);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn what_is_made_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a/b/dev.env");
        make_parent(&file).unwrap();
        make_parent(&file).unwrap();
        write(&file, "one").unwrap();
        write(&file, "two").unwrap();
        Replacement::begin(&file).unwrap().write_all(b"thr").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "two");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }
}
