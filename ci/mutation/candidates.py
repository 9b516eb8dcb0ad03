"""Finds the places of a translation unit that can be changed a little, by clang's own parser.

The tree of clang says what a place is; the text of the file says how it is spelled. Where the two do not agree, as in the
expansion of a macro (a CHECK, say), there is no candidate.
"""
import re
import sys

try:
    from clang import cindex
except ImportError:  # a python3 that is not Debian's; the module is plain Python and loads libclang
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        from clang import cindex
    except ImportError:
        cindex = None

from mutation.mutant import Mutant

SHIFTED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
TURNED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
JOINED = {"&&": "||", "||": "&&"}
FUNCTIONS = {"FUNCTION_DECL", "CXX_METHOD", "CONSTRUCTOR", "DESTRUCTOR", "CONVERSION_FUNCTION", "FUNCTION_TEMPLATE"}
# What these do cannot be seen from outside, or is the same with its arguments exchanged.
SILENT_CALLS = {"reserve", "shrink_to_fit"}
SYMMETRIC_CALLS = {"min", "max", "swap", "gcd", "lcm"}
MACRO = re.compile(r"^[A-Z][A-Z0-9_]*\(")
LOGGING = re.compile(r"\bstderr\b|\bperror\(|\bstd::cerr\b")
INTEGER = re.compile(r"^(0[xX][0-9a-fA-F']+|[0-9][0-9']*)([uUlLzZ]*)$")
TRIVIAL_BODY = re.compile(r"^\{\s*return\s*(\{\}|false|nullptr|0|\"\"|std::nullopt)?;\s*\}$")


def parser_is_there():
    """None, or why there is no parser."""
    if cindex is None:
        return "python3-clang-19 is not installed; tools/setup --check installs it"
    try:
        cindex.Index.create()
    except cindex.LibclangError as error:
        return f"libclang cannot be loaded: {str(error).splitlines()[0]}"
    return None


def find(path, arguments, names):
    """The mutants of a translation unit. `names`: absolute path to the name in the tree, of those files that are looked at."""
    unit = cindex.Index.create().parse(path, args=arguments)
    sources = {}
    for cursor in unit.cursor.get_children():
        file = cursor.location.file and cursor.location.file.name
        if file not in names:
            continue
        if file not in sources:
            with open(file, "rb") as opened:
                sources[file] = Walk(names[file], opened.read())
        sources[file].declaration(cursor)
    return [mutant for walk in sources.values() for mutant in walk.finished()]


class Walk:
    """Walks the declarations of one file and collects its mutants."""

    def __init__(self, name, text):
        self.name = name
        self.text = text
        self.found = {}

    def finished(self):
        """In the order of the file; the same change to the same line gets a number."""
        mutants = sorted(self.found.values(), key=lambda m: (m.offset, m.kind, m.replacement))
        seen = {}
        for mutant in mutants:
            mutant.ordinal = seen.get(mutant.equality(), 0)
            seen[mutant.equality()] = mutant.ordinal + 1
        return mutants

    # -- what is where -----------------------------------------------------------------------------------------------

    def span(self, cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def spelled(self, start, end):
        return self.text[start:end].decode("utf-8", "replace")

    def before(self, offset):
        return self.text[:offset].rstrip()[-1:].decode("latin-1")

    def after(self, offset):
        return self.text[offset:offset + 200].lstrip()[:1].decode("latin-1")

    def add(self, function, kind, start, end, replacement):
        original = self.spelled(start, end)
        line_start = self.text.rfind(b"\n", 0, start) + 1
        line_end = self.text.find(b"\n", start)
        mutant = Mutant(self.name, function, kind, self.spelled(line_start, line_end).strip(), original, replacement, start,
                        self.text.count(b"\n", 0, start) + 1, start - line_start + 1)
        self.found.setdefault((start, end, replacement), mutant)

    # -- declarations ------------------------------------------------------------------------------------------------

    def declaration(self, cursor):
        kind = cursor.kind.name
        if kind in FUNCTIONS:
            self.function(cursor)
        elif kind == "FIELD_DECL":
            self.field(cursor)
        elif kind in ("NAMESPACE", "LINKAGE_SPEC", "UNEXPOSED_DECL", "CLASS_DECL", "STRUCT_DECL", "CLASS_TEMPLATE", "UNION_DECL",
                      "CLASS_TEMPLATE_PARTIAL_SPECIALIZATION"):
            for child in cursor.get_children():
                self.declaration(child)
        # Other variables outside functions are tables and names of numbers: their values are a choice, not logic.

    def field(self, cursor):
        for child in cursor.get_children():
            if child.extent.start.offset > cursor.location.offset and self.before(child.extent.start.offset) in ("=", "{"):
                self.expression(child, cursor.semantic_parent.spelling)

    def function(self, cursor):
        children = list(cursor.get_children())
        body = children[-1] if children and children[-1].kind.name == "COMPOUND_STMT" else None
        if body is None or self.text[body.extent.start.offset:body.extent.start.offset + 1] != b"{":
            return  # only declared, or defaulted
        name = qualified(cursor)
        self.early_return(cursor, body, name)
        for child in children:
            if child.extent.start.offset > cursor.location.offset and child.kind.name != "PARM_DECL":
                self.expression(child, name)

    def early_return(self, cursor, body, name):
        start, end = self.span(body)
        does_nothing = not list(body.get_children())  # empty, or what stands there is for another flavour
        if does_nothing or TRIVIAL_BODY.match(self.spelled(start, end)):
            return
        for value in returned(cursor):
            self.add(name, "early return", start + 1, start + 1, f" return{value};")

    # -- statements and expressions ----------------------------------------------------------------------------------

    def expression(self, cursor, name):
        kind = cursor.kind.name
        if kind in ("STATIC_ASSERT", "TYPE_ALIAS_DECL", "TYPEDEF_DECL", "USING_DECLARATION"):
            return
        if kind == "VAR_DECL" and re.search(r"\bconstexpr\b", self.spelled(cursor.extent.start.offset, cursor.location.offset)):
            return
        visit = {
            "BINARY_OPERATOR": self.binary, "CALL_EXPR": self.call, "IF_STMT": self.condition, "UNARY_OPERATOR": self.unary,
            "CONDITIONAL_OPERATOR": self.condition, "INTEGER_LITERAL": self.integer, "CXX_BOOL_LITERAL_EXPR": self.boolean,
        }.get(kind)
        if visit:
            visit(cursor, name)
        for child in self.children(cursor, kind):
            if child.kind.name == "STRUCT_DECL" or child.kind.name == "CLASS_DECL":
                self.declaration(child)
            else:
                self.expression(child, name)
        self.statements(cursor, kind, name)

    def children(self, cursor, kind):
        """Without what is part of a type or a label: `std::array<char, 64> a`, `char b[64]`, `case 5:`."""
        children = list(cursor.get_children())
        if kind in ("VAR_DECL", "FIELD_DECL"):
            place = cursor.location.offset
            children = [c for c in children if c.extent.start.offset > place and self.before(c.extent.start.offset) != "["]
        if kind == "CASE_STMT":
            children = children[1:]
        return children

    def operator(self, left, right):
        """Start and end of what stands between two operands, or None if that is more than a word of punctuation."""
        between = self.spelled(left, right)
        word = between.strip()
        if left >= right or not re.fullmatch(r"[<>=!&|+*/%^-]+", word):
            return None
        start = left + len(between) - len(between.lstrip())
        return start, start + len(word)

    def binary(self, cursor, name):
        operands = list(cursor.get_children())
        if len(operands) == 2:
            self.compared(operands[0].extent.end.offset, operands[1].extent.start.offset, name)

    def compared(self, left, right, name):
        place = self.operator(left, right)
        if not place:
            return
        word = self.spelled(*place)
        for kind, table in (("comparison shifted", SHIFTED), ("comparison turned", TURNED), ("condition joined", JOINED)):
            if word in table:
                self.add(name, kind, *place, table[word])

    def call(self, cursor, name):
        if cursor.spelling.startswith("operator"):
            self.overloaded(cursor, name)
            return
        if cursor.spelling not in SYMMETRIC_CALLS:
            arguments = [argument for argument in cursor.get_arguments() if argument is not None]
            for first, second in zip(arguments, arguments[1:]):
                self.exchanged(first, second, name)

    def overloaded(self, cursor, name):
        """The operands of an overloaded operator lie on both sides of its name."""
        children = sorted(cursor.get_children(), key=lambda child: child.extent.start.offset)
        if len(children) == 3:
            self.compared(children[0].extent.end.offset, children[2].extent.start.offset, name)

    def exchanged(self, first, second, name):
        one, two = self.span(first), self.span(second)
        texts = self.spelled(*one), self.spelled(*two)
        between = self.spelled(one[1], two[0])
        same_type = plain_type(first.type) == plain_type(second.type) and plain_type(first.type)
        if one[0] < one[1] < two[0] < two[1] and texts[0] != texts[1] and between.strip() == "," and same_type:
            self.add(name, "arguments exchanged", one[0], two[1], texts[1] + between + texts[0])

    def condition(self, cursor, name):
        """`if (c)` becomes `if (!(c))`, and `c ? a : b` the same. What declares a variable stays."""
        closing = ")" if cursor.kind.name == "IF_STMT" else "?"
        if re.match(r"if\s+constexpr", self.spelled(cursor.extent.start.offset, cursor.extent.end.offset)):
            return
        for child in cursor.get_children():
            start, end = self.span(child)
            opens = closing == "?" or self.before(start) in ("(", ";")
            if child.kind.is_expression() and start < end and opens and self.after(end) == closing:
                if not self.spelled(start, end).startswith("!"):  # that is for `unary`
                    self.add(name, "condition negated", start, end, f"!({self.spelled(start, end)})")
                return

    def unary(self, cursor, name):
        start, end = self.span(cursor)
        text = self.spelled(start, end)
        if text.startswith("!") and not text.startswith("!="):
            self.add(name, "condition negated", start, start + 1, "")

    def integer(self, cursor, name):
        start, end = self.span(cursor)
        match = INTEGER.match(self.spelled(start, end))
        template_argument = self.text[start - 1:start] == b"<"
        if not match or template_argument:
            return
        digits = match.group(1).replace("'", "")
        value = int(digits, 8 if re.fullmatch("0[0-7]+", digits) else 0)
        self.add(name, "constant off by one", start, end, f"{value + 1}{match.group(2)}")

    def boolean(self, cursor, name):
        start, end = self.span(cursor)
        other = {"true": "false", "false": "true"}.get(self.spelled(start, end))
        if other:
            self.add(name, "constant off by one", start, end, other)

    def statements(self, cursor, kind, name):
        """The expressions among a statement's parts that are statements themselves: what can be dropped."""
        if kind not in ("COMPOUND_STMT", "IF_STMT", "FOR_STMT", "CXX_FOR_RANGE_STMT", "WHILE_STMT", "CASE_STMT", "DEFAULT_STMT"):
            return
        for child in cursor.get_children():
            start, end = self.span(child)
            begins = self.before(start) in (";", "{", "}", ")", ":") or self.follows_else(start)
            if start < end and self.after(end) == ";" and begins:
                self.dropped(child, start, end, name)

    def follows_else(self, offset):
        return re.search(rb"\belse\s*$", self.text[max(0, offset - 40):offset]) is not None

    def dropped(self, cursor, start, end, name):
        inner = unwrapped(cursor)
        kind, text = inner.kind.name, self.spelled(start, end)
        if kind == "CSTYLE_CAST_EXPR" or MACRO.match(text):
            return  # `(void)f()`, a result that nobody wants; a CHECK
        if kind == "COMPOUND_ASSIGNMENT_OPERATOR" or kind in ("BINARY_OPERATOR", "CALL_EXPR") and is_assignment(inner, self):
            self.add(name, "assignment dropped", start, end, "(void)0")
        elif kind == "UNARY_OPERATOR" and (text.startswith(("++", "--")) or text.endswith(("++", "--"))):
            self.add(name, "assignment dropped", start, end, "(void)0")
        elif kind == "CALL_EXPR" and "(" in text and inner.spelling not in SILENT_CALLS and not LOGGING.search(text):
            self.add(name, "call dropped", start, end, "(void)0")


def is_assignment(cursor, walk):
    if cursor.kind.name == "CALL_EXPR":
        return re.fullmatch(r"operator([-+*/|&^]|<<|>>)?=|operator(\+\+|--)", cursor.spelling) is not None
    operands = list(cursor.get_children())
    place = walk.operator(operands[0].extent.end.offset, operands[1].extent.start.offset) if len(operands) == 2 else None
    return place is not None and walk.spelled(*place) == "="


def unwrapped(cursor):
    """Without the implicit conversions and temporaries around it."""
    while cursor.kind.name == "UNEXPOSED_EXPR":
        children = [c for c in cursor.get_children() if c.extent == cursor.extent]
        if len(children) != 1:
            break
        cursor = children[0]
    return cursor


def plain_type(cursor_type):
    canonical = cursor_type.get_canonical()
    if canonical.kind.name in ("LVALUEREFERENCE", "RVALUEREFERENCE"):
        canonical = canonical.get_pointee()
    return re.sub(r"^const ", "", canonical.spelling)


def returned(cursor):
    """What an early return gives back: nothing, the default value, or of a bool both."""
    result = cursor.result_type.get_canonical()
    if cursor.kind.name in ("CONSTRUCTOR", "DESTRUCTOR") or result.spelling == "void":
        return [""]
    if result.kind.name in ("LVALUEREFERENCE", "RVALUEREFERENCE"):
        return []
    return [" true", " false"] if result.spelling == "bool" else [" {}"]


def qualified(cursor):
    parent = cursor.semantic_parent
    if parent is not None and parent.kind.name in ("CLASS_DECL", "STRUCT_DECL", "CLASS_TEMPLATE"):
        return f"{parent.spelling}::{cursor.spelling}"
    return cursor.spelling
