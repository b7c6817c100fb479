# Finds a Python that can run sluicegen and leaves its path in SLUICE_PYTHON (cached).
# The first python3 on PATH is often a bare one (pyenv, conda, a virtual environment), so more than one is tried.
include_guard(GLOBAL)

# Sets <lacks> to what keeps `python` from running sluicegen, in words; empty if nothing does.
function(_sluice_python_lacks python lacks)
  set(probe [[
import importlib, sys
def lacking(name):
    try:
        importlib.import_module(name)
        return False
    except ImportError:
        return True
if sys.version_info < (3, 9):
    print("is Python %d.%d, needs 3.9 or later" % sys.version_info[:2])
else:
    names = [name for name in ("jinja2", "yaml", "jsonschema") if lacking(name)]
    print("lacks " + ", ".join(names) if names else "ok")
]])
  execute_process(COMMAND ${python} -B -c "${probe}" RESULT_VARIABLE code OUTPUT_VARIABLE answer
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT code EQUAL 0)
    set(answer "does not run")
  elseif(answer STREQUAL "ok")
    set(answer "")
  endif()
  set(${lacks} "${answer}" PARENT_SCOPE)
endfunction()

# Every interpreter worth a try, best first, as paths without repeats.
function(_sluice_python_candidates candidates)
  set(paths ${Python3_EXECUTABLE} ${SLUICE_PYTHON})
  foreach(name python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9)
    find_program(path ${name} NO_CACHE)
    if(path)
      list(APPEND paths ${path})
    endif()
    unset(path)
  endforeach()
  list(REMOVE_DUPLICATES paths)
  set(${candidates} "${paths}" PARENT_SCOPE)
endfunction()

function(_sluice_find_python)
  _sluice_python_candidates(candidates)
  set(tried "")
  foreach(python IN LISTS candidates)
    _sluice_python_lacks(${python} lacks)
    if(lacks STREQUAL "")
      set(SLUICE_PYTHON ${python} CACHE FILEPATH "Python that runs sluicegen" FORCE)
      message(STATUS "Sluice: sluicegen runs with ${python}")
      return()
    endif()
    string(APPEND tried "\n  ${python} ${lacks}")
  endforeach()
  if(tried STREQUAL "")
    set(tried "\n  no python3 was found")
  endif()
  message(FATAL_ERROR
    "Sluice's generator needs Python 3.9 or later with jinja2, yaml and jsonschema. Tried:${tried}\n"
    "Install them:\n"
    "  Debian, Ubuntu: apt install python3 python3-jinja2 python3-yaml python3-jsonschema\n"
    "  elsewhere: python3 -m pip install jinja2 pyyaml jsonschema\n"
    "or name an interpreter that has them: -DPython3_EXECUTABLE=/path/to/python3")
endfunction()

_sluice_find_python()
