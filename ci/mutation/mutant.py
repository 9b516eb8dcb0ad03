"""A mutant: one small change of one file, with a name that outlives edits elsewhere."""
import dataclasses
import hashlib
import os
import subprocess


def short_hash(*parts):
    return hashlib.sha1("\0".join(parts).encode()).hexdigest()[:10]


@dataclasses.dataclass
class Mutant:
    """A change that the parser found. `offset` counts bytes; everything but the place makes the identity."""

    file: str
    function: str
    kind: str
    line_text: str
    original: str
    replacement: str
    offset: int
    line: int
    column: int
    ordinal: int = 0  # of those that are otherwise the same

    @property
    def id(self):
        return short_hash(*self.equality(), str(self.ordinal))

    def equality(self):
        return (self.file, self.function, self.kind, self.line_text, self.original, self.replacement)

    @property
    def files(self):
        return [self.file]

    @property
    def place(self):
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def change(self):
        if not self.original:
            return f"+ {one_line(self.replacement)}"
        return f"{one_line(self.original)} -> {one_line(self.replacement)}"

    def apply(self, root):
        """Changes the file below root. False if what is there is not what the parser saw."""
        path = os.path.join(root, self.file)
        with open(path, "rb") as file:
            content = file.read()
        end = self.offset + len(self.original.encode())
        if content[self.offset:end] != self.original.encode():
            return False
        with open(path, "wb") as file:
            file.write(content[:self.offset] + self.replacement.encode() + content[end:])
        return True


@dataclasses.dataclass
class Patch:
    """A change that a person wrote as a unified diff."""

    path: str
    text: str
    kind: str = "patch"
    function: str = ""

    @property
    def id(self):
        return short_hash(self.text)

    def equality(self):
        return (self.text,)

    @property
    def files(self):
        targets = (line[4:].split("\t")[0].strip() for line in self.text.splitlines() if line.startswith("+++ "))
        return sorted(target.removeprefix("b/") for target in targets if target != "/dev/null")

    @property
    def file(self):
        return self.files[0]

    @property
    def place(self):
        hunks = (line.split("+")[1] for line in self.text.splitlines() if line.startswith("@@ "))
        return f"{self.file}:{next(hunks, '?').split(',')[0].split(' ')[0]}"

    @property
    def change(self):
        return os.path.basename(self.path)

    def apply(self, root):
        environment = dict(os.environ, GIT_CEILING_DIRECTORIES=os.path.dirname(root))  # the copy is no repository
        command = ["git", "apply", "--recount", "-"]
        return subprocess.run(command, cwd=root, env=environment, input=self.text.encode(), check=False).returncode == 0


def one_line(text, longest=70):
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest - 3] + "..."
