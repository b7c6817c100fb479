"""Completion scripts as the shells run them, and the manual page as man shows it; both know all that --help knows."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

SHELLS = ("bash", "zsh", "fish")


def needs(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    return pytest.mark.skipif(bool(missing), reason=f"no {', '.join(missing)} on this machine")


@pytest.fixture
def path(sluice):
    return f"{sluice.parent}:{os.environ['PATH']}"


@pytest.fixture
def bash(memory, path):
    """bash("sluice insp"): what bash's own function offers for the last word."""

    def complete(line):
        words = line.split(" ")
        script = (
            "source <(sluice completion bash); compopt() { echo \"compopt $*\"; }; "
            f"COMP_WORDS=({' '.join(words)} ''); COMP_CWORD={len(words) - 1}; "
            f"_sluice sluice '{words[-1]}' '{words[-2]}'; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        )
        code, text, error = memory.run("bash", "--norc", "-c", script, PATH=path)
        assert (code, error) == (0, "")
        return text.split("\n")[:-1]

    return complete


def typed(memory, command, lines, until, **variables):
    """Types lines into an interactive shell on a terminal, until it shows that text."""
    screen, terminal = pty.openpty()
    process = memory.start(*command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
                           env={**os.environ, "TERM": "dumb", "PS1": "ready> ", **variables})
    os.close(terminal)
    text, end, waiting = "", time.monotonic() + 20, list(lines)
    while until not in text and time.monotonic() < end:
        if select.select([screen], [], [], 0.5)[0]:
            text += os.read(screen, 65536).decode(errors="replace")
        elif waiting:  # it has nothing more to say
            os.write(screen, waiting.pop(0).encode())
    process.kill()
    os.close(screen)
    return text


def test_bash_completes_commands_options_windows_and_words(bash, peer):
    peer("left").say("create")
    peer("right").say("create")

    assert bash("sluice d") == ["diff", "doctor"]
    assert bash("sluice --v") == ["--version"]
    assert bash("sluice doctor --") == ["--help", "--fix", "--kept", "--json"]
    assert bash("sluice inspect ") == ["tests.relay/left", "tests.relay/right"]
    assert bash("sluice inspect --json tests.relay/l") == ["tests.relay/left"]
    assert bash("sluice inspect tests.relay/left tests.") == [""]  # there is one name only
    assert bash("sluice inspect -o folder tests.relay/l") == ["tests.relay/left"]
    assert bash("sluice completion z") == ["zsh"]
    assert bash("sluice echo --format ") == ["text", "line", "json", "csv"]
    assert bash("sluice ls x") == [""]


def test_every_command_that_takes_a_name_completes_windows(bash, peer, sluice):
    peer("left").say("create")
    root = subprocess.run([sluice, "--help"], capture_output=True, text=True, timeout=60).stdout
    with_name = []
    for command in re.findall(r"^  (\w+) ", root.split("Subcommands:")[1], re.M):
        shown = subprocess.run([sluice, command, "--help"], capture_output=True, text=True, timeout=60).stdout
        if re.search(r"^Usage: .*\bNAME\b", shown, re.M):
            with_name.append(command)

    assert "inspect" in with_name
    for command in with_name:
        assert bash(f"sluice {command} ") == ["tests.relay/left"], command


def test_bash_leaves_files_and_folders_to_itself(bash):
    assert bash("sluice diff old.yaml n")[0] == "compopt -o default"
    assert bash("sluice diff -I x")[0] == "compopt -o dirnames"
    assert bash("sluice publish demo.imu --schema s")[0] == "compopt -o default"
    assert bash("sluice publish demo.imu -I x")[0] == "compopt -o dirnames"


def test_bash_completes_a_window_that_is_typed(memory, peer, path):
    peer("left").say("create")
    lines = ["source <(sluice completion bash)\n", "sluice inspect tests.rel\t", "--js\t"]

    text = typed(memory, ["bash", "--norc", "-i"], lines, until="sluice inspect tests.relay/left --json ", PATH=path)

    assert "sluice inspect tests.relay/left --json " in text


@needs("zsh")
def test_zsh_completes_a_command_and_a_window_that_are_typed(memory, peer, path):
    peer("left").say("create")
    lines = ["autoload -Uz compinit; compinit -u -D\n", "source <(sluice completion zsh)\n", "sluice insp\t", "tests.rel\t"]

    text = typed(memory, ["zsh", "-f", "-i"], lines, until="tests.relay/left", PATH=path)

    assert "inspect" in text and "tests.relay/left" in text


@needs("fish")
def test_fish_completes_commands_options_and_windows(memory, peer, path, tmp_path):
    peer("left").say("create")

    def complete(line):
        script = f"sluice completion fish | source; complete -C '{line}'"
        code, text, error = memory.run("fish", "--no-config", "-c", script, PATH=path, HOME=tmp_path)
        assert (code, error) == (0, "")
        return [candidate.split("\t")[0] for candidate in text.splitlines()]

    assert complete("sluice d") == ["diff", "doctor"]
    assert complete("sluice inspect ") == ["tests.relay/left"]
    assert complete("sluice completion f") == ["fish"]
    assert "--fix" in complete("sluice doctor --")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_names_every_option_of_every_command(sluice, shell):
    def output(*words):
        return subprocess.run([sluice, *words], capture_output=True, text=True, timeout=60).stdout

    commands = re.findall(r"^  (\w+) ", output("--help").split("Subcommands:")[1], re.M)
    script = output("completion", shell)

    assert {"ls", "inspect", "doctor", "diff"} <= set(commands) and "man" not in commands
    for command in commands:
        options = re.findall(r"^  (?:-\w,)?--([\w-]+)", output(command, "--help"), re.M)
        assert options
        for option in options:
            assert re.search(rf"(--|-l ){option}\b", script), f"{command} --{option}"


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_reads_its_script_without_complaint(sluice, shell, tmp_path):
    if not shutil.which(shell):
        pytest.skip(f"no {shell} on this machine")
    script = tmp_path / "script"
    script.write_text(subprocess.run([sluice, "completion", shell], capture_output=True, text=True, timeout=60).stdout)

    done = subprocess.run([shell, "--no-execute" if shell == "fish" else "-n", script], capture_output=True, text=True, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_shell_is_refused(sluice):
    done = subprocess.run([sluice, "completion", "csh"], capture_output=True, text=True, timeout=60)

    assert done.returncode == 2
    assert done.stderr == "sluice completion: SHELL: csh not in {bash,zsh,fish}\n  hint: sluice completion --help\n"


@needs("groff")
def test_the_manual_is_rendered_without_a_warning_and_holds_what_help_says(sluice, tmp_path):
    page = tmp_path / "sluice.1"
    page.write_text(subprocess.run([sluice, "man"], capture_output=True, text=True, timeout=60).stdout)

    shown = subprocess.run(
        ["groff", "-man", "-ww", "-Tascii", "-P-cbou", page], capture_output=True, text=True, timeout=60
    )

    assert shown.stderr == ""
    for text in ("sluice inspect [OPTIONS] NAME", "sluice doctor --fix", "source <(sluice completion bash)", "--watch",
                 "  1  the window contradicts itself: the report says how", "jq -r '.windows[]"):
        assert text in shown.stdout
    assert "``" not in shown.stdout and "%" not in shown.stdout


def test_the_manual_names_the_value_of_each_option_as_help_does(sluice):
    def output(*words):
        return subprocess.run([sluice, *words], capture_output=True, text=True, timeout=60).stdout

    words_to_choose_from, seen = {"FORMAT": "text|line|json|csv"}, set()
    page = re.sub(r"\\f[BRI]", "", output("man")).replace("\\-", "-").replace("\\e", "\\")
    for command in re.findall(r"^  (\w+) ", output("--help").split("Subcommands:")[1], re.M):
        section = page.split(f".SS sluice {command}\n")[1].split(".SS ")[0]
        for option, value in re.findall(r"^  (?:-\w,)?(--?[\w-]+) (\[?[A-Z]+\]?)", output(command, "--help"), re.M):
            assert f"{option} {words_to_choose_from.get(value, value)}\n" in section, f"{command} {option}"
            seen.add(value)
    assert {"FILE", "DIR", "HZ", "N", "SECONDS", "[SECONDS]", "FORMAT"} <= seen


def test_the_manual_has_no_date_and_says_the_version(sluice):
    version = subprocess.run([sluice, "--version"], capture_output=True, text=True, timeout=60).stdout.strip()
    page = subprocess.run([sluice, "man"], capture_output=True, text=True, timeout=60).stdout

    assert page.splitlines()[0] == f'.TH SLUICE 1 "" "{version.replace("sluice", "Sluice")}" "Sluice"'
