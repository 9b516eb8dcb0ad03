// A TLS server for tests: makes its own certificate and puts the handlers of server.h behind a TLS handshake.
// Blocking and on OpenSSL's own sockets, so that it shares nothing with the client's TLS.
#pragma once

#include <memory>
#include <string>

#include "harness/storm/testing/server.h"

namespace heapstorm::test {

// A key and a certificate that it has signed itself.
class TlsIdentity {
 public:
  // `names` as in "IP:127.0.0.1,DNS:chat.example".
  explicit TlsIdentity(const std::string& names);
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;
  ~TlsIdentity();

  const std::string& certificate_pem() const { return certificate_pem_; }
  // From now on clients must show one too.
  void demand_client_certificate();
  // Handlers that speak through TLS. Journal: "sni <name>" of each client, "tls <reason>" for a handshake that fails;
  // after what `inner` notes "close_notify" if the client said so. Must not outlive this.
  Server::Handler serve(Server::Handler inner);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::string certificate_pem_;
};

}  // namespace heapstorm::test
