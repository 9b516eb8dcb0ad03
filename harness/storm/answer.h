// An Answer: what a server was seen to do in answer to a fault.
#pragma once

#include <compare>
#include <string>

namespace heapstorm {

struct Answer {
  enum class Kind {
    http_status,  // `number`
    close_code,   // a WebSocket Close frame; `number` is its code, 1005 if it has none
    message,      // it answered as if nothing were wrong
    pong,
    bytes,    // something that is not its protocol
    end,      // FIN
    reset,    // RST
    served,   // the rest of the session, as planned
    silence,  // nothing, until our wait was over
  };
  Kind kind = Kind::silence;
  int number = 0;
  auto operator<=>(const Answer&) const = default;
};

// "http 400", "close 1002", "reset"
std::string to_string(const Answer& answer);

}  // namespace heapstorm
