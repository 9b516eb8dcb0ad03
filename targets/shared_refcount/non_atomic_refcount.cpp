#include <array>
#include <new>

#include "harness/heap/heap.h"
#include "targets/shared_refcount/variants.h"

namespace heapstorm::targets::shared_refcount {

namespace {

// DEFECT (a string with a plain count given to several threads, as zend_string is): two workers read the same count,
// and the update of one is lost. When it is an acquire that was lost, the count comes to 0 while the main thread still
// holds its reference: the release on a worker frees the main thread's block, and who acquires it next writes into
// freed memory. Expected findings: foreign_free, tag shared_refcount, owner main, offender a worker; data_race in the
// tsan flavour.
struct SharedString {
  std::uint32_t references = 1;

  void acquire() { ++references; }
  void release() {
    if (--references == 0) heapstorm_free(this);
  }
};

SharedString* create_string() {
  void* const block = heapstorm_allocate(sizeof(SharedString), heapstorm_name("shared_refcount"));
  if (block == nullptr) throw std::bad_alloc();
  return new (block) SharedString;
}

using Strings = std::array<SharedString*, shared_strings>;

class SharingService final : public target::Service {
 public:
  SharingService(const target::Host& host, const Strings& strings)
      : strings_(strings), references_(host.parameter(references_per_answer)) {}
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    for (std::int64_t i = 0; i < references_; ++i) {
      for (SharedString* const string : strings_) string->acquire();
    }
    connection.send(message, text);
    for (std::int64_t i = 0; i < references_; ++i) {
      for (SharedString* const string : strings_) string->release();
    }
  }

 private:
  const Strings& strings_;
  const std::int64_t references_;
};

// Its own reference to each string is the first and, as long as the counts are right, the last one: the main thread,
// who owns the blocks, also frees them.
class SharingModule final : public target::Module {
 public:
  SharingModule() {
    for (SharedString*& string : strings_) string = create_string();
  }
  ~SharingModule() override {
    for (SharedString* const string : strings_) string->release();
  }
  std::unique_ptr<target::Service> start_worker(const target::Host& host, std::uint32_t) override {
    return std::make_unique<SharingService>(host, strings_);
  }

 private:
  Strings strings_;
};

}  // namespace

std::unique_ptr<target::Module> make_non_atomic_refcount(const target::Host&) {
  return std::make_unique<SharingModule>();
}

}  // namespace heapstorm::targets::shared_refcount
