# What `cmake --install` puts where. Nothing installed names a folder of this machine, so that a prefix may be moved.
# share/sluice is laid out as the source tree: the generator and sluice_add_channels() look for what they need in the
# same places, installed or not.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(data_dir ${CMAKE_INSTALL_DATADIR}/sluice)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Sluice)
set(generated_dir ${PROJECT_BINARY_DIR}/install)

install(TARGETS sluice_static sluice_shared EXPORT SluiceTargets)
install(DIRECTORY runtime/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The generator
install(DIRECTORY generator/sluicegen DESTINATION ${data_dir}/generator FILES_MATCHING
  PATTERN *.py PATTERN *.j2 PATTERN macros.txt PATTERN __pycache__ EXCLUDE)
install(FILES VERSION DESTINATION ${data_dir})
install(FILES schemas/channel.schema.json DESTINATION ${data_dir}/schemas)
install(FILES runtime/schema/descriptor.fbs DESTINATION ${data_dir}/runtime/schema)
install(FILES cmake/SluiceAddChannels.cmake cmake/SluiceFlatBuffers.cmake cmake/SluiceFlatc.cmake
  cmake/SluicePython.cmake cmake/run_sluicegen.py DESTINATION ${data_dir}/cmake)

# Sets <result> to the way from one installed folder to another.
function(_sluice_way from to result)
  file(RELATIVE_PATH way ${from} ${to})
  string(REGEX REPLACE "/$" "" way "${way}")
  set(${result} ${way} PARENT_SCOPE)
endfunction()
_sluice_way(${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/sluice SLUICE_DATA_FROM_BIN)
_sluice_way(${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX} SLUICE_PREFIX_FROM_PKGCONFIG)
_sluice_way(${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_BINDIR} SLUICE_BIN)
_sluice_way(${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR} SLUICE_LIB)
_sluice_way(${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR} SLUICE_INCLUDE)

configure_file(cmake/sluicegen.in ${generated_dir}/sluicegen @ONLY)
install(PROGRAMS ${generated_dir}/sluicegen TYPE BIN)
configure_file(cmake/sluice.pc.in ${generated_dir}/sluice.pc @ONLY)
install(FILES ${generated_dir}/sluice.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# find_package(Sluice)
set(compatibility SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
endif()
write_basic_package_version_file(${generated_dir}/SluiceConfigVersion.cmake COMPATIBILITY ${compatibility})
configure_package_config_file(cmake/SluiceConfig.cmake.in ${generated_dir}/SluiceConfig.cmake
  INSTALL_DESTINATION ${package_dir} PATH_VARS data_dir)
install(FILES ${generated_dir}/SluiceConfig.cmake ${generated_dir}/SluiceConfigVersion.cmake
  DESTINATION ${package_dir})
install(EXPORT SluiceTargets NAMESPACE sluice:: DESTINATION ${package_dir})
