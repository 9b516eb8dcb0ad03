// A TlsContext: the settings of TLS that all clients of a storm share. OpenSSL's types stay out of sight.
#pragma once

#include <memory>
#include <string>

#include "harness/storm/net/tls_session.h"
#include "harness/storm/tls_settings.h"

namespace heapstorm {

class TlsContext {
 public:
  // `address` is the endpoint's. Null for settings that check_tls() refuses.
  static std::unique_ptr<TlsContext> create(const TlsSettings& settings, const std::string& address);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  // For one connection after another; may outlive the context.
  std::unique_ptr<TlsSession> make_session() const;

 private:
  TlsContext(SSL_CTX* context, std::string asked_name) : context_(context), asked_name_(std::move(asked_name)) {}

  SSL_CTX* context_;
  std::string asked_name_;  // by SNI; "": none, because an address is no name there (RFC 6066, section 3)
};

}  // namespace heapstorm
