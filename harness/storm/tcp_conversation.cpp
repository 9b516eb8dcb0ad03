// Bare TCP: a text is answered when as many bytes have come back.
#include <algorithm>

#include "harness/storm/conversation.h"

namespace heapstorm {
namespace {

class TcpConversation final : public Conversation {
 public:
  void begin(std::uint64_t, std::uint32_t) override { awaited_bytes_ = 0; }

  void say_open(const OpenStep&, std::uint32_t, std::string&) override {}

  void say(const Step& step, std::uint32_t, std::string& out) override {
    const std::string& text = std::get<SendStep>(step).text;
    out.append(text);
    awaited_bytes_ = text.size();
  }

  bool say_goodbye(std::string&) override { return false; }

  Heard hear(std::string_view& bytes, std::string&) override {
    const bool was_waiting = awaited_bytes_ > 0;
    awaited_bytes_ -= std::min(awaited_bytes_, bytes.size());
    bytes.remove_prefix(bytes.size());
    return was_waiting && awaited_bytes_ == 0 ? Heard::answer : Heard::nothing;
  }

  Heard hear_end() override { return Heard::goodbye; }

 private:
  std::size_t awaited_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Conversation> make_tcp_conversation() {
  return std::make_unique<TcpConversation>();
}

}  // namespace heapstorm
