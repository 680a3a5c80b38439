"""Where in a TOML text each key and list element stands, so that an error can name its line.

`tomllib` drops positions and tomlkit keeps the text's style but offers no line numbers, so this scanner
reads the text a second time. It trusts that `tomllib` accepted the text before.
"""

import re
from collections.abc import Sequence

KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
    (?P<blank>[ \t\r]+|\#[^\n]*) | (?P<newline>\n)
  | (?P<text>\"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*')
  | (?P<sign>\[|\]|\{|\}|,|=|\.)
  | (?P<bare>[^\s\[\]{},=.#"']+)
    """,
    re.VERBOSE | re.DOTALL,
)


def lines_of_keys(text: str) -> dict[KeyPath, int]:
    """Find the line, from 1, of every table, key and list element of a valid TOML text."""
    scanner = _Scanner(text)
    scanner.read_document()
    return scanner.lines


def line_of(lines: dict[KeyPath, int], path: Sequence[str | int]) -> int:
    """Choose the line of a key; of what holds it if the key is absent; 1 if that is the file itself."""
    holders = (tuple(path[:length]) for length in range(len(path), 0, -1))
    return next((lines[holder] for holder in holders if holder in lines), 1)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._tokens: list[tuple[str, str, int]] = []
        self._next = 0
        self._counts: dict[KeyPath, int] = {}
        line = 1
        for match in _TOKEN.finditer(text):
            if match.lastgroup != "blank":
                self._tokens.append((match.lastgroup or "", match.group(), line))
            line += match.group().count("\n")

    def read_document(self) -> None:
        table: KeyPath = ()
        while self._skip_newlines():
            if self._sign() == "[":
                table = self._read_header()
            else:
                self._read_pair(table)

    def _read_header(self) -> KeyPath:
        line = self._take()[2]
        is_list = self._sign() == "["
        if is_list:
            self._take()
        path: KeyPath = ()
        names = self._read_key()
        for position, name in enumerate(names):
            path = (*path, name)
            if is_list and position == len(names) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
            self.lines.setdefault(path, line)
            if path in self._counts:
                path = (*path, self._counts[path])
        self.lines[path] = line
        for _ in range(2 if is_list else 1):
            self._take()
        return path

    def _read_pair(self, table: KeyPath) -> None:
        line = self._tokens[self._next][2]
        path = (*table, *self._read_key())
        self._take()  # the equals sign
        self._read_value(path, line)

    def _read_key(self) -> list[str]:
        names = []
        while self._sign() not in {"]", "="}:
            kind, value, _ = self._take()
            if kind != "sign":
                names.append(value[1:-1] if kind == "text" else value)
        return names

    def _read_value(self, path: KeyPath, line: int) -> None:
        self.lines[path] = line
        opening = self._sign()
        if opening == "[":
            self._read_list(path)
        elif opening == "{":
            self._read_inline_table(path)
        else:
            # A number such as 1.5 is several tokens; it ends where its line or its container goes on.
            while self._next < len(self._tokens) and self._tokens[self._next][1] not in {"\n", ",", "]", "}"}:
                self._take()

    def _read_list(self, path: KeyPath) -> None:
        self._take()
        index = 0
        while self._skip_newlines() and self._sign() != "]":
            if self._sign() == ",":
                self._take()
                index += 1
                continue
            self._read_value((*path, index), self._tokens[self._next][2])
        self._take()

    def _read_inline_table(self, path: KeyPath) -> None:
        self._take()
        while self._skip_newlines() and self._sign() != "}":
            if self._sign() == ",":
                self._take()
                continue
            self._read_pair(path)
        self._take()

    def _take(self) -> tuple[str, str, int]:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _sign(self) -> str:
        kind, value, _ = self._tokens[self._next]
        return value if kind == "sign" else ""

    def _skip_newlines(self) -> bool:
        while self._next < len(self._tokens) and self._tokens[self._next][0] == "newline":
            self._next += 1
        return self._next < len(self._tokens)
