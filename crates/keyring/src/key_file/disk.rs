//! Key files on disk: read only where nobody else can, replaced as a whole.

use std::{
    fs::{self, File, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, fchown},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{KeyFile, Problem};

const MODE: u32 = 0o600;
/// Bits that let the group or everybody do something.
const OTHERS: u32 = 0o077;

/// Why a key file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none.
    #[error("there is no key file {path}; make one with `keystead keys generate --file {path}`", path = .path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// Group or everybody may use it.
    #[error("others may use the key file {path} (mode {mode:04o}); run `chmod 600 {path}`", path = .path.display())]
    Exposed {
        /// Where it is.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It cannot be read.
    #[error("the key file {path} cannot be read", path = .path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds something else than keys.
    #[error("the key file {path} is not valid: {problem}", path = .path.display())]
    Invalid {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        problem: Problem,
    },
    /// There is one already, which is not overwritten.
    #[error("there is a file {path} already; its keys would be lost", path = .path.display())]
    Exists {
        /// Where it is.
        path: PathBuf,
    },
    /// It cannot be written. What stood there still does.
    #[error("the key file {path} cannot be written", path = .path.display())]
    Unwritable {
        /// Where it should be.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl KeyFile {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Exposed`], [`Error::Unreadable`] or [`Error::Invalid`].
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
        let file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => Error::Missing { path: path.to_owned() },
            _ => unreadable(source),
        })?;
        // Asked of the open file, not of the path: what is checked is what is read.
        let metadata = file.metadata().map_err(unreadable)?;
        let mode = metadata.mode() & 0o7777;
        if mode & OTHERS != 0 {
            return Err(Error::Exposed { path: path.to_owned(), mode });
        }
        let bytes = read_all(file, metadata.len()).map_err(unreadable)?;
        std::str::from_utf8(&bytes)
            .map_err(|_| Problem::Encoding)
            .and_then(Self::from_text)
            .map_err(|problem| Error::Invalid { path: path.to_owned(), problem })
    }

    /// Writes a file where there is none.
    ///
    /// # Errors
    /// [`Error::Exists`] or [`Error::Unwritable`].
    pub fn write_new(&self, path: &Path) -> Result<(), Error> {
        let written = self.write_beside(path).and_then(|file| {
            file.persist_noclobber(path)?;
            sync_directory(path)
        });
        written.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Error::Exists { path: path.to_owned() },
            _ => Error::Unwritable { path: path.to_owned(), source },
        })
    }

    /// Replaces the file, or makes it: whoever reads meanwhile reads the old or the new one. An existing file's owner
    /// stays its owner.
    ///
    /// # Errors
    /// [`Error::Unwritable`]; the old file is still there.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let written = self.write_beside(path).and_then(|file| {
            keep_owner(&file, path)?;
            file.persist(path)?;
            sync_directory(path)
        });
        written.map_err(|source| Error::Unwritable { path: path.to_owned(), source })
    }

    /// A complete file of another name in the same directory, on disk.
    fn write_beside(&self, path: &Path) -> io::Result<NamedTempFile> {
        let mut file = tempfile::Builder::new()
            .prefix(".keystead-keys-")
            .permissions(Permissions::from_mode(MODE))
            .tempfile_in(directory(path))?;
        file.write_all(self.to_text().as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file)
    }
}

/// Reads into a buffer that does not grow: a growing one would leave copies of the secrets behind.
fn read_all(mut file: File, len: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let capacity = usize::try_from(len).unwrap_or(usize::MAX).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::new());
    bytes.try_reserve_exact(capacity)?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An operator who rotates as root must not take the file away from the account that serves.
fn keep_owner(file: &NamedTempFile, path: &Path) -> io::Result<()> {
    let (new, old) = match (file.as_file().metadata(), fs::metadata(path)) {
        (Ok(new), Ok(old)) => (new, old),
        (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        (Err(error), _) | (_, Err(error)) => return Err(error),
    };
    if (new.uid(), new.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(file.as_file(), Some(old.uid()), Some(old.gid()))
}

/// Without it the rename itself may be lost in a power cut.
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(directory(path))?.sync_all()
}

fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use keystead_domain::Timestamp;
    use tempfile::TempDir;

    use super::*;

    fn file(byte: u8) -> KeyFile {
        KeyFile::generate(Timestamp::from_micros(0), [byte; 36])
    }

    fn place() -> (TempDir, PathBuf) {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("keys.toml");
        (directory, path)
    }

    fn names(directory: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(directory.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_was_written_is_read_and_nobody_else_may() {
        let (directory, path) = place();
        file(1).write_new(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        file(2).save(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o600);
        assert_eq!(KeyFile::read(&path).unwrap().to_text(), file(2).to_text());
        assert_eq!(names(&directory), ["keys.toml"]);
    }

    #[test]
    fn a_new_file_never_replaces_one() {
        let (directory, path) = place();
        file(1).write_new(&path).unwrap();
        assert!(matches!(file(2).write_new(&path), Err(Error::Exists { .. })));
        assert_eq!(KeyFile::read(&path).unwrap().to_text(), file(1).to_text());
        assert_eq!(names(&directory), ["keys.toml"]);
    }

    #[test]
    fn a_file_that_others_may_use_is_refused_with_the_remedy() {
        let (_directory, path) = place();
        file(1).write_new(&path).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o660, 0o777] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let error = KeyFile::read(&path).unwrap_err();
            assert!(matches!(error, Error::Exposed { mode: seen, .. } if seen == mode), "{mode:o}");
            assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{error}");
        }
        for mode in [0o600, 0o400, 0o700] {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            assert!(KeyFile::read(&path).is_ok(), "{mode:o}");
        }
    }

    #[test]
    fn a_link_is_judged_by_the_file_it_leads_to() {
        let (directory, path) = place();
        file(1).write_new(&path).unwrap();
        let link = directory.path().join("link");
        symlink(&path, &link).unwrap();
        assert!(KeyFile::read(&link).is_ok());
        fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(KeyFile::read(&link), Err(Error::Exposed { .. })));
    }

    #[test]
    fn a_missing_file_says_how_to_make_one() {
        let (_directory, path) = place();
        let error = KeyFile::read(&path).unwrap_err();
        assert!(matches!(error, Error::Missing { .. }));
        let command = format!("`keystead keys generate --file {}`", path.display());
        assert!(error.to_string().contains(&command), "{error}");
    }

    #[test]
    fn a_file_of_something_else_is_invalid_and_a_directory_unreadable() {
        let (directory, path) = place();
        file(1).write_new(&path).unwrap();
        for (content, expected) in [
            (&b"\xff"[..], Problem::Encoding),
            (b"", Problem::Line(1)),
            (b"version = 1\n", Problem::Active(0)),
        ] {
            fs::write(&path, content).unwrap();
            let error = KeyFile::read(&path).unwrap_err();
            assert!(matches!(error, Error::Invalid { problem, .. } if problem == expected), "{error}");
        }
        fs::set_permissions(directory.path(), Permissions::from_mode(0o700)).unwrap();
        assert!(matches!(KeyFile::read(directory.path()), Err(Error::Unreadable { .. })));
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_nothing_behind() {
        let (directory, path) = place();
        let nowhere = path.join("keys.toml");
        assert!(matches!(file(1).save(&nowhere), Err(Error::Unwritable { .. })));
        assert!(matches!(file(1).write_new(&nowhere), Err(Error::Unwritable { .. })));
        fs::create_dir(&path).unwrap();
        assert!(matches!(file(1).save(&path), Err(Error::Unwritable { .. })));
        assert_eq!(names(&directory), ["keys.toml"]);
    }
}
