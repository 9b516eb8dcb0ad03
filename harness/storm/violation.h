// A Violation: what a server said that its protocol does not allow, in words.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace heapstorm {

struct Violation {
  enum class Kind {
    // A WebSocket extension or sub-protocol that the client had not offered: the server means another protocol.
    negotiation,
    other,
  };
  Kind kind = Kind::other;
  std::string words;  // printable ASCII; "": there is nothing to say
  auto operator<=>(const Violation&) const = default;
};

// What a server said, in quotes, as printable ASCII of bounded length.
std::string in_quotes(std::string_view said);

}  // namespace heapstorm
