"""What README.md, CHANGELOG.md and docs/ say is so: names exist, examples compile, texts are the program's own.

In docs/api.md every ```cpp block is the body of a function that gets `producer` and `consumer` of schemas/imu.yaml.
"""
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADERS = ROOT / "runtime/include/sluice"
API = ROOT / "docs/api.md"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
CPP_BLOCKS = [block for block in FENCED.finditer(API.read_text()) if block[1] == "cpp"]
INCLUDES = [f"-I{ROOT / 'runtime/include'}", f"-I{ROOT / 'runtime/src'}"]
PUBLIC_PATHS = ("/dev/shm", "/proc", "/sys/kernel", "/usr/bin/env")

USER_HEADERS = (
    "channel.hpp", "frozen.hpp", "tables.hpp", "enum_as.hpp", "flags.hpp", "field_info.hpp", "error.hpp", "reason.hpp",
    "options.hpp", "stats.hpp", "channel_info.hpp", "flatbuffer_message.hpp",
)
CLASS = re.compile(r"^(?:class|struct) (?:\[\[nodiscard\]\] |SLUICE_API |alignas\(\d+\) )?(\w+) ?[^;{(]*\{\n(.*?)^\};", re.S | re.M)
MEMBER_FUNCTION = re.compile(r"^  (?! )(?:\[\[nodiscard\]\] |SLUICE_API )?[\w:<>&*, ]*?[ &*](\w+)\(", re.M)
MEMBER_VALUE = re.compile(r"^  [\w:<>]+ (\w+)(?: = [\w:]+|\{\})?;", re.M)
FREE_FUNCTION = re.compile(r"^(?! )[\w:<>* ]+[ *](\w+)\([^;]*(?:;|\{)$", re.M)


def run(*command, **options):
    command = [str(word) for word in command]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False, **options)


def generate(folder, schema):
    command = (sys.executable, "-B", ROOT / "cmake/run_sluicegen.py", schema, "-o", folder)
    result = run(*command, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture(scope="module")
def imu(tmp_path_factory):
    """The generated code of schemas/imu.yaml, and of a channel of FlatBuffers tables."""
    folder = tmp_path_factory.mktemp("imu")
    generate(folder, "examples/flatbuffers/poses.yaml")
    return generate(folder, "schemas/imu.yaml")


def enumerators(header, name):
    body = re.search(r"enum class " + name + r"[^{]*\{(.*?)\};", (HEADERS / header).read_text(), re.S)[1]
    return re.findall(r"^  (\w+),", body, re.M)


def without_details(header):
    """What a header offers to users: not its namespace detail, nor the bytes of FlatBuffers in namespace frozen."""
    text = (HEADERS / header).read_text().replace("[[gnu::always_inline]] ", "")
    return re.sub(r"^namespace (detail|frozen) \{.*?^\}  // namespace \1$", "", text, flags=re.S | re.M)


def classes():
    """Name -> public section, of each class that users meet."""
    found = [match for header in USER_HEADERS for match in CLASS.findall(without_details(header))]
    public = {name: body.split("\n private:")[0] for name, body in found}
    public["Sample"] += base_of_samples()
    return public


def base_of_samples():
    """What both kinds of Sample inherit, for users to call."""
    text = (HEADERS / "channel.hpp").read_text().replace("[[gnu::always_inline]] ", "")
    return re.search(r"^class SampleBase \{\n(.*?)^ protected:", text, re.S | re.M)[1].replace("SampleBase", "Sample")


def public_functions():
    members = {name for own, body in classes().items() for name in MEMBER_FUNCTION.findall(body) if name != own}
    free = {name for header in USER_HEADERS for name in FREE_FUNCTION.findall(without_details(header))}
    for_generated_code = {name for name in members if name.endswith("_")}
    return (members | free) - {"bool", "string_view", "Enum", "alignas"} - for_generated_code  # conversions


def public_values():
    return {name for body in classes().values() for name in MEMBER_VALUE.findall(body)} - {"byte"}


def code_in(text):
    """All that stands in code voice, in backticks or in a fence."""
    fences = [block[2] for block in FENCED.finditer(text)]
    return "\n".join(fences + re.findall(r"`([^`\n]+)`", FENCED.sub("", text)))


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page):
    return re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", FENCED.sub("", page.read_text()))


def test_every_public_function_member_and_class_is_in_the_api_page():
    words = set(re.findall(r"\w+", code_in(API.read_text())))

    assert {"publish", "take_for", "try_assign", "view", "in_process", "to_string"} <= public_functions()
    assert {"instance", "wait", "depth", "pid", "producer"} <= public_values()
    assert {"Loan", "LoanBatch", "Sample", "Producer", "Consumer", "Result", "CreateOptions"} <= set(classes())
    assert (public_functions() | public_values() | set(classes())) - words == set()


def test_every_function_that_the_api_page_names_exists():
    named = re.findall(r"`(?:\w+::)?(\w+)\([^`]*\)`", FENCED.sub("", API.read_text()))

    assert set(named) - public_functions() == set()


@pytest.mark.parametrize("header, name", [("reason.hpp", "Reason"), ("error.hpp", "ErrorCode")])
def test_every_reason_and_error_code_has_a_row_of_the_api_page_in_the_headers_order(header, name):
    section = API.read_text().split("## Reasons" if name == "Reason" else "## Errors")[1].split("\n## ")[0]

    assert re.findall(r"^\| `(\w+)` \|", section, re.M) == enumerators(header, name)


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("flags", [("-std=c++17",), ("-std=c++20", "-fno-exceptions")], ids=["c++17", "no exceptions"])
def test_every_example_of_the_api_page_compiles_without_a_warning(imu, tmp_path, compiler, flags):
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")
    source = ["#include <demo/imu.channel.hpp>", "#include <demo/poses.channel.hpp>", "using namespace std::chrono_literals;"]
    for number, block in enumerate(CPP_BLOCKS):
        line = API.read_text().count("\n", 0, block.start(2)) + 1
        source += [f"void example_{number}([[maybe_unused]] demo::ImuProducer& producer, "
                   "[[maybe_unused]] demo::ImuConsumer& consumer) {", f'#line {line} "docs/api.md"', block[2] + "}"]
    (tmp_path / "examples.cpp").write_text("\n".join(source) + "\n")

    warnings = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Werror", "-Wno-missing-declarations")
    result = run(compiler, *flags, *warnings, "-fsyntax-only", *INCLUDES, f"-I{imu}", tmp_path / "examples.cpp")

    assert len(CPP_BLOCKS) >= 5
    assert result.stderr == ""


def descriptor(folder, schema):
    """A file with the descriptor that sluicegen makes of a schema."""
    source = generate(folder, schema) / "demo/imu.channel.cpp"
    path = folder / "descriptor.bin"
    path.write_bytes(bytes(int(number, 16) for number in re.findall(r"\b0x([0-9a-f]{2})\b", source.read_text())))
    return path


def shown(mark):
    """The block of the API page behind that mark."""
    return re.search(rf"<!-- real: {mark} -->\n```\n(.*?)^```$", API.read_text(), re.S | re.M)[1]


def test_the_errors_of_the_api_page_are_what_the_library_says(tmp_path):
    newer = (ROOT / "schemas/imu.yaml").read_text()
    for old, new in (('version: "1.2"', 'version: "2.0"'), ("unit: m/s^2", "unit: g"), ("failed: 2", "failed: 9")):
        assert old in newer
        newer = newer.replace(old, new)
    newer = re.sub(r"^  temp: .*\n", "", newer, flags=re.M)
    (tmp_path / "newer.yaml").write_text(newer)
    files = [descriptor(tmp_path / "here", "schemas/imu.yaml"), descriptor(tmp_path / "there", tmp_path / "newer.yaml")]
    names = "channel_name comparison difference errors handshake payload_comparison user_schema verify_descriptor"
    sources = [ROOT / "runtime/src" / f"{name}.cpp" for name in names.split()]
    sources.append(ROOT / "tests/docs/error_texts.cpp")
    texts = tmp_path / "texts"

    run("flatc", "--cpp", "--scoped-enums", "-o", tmp_path, ROOT / "runtime/schema/descriptor.fbs")
    built = run("g++", "-std=c++20", *INCLUDES, f"-I{tmp_path}", *sources, "-o", texts)
    assert built.returncode == 0, built.stderr
    printed = run(texts, *files)

    assert printed.stdout == shown("errors")
    assert set(re.findall(r"^\[(\w+)\]", printed.stdout, re.M)) == set(enumerators("error.hpp", "ErrorCode"))


def test_the_bound_that_the_api_page_shows_is_what_a_string_says(imu, tmp_path):
    (tmp_path / "past.cpp").write_text(
        "#include <demo/imu.channel.hpp>\n#include <iostream>\n"
        "int main() try { demo::Imu imu; imu.label.assign(std::string(40, 'x')); }\n"
        "catch (const std::length_error& error) { std::cout << error.what() << '\\n'; }\n"
    )
    built = run("g++", "-std=c++17", *INCLUDES, f"-I{imu}", tmp_path / "past.cpp", "-o", tmp_path / "past")
    assert built.returncode == 0, built.stderr

    assert run(tmp_path / "past").stdout == shown("past bound")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_and_a_heading_that_exist(page):
    dead = []
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs/window.svg"], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_names_a_path_or_a_host_of_one_machine(page):
    text = re.sub(r"<[^<>]*>", " ", page.read_text()) if page.suffix == ".svg" else page.read_text()
    absolute = re.findall(r"(?<![\w.)\]}>*/:])/(?:[a-z][\w.-]*/)*[a-z][\w.-]*", text)
    hosts = re.findall(r"\b(?:localhost|\d+\.\d+\.\d+\.\d+)\b", text)

    assert [path for path in absolute if not path.startswith(PUBLIC_PATHS)] == []
    assert [*hosts, *re.findall(rf"\b{re.escape(socket.gethostname())}\b", text)] == []


def test_no_file_of_the_runtime_includes_one_of_a_layer_above_its_own():
    page = (ROOT / "docs/architecture.md").read_text()
    listed = re.search(r"^## Layers.*?^```\n.*?\n(.*?)^```$", page, re.S | re.M)[1]
    layers = {}
    for depth, line in enumerate(listed.splitlines()):
        for word in line[18:].split():
            layers.update(dict.fromkeys([word] if "." in word else [word + ".hpp", word + ".cpp"], depth))
    files = [path for path in (ROOT / "runtime").rglob("*") if path.suffix in (".hpp", ".cpp")]

    upwards = [
        f"{path.name} includes {header}"
        for path in files
        for header in re.findall(r'#include [<"](?:[\w/]*/)?(\w+\.hpp)[>"]', path.read_text())
        if layers[header] < layers[path.name]
    ]

    assert len(files) > 30
    assert upwards == []


def test_the_picture_of_the_window_shows_the_offsets_of_the_generated_header(imu):
    header = (imu / "demo/imu.channel.hpp").read_text()
    slot = (ROOT / "docs/window.svg").read_text().split("<!-- 3:")[1]
    shown_offsets = [int(number) for number in re.findall(r'y="634">(\d+)<', slot)]

    assert shown_offsets == [0, 4, 8] + [int(number) for number in re.findall(r"offsetof\(Imu, \w+\) == (\d+)", header)]
    assert f"The same {re.search(r'sizeof.Imu. == (.*?)[)]', header)[1]} bytes" in slot


def test_the_readme_installs_what_the_setup_script_installs():
    line = re.search(r"^apt install (.*)$", (ROOT / "README.md").read_text(), re.M)[1]
    script = (ROOT / "scripts/setup").read_text()
    build_tools = re.search(r"look_for_build_tools\(\) \{(.*?)^\}", script, re.S | re.M)[1]
    packages = re.findall(r"need (\S+)", build_tools) + re.search(r"generator_packages='(.*)'", script)[1].split()

    assert set(packages) - set(line.split()) - {"python3"} == set()
