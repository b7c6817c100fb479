"""Layout -> what the templates of whole C++ files print: banners, includes, the channel's struct.

views.py has the views of what stands in them.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Sequence, Union

from .cpp_text import (
    COLUMNS,
    Line,
    aligned,
    camel,
    comment_lines,
    namespace_name,
    string_lines,
    type_name,
)
from .descriptor import definitions_hash
from .fingerprint import fingerprint, table_hashes
from .layout import lay_out, lay_out_file
from .model import Channel, Payload, TypeFile, full_name
from .output_names import header_name, message_header_name, payload_header_names
from .placed import ChannelLayout, FileLayout, MessageLayout, StructLayout, TypeLayouts
from .views import ConstantView, EnumView, StructView
from .views_fields import FieldView, banner


class _FileView:
    """What every generated header has: a namespace, includes, structs."""

    library = ("channel_info", "frozen")  # what it takes of the library in any case
    includes: list[str] = []
    enums: list[EnumView] = []
    constant_lines: list[str] = []

    def __init__(self, layouts: TypeLayouts, structs: Sequence[StructLayout], source: str) -> None:
        self.source = source
        self.namespace = namespace_name(layouts.namespace)
        self.structs = [StructView(struct, layouts) for struct in structs]

    @cached_property
    def library_lines(self) -> list[str]:
        """The parts of the library that this header needs."""
        needed = {
            **dict.fromkeys(self.library, True),
            "enum_as": any(field.field.width for field in self._fields),
            "flags": any(enum.enum.flags for enum in self.enums),
            "tables": any("sluice::Table" in field.type for field in self._fields),
        }
        return [f"#include <sluice/{header}.hpp>" for header in sorted(needed) if needed[header]]

    @property
    def deprecates(self) -> bool:
        """Whether the header itself, where it copies and places members, uses deprecated ones."""
        return any(field.attribute for field in self._fields)

    @property
    def assert_lines(self) -> list[str]:
        return [line for struct in self.structs for line in struct.assert_lines]

    @property
    def _fields(self) -> list[FieldView]:
        return [field for struct in self.structs for field in struct.fields]


class _DefinitionsView(_FileView):
    """A file that defines types: those in it, and how the linker finds out about others."""

    def __init__(
        self,
        layout: Union[FileLayout, ChannelLayout],
        messages: Sequence[StructLayout],
        source: str,
    ) -> None:
        file = layout.file
        types = [layout.of(struct) for struct in file.types]
        super().__init__(layout, [*types, *messages], source)
        self.stem = file.name
        self.enums = [EnumView(enum) for enum in file.enums]
        self._file = file

    @property
    def definition_lines(self) -> list[str]:
        """A symbol for each type: two files that define one meet in the linker."""
        if not _defines(self._file):
            return []
        names = [each.name for each in (*self._file.enums, *self._file.types)]
        if not isinstance(self._file, Channel):  # whose constants are members of a struct
            names += [constant.name for constant in self._file.constants]
        symbols = [f"sluice_defines_{name}" for name in names]
        return [
            line
            for symbol in (*symbols, definitions_symbol(self._file))
            for line in (f"extern const char {symbol};", f"const char {symbol} = 0;")
        ]

    @cached_property
    def _used(self) -> list[tuple[str, str]]:
        """Namespace and symbol of each file whose definitions the header includes."""
        defining = [file for file in self._file.all_imports() if _defines(file)]
        return [(namespace_name(file.namespace), definitions_symbol(file)) for file in defining]

    @property
    def used_declarations(self) -> list[str]:
        lines = []
        for namespace, symbol in self._used:
            lines += [f"namespace {namespace} {{", f"extern const char {symbol};", "}"]
        return lines

    @property
    def uses_name(self) -> str:
        return f"sluice_uses_of_{self.stem}"

    @property
    def used_symbols(self) -> list[str]:
        return [f"&::{namespace}::{symbol}" for namespace, symbol in self._used]


def _defines(file: TypeFile) -> bool:
    constants = () if isinstance(file, Channel) else file.constants
    return bool(file.types or file.enums or constants)


@lru_cache(maxsize=None)  # every file that imports it asks
def definitions_symbol(file: TypeFile) -> str:
    """Another for each content, so that only a file with other definitions is linked beside one."""
    layout = lay_out(file) if isinstance(file, Channel) else lay_out_file(file)
    return f"sluice_defines_{file.name}_{definitions_hash(layout):016x}"


class TypesView(_DefinitionsView):
    """A file of types without a channel."""

    def __init__(self, layout: FileLayout, source: str) -> None:
        super().__init__(layout, (), source)
        self.includes = sorted(header_name(file) for file in layout.file.imports)
        constants = [ConstantView(each, in_namespace=True) for each in layout.file.constants]
        self.constant_lines = aligned([line for each in constants for line in each.lines])

    @property
    def banner_lines(self) -> list[str]:
        what = f"Types of {'.'.join(self._file.namespace)}.\n{self._file.doc}"
        return banner(what, self.source)


class MessageView(_FileView):
    """A named type as a whole message."""

    def __init__(self, layout: MessageLayout, file: TypeFile, source: str) -> None:
        super().__init__(layout, [layout.message], source)
        self.includes = [header_name(file)]
        self.carried = full_name(layout.carried)

    @property
    def banner_lines(self) -> list[str]:
        what = f"{self.carried} as a message, for every channel that carries it."
        return banner(what, self.source)


def payload_type(payload: Payload) -> str:
    """sluice::TableMessage<::geo::Pose, 4096, sluice::Verify::each>."""
    root = "::" + payload.root.replace(".", "::")
    return f"sluice::TableMessage<{root}, {payload.max_bytes}, sluice::Verify::{payload.verify}>"


class HeaderView(_DefinitionsView):
    """The channel's header, and what the .cpp beside it needs."""

    library = ("channel",)

    def __init__(self, layout: ChannelLayout, source: str, descriptor: bytes) -> None:
        channel = layout.channel
        super().__init__(layout, (layout.message,) if channel.has_struct else (), source)
        self.layout = layout
        self.descriptor = descriptor
        if channel.payload:
            self.library = ("channel", "flatbuffer_message")
        messages = [message_header_name(channel.carried)] if channel.carried else []
        messages += payload_header_names(channel)[:1]
        self.includes = sorted([header_name(file) for file in channel.imports] + messages)
        self.doc_lines = [*comment_lines(channel.doc), "///"] if self._tells_doc else []
        constants = [ConstantView(each) for each in channel.constants if not channel.has_struct]
        self.constant_lines = aligned([line for each in constants for line in each.lines])
        self.base = camel(channel.name)
        self.channel_name = f"{self.base}Channel"
        self.fingerprint = f"0x{fingerprint(layout):016x}"

    @property
    def _tells_doc(self) -> bool:
        """A message of its own does so already."""
        return bool(self.layout.channel.doc and not self.layout.channel.has_struct)

    @cached_property
    def table_lines(self) -> list[str]:
        """A symbol for each definition of the user's schema, in what the linker keeps once for each content."""
        payload = self.layout.channel.payload
        if not payload:
            return []
        assert payload.schema.content is not None, "payloads.py has not compiled it"
        lines = []
        for table, content in table_hashes(payload.schema.content).items():
            *spaces, own = table.split(".")
            kept_once = f"sluice_table_{'_'.join([*spaces, own])}_{content:016x}"
            lines.append(f'extern "C" inline const char {kept_once} [[gnu::used]] = 0;')
            symbol = f'extern const char sluice_defines_{own} [[gnu::alias("{kept_once}")]];'
            lines.append(f"namespace {'::'.join(spaces)} {{ {symbol} }}" if spaces else symbol)
        return lines

    @cached_property
    def info_lines(self) -> list[str]:
        channel = self.layout.channel
        name_lines = string_lines(channel.full_name, 6, ",")
        rows = [
            (f"{{{channel.version.major}, {channel.version.minor}}}", "version"),
            (self.fingerprint, "fingerprint"),
            (f"sluice::Order::{channel.order}", "order"),
            (f"sluice::Overflow::{channel.overflow}", "overflow"),
            (str(channel.capacity), "slots"),
            ("sizeof(Message)", "bytes of a message"),
            ("{descriptor, sizeof descriptor}", "in the .cpp beside this"),
        ]
        lines = [Line(line) for line in name_lines[:-1]]
        lines.append(Line(name_lines[-1], "// name"))
        return aligned(lines + [Line(f"      {code},", f"// {comment}") for code, comment in rows])

    @property
    def banner_lines(self) -> list[str]:
        channel = self.layout.channel
        what = f"Channel {channel.full_name}, version {channel.version}"
        return banner(f"{what}, fingerprint {self.fingerprint}.", self.source)

    @property
    def message_lines(self) -> list[str]:
        """What the channel's Message is."""
        channel = self.layout.channel
        if channel.payload:
            message = payload_type(channel.payload)
        else:
            message = type_name(channel.message, channel.namespace)
        start, rest = "  using Message =", f"{message};"
        fits = len(start) + 1 + len(rest) <= COLUMNS
        return [f"{start} {rest}"] if fits else [start, f"      {rest}"]

    @property
    def assert_lines(self) -> list[str]:
        if not self.layout.channel.payload:
            return super().assert_lines
        return [f"static_assert(sizeof({self.channel_name}::Message) == {self.layout.message.size});"]

    @property
    def end_lines(self) -> list[str]:
        """The channel's typed ends."""
        lines = []
        for end in ("Producer", "Consumer"):
            start, rest = f"using {self.base}{end} =", f"sluice::{end}<{self.channel_name}>;"
            fits = len(start) + 1 + len(rest) <= COLUMNS
            lines += [f"{start} {rest}"] if fits else [start, f"    {rest}"]
        return lines

    @property
    def descriptor_lines(self) -> list[str]:
        rows = [self.descriptor[at : at + 16] for at in range(0, len(self.descriptor), 16)]
        return ["    " + " ".join(f"0x{byte:02x}," for byte in row) for row in rows]
