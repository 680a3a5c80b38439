"""Keeps tokens unreadable in the database: encrypted with the newest of our keys, readable with every one of them."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.domain.errors import CannotRun


class TokensUnreadable(CannotRun):
    """A stored token was encrypted with a key that we do not have."""


class Cipher:
    """Encrypts and decrypts with keys, the newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, text: str) -> str:
        """Encrypt with the newest key."""
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, stored: str) -> str:
        """Decrypt with whichever key fits; raises TokensUnreadable."""
        try:
            return self._fernet.decrypt(stored).decode()
        except InvalidToken:
            raise TokensUnreadable("A token in the database cannot be read with TOKEN_KEYS.") from None


def new_key() -> str:
    """Make a key."""
    return Fernet.generate_key().decode()
