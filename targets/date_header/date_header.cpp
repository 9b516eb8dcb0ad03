// The family's table. Every variant is an echo server with a Date header; they differ in who keeps its value.
#include "targets/date_header/variants.h"

namespace date_header = heapstorm::targets::date_header;
using heapstorm::target::make_module;

HEAPSTORM_TARGET(
    "date_header",
    {{"static_cache",
      "one static cache for all threads, holding a string of one thread's heap",
      "swoole-src #5507",
      true,
      make_module<date_header::StaticCache>,
      {{"foreign_free", "date_header"}, {"data_race", ""}}},
     {"static_char_buffer",
      "one static text buffer for all threads, overwritten while others read it",
      "swoole-src #5507, the copy for HTTP/2",
      true,
      make_module<date_header::StaticCharBuffer>,
      {{"data_race", ""}}},
     {"thread_local_unreleased",
      "a cache for each thread, released only after the thread's heap has gone down",
      "swoole-src #5507, its first fix",
      true,
      make_module<date_header::ThreadLocalUnreleased>,
      {{"owner_exited_free", "date_header"}}},
     {"per_request", "no cache: formats the date on every response", "swoole-src #5507", false,
      make_module<date_header::PerRequest>},
     {"thread_local_cache", "a cache for each thread, released before the thread's heap goes down", "swoole-src #5507",
      false, make_module<date_header::ThreadLocalCache>},
     {"thread_local_released", "a cache for each thread whose destructor comes too late, so the stop hook empties it",
      "swoole-src #5507, its first fix", false, make_module<date_header::ThreadLocalReleased>},
     {"shared_immutable", "one immutable date for all threads, swapped in one step and counted by reference",
      "swoole-src #5507", false, make_module<date_header::SharedImmutable>},
     {"locked_copy", "one text buffer for all threads, written and copied out under a lock",
      "swoole-src #5507, the copy for HTTP/2", false, make_module<date_header::LockedCopy>}})
