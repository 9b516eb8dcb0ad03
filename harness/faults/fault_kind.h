// A FaultKind: something that the plan can do to the target besides its connections, such as a jump of its
// clock. Everything that heapstorm knows of a kind is here: how a scenario gives it, what it needs, when it falls due,
// what it does, and what can be seen of it afterwards. Each kind is one file of this folder, and one row of
// fault_table.h; README.md says how to add one.
//
// Kinds have no state; an Injector has that of one fault of one run.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/abi/black_box.h"
#include "harness/faults/target_access.h"
#include "harness/faults/values.h"

namespace heapstorm {

struct Parameter {
  enum class Type { number, block_tag, word };

  std::string_view name;
  std::string_view unit;  // as `heapstorm list faults` shows it
  // Of a number, both included.
  std::uint32_t min = 0;
  std::uint32_t max = 0;
  std::optional<std::uint32_t> usual = {};  // what a scenario gets that gives none
  Type type = Type::number;
  bool is_required = false;
  std::span<const std::string_view> words = {};  // of which a `word` is one
};

// Where it happens.
enum class InjectionSite {
  in_storm,  // between two opens, on the storm's thread
  beside,    // meanwhile, on the thread that watches the target
  in_heap,   // in the target's heaps, which draw it as they go; target_host is told on its command line
};

struct FaultTraits {
  std::string_view name;    // in scenario, plan and reports
  std::string_view effect;  // a sentence without its full stop
  InjectionSite site = InjectionSite::in_storm;
  std::vector<Parameter> parameters;
  std::vector<std::pair<std::string_view, std::string_view>> alternatives = {};  // a scenario gives one of the two
  bool needs_plugin = false;                                                     // target_host at the other end
  bool gives_orders = false;                                                     // to workers of target_host
  bool keeps_from_serving = false;  // sessions that are cut meanwhile are not the server's fault
  bool is_single = false;           // a scenario may have one
  std::string_view series = {};     // its counts over time in a run's report; "": not there
};

// When it falls due, by the storm's time or its opens.
struct Trigger {
  std::optional<std::uint32_t> every_ms, every_opens;     // again and again
  std::optional<std::uint32_t> after_ms, after_findings;  // once
  std::optional<std::uint32_t> times;                     // at most so often
  std::optional<std::uint32_t> for_ms;                    // and is then taken back
  bool makes_up = false;                                  // after a pause, as often as it fell due meanwhile; else once
};

// How long the storm was that a plan's faults had to fit.
struct StormExtent {
  std::uint64_t connections = 0;
  std::uint64_t duration_ms = 0;
};

// What is known when a run is over.
struct FaultEvidence {
  const heapstorm_box_control* target = nullptr;  // its own counts, which it may have spoilt; null: it keeps none
  std::optional<int> death_signal;                // of the target
  std::uint64_t injected = 0;
  std::uint64_t seen_by_injectors = 0;  // see Injector::observed
};

// What a scenario file says wrongly, and at which key.
struct FaultMistake {
  std::string_view key;
  std::string message;
};

// One fault of one run. Used by one thread.
class Injector {
 public:
  virtual ~Injector() = default;
  // When it falls due. Whether it happened.
  virtual bool inject(TargetAccess& target) = 0;
  // Again and again: whether the target has taken what was injected.
  virtual void look(TargetAccess& target) { static_cast<void>(target); }
  // The storm or the fault's time is over: takes back what lasts, and waits for what is still to come.
  virtual void end(TargetAccess& target) { static_cast<void>(target); }
  // How often the target was seen to take it.
  std::uint64_t observed() const { return observed_; }

 protected:
  std::uint64_t observed_ = 0;
};

class FaultKind {
 public:
  explicit FaultKind(FaultTraits traits) : traits_(std::move(traits)) {}
  virtual ~FaultKind() = default;
  FaultKind(const FaultKind&) = delete;
  FaultKind& operator=(const FaultKind&) = delete;

  const FaultTraits& traits() const { return traits_; }

  // ---- how a scenario gives it. Each parameter is within its bounds already.
  // Adds values that follow from others.
  virtual void complete(Values& values) const { static_cast<void>(values); }
  virtual std::optional<FaultMistake> mistake(const Values& values, std::uint32_t workers) const;
  // Of the heap's operations; those of all kinds together are at most 1.
  virtual double share_of_operations(const Values& values) const;

  // ---- how it is planned
  // False: a scenario can turn it off.
  virtual bool happens(const Values& values) const;
  // By the names of the parameters, unless the kind says more.
  virtual Trigger trigger(const Values& values) const;
  // How often it falls due in such a storm.
  virtual std::uint64_t planned(const Values& values, const StormExtent& storm) const;

  // ---- how it is injected: in the storm and beside it by its injector, in the heap by what target_host is told
  virtual std::unique_ptr<Injector> make_injector(const Values& values) const;
  virtual std::vector<std::string> host_options(const Values& values) const;
  // In the heap: how often the target says that it happened. As much is planned as was drawn, unless the kind knows
  // better.
  virtual std::uint64_t injected_in_heap(const heapstorm_box_control& target) const;
  virtual std::uint64_t planned_in_heap(const Values& values, std::uint64_t injected) const;

  // The signal that it sends; 0: none. A target that dies of it was told to.
  virtual int signal_number(const Values& values) const;

  // ---- how it is observed
  // Reports count together what has one name.
  virtual std::string name_in_report(const Values& values) const;
  // How often the target was seen to meet it; nothing: that cannot be known.
  virtual std::optional<std::uint64_t> observed(const Values& values, const FaultEvidence& evidence) const;

 private:
  const FaultTraits traits_;
};

// One entry of a scenario's "faults". A plain value; the kinds live as long as the program.
struct Fault {
  const FaultKind* kind = nullptr;
  Values values;
  bool operator==(const Fault&) const = default;
};

// What target_host is told of them on its command line; nothing of one that never happens.
std::vector<std::string> host_options(const std::vector<Fault>& faults, std::uint64_t seed);

}  // namespace heapstorm
