// Times a primal and its hand-written gradient: medians of rounds of about 4 ms, in turn, on processor time.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

/** The generator of bench/random.ts, so that the inputs are the same numbers. */
struct Random {
  uint32_t state = 0x811c9dc5u;
  explicit Random(const std::string& seed) {
    for (unsigned char c : seed) state = (state ^ c) * 0x01000193u;
  }
  double next() {
    state += 0x9e3779b9u;
    uint32_t bits = state;
    bits = (bits ^ (bits >> 16)) * 0x85ebca6bu;
    bits = (bits ^ (bits >> 13)) * 0xc2b2ae35u;
    return (bits ^ (bits >> 16)) / 4294967296.0;
  }
  double uniform(double low, double high) { return low + (high - low) * next(); }
  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - next()));
    return radius * std::cos(2 * M_PI * next());
  }
};

inline double nanosecondsNow() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

inline volatile double consumed = 0;

template <class Primal, class Gradient>
void measure(const char* name, Primal primal, Gradient gradient) {
  auto time = [](auto& fn, int repeat) {
    const double start = nanosecondsNow();
    double sum = 0;
    for (int r = 0; r < repeat; r++) sum += fn();
    consumed = consumed + sum;
    return (nanosecondsNow() - start) / repeat;
  };
  const int primals = std::max(1, int(4e6 / time(primal, 20))), gradients = std::max(1, int(4e6 / time(gradient, 20)));
  std::vector<double> ps, gs, ratios;
  for (int round = 0; round < 41; round++) {
    ps.push_back(time(primal, primals));
    gs.push_back(time(gradient, gradients));
    ratios.push_back(gs.back() / ps.back());
  }
  auto median = [](std::vector<double> v) {
    std::nth_element(v.begin(), v.begin() + v.size() / 2, v.end());
    return v[v.size() / 2];
  };
  std::printf("%-14s primal %8.1f µs   gradient %8.1f µs   gradient/primal %.2f\n", name, median(ps) / 1e3, median(gs) / 1e3, median(ratios));
}
