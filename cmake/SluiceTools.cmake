# Decides whether the command `sluice` is built. SLUICE_BUILD_TOOLS: ON, OFF, or by default AUTO: where this is the
# top level and all that it needs is found.
include_guard(GLOBAL)

set(SLUICE_BUILD_TOOLS AUTO CACHE STRING "Build the command 'sluice': ON, OFF, or AUTO")
set_property(CACHE SLUICE_BUILD_TOOLS PROPERTY STRINGS AUTO ON OFF)

# Sets <wanted>: whether to look for what the tools need at all.
function(_sluice_tools_wanted wanted)
  if(SLUICE_BUILD_TOOLS STREQUAL "AUTO")
    set(${wanted} ${PROJECT_IS_TOP_LEVEL} PARENT_SCOPE)
  else()
    set(${wanted} ${SLUICE_BUILD_TOOLS} PARENT_SCOPE)
  endif()
endfunction()

# Sets SLUICE_HAS_TOOLS; stops where the tools are asked for and something is missing.
function(sluice_find_tools)
  set(SLUICE_HAS_TOOLS FALSE PARENT_SCOPE)
  _sluice_tools_wanted(wanted)
  if(NOT wanted)
    return()
  endif()
  set(missing "")
  foreach(package CLI11 fmt nlohmann_json yaml-cpp)
    find_package(${package} QUIET CONFIG)
    if(NOT ${package}_FOUND)
      list(APPEND missing ${package})
    endif()
  endforeach()
  list(JOIN missing ", " missing)
  if(missing STREQUAL "")
    set(SLUICE_HAS_TOOLS TRUE PARENT_SCOPE)
  elseif(SLUICE_BUILD_TOOLS STREQUAL "AUTO")
    message(STATUS "Sluice: the command 'sluice' is not built, for lack of ${missing}")
  else()
    message(FATAL_ERROR
      "Sluice's command 'sluice' needs CLI11, fmt, nlohmann_json and yaml-cpp. Not found: ${missing}\n"
      "Install them:\n"
      "  Debian, Ubuntu: apt install libcli11-dev libfmt-dev nlohmann-json3-dev libyaml-cpp-dev\n"
      "or build without it: -DSLUICE_BUILD_TOOLS=OFF")
  endif()
endfunction()
