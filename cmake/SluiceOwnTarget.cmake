# sluice_own_target(<target>): how Sluice compiles its own code. Users' targets, generated ones too, never get this.
function(sluice_own_target target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow -Wold-style-cast
    $<$<BOOL:${SLUICE_WARNINGS_AS_ERRORS}>:-Werror>
    # Assertions and debug information name files: as of this tree, wherever it lay when it was built.
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build
    # g++ says that its TSan does not model fences: known, and no reason to stop
    $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
endfunction()
