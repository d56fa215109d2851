"""The var/ directory: what one set-up makes for itself and never shares (database, secret key, sockets)."""

import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit for the address of a Unix socket


def private_directory(path: Path) -> Path:
    """The directory at `path`, made if missing, that only this user can enter.

    Raises PermissionError when it belongs to somebody else, as it could in a shared temporary directory.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to somebody else; remove it, or set REDIS_URL or VAR_DIR.")
    path.chmod(0o700)
    return path


def secret_key(var: Path) -> str:
    """The secret key kept in `var`, made at the first call. For development only."""
    path = var / "secret_key"
    var.mkdir(parents=True, exist_ok=True)
    draft = var / f"secret_key.{os.getpid()}"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)  # fails if another process was first, so all of them read the same key
        except FileExistsError:
            return path.read_text()
        finally:
            draft.unlink()
    return path.read_text()


def socket_path(var: Path, name: str) -> Path:
    """Where a server of this set-up listens: in `var`, or, where that path is too long for a socket, in a short one."""
    path = var.resolve() / name
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"leadops-{os.geteuid()}-{digest}" / name
