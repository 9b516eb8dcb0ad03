// A target family outside heapstorm's tree: a server that greets with the name of whoever came before.
#include <harness/heap/heap.h>

#include <cstring>
#include <mutex>
#include <string>

#include "targets/common/service.h"

namespace {

using heapstorm::target::Connection;
using heapstorm::target::Host;
using heapstorm::target::Service;

char* copy_of(std::string_view text) {
  auto* copy = static_cast<char*>(heapstorm_allocate(text.size() + 1, heapstorm_name("greeting")));
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

// DEFECT: one greeting for all threads, in the heap of whichever thread said it last. The next thread frees it.
class Shared : public Service {
 public:
  explicit Shared(const Host&) {}
  void on_message(Connection& connection, std::string_view message, bool text) override {
    static std::mutex mutex;
    static char* last = nullptr;
    const std::lock_guard lock(mutex);
    connection.send(last != nullptr ? last : "nobody", text);
    heapstorm_free(last);
    last = copy_of(message);
  }
};

class Own : public Service {
 public:
  explicit Own(const Host&) {}
  ~Own() override { heapstorm_free(last_); }
  void on_message(Connection& connection, std::string_view message, bool text) override {
    connection.send(last_ != nullptr ? last_ : "nobody", text);
    heapstorm_free(last_);
    last_ = copy_of(message);
  }

 private:
  char* last_ = nullptr;
};

}  // namespace

HEAPSTORM_TARGET("greeting", {{"shared",
                               "one greeting for all threads",
                               "",
                               true,
                               heapstorm::target::make_module<Shared>,
                               {{"foreign_free", "greeting"}}},
                              {"own", "a greeting for each thread", "", false, heapstorm::target::make_module<Own>}})
