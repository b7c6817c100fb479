# sluice_add_channels(<target> SCHEMAS a.yaml [b.yaml ...] [IMPORT_DIRS dir ...] [AGAINST <git revision>])
# Makes a static library <target> of the channels and types that the schemas describe, and of what they import. A
# program that links it may #include <namespace/channel.channel.hpp>. Paths are relative to the calling CMakeLists.txt.
# IMPORT_DIRS: where imported files are looked for, behind the folder of the file that imports.
# Schemas of one target are generated in one run, so that clashes between them are found.
# A change of a schema, an import, a template or a module of the generator generates again, nothing else does; files
# whose text stays equal keep their time stamp, and what includes them is not compiled again.
# AGAINST: the build stops at a schema that breaks programs of itself in that revision (docs/tools.md).
include_guard(GLOBAL)

# What AGAINST adds to sluicegen's command line, and what that depends on.
function(_sluice_against target revision arguments depends)
  if(NOT TARGET sluice::tool)
    message(FATAL_ERROR
      "sluice_add_channels(${target}): AGAINST needs the command 'sluice', which this build does not make.\n"
      "Before Sluice is added: set(SLUICE_BUILD_TOOLS ON)\n"
      "An installed Sluice has it where its libraries were found: configure that one with -DSLUICE_BUILD_TOOLS=ON")
  endif()
  set(${arguments} --against ${revision}: --compare-with $<TARGET_FILE:sluice::tool> PARENT_SCOPE)
  set(${depends} $<TARGET_FILE:sluice::tool> PARENT_SCOPE)
endfunction()

# Files or folders as sluicegen gets them: relative to the project, since generated files name them.
function(_sluice_paths_in_project target what given paths)
  set(relatives "")
  foreach(path IN LISTS given)
    get_filename_component(absolute ${path} ABSOLUTE)
    if(NOT EXISTS ${absolute})
      message(FATAL_ERROR "sluice_add_channels(${target}): there is no ${what} ${absolute}")
    endif()
    file(RELATIVE_PATH relative ${PROJECT_SOURCE_DIR} ${absolute})
    if(relative MATCHES "^\\.\\./")
      set(relative ${absolute})  # outside of the project: sluicegen then writes its name only
    endif()
    list(APPEND relatives "${relative}")
  endforeach()
  set(${paths} "${relatives}" PARENT_SCOPE)
endfunction()

# Sets <inputs>: schemas, imports and FlatBuffers schemas, as absolute paths; and <outputs>: what sluicegen will write. A
# change of an input is looked at when the project is configured again, since the names of outputs and further imports
# come from inside of them: a new import is found that way.
function(_sluice_ask target command inputs outputs)
  execute_process(COMMAND ${command} --list-inputs --list-outputs WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    RESULT_VARIABLE code OUTPUT_VARIABLE listed ERROR_VARIABLE complaint)
  if(NOT code EQUAL 0)
    message(NOTICE "${complaint}")
    message(FATAL_ERROR "sluice_add_channels(${target}): sluicegen refuses its schemas, see above")
  endif()
  string(FIND "${listed}" "\n\n" end_of_inputs)
  string(SUBSTRING "${listed}" 0 ${end_of_inputs} listed_inputs)
  string(SUBSTRING "${listed}" ${end_of_inputs} -1 listed_outputs)
  string(STRIP "${listed_outputs}" listed_outputs)
  string(REPLACE "\n" ";" listed_inputs "${listed_inputs}")
  string(REPLACE "\n" ";" listed_outputs "${listed_outputs}")
  list(TRANSFORM listed_inputs REPLACE "^([^/].*)$" "${PROJECT_SOURCE_DIR}/\\1")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${listed_inputs})
  set(${inputs} "${listed_inputs}" PARENT_SCOPE)
  set(${outputs} "${listed_outputs}" PARENT_SCOPE)
endfunction()

# A renamed channel, or a type that is no message any more, must not leave its old header where programs would still find it.
function(_sluice_remove_stale folder outputs)
  file(GLOB_RECURSE present RELATIVE ${folder} ${folder}/*.channel.hpp ${folder}/*.channel.cpp
    ${folder}/*.types.hpp ${folder}/*.types.cpp ${folder}/*.message.hpp ${folder}/*.fbs ${folder}/*.bfbs
    ${folder}/*_generated.h)
  list(REMOVE_ITEM present ${outputs})
  foreach(stale IN LISTS present)
    file(REMOVE ${folder}/${stale})
  endforeach()
endfunction()

function(sluice_add_channels target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "AGAINST" "SCHEMAS;IMPORT_DIRS")
  if(NOT arg_SCHEMAS OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "usage: sluice_add_channels(<target> SCHEMAS a.yaml [b.yaml ...] [IMPORT_DIRS dir ...]"
      " [AGAINST <git revision>])")
  endif()
  if(arg_AGAINST)
    _sluice_against(${target} ${arg_AGAINST} against against_depends)
  endif()
  include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/SluicePython.cmake)
  include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/SluiceFlatc.cmake)
  _sluice_paths_in_project(${target} schema "${arg_SCHEMAS}" schemas)
  _sluice_paths_in_project(${target} folder "${arg_IMPORT_DIRS}" import_options)
  list(TRANSFORM import_options PREPEND "-I")

  # Of the source tree, or of its installed likeness.
  get_filename_component(sluice ${CMAKE_CURRENT_FUNCTION_LIST_DIR} DIRECTORY)
  file(GLOB_RECURSE generator CONFIGURE_DEPENDS ${sluice}/generator/*.py ${sluice}/generator/*.j2)
  list(APPEND generator ${sluice}/generator/sluicegen/macros.txt ${sluice}/schemas/channel.schema.json ${sluice}/runtime/schema/descriptor.fbs ${sluice}/VERSION)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.channels)
  set(command ${SLUICE_PYTHON} -B ${sluice}/cmake/run_sluicegen.py ${schemas} -o ${folder}
    ${import_options} --flatc ${SLUICE_FLATC})

  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${generator})
  _sluice_ask(${target} "${command}" inputs outputs)
  _sluice_remove_stale(${folder} "${outputs}")

  # A stamp as the only OUTPUT: sluicegen leaves equal files alone, and they must not look out of date for it.
  set(stamp ${folder}/stamp)
  list(TRANSFORM outputs PREPEND ${folder}/ OUTPUT_VARIABLE output_paths)
  add_custom_command(OUTPUT ${stamp} BYPRODUCTS ${output_paths}
    COMMAND ${command} ${against} COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${inputs} ${generator} ${against_depends} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Generating the channels of ${target}" VERBATIM)

  set(sources ${output_paths})
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  add_library(${target} STATIC ${stamp} ${sources})
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${folder}>)
  target_link_libraries(${target} PUBLIC sluice::sluice)
  if(outputs MATCHES "_generated\\.h")  # a message is a FlatBuffers table: programs read it by FlatBuffers' headers
    include(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/SluiceFlatBuffers.cmake)
    target_include_directories(${target} SYSTEM PUBLIC ${SLUICE_FLATBUFFERS_INCLUDE_DIR})
  endif()
endfunction()
