#include "harness/storm/net/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "harness/base/check.h"

namespace heapstorm {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

// Adds every certificate of the text. Returns how many there are.
int trust(const std::string& pem, X509_STORE* store) {
  const std::unique_ptr<BIO, Free> text(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  int count = 0;
  while (const std::unique_ptr<X509, Free> certificate{PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) == 1) ++count;
  }
  ERR_clear_error();  // the end of the text is one
  return count;
}

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str());
  ERR_clear_error();
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

// A certificate that is trusted itself need not be a CA's: so a server's own can be given.
void check_certificates(SSL_CTX* context, const std::string& name) {
  X509_VERIFY_PARAM* const rules = SSL_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const int set = is_address(name) ? X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str())
                                   : X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size());
  HEAPSTORM_CHECK(set == 1);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

// Every connection makes a whole handshake, so that the same plan does the same each time; and buffers that are empty
// are given back, because most of many connections wait.
void choose_modes(SSL_CTX* context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
}

}  // namespace

Status check_tls(const TlsSettings& settings) {
  if (TlsContext::create(settings, "127.0.0.1") != nullptr) return Success{};
  return Error::bad_input("holds no certificate in PEM format (-----BEGIN CERTIFICATE-----)");
}

std::unique_ptr<TlsContext> TlsContext::create(const TlsSettings& settings, const std::string& address) {
  std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
  HEAPSTORM_CHECK(context != nullptr);
  choose_modes(context.get());
  const std::string& name = settings.server_name.empty() ? address : settings.server_name;
  if (settings.verify) {
    if (trust(settings.ca_pem, SSL_CTX_get_cert_store(context.get())) == 0) return nullptr;
    check_certificates(context.get(), name);
  }
  return std::unique_ptr<TlsContext>(new TlsContext(context.release(), is_address(name) ? "" : name));
}

TlsContext::~TlsContext() {
  SSL_CTX_free(context_);
}

std::unique_ptr<TlsSession> TlsContext::make_session() const {
  SSL* const ssl = SSL_new(context_);
  HEAPSTORM_CHECK(ssl != nullptr);
  return std::make_unique<TlsSession>(ssl, asked_name_);
}

}  // namespace heapstorm
