// target.tls: how the clients of a wss or https endpoint know the server.
#include "harness/scenario/reading/string_rules.h"
#include "harness/scenario/sections/sections.h"

namespace heapstorm::scenario {

namespace {

void read_tls_object(const Node& node, TlsSpec& tls) {
  const ObjectReader object(node, {"ca_file", "verify", "server_name"});
  object.read_string("ca_file", file_path, tls.ca_file);
  object.read_string("server_name", host_name, tls.server_name);
  const bool verify_is_right = object.read_boolean("verify", tls.verify) || !object.has("verify");
  if (!object.is_object() || !verify_is_right) return;
  if (tls.verify && !object.has("ca_file")) {
    node.error("needs \"ca_file\", by which the server's certificate is checked, or \"verify\": false");
  }
  if (!tls.verify && object.has("ca_file")) {
    node.member_error("ca_file", "excludes \"verify\": false, by which any certificate is accepted");
  }
}

}  // namespace

void read_tls(const ObjectReader& target, bool endpoint_has_tls, CommandTarget& command) {
  const auto node = target.find("tls");
  if (node && !endpoint_has_tls) return node->error("is for an endpoint with wss:// or https://");
  if (node) return read_tls_object(*node, command.tls.emplace());
  if (endpoint_has_tls) {
    target.node().member_error("endpoint", "needs \"tls\" beside it: {\"ca_file\": FILE} or {\"verify\": false}");
  }
}

}  // namespace heapstorm::scenario
