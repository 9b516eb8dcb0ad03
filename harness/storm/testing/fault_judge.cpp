#include "harness/storm/testing/fault_judge.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <bit>

namespace heapstorm::test {
namespace {

constexpr unsigned narrow_window_bytes = 5000;
constexpr std::size_t long_head_bytes = 10000;

tcp_info tcp_state(const Peer& peer) {
  tcp_info info{};
  socklen_t size = sizeof(info);
  getsockopt(peer.fd(), IPPROTO_TCP, TCP_INFO, &info, &size);
  return info;
}

std::string line(const std::string& fault, std::uint64_t number) {
  return fault + " " + std::to_string(number);
}

// What is wrong with a head; "" if nothing is.
std::string judge_head(const std::string& all) {
  const std::size_t garbage = std::min(all.find("GET "), all.size());
  if (garbage > 0 && static_cast<unsigned char>(all[0]) >= 0x80) return line("garbage_first", garbage);
  if (all.size() > long_head_bytes) return line("oversized_header", header(all, "X-Filler").size());
  if (header(all, "Heapstorm-Connection").empty()) return line("truncated_header", all.size() - 4);
  if (header(all, "Upgrade").empty()) return "";
  if (header(all, "Sec-WebSocket-Version") != "13") {
    return line("wrong_version", std::stoul(header(all, "Sec-WebSocket-Version")));
  }
  const std::size_t key = header(all, "Sec-WebSocket-Key").size();
  return key == 24 ? "" : line("wrong_key", key);
}

struct RawFrame {
  bool complete = false;
  bool final = false, masked = false;
  unsigned reserved_bits = 0, opcode = 0;
  std::uint64_t length = 0;
  std::string payload;
};

RawFrame read_raw_frame(Peer& peer) {
  RawFrame frame;
  const std::string start = peer.read_exactly(2);
  if (start.size() < 2) return frame;
  const auto first = static_cast<unsigned char>(start[0]);
  const auto second = static_cast<unsigned char>(start[1]);
  frame.final = (first & 0x80) != 0;
  frame.reserved_bits = first >> 4 & 7;
  frame.opcode = first & 15;
  frame.masked = (second & 0x80) != 0;
  frame.length = second & 0x7f;
  if (frame.length >= 126) {
    const std::string extended = peer.read_exactly(frame.length == 126 ? 2 : 8);
    frame.length = 0;
    for (const char byte : extended) frame.length = frame.length << 8 | static_cast<unsigned char>(byte);
  }
  const std::string mask = frame.masked ? peer.read_exactly(4) : std::string(4, '\0');
  const std::size_t wanted = frame.length > 1'000'000 ? 8 : static_cast<std::size_t>(frame.length);
  frame.payload = peer.read_exactly(wanted);
  if (mask.size() < 4 || frame.payload.size() < wanted) return frame;
  for (std::size_t at = 0; at < wanted; ++at) frame.payload[at] ^= mask[at % 4];
  frame.complete = true;
  return frame;
}

std::string judge_frame(const RawFrame& frame) {
  if (!frame.masked) return line("unmasked_frame", frame.length);
  if (frame.reserved_bits != 0) return line("reserved_bits", frame.reserved_bits);
  if (frame.opcode >= 3 && frame.opcode <= 7) return line("bad_opcode", frame.opcode - 2);
  if (frame.opcode >= 11) return line("bad_opcode", frame.opcode - 5);
  if (std::has_single_bit(frame.length) && frame.length > 1'000'000) {
    return line("oversized_length", static_cast<std::uint64_t>(std::countr_zero(frame.length)));
  }
  if (frame.opcode >= 8 && !frame.final) return line("fragmented_control", frame.length);
  if (frame.opcode == 0) return line("continuation_without_start", frame.length);
  if (frame.opcode == 1 && !is_utf8(frame.payload)) return "invalid_utf8 ?";
  return "";
}

// Until the client has gone, so that our close does not reset.
void read_to_end(Peer& peer) {
  while (!peer.read_some().empty()) {
  }
}

std::string refuse_frame(Peer& peer, const std::string& fault) {
  const std::string code = fault == "invalid_utf8 ?" ? "\x03\xef" : "\x03\xea";
  peer.write(server_frame(8, code));
  read_to_end(peer);
  return fault;
}

// Serves frames until a fault or the end; returns the fault, or "".
std::string serve_frames(Peer& peer) {
  std::uint64_t pings = 0;
  std::string flood;
  RawFrame frame;
  while ((frame = read_raw_frame(peer)).complete) {
    const std::string fault = judge_frame(frame);
    if (!fault.empty()) return refuse_frame(peer, fault);
    if (frame.opcode == 9) {
      ++pings;
      if (frame.payload == "last ping") flood = line("ping_flood", pings);
      peer.write(server_frame(10, frame.payload));
    } else {
      peer.write(server_frame(static_cast<int>(frame.opcode), frame.payload.substr(0, 100)));
    }
  }
  return flood;
}

void serve_requests(Peer& peer) {
  do {
    peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  } while (peer.read_head().ends_with("\r\n\r\n"));
}

std::string judge_connection(Peer& peer) {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    const std::string more = peer.read_some();
    if (more.empty()) return "none";
    head += more;
  }
  const std::string fault = judge_head(head);
  if (!fault.empty()) {
    peer.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    read_to_end(peer);
    return fault;
  }
  const bool is_narrow = tcp_state(peer).tcpi_snd_wnd < narrow_window_bytes;
  const bool is_in_bytes = tcp_state(peer).tcpi_data_segs_in > head.size() / 2;
  std::string later;
  if (header(head, "Upgrade").empty()) {
    serve_requests(peer);
  } else {
    peer.write(upgrade_response(head));
    later = serve_frames(peer);
  }
  if (is_in_bytes) return "slow_write ?";
  if (is_narrow) return "slow_read ?";
  return later.empty() ? "none" : later;
}

}  // namespace

void judge_faults(Peer& peer, Journal& journal) {
  journal.add(judge_connection(peer));
}

// RFC 3629, section 4.
bool is_utf8(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto byte = [&](std::size_t offset) {
      return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
    };
    const unsigned first = byte(0);
    const std::size_t length = first < 0x80   ? 1
                               : first < 0xc2 ? 0
                               : first < 0xe0 ? 2
                               : first < 0xf0 ? 3
                               : first < 0xf5 ? 4
                                              : 0;
    if (length == 0) return false;
    for (std::size_t offset = 1; offset < length; ++offset) {
      if (byte(offset) < 0x80 || byte(offset) > 0xbf) return false;
    }
    const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
    const bool beyond = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
    if (overlong || beyond) return false;
    at += length;
  }
  return true;
}

}  // namespace heapstorm::test
