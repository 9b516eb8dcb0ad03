// The family's table. Every variant is an echo server that can be reloaded; they differ in what a worker leaves behind.
#include "targets/worker_reload/variants.h"

namespace worker_reload = heapstorm::targets::worker_reload;
namespace target = heapstorm::target;

namespace {

template <typename ServiceType>
std::unique_ptr<target::Module> make_module(const target::Host& host) {
  return std::make_unique<worker_reload::ReloadModule<ServiceType>>(host);
}

template <typename ServiceType>
std::unique_ptr<target::Module> make_native_module(const target::Host& host) {
  return std::make_unique<worker_reload::NativeModule<ServiceType>>(host);
}

}  // namespace

HEAPSTORM_TARGET(
    "worker_reload",
    {{"cache_outlives_heap",
      "a cache outlives the thread in whose heap its block lies; the thread's successor frees it",
      "class: a per-thread resource not released at thread end",
      true,
      make_module<worker_reload::CacheOutlivesHeap>,
      {{"owner_exited_free", "worker_reload"}}},
     {"self_erasing_map",
      "an element's destructor erases itself from the map that is being destroyed at thread exit",
      "class: a per-thread resource released wrongly at thread end",
      true,
      make_module<worker_reload::SelfErasingMap>,
      {{"double_free", "worker_reload"}}},
     {"released_in_stop_hook", "the stop hook releases cache and elements while the thread's heap lives",
      "class: a per-thread resource not released, or released wrongly, at thread end", false,
      make_module<worker_reload::ReleasedInStopHook>},
     {"helper_wakes_dead_loop",
      "a native thread keeps a bare pointer to the loop of a worker, and wakes it when the worker has gone",
      "oven-sh/bun#34067",
      true,
      make_native_module<worker_reload::HelperWakesDeadLoop>,
      {{"use_after_free", "worker_reload"}}},
     {"loop_registry", "a worker strikes its loop from a registry, which the native thread asks first",
      "oven-sh/bun#34067", false, make_native_module<worker_reload::LoopRegistry>}})
