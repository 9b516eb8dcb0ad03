// The family's table. Every variant is an echo server that puts its answer together in a buffer; they differ in whose
// buffer that is.
#include "targets/websocket_buffer/variants.h"

namespace websocket_buffer = heapstorm::targets::websocket_buffer;

HEAPSTORM_TARGET("websocket_buffer",
                 {{"main_thread_only",
                   "a buffer for each thread, created by the module's start-up, which runs on the main thread only",
                   "swoole-src #5504",
                   true,
                   websocket_buffer::make_main_thread_only,
                   {{"null_deref", ""}}},
                  {"process_shared",
                   "one buffer for all threads, in the main thread's heap, reallocated by whoever needs more",
                   "swoole-src #5504, a wrong fix",
                   true,
                   websocket_buffer::make_process_shared,
                   {{"foreign_realloc", "websocket_buffer"}, {"data_race", ""}}},
                  {"thread_start_hook", "a buffer for each thread, created by the thread's start hook",
                   "swoole-src #5504", false, websocket_buffer::make_thread_start_hook},
                  {"lazy_per_thread", "a buffer for each thread, created by the thread's first push",
                   "swoole-src #5504", false, websocket_buffer::make_lazy_per_thread}})
