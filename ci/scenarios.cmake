# heapstorm_add_scenario_test: filled in with the command line.
