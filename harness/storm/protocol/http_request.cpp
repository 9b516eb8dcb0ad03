#include "harness/storm/protocol/http_request.h"

#include <array>
#include <charconv>

#include "harness/storm/storm.h"

namespace heapstorm {

void append_headers(std::string& out, const Headers& headers) {
  for (const auto& [name, value] : headers) out.append(name).append(": ").append(value).append("\r\n");
}

void append_get(std::string& out, std::string_view path, std::string_view host, std::string_view fields,
                std::uint32_t connection_number) {
  std::array<char, 10> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), connection_number).ptr;
  out.append("GET ").append(path).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n").append(fields);
  out.append(connection_header).append(": ").append(digits.data(), end).append("\r\n\r\n");
}

}  // namespace heapstorm
