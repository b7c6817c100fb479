# What the benchmark compares with, each left out where its library is not found: it is then named in the results.
include_guard(GLOBAL)
include(CheckIncludeFileCXX)
set(CMAKE_REQUIRED_QUIET ON)

set(peer_sources "")
set(peer_libraries "")
set(peer_declarations "")
set(peer_functions "")
set(peer_missing "")

# sluice_bench_peer(<file> <title> <package> FOUND <bool> [LINK library ...])
# The file is subjects/<file>.cpp, which defines <file>_subjects().
macro(sluice_bench_peer file title package)
  cmake_parse_arguments(peer "" "" "FOUND;LINK" ${ARGN})
  if(${peer_FOUND})
    list(APPEND peer_sources subjects/${file}.cpp)
    list(APPEND peer_libraries ${peer_LINK})
    string(APPEND peer_declarations "std::vector<Subject> ${file}_subjects();\n")
    string(APPEND peer_functions "${file}_subjects, ")
  else()
    message(STATUS "Sluice: the benchmark is built without ${title}: apt install ${package}")
    string(APPEND peer_missing "{\"${title}\", \"not built: ${package} is not installed\"}, ")
  endif()
endmacro()

check_include_file_cxx(boost/lockfree/spsc_queue.hpp BENCH_HAS_BOOST)
sluice_bench_peer(boost_spsc "Boost.Lockfree spsc_queue" libboost-dev FOUND BENCH_HAS_BOOST)
sluice_bench_peer(boost_mq "Boost.Interprocess message_queue" libboost-dev FOUND BENCH_HAS_BOOST)

check_include_file_cxx(atomic_queue/atomic_queue.h BENCH_HAS_ATOMIC_QUEUE)
sluice_bench_peer(atomic_queue "atomic_queue" libatomic-queue-dev FOUND BENCH_HAS_ATOMIC_QUEUE)

find_package(iceoryx_posh QUIET CONFIG)
sluice_bench_peer(iceoryx "iceoryx 2" libiceoryx-posh-dev FOUND iceoryx_posh_FOUND LINK iceoryx_posh::iceoryx_posh)

check_include_file_cxx(zmq.h BENCH_HAS_ZEROMQ)
find_library(BENCH_ZEROMQ_LIBRARY zmq)
sluice_bench_peer(zeromq "ZeroMQ" libzmq3-dev FOUND BENCH_HAS_ZEROMQ AND BENCH_ZEROMQ_LIBRARY
  LINK ${BENCH_ZEROMQ_LIBRARY})

check_include_file_cxx(lcm/lcm.h BENCH_HAS_LCM)
find_library(BENCH_LCM_LIBRARY lcm)
sluice_bench_peer(lcm "LCM" liblcm-dev FOUND BENCH_HAS_LCM AND BENCH_LCM_LIBRARY LINK ${BENCH_LCM_LIBRARY})

find_package(CycloneDDS QUIET CONFIG)
find_program(BENCH_IDLC idlc)
if(CycloneDDS_FOUND AND BENCH_IDLC)
  enable_language(C)  # for what idlc generates
  idlc_generate(TARGET bench_idl FILES ${CMAKE_CURRENT_SOURCE_DIR}/subjects/cyclonedds.idl)
  add_library(bench_idl_code STATIC)  # apart from our own code, whose warnings are for C++
  target_link_libraries(bench_idl_code PRIVATE bench_idl)
  target_include_directories(bench_idl_code INTERFACE ${CMAKE_CURRENT_BINARY_DIR})
endif()
sluice_bench_peer(cyclonedds "Cyclone DDS" "cyclonedds-dev cyclonedds-tools"
  FOUND CycloneDDS_FOUND AND BENCH_IDLC LINK bench_idl_code CycloneDDS::ddsc)

configure_file(peers.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/peers.cpp @ONLY)
