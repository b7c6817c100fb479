import sys

import pytest

from user_project import EARTH, GPS, IMU, ROOT, UserProject, run

EARTH_OF_ANGLES = """\
namespace: earth
imports: [units.yaml]
types: {Place: {latitude: units.Angle, longitude: units.Angle}}
"""


@pytest.fixture(scope="module")
def built_project(tmp_path_factory):
    project = UserProject(tmp_path_factory.mktemp("user"))
    for step in (project.configure, project.build):
        result = step()
        assert result.returncode == 0, result.stdout
    return project


@pytest.fixture
def project(built_project):
    """The user's project as it was written first, up to date."""
    result = built_project.build()
    assert result.returncode == 0, result.stdout
    yield built_project
    built_project.restore()


def unwrapped(text):
    return " ".join(text.split())


@pytest.mark.slow
def test_a_project_that_adds_sluice_as_a_subdirectory_builds_and_runs_with_its_channels(project):
    result = run(project.binary / "app")

    assert result.stdout == "demo.gps 64\n"


def test_a_project_that_adds_sluice_as_a_subdirectory_installs_nothing_of_it(project, tmp_path):
    result = run("cmake", "--install", project.binary, "--prefix", tmp_path / "prefix")

    assert result.returncode == 0, result.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "file",
    [
        "schemas/imu.yaml",
        "schemas/gps.yaml",
        "shared/earth.yaml",
        "sluice/generator/sluicegen/model.py",
        "sluice/generator/sluicegen/templates/{template}",
        "sluice/runtime/schema/descriptor.fbs",
    ],
)
def test_a_touched_schema_module_or_template_generates_once(project, file):
    templates = (project.folder / "sluice/generator/sluicegen/templates").glob("*.j2")
    before = project.generated()

    (project.folder / file.format(template=next(templates).name)).touch()
    results = [project.build(), project.build()]

    assert [result.returncode for result in results] == [0, 0]
    assert project.generated() == before + 1


@pytest.mark.parametrize("file", ["pose.fbs", "common/vec.fbs"])
def test_a_touched_flatbuffers_schema_or_what_it_includes_generates_once(project, file):
    schemas = project.folder / "schemas"
    (schemas / "common").mkdir(exist_ok=True)
    (schemas / "common/vec.fbs").write_text("namespace geo;\nstruct Vec3 { x: double; }\n")
    (schemas / "pose.fbs").write_text('include "common/vec.fbs";\nnamespace geo;\ntable Pose { at: Vec3; }\n')
    message = "message: {flatbuffers: pose.fbs, root: geo.Pose, max_bytes: 64}"
    (schemas / "imu.yaml").write_text(IMU.replace("message: {stamp: u64}", message))
    first = project.build()
    before = project.generated()

    (schemas / file).touch()
    results = [project.build(), project.build()]

    assert [result.returncode for result in (first, *results)] == [0, 0, 0], first.stdout
    assert project.generated() == before + 1


@pytest.mark.parametrize("file", ["new.py", "templates/new.j2"])
def test_a_module_or_template_that_is_new_generates_once(project, file):
    before = project.generated()

    (project.folder / "sluice/generator/sluicegen" / file).write_text("")
    results = [project.build(), project.build()]

    assert [result.returncode for result in results] == [0, 0]
    assert project.generated() == before + 1


@pytest.mark.parametrize(
    "file", ["main.cpp", "CMakeLists.txt", "sluice/CMakeLists.txt", "schemas/notes.txt", "sluice/generator/notes.txt"]
)
def test_any_other_file_that_is_touched_generates_nothing(project, file):
    before = project.generated()

    (project.folder / file).touch()
    result = project.build()

    assert result.returncode == 0
    assert project.generated() == before


def test_a_build_after_a_build_generates_nothing(project):
    before = project.generated()

    project.build()

    assert project.generated() == before


def test_what_is_generated_without_a_change_compiles_nothing_again(project):
    (project.folder / "schemas/imu.yaml").touch()
    result = project.build()

    assert "Generating the channels of user_channels" in result.stdout
    assert "Building CXX" not in result.stdout


def test_a_changed_schema_reaches_the_program_in_the_same_build(project):
    (project.folder / "schemas/imu.yaml").write_text(IMU.replace("capacity: 64", "capacity: 32"))
    project.build()
    result = run(project.binary / "app")

    assert result.stdout == "demo.gps 32\n"


def test_a_renamed_channel_leaves_no_file_of_its_old_name(project):
    (project.folder / "schemas/imu.yaml").write_text(IMU.replace("channel: imu", "channel: gyro"))
    (project.folder / "main.cpp").write_text("#include <demo/sensors/gyro.channel.hpp>\nint main() {}\n")
    result = project.build()

    assert result.returncode == 0, result.stdout
    channels = [f"demo/{name}" for name in ("gps", "sensors/gyro")]
    assert project.outputs() == sorted(
        [f"{channel}.{kind}" for channel in channels for kind in ("bfbs", "channel.cpp", "channel.hpp", "fbs")]
        + [f"earth/earth.types.{kind}" for kind in ("cpp", "fbs", "hpp")]
    )


def test_a_file_that_an_import_begins_to_import_is_found_and_followed(project):
    (project.folder / "shared/units.yaml").write_text("namespace: units\ntypes: {Angle: {degrees: f64}}\n")
    (project.folder / "shared/earth.yaml").write_text(EARTH_OF_ANGLES)
    first = project.build()
    before = project.generated()

    (project.folder / "shared/units.yaml").touch()
    results = [first, project.build(), project.build()]

    assert [result.returncode for result in results] == [0, 0, 0]
    assert project.generated() == before + 1


def test_a_type_that_is_a_message_no_longer_leaves_no_file(project):
    (project.folder / "schemas/gps.yaml").write_text(GPS.replace("{at: earth.Place}", "earth.Place"))
    carried = (project.build(), project.outputs())
    (project.folder / "schemas/gps.yaml").write_text(GPS)
    result = project.build()

    assert [carried[0].returncode, result.returncode] == [0, 0]
    assert "earth/Place.message.hpp" in carried[1]
    assert [name for name in project.outputs() if "message" in name] == []


def test_a_bad_import_stops_the_build_with_its_own_name_and_line(project):
    (project.folder / "shared/earth.yaml").write_text(EARTH.replace("latitude: f64", "latitude: f63"))

    result = project.build()

    assert result.returncode != 0
    assert "shared/earth.yaml:2: field 'Place.latitude': unknown type 'f63'" in result.stdout


def test_a_bad_schema_stops_the_build_with_sluicegens_own_words(project):
    (project.folder / "schemas/imu.yaml").write_text(IMU.replace("stamp: u64", "stamp: u65"))
    generator = (sys.executable, "-B", ROOT / "cmake/run_sluicegen.py")
    words = run(*generator, "schemas/imu.yaml", "-o", project.folder / "unused", cwd=project.folder).stdout

    result = project.build()

    assert result.returncode != 0
    assert words.startswith("schemas/imu.yaml:5: ")
    assert words in result.stdout
    assert "sluice_add_channels(user_channels): sluicegen refuses its schemas, see above" in unwrapped(result.stdout)


def test_generated_files_name_their_schema_by_its_path_in_the_project_and_no_absolute_path(project):
    folder = project.binary / "user_channels.channels"
    header = (folder / "demo/sensors/imu.channel.hpp").read_text()

    assert "schemas/imu.yaml" in header
    assert [name for name in project.outputs() if str(project.folder).encode() in (folder / name).read_bytes()] == []


def test_a_users_own_module_does_not_take_the_place_of_one_that_sluicegen_needs(project):
    (project.folder / "yaml.py").write_text("raise SystemExit('the user\\'s own yaml.py was imported')\n")
    (project.folder / "schemas/imu.yaml").touch()
    result = project.build()

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    "call, complaint",
    [
        ("sluice_add_channels(more SCHEMAS schemas/missing.yaml)", "there is no schema {folder}/schemas/missing.yaml"),
        ("sluice_add_channels(more SCHEMAS schemas/imu.yaml IMPORT_DIRS none)", "there is no folder {folder}/none"),
        (
            "sluice_add_channels(more schemas/imu.yaml)",
            "usage: sluice_add_channels(<target> SCHEMAS a.yaml [b.yaml ...] [IMPORT_DIRS dir ...]"
            " [AGAINST <git revision>])",
        ),
    ],
)
def test_a_wrong_call_is_refused_with_a_reason(project, call, complaint):
    with open(project.folder / "CMakeLists.txt", "a") as lists:
        lists.write(call + "\n")
    result = project.build()

    assert result.returncode != 0
    assert complaint.format(folder=project.folder) in unwrapped(result.stdout)
