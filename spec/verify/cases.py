"""A test vector as an operation sees it: the file's form is in `spec/vectors/README.md`."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """The input of a case, and what cases of its file share."""

    input: Json
    bases: Json

    def has(self, name: str) -> bool:
        """Whether the input has this member."""
        return name in self.input

    def raw(self, name: str) -> bytes:
        """Bytes in hex."""
        return bytes.fromhex(self.input[name])

    def raws(self, name: str) -> list[bytes]:
        """An array of bytes in hex."""
        return [bytes.fromhex(value) for value in self.input[name]]

    def text(self, name: str) -> str:
        """A text."""
        value = self.input[name]
        assert isinstance(value, str), f"{name} is a text"
        return value

    def text_bytes(self, name: str) -> bytes:
        """A text in UTF-8, or, where it is none, the bytes of the member with `_hex` at its end.

        What `repeat` names stands in the text so many times; `base` names a text that several share.
        """
        if f"{name}_hex" in self.input:
            return self.raw(f"{name}_hex")
        if self.has("base"):
            return self._replaced(self.bases["texts"][self.input["base"]]).encode()
        text = self.text(name)
        if self.has("repeat"):
            part, times = self.input["repeat"]
            assert part in text, f"the text has {part!r}"
            text = text.replace(part, part * times, 1)
        return text.encode()

    def number(self, name: str) -> int:
        """A number."""
        value = self.input[name]
        assert isinstance(value, int), f"{name} is a number"
        return value

    def manifest(self) -> bytes:
        """A manifest, in one of its ways."""
        if self.has("manifest_hex"):
            return self.raw("manifest_hex")
        text = self._replaced(self.bases["manifests"][self.input["manifest"]])
        return text.encode().ljust(self.input.get("pad", 0))

    def _replaced(self, text: str) -> str:
        for old, new in self.input.get("replace", []):
            assert old in text, f"the text has {old!r}"
            text = text.replace(old, new, 1)
        return text

    def mirror(self) -> dict[str, bytes]:
        """The files of a mirror by their paths."""
        files = {**self.bases["mirrors"][self.input["mirror"]], **self.input.get("files", {})}
        return {path: bytes.fromhex(data) for path, data in files.items() if data is not None}
