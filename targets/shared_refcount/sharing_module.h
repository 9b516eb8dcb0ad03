// An echo server whose threads share a table of strings, each counted by reference: what non_atomic_refcount and its
// fix share. `SharedString` has a count that begins with 1, acquire(), and release(), which frees the string at 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <vector>

#include "harness/heap/heap.h"
#include "targets/common/service.h"

namespace heapstorm::targets::shared_refcount {

// Many, because each is one more chance for an update of its count to get lost at the right moment.
constexpr std::size_t shared_strings = 64;

// References to each that one answer takes, as an array that holds a string many times does.
constexpr char references_per_answer[] = "references_per_answer";

inline std::vector<target::Parameter> sharing_parameters() {
  return {{references_per_answer, "references to each string that one message's answer takes", 32, 1, 10000}};
}

template <typename SharedString>
using Strings = std::array<SharedString*, shared_strings>;

template <typename SharedString>
SharedString* create_string() {
  void* const block = heapstorm_allocate(sizeof(SharedString), heapstorm_name("shared_refcount"));
  if (block == nullptr) throw std::bad_alloc();
  return new (block) SharedString;
}

template <typename SharedString>
class SharingService final : public target::Service {
 public:
  SharingService(const target::Host& host, const Strings<SharedString>& strings)
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
  const Strings<SharedString>& strings_;
  const std::int64_t references_;
};

// Its own reference to each string is the first and, as long as the counts are right, the last one: the main thread,
// who owns the blocks, also frees them.
template <typename SharedString>
class SharingModule final : public target::Module {
 public:
  SharingModule() {
    for (SharedString*& string : strings_) string = create_string<SharedString>();
  }
  ~SharingModule() override {
    for (SharedString* const string : strings_) string->release();
  }
  std::unique_ptr<target::Service> start_worker(const target::Host& host, std::uint32_t) override {
    return std::make_unique<SharingService<SharedString>>(host, strings_);
  }

 private:
  Strings<SharedString> strings_;
};

template <typename SharedString>
std::unique_ptr<target::Module> make_sharing_module(const target::Host&) {
  return std::make_unique<SharingModule<SharedString>>();
}

}  // namespace heapstorm::targets::shared_refcount
