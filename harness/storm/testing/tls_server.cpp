#include "harness/storm/testing/tls_server.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <csignal>

#include "harness/base/check.h"

namespace heapstorm::test {
namespace {

constexpr long an_hour_s = 3600;

class TlsPeer final : public Peer {
 public:
  TlsPeer(int fd, SSL* ssl) : Peer(fd), ssl_(ssl) {}

  // A stream that ends without close_notify is no error: it is what most clients of a storm do.
  std::string read_some(std::size_t max_bytes = 4096) override {
    ERR_clear_error();
    std::string bytes(max_bytes, '\0');
    errno = 0;
    const int got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    if (got <= 0) error_ = SSL_get_error(ssl_, got) == SSL_ERROR_SYSCALL ? errno : 0;
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }

  void write(const std::string& bytes) override {
    if (!bytes.empty()) SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()));
  }

 private:
  SSL* ssl_;
};

std::string text_of(X509* certificate) {
  BIO* const text = BIO_new(BIO_s_mem());
  HEAPSTORM_CHECK(PEM_write_bio_X509(text, certificate) == 1);
  char* bytes = nullptr;
  const long size_bytes = BIO_get_mem_data(text, &bytes);
  std::string pem(bytes, static_cast<std::size_t>(size_bytes));
  BIO_free(text);
  return pem;
}

X509* sign_oneself(EVP_PKEY* key, const std::string& names) {
  X509* const certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -an_hour_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), an_hour_s);
  X509_set_pubkey(certificate, key);
  X509_NAME* const name = X509_get_subject_name(certificate);
  const auto* const common = reinterpret_cast<const unsigned char*>("heapstorm test");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  HEAPSTORM_CHECK(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
  HEAPSTORM_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  return certificate;
}

void note_name(SSL* ssl, Journal& journal) {
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  journal.add(std::string("sni ") + (name != nullptr ? name : "none"));
}

// OpenSSL writes to its sockets without MSG_NOSIGNAL.
void block_broken_pipes() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

void serve_tls(SSL* ssl, int fd, Journal& journal, const Server::Handler& inner) {
  SSL_set_fd(ssl, fd);
  ERR_clear_error();
  if (SSL_accept(ssl) != 1) {
    const char* const reason = ERR_reason_error_string(ERR_peek_error());
    journal.add(std::string("tls ") + (reason != nullptr ? reason : "end"));
    Peer beneath(fd);
    while (!beneath.read_some().empty()) continue;  // so that our close does not reset what the client is to read
    return;
  }
  note_name(ssl, journal);
  TlsPeer secure(fd, ssl);
  inner(secure, journal);
  if ((SSL_get_shutdown(ssl) & SSL_RECEIVED_SHUTDOWN) != 0) journal.add("close_notify");
}

}  // namespace

struct TlsIdentity::Context {
  SSL_CTX* ssl = nullptr;
};

TlsIdentity::TlsIdentity(const std::string& names) : context_(std::make_unique<Context>()) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = sign_oneself(key, names);
  certificate_pem_ = text_of(certificate);
  context_->ssl = SSL_CTX_new(TLS_server_method());
  HEAPSTORM_CHECK(SSL_CTX_use_certificate(context_->ssl, certificate) == 1);
  HEAPSTORM_CHECK(SSL_CTX_use_PrivateKey(context_->ssl, key) == 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

TlsIdentity::~TlsIdentity() {
  SSL_CTX_free(context_->ssl);
}

void TlsIdentity::demand_client_certificate() {
  SSL_CTX_set_verify(context_->ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

Server::Handler TlsIdentity::serve(Server::Handler inner) {
  return [this, handler = std::move(inner)](Peer& peer, Journal& journal) {
    block_broken_pipes();
    SSL* const ssl = SSL_new(context_->ssl);
    serve_tls(ssl, peer.fd(), journal, handler);
    SSL_free(ssl);
  };
}

}  // namespace heapstorm::test
