"""examples/flatbuffers, as its reader runs it: both programs at once."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "build/dev/examples/flatbuffers"
SAID = """\
1: robot at 0, trail of 0, 72 bytes
2: robot at 1, trail of 1, 96 bytes
3: robot at 10, trail of 10, 312 bytes
"""


def test_the_consumer_prints_each_pose_that_fits_and_the_producer_says_which_does_not():
    for command in (["cmake", "--preset", "dev"], ["cmake", "--build", "--preset", "dev", "--target", "pose_producer", "pose_consumer"]):
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=600)

    with subprocess.Popen([PROGRAMS / "pose_consumer"], stdout=subprocess.PIPE, text=True) as consumer:
        try:
            producer = subprocess.run([PROGRAMS / "pose_producer"], capture_output=True, text=True, timeout=60)
            said, _ = consumer.communicate(timeout=60)
        finally:
            consumer.kill()

    assert (producer.stdout, producer.returncode) == ("a trail of 1000: the table is larger than max_bytes\n", 0)
    assert (said, consumer.returncode) == (SAID, 0)
