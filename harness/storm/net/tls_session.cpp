#include "harness/storm/net/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>

#include "harness/base/check.h"
#include "harness/storm/storm_error.h"

namespace heapstorm {
namespace {

int int_size(std::size_t size_bytes) {
  constexpr std::size_t most = 1 << 30;
  return static_cast<int>(size_bytes < most ? size_bytes : most);
}

}  // namespace

TlsSession::TlsSession(ssl_st* ssl, const std::string& asked_name)
    : ssl_(ssl), input_(BIO_new(BIO_s_mem())), output_(BIO_new(BIO_s_mem())) {
  HEAPSTORM_CHECK(input_ != nullptr && output_ != nullptr);
  SSL_set_bio(ssl_, input_, output_);
  if (!asked_name.empty()) SSL_set_tlsext_host_name(ssl_, asked_name.c_str());
}

TlsSession::~TlsSession() {
  SSL_free(ssl_);
}

// SSL_clear() keeps what the handshake before has allocated; the session must go, or the next one would resume it.
void TlsSession::begin(std::string& wire) {
  open_ = false;
  HEAPSTORM_CHECK(SSL_clear(ssl_) == 1);
  SSL_set_session(ssl_, nullptr);
  BIO_reset(input_);
  BIO_reset(output_);
  SSL_set_connect_state(ssl_);
  handshake(wire);
}

int TlsSession::handshake(std::string& wire) {
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_);
  const int error = done == 1 ? 0 : note_failure();
  take_output(wire);
  open_ = error == 0;
  return error;
}

void TlsSession::feed(std::string_view arrived) {
  BIO_write(input_, arrived.data(), int_size(arrived.size()));
}

ssize_t TlsSession::unseal(char* buffer, std::size_t size_bytes, std::string& wire) {
  ERR_clear_error();
  const int got = SSL_read(ssl_, buffer, int_size(size_bytes));
  const int error = got > 0 ? 0 : note_failure();
  take_output(wire);
  if (got > 0) return got;
  if ((SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0 && error == 0) return 0;
  errno = error;
  return -1;
}

// Into memory it always fits.
void TlsSession::seal(std::string_view plain, std::string& wire) {
  ERR_clear_error();
  while (!plain.empty()) {
    const int sealed = SSL_write(ssl_, plain.data(), int_size(plain.size()));
    if (sealed <= 0) return;  // the stream is broken, which the next unseal() says
    plain.remove_prefix(static_cast<std::size_t>(sealed));
  }
  take_output(wire);
}

void TlsSession::end(std::string& wire) {
  ERR_clear_error();
  if (open_) SSL_shutdown(ssl_);
  take_output(wire);
}

int TlsSession::note_failure() {
  const int kind = SSL_get_error(ssl_, -1);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return EAGAIN;
  if (kind == SSL_ERROR_ZERO_RETURN) return 0;
  const int reason = ERR_GET_REASON(ERR_peek_error());
  const long verified = SSL_get_verify_result(ssl_);
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK) {
    failure_ = X509_verify_cert_error_string(verified);
    return tls_certificate_refused;
  }
  const char* const words = ERR_reason_error_string(ERR_peek_error());
  failure_ = words != nullptr ? words : "unknown";
  return reason > SSL_AD_REASON_OFFSET ? tls_alert : tls_violation;
}

void TlsSession::take_output(std::string& wire) {
  char* bytes = nullptr;
  const long size_bytes = BIO_get_mem_data(output_, &bytes);
  if (size_bytes <= 0) return;
  wire.append(bytes, static_cast<std::size_t>(size_bytes));
  BIO_reset(output_);
}

}  // namespace heapstorm
