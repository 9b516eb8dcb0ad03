// signal: the target gets a signal, once: when it has counted that many findings, or that long after the storm's start.
#include <array>
#include <csignal>

#include "harness/faults/fault_kind.h"
#include "harness/faults/fault_table.h"

namespace heapstorm::faults {
namespace {

struct SignalName {
  std::string_view name;
  int number;
};
// Those that end, stop or continue a process; others would need a handler in the target.
constexpr std::array<SignalName, 14> signals{{{"SIGKILL", SIGKILL},
                                              {"SIGTERM", SIGTERM},
                                              {"SIGINT", SIGINT},
                                              {"SIGHUP", SIGHUP},
                                              {"SIGQUIT", SIGQUIT},
                                              {"SIGSEGV", SIGSEGV},
                                              {"SIGBUS", SIGBUS},
                                              {"SIGFPE", SIGFPE},
                                              {"SIGILL", SIGILL},
                                              {"SIGABRT", SIGABRT},
                                              {"SIGUSR1", SIGUSR1},
                                              {"SIGUSR2", SIGUSR2},
                                              {"SIGSTOP", SIGSTOP},
                                              {"SIGCONT", SIGCONT}}};

constexpr auto names = [] {
  std::array<std::string_view, signals.size()> all;
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = signals[i].name;
  return all;
}();

int number_of(std::string_view name) {
  for (const SignalName& signal : signals) {
    if (signal.name == name) return signal.number;
  }
  return SIGKILL;
}

bool stops_or_continues(int number) {
  return number == SIGSTOP || number == SIGCONT;
}

class Sending final : public Injector {
 public:
  explicit Sending(int number) : number_(number) {}

  bool inject(TargetAccess& target) override {
    target.signal(number_);
    is_awaited_ = stops_or_continues(number_);
    return true;
  }

  void look(TargetAccess& target) override {
    if (!is_awaited_ || target.is_stopped() != (number_ == SIGSTOP)) return;
    is_awaited_ = false;
    ++observed_;
  }

 private:
  int number_;
  bool is_awaited_ = false;
};

class Signal final : public FaultKind {
 public:
  Signal()
      : FaultKind({.name = "signal",
                   .effect = "the target gets a signal",
                   .site = InjectionSite::beside,
                   .parameters = {{.name = "name",
                                   .unit = "signal",
                                   .type = Parameter::Type::word,
                                   .is_required = true,
                                   .words = names},
                                  {.name = "after_findings", .unit = "findings", .min = 1, .max = 1000000},
                                  {.name = "after_ms", .unit = "milliseconds", .min = 0, .max = 86400000}},
                   .alternatives = {{"after_findings", "after_ms"}},
                   .keeps_from_serving = true,
                   .series = "signals"}) {}

  std::unique_ptr<Injector> make_injector(const Values& values) const override {
    return std::make_unique<Sending>(signal_number(values));
  }

  int signal_number(const Values& values) const override { return number_of(name_in_report(values)); }

  std::string name_in_report(const Values& values) const override { return values.text("name").value_or("SIGKILL"); }

  // Of a signal that the target survived, nothing can be seen from outside but that it stopped or went on.
  std::optional<std::uint64_t> observed(const Values& values, const FaultEvidence& evidence) const override {
    const int number = signal_number(values);
    if (evidence.death_signal == number && evidence.injected > 0) return 1;
    return stops_or_continues(number) ? std::optional(evidence.seen_by_injectors) : std::nullopt;
  }
};

}  // namespace

const FaultKind& signal() {
  static const Signal kind;
  return kind;
}

}  // namespace heapstorm::faults
