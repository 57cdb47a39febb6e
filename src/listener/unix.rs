//! The listener on a unix socket, beside the one on an address.

use std::{
    fs, io,
    os::unix::{
        fs::{FileTypeExt as _, PermissionsExt as _},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
};

use super::{BindError, UnixSocket};

/// A socket that is bound, and its file.
#[derive(Debug)]
pub(super) struct Bound {
    socket: UnixListener,
    file: File,
}

/// The file of a socket: it goes when this is dropped.
#[derive(Debug)]
pub(super) struct File(PathBuf);

impl Drop for File {
    fn drop(&mut self) {
        // Somebody else may have cleared it away already.
        let _ = fs::remove_file(&self.0);
    }
}

impl Bound {
    /// Binds with the mode in force from the first moment: under another name, which is then moved into place.
    pub(super) fn new(settings: &UnixSocket) -> Result<Self, BindError> {
        let failed = |source| BindError::Unix {
            path: settings.path.clone(),
            source,
        };
        refuse_taken(&settings.path).map_err(failed)?;
        let mut aside = settings.path.clone().into_os_string();
        aside.push(format!(".{}", std::process::id()));
        let aside = PathBuf::from(aside);
        let _ = fs::remove_file(&aside);
        let bind = || {
            let socket = UnixListener::bind(&aside)?;
            socket.set_nonblocking(true)?;
            fs::set_permissions(&aside, fs::Permissions::from_mode(settings.mode))?;
            fs::rename(&aside, &settings.path)?;
            Ok(socket)
        };
        let socket = bind().inspect_err(|_| drop(fs::remove_file(&aside)));
        Ok(Self {
            socket: socket.map_err(failed)?,
            file: File(settings.path.clone()),
        })
    }

    /// The same queue, for one data thread more.
    pub(super) fn share(&self) -> io::Result<UnixListener> {
        self.socket.try_clone()
    }

    /// The file alone. With the socket gone from here, the kernel refuses whoever comes when the last data thread has
    /// stopped accepting, instead of queueing them for nobody.
    pub(super) fn into_file(self) -> File {
        self.file
    }
}

/// A socket that a dead process left behind may be replaced; one that is in use, or a file of another kind, may not.
fn refuse_taken(path: &Path) -> io::Result<()> {
    let Ok(metadata) = fs::symlink_metadata(path) else {
        return Ok(());
    };
    if !metadata.file_type().is_socket() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(io::ErrorKind::AddrInUse.into()),
    }
}
