// The family's table. Every variant is an echo server with a Date header; they differ in who keeps its value.
#include "targets/date_header/variants.h"

namespace date_header = heapstorm::targets::date_header;
using heapstorm::target::make_module;

HEAPSTORM_TARGET("date_header",
                 {{"static_cache", "one static cache for all threads, holding a string of one thread's heap",
                   "swoole-src #5507", true, make_module<date_header::StaticCache>},
                  {"per_request", "no cache: formats the date on every response", "swoole-src #5507", false,
                   make_module<date_header::PerRequest>},
                  {"thread_local_cache", "a cache for each thread, released before the thread's heap goes down",
                   "swoole-src #5507", false, make_module<date_header::ThreadLocalCache>}})
