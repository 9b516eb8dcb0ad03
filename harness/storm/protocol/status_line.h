// The StatusLine: reads how a server answers an opening that is none, as far as its status. Fed in any pieces.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "harness/storm/answer.h"

namespace heapstorm {

class StatusLine {
 public:
  void reset() { size_bytes_ = 0; }

  // Nothing while more is needed; `bytes` if this is no HTTP.
  std::optional<Answer> read(std::string_view bytes);

 private:
  std::array<char, 12> text_{};  // "HTTP/1.1 400"
  std::size_t size_bytes_ = 0;
};

}  // namespace heapstorm
