# The channels of the benchmark differ in order, capacity and size only: their schemas are written here.
# Content of up to 112 bytes is fields (a message of 48 then fills one cache line), above that it is one array.
include_guard(GLOBAL)

# sluice_bench_schema(<list> <channel> <order> <bytes> <capacity>): adds the path of a schema to the list.
function(sluice_bench_schema list channel order bytes capacity)
  math(EXPR words "${bytes} / 8")
  if(words GREATER 14)
    set(fields "words: \"u64[${words}]\"")
  else()
    math(EXPR last "${words} - 1")
    set(fields "")
    foreach(word RANGE ${last})
      list(APPEND fields "w${word}: u64")
    endforeach()
    list(JOIN fields ", " fields)
  endif()
  set(path ${CMAKE_CURRENT_BINARY_DIR}/schemas/${channel}.yaml)
  configure_file(schemas/channel.yaml.in ${path} @ONLY)
  set(${list} ${${list}} ${path} PARENT_SCOPE)
endfunction()

set(schemas "")
foreach(bytes 48 112 4096 65536 1048576)
  sluice_bench_schema(schemas fifo_${bytes} fifo ${bytes} 64)
  sluice_bench_schema(schemas lifo_${bytes} lifo ${bytes} 64)
  sluice_bench_schema(schemas latest_${bytes} latest ${bytes} 8)
  sluice_bench_schema(schemas few_${bytes} fifo ${bytes} 4)
endforeach()

# For growing work: capacities at one size, and sizes at one capacity.
foreach(capacity 2 4 16 64 256 1024 4096 16384 65536)
  sluice_bench_schema(schemas capacity_${capacity} fifo 48 ${capacity})
endforeach()
foreach(bytes 16 64 1024 16384 262144 1048576 8388608)
  sluice_bench_schema(schemas slot_${bytes} fifo ${bytes} 16)
endforeach()
sluice_add_channels(bench_channels SCHEMAS ${schemas})
