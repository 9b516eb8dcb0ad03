// The family's table: echo servers that keep something for each connection.
#include "targets/connection_table/variants.h"

namespace connection_table = heapstorm::targets::connection_table;
namespace target = heapstorm::target;
using target::make_module;

namespace {

template <typename ServiceType>
std::unique_ptr<target::Module> make_helped_module(const target::Host&) {
  class Helped : public target::Module {
    std::unique_ptr<target::Service> start_worker(const target::Host& host, std::uint32_t) override {
      return std::make_unique<ServiceType>(host, helper_);
    }
    target::HelperThread helper_{"log-off"};
  };
  return std::make_unique<Helped>();
}

constexpr const char* wrong_index = "class: a per-thread index assumed equal across threads";
constexpr const char* double_close = "class: check-then-act on a shared closed flag";

const std::vector<target::Parameter>& table_parameters() {
  static const std::vector<target::Parameter> parameters = {
      {"connections", "connections that the process has room for, shared out among its threads", 64, 1, 1'000'000}};
  return parameters;
}

const std::vector<target::Parameter>& session_parameters() {
  static const std::vector<target::Parameter> parameters = {
      {"save_us", "microseconds that it takes to save a session at its end", 300, 0, 1'000'000}};
  return parameters;
}

}  // namespace

HEAPSTORM_TARGET("connection_table", {{"fd_as_index",
                                       "a thread's table of its own connections, indexed by the descriptor",
                                       wrong_index,
                                       true,
                                       make_module<connection_table::FdAsIndex>,
                                       {{"overflow", "connection_table"}},
                                       table_parameters()},
                                      {"close_check_then_act",
                                       "two threads look at a session's closed flag before one has set it",
                                       double_close,
                                       true,
                                       make_helped_module<connection_table::CloseCheckThenAct>,
                                       {{"double_free", "connection_table"}},
                                       session_parameters()},
                                      {"per_thread_index",
                                       "the index comes from the thread's own table",
                                       wrong_index,
                                       false,
                                       make_module<connection_table::PerThreadIndex>,
                                       {},
                                       table_parameters()},
                                      {"atomic_close",
                                       "the flag is looked at and set in one step",
                                       double_close,
                                       false,
                                       make_helped_module<connection_table::AtomicClose>,
                                       {},
                                       session_parameters()}})
