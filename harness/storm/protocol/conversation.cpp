#include "harness/storm/protocol/conversation.h"

#include "harness/base/check.h"

namespace heapstorm {

std::unique_ptr<Conversation> make_conversation(Protocol protocol, const std::string& host, const std::string& path) {
  switch (protocol) {
    case Protocol::tcp:
      return make_tcp_conversation();
    case Protocol::http:
      return make_http_conversation(host);
    case Protocol::websocket:
      return make_websocket_conversation(host, path);
  }
  HEAPSTORM_CHECK(false);
}

}  // namespace heapstorm
