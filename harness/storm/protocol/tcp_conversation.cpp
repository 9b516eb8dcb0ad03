// Bare TCP: where an answer ends is what the step says, or when as many bytes have come back as were sent, or fewer and
// then nothing for a while.
#include <algorithm>

#include "harness/storm/protocol/conversation.h"

namespace heapstorm {
namespace {

// Finds a delimiter in a stream that comes in any pieces.
class DelimiterSearch {
 public:
  void begin(std::string_view delimiter) {
    delimiter_ = delimiter;
    tail_.clear();
  }

  // Consumes bytes from the front up to and including the delimiter, or all of them. Returns whether it was there.
  bool read(std::string_view& bytes) {
    const std::size_t old_bytes = tail_.size();
    tail_.append(bytes.substr(0, delimiter_.size() - 1));  // so one that spans both pieces is in it
    const auto spanning = tail_.find(delimiter_);
    const auto inside = bytes.find(delimiter_);
    if (spanning != std::string::npos) return end_at(spanning + delimiter_.size() - old_bytes, bytes);
    if (inside != std::string_view::npos) return end_at(inside + delimiter_.size(), bytes);
    keep_tail(old_bytes, bytes);
    return false;
  }

 private:
  bool end_at(std::size_t size_bytes, std::string_view& bytes) {
    bytes.remove_prefix(size_bytes);
    tail_.clear();
    return true;
  }

  void keep_tail(std::size_t old_bytes, std::string_view& bytes) {
    const std::size_t most = delimiter_.size() - 1;
    tail_.resize(old_bytes);
    tail_.append(bytes.size() > most ? bytes.substr(bytes.size() - most) : bytes);
    if (tail_.size() > most) tail_.erase(0, tail_.size() - most);
    bytes.remove_prefix(bytes.size());
  }

  std::string_view delimiter_;
  std::string tail_;  // the last bytes, one fewer than the delimiter has
};

class TcpConversation final : public Conversation {
 public:
  void begin(std::uint64_t, std::uint32_t) override {
    answers_left_ = 0;
    awaited_bytes_ = 0;
    begun_ = false;
  }

  void encode_open(const OpenStep&, std::uint32_t, std::string&) override {}

  void encode(const Step& step, std::uint32_t, std::string& out) override {
    const auto& send = std::get<SendStep>(step);
    out.append(send.text);
    answers_left_ = send.answers;
    by_delimiter_ = !send.answer.until.empty();
    by_message_ = !by_delimiter_ && send.answer.bytes == 0;
    answer_bytes_ = by_message_ ? send.text.size() : send.answer.bytes;
    awaited_bytes_ = answer_bytes_;
    begun_ = false;
    if (by_delimiter_) delimiter_.begin(send.answer.until);
  }

  bool encode_goodbye(std::string&) override { return false; }

  DecodeResult decode(std::string_view& bytes, std::string&) override {
    if (answers_left_ == 0) {
      bytes.remove_prefix(bytes.size());
      return DecodeResult::nothing;
    }
    begun_ = !(by_delimiter_ ? delimiter_.read(bytes) : count(bytes));
    if (begun_) return DecodeResult::nothing;
    --answers_left_;
    return DecodeResult::answer;
  }

  // Nothing follows any more, so what may be whole is.
  DecodeResult decode_end() override {
    return may_be_whole() && answers_left_ == 1 ? DecodeResult::answer : DecodeResult::goodbye;
  }

  bool is_amid_answer() const override { return begun_; }

  bool may_be_whole() const override { return by_message_ && begun_; }

  void decode_quiet() override {
    --answers_left_;
    awaited_bytes_ = answer_bytes_;
    begun_ = false;
  }

 private:
  // Returns whether an answer is whole.
  bool count(std::string_view& bytes) {
    const std::size_t taken = std::min(awaited_bytes_, bytes.size());
    awaited_bytes_ -= taken;
    bytes.remove_prefix(taken);
    if (awaited_bytes_ > 0) return false;
    awaited_bytes_ = answer_bytes_;
    return true;
  }

  std::uint32_t answers_left_ = 0;
  bool by_delimiter_ = false;
  bool by_message_ = false;  // an answer is as long as the message, or shorter
  std::size_t answer_bytes_ = 0;
  std::size_t awaited_bytes_ = 0;  // of the next answer
  bool begun_ = false;             // some of it has come
  DelimiterSearch delimiter_;
};

}  // namespace

std::unique_ptr<Conversation> make_tcp_conversation() {
  return std::make_unique<TcpConversation>();
}

}  // namespace heapstorm
