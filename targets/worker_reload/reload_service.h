// An echo server whose workers are reloaded now and then: a new thread takes the place of an old one. What all variants
// of this family share. Each worker has a cache, which outlives its thread, and a list of visitors, which does not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/heap/allocator.h"
#include "targets/common/owned_buffer.h"
#include "targets/common/service.h"

namespace heapstorm::targets::worker_reload {

// The answer that was made last. One for each worker's place in the process, whichever thread has it at the moment.
struct Cache {
  target::OwnedBuffer* answer = nullptr;
};

class Visitor;
using Visitors = std::unordered_map<std::uint32_t, Visitor, std::hash<std::uint32_t>, std::equal_to<>,
                                    OwnerAllocator<std::pair<const std::uint32_t, Visitor>>>;

// Somebody who was here lately. Strikes itself from the list when it ends, whoever ends it.
class Visitor {
 public:
  Visitor(Visitors& visitors, std::uint32_t number) : visitors_(visitors), number_(number) {}
  ~Visitor();
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

 private:
  Visitors& visitors_;
  const std::uint32_t number_;
};

class ReloadService : public target::Service {
 public:
  // `cache` outlives it.
  explicit ReloadService(Cache& cache) : cache_(cache) {}
  void on_open(target::Connection& connection) override;

 protected:
  void release_cache();
  // Takes each visitor out of the list before it ends, so that it finds itself struck already.
  void dismiss_visitors();

 private:
  void remember(std::uint32_t number);

  const std::uint16_t tag_ = heapstorm_name("worker_reload");
  Cache& cache_;
  Visitors visitors_{OwnerAllocator<std::pair<const std::uint32_t, Visitor>>(tag_)};
};

// Holds the caches, and makes a `ServiceType` for each thread that takes a worker's place.
template <typename ServiceType>
class ReloadModule final : public target::Module {
 public:
  explicit ReloadModule(const target::Host& host) : caches_(host.worker_count()) {}
  std::unique_ptr<target::Service> start_worker(const target::Host&, std::uint32_t index) override {
    return std::make_unique<ServiceType>(caches_[index]);
  }

 private:
  std::vector<Cache> caches_;
};

template <typename ServiceType>
std::unique_ptr<target::Module> make_reload_module(const target::Host& host) {
  return std::make_unique<ReloadModule<ServiceType>>(host);
}

}  // namespace heapstorm::targets::worker_reload
