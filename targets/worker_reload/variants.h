// The Services of this family: they differ only in what their stop hook releases while the thread's heap still lives.
#pragma once

#include "targets/worker_reload/reload_service.h"

namespace heapstorm::targets::worker_reload {

class CacheOutlivesHeap final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

class SelfErasingMap final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

class ReleasedInStopHook final : public ReloadService {
 public:
  using ReloadService::ReloadService;
  void on_stop() override;
};

}  // namespace heapstorm::targets::worker_reload
