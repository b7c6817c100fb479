# Finds flatc and the FlatBuffers headers, of one version: SLUICE_FLATC, SLUICE_FLATBUFFERS_INCLUDE_DIR (cached).
include_guard(GLOBAL)

include(${CMAKE_CURRENT_LIST_DIR}/SluiceFlatc.cmake)

find_path(SLUICE_FLATBUFFERS_INCLUDE_DIR flatbuffers/flatbuffers.h DOC "Where flatbuffers/flatbuffers.h is")
if(NOT SLUICE_FLATBUFFERS_INCLUDE_DIR)
  message(FATAL_ERROR
    "Sluice needs the FlatBuffers headers and found no flatbuffers/flatbuffers.h.\n"
    "Install them:\n"
    "  Debian, Ubuntu: apt install libflatbuffers-dev\n"
    "or name their folder: -DSLUICE_FLATBUFFERS_INCLUDE_DIR=/path/to/include")
endif()

# Code that flatc makes asserts its own version against the headers': say it here, in words.
function(_sluice_check_flatbuffers_versions)
  execute_process(COMMAND ${SLUICE_FLATC} --version OUTPUT_VARIABLE flatc_says ERROR_VARIABLE flatc_says)
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" flatc_version "${flatc_says}")
  if(NOT flatc_version)
    message(FATAL_ERROR "Sluice: ${SLUICE_FLATC} does not run, or is not FlatBuffers' schema compiler.\n"
      "Name the right one: -DSLUICE_FLATC=/path/to/flatc")
  endif()
  set(parts "")
  file(STRINGS ${SLUICE_FLATBUFFERS_INCLUDE_DIR}/flatbuffers/base.h defines
    REGEX "^#define FLATBUFFERS_VERSION_(MAJOR|MINOR|REVISION) [0-9]+")
  foreach(part MAJOR MINOR REVISION)
    string(REGEX MATCH "FLATBUFFERS_VERSION_${part} ([0-9]+)" match "${defines}")
    list(APPEND parts "${CMAKE_MATCH_1}")
  endforeach()
  list(JOIN parts "." headers_version)
  if(NOT flatc_version STREQUAL headers_version)
    message(FATAL_ERROR
      "Sluice needs flatc and the FlatBuffers headers of one version:\n"
      "  ${SLUICE_FLATC} is version ${flatc_version}\n"
      "  ${SLUICE_FLATBUFFERS_INCLUDE_DIR}/flatbuffers is version ${headers_version}\n"
      "Install both from one place:\n"
      "  Debian, Ubuntu: apt install flatbuffers-compiler libflatbuffers-dev\n"
      "or name them: -DSLUICE_FLATC=/path/to/flatc -DSLUICE_FLATBUFFERS_INCLUDE_DIR=/path/to/include")
  endif()
  message(STATUS "Sluice: FlatBuffers ${flatc_version}")
endfunction()

_sluice_check_flatbuffers_versions()
