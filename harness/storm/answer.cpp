#include "harness/storm/answer.h"

namespace heapstorm {

std::string to_string(const Answer& answer) {
  switch (answer.kind) {
    case Answer::Kind::http_status:
      return "http " + std::to_string(answer.number);
    case Answer::Kind::close_code:
      return "close " + std::to_string(answer.number);
    case Answer::Kind::message:
      return "message";
    case Answer::Kind::pong:
      return "pong";
    case Answer::Kind::bytes:
      return "bytes";
    case Answer::Kind::end:
      return "end";
    case Answer::Kind::reset:
      return "reset";
    case Answer::Kind::served:
      return "served";
    case Answer::Kind::silence:
      return "silence";
  }
  return "unknown";
}

}  // namespace heapstorm
