# Finds flatc and leaves its path in SLUICE_FLATC (cached).
include_guard(GLOBAL)

find_program(SLUICE_FLATC flatc DOC "FlatBuffers' schema compiler")
if(NOT SLUICE_FLATC)
  message(FATAL_ERROR
    "Sluice needs flatc, FlatBuffers' schema compiler, and found none.\n"
    "Install it:\n"
    "  Debian, Ubuntu: apt install flatbuffers-compiler\n"
    "or name it: -DSLUICE_FLATC=/path/to/flatc")
endif()
