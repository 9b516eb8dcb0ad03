// An echo server with module globals: the latest message and how many there were. What all variants of this family
// share.
#pragma once

#include <cstdint>

#include "targets/common/owned_buffer.h"
#include "targets/common/service.h"

namespace heapstorm::targets::module_globals {

struct Globals {
  target::OwnedBuffer* latest;
  std::uint64_t messages;
};

class GlobalsService : public target::Service {
 public:
  void on_message(target::Connection& connection, std::string_view message, bool text) override {
    Globals* const own = globals();
    if (own->latest != nullptr) own->latest->destroy();
    own->latest = target::OwnedBuffer::create(message, tag_);
    ++own->messages;
    connection.send(own->latest->view(), text);
  }

 protected:
  virtual Globals* globals() = 0;

 private:
  const std::uint16_t tag_ = heapstorm_name("module_globals");
};

}  // namespace heapstorm::targets::module_globals
