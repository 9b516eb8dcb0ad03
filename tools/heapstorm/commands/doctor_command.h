// heapstorm doctor
#pragma once

#include <CLI/CLI.hpp>

namespace heapstorm::cli {

struct DoctorArguments {
  bool json = false;
};

void add_doctor_command(CLI::App& app, DoctorArguments& arguments);

// Says what this machine has of what heapstorm needs, what each thing is for, and how to get what is missing. Returns
// the exit code: 3 if something is missing that every run needs.
int doctor_command(const DoctorArguments& arguments);

}  // namespace heapstorm::cli
