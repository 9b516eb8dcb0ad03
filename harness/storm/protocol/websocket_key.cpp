#include "harness/storm/protocol/websocket_key.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "harness/base/check.h"

namespace heapstorm {
namespace {

constexpr std::string_view accept_suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, section 1.3
constexpr std::size_t sha1_bytes = 20;

struct Free {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

template <std::size_t in_size>
std::array<char, (in_size + 2) / 3 * 4> base64(const std::array<std::uint8_t, in_size>& bytes) {
  std::array<char, (in_size + 2) / 3 * 4> text{};
  std::array<std::uint8_t, text.size() + 1> with_end{};  // OpenSSL writes a '\0' behind it
  EVP_EncodeBlock(with_end.data(), bytes.data(), in_size);
  std::copy_n(with_end.begin(), text.size(), text.begin());
  return text;
}

// It protects nothing here; the handshake demands it. To look the algorithm up and to make a context takes longer than
// the digest, so both are kept.
const EVP_MD* sha1_algorithm() {
  static const std::unique_ptr<EVP_MD, Free> algorithm(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  return algorithm.get();
}

std::array<std::uint8_t, sha1_bytes> sha1(std::string_view text) {
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::array<std::uint8_t, sha1_bytes> digest{};
  const bool done = EVP_DigestInit_ex2(context.get(), sha1_algorithm(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), text.data(), text.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  HEAPSTORM_CHECK(done);
  return digest;
}

}  // namespace

WebsocketKey websocket_key(std::uint64_t high, std::uint64_t low) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[i] = static_cast<std::uint8_t>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<std::uint8_t>(low >> (56 - 8 * i));
  }
  return base64(bytes);
}

void prepare_websocket_accept() {
  HEAPSTORM_CHECK(sha1_algorithm() != nullptr);
}

WebsocketAccept websocket_accept(const WebsocketKey& key) {
  std::array<char, 24 + accept_suffix.size()> text{};
  std::copy(key.begin(), key.end(), text.begin());
  std::copy(accept_suffix.begin(), accept_suffix.end(), text.begin() + 24);
  return base64(sha1({text.data(), text.size()}));
}

}  // namespace heapstorm
