// The hand-written gradient of bench/cases/algorithms/heat.ts, on its first input.
#include "common.hpp"

static const int width = 24, height = 20, cells = width * height, steps = 40;
static std::vector<double> start(cells), conductivity(cells), target(cells), bufferA(cells), bufferB(cells), flows(cells * steps), dA(cells), dB(cells), dconductivity(cells);
static double dfirst;

template <bool keep>
static double forward(double*& now, double*& next) {
  now = bufferA.data();
  next = bufferB.data();
  std::copy(start.begin(), start.end(), now);
  std::copy(start.begin(), start.end(), next);
  for (int step = 0; step < steps; step++) {
    for (int y = 1; y < height - 1; y++)
      for (int x = 1; x < width - 1; x++) {
        const int i = y * width + x;
        const double flow = now[i - 1] + now[i + 1] + now[i - width] + now[i + width] - 4 * now[i];
        if (keep) flows[step * cells + i] = flow;
        next[i] = now[i] + conductivity[i] * flow;
      }
    std::swap(now, next);
  }
  double loss = 0;
  for (int i = 0; i < cells; i++) loss += (now[i] - target[i]) * (now[i] - target[i]);
  return loss;
}

static double primal() {
  double *now, *next;
  return forward<false>(now, next);
}

static double gradient() {
  double *now, *next;
  const double loss = forward<true>(now, next);
  double *dnow = dA.data(), *dbefore = dB.data();
  for (int i = 0; i < cells; i++) dnow[i] = 2 * (now[i] - target[i]);
  std::fill(dconductivity.begin(), dconductivity.end(), 0.0);
  for (int step = steps - 1; step >= 0; step--) {
    std::copy(dnow, dnow + cells, dbefore);
    for (int y = 1; y < height - 1; y++)
      for (int x = 1; x < width - 1; x++) {
        const int i = y * width + x;
        const double d = dnow[i], g = d * conductivity[i];
        dconductivity[i] += d * flows[step * cells + i];
        dbefore[i] -= 4 * g;
        dbefore[i - 1] += g;
        dbefore[i + 1] += g;
        dbefore[i - width] += g;
        dbefore[i + width] += g;
      }
    std::swap(dnow, dbefore);
  }
  dfirst = dnow[width + 1];
  return loss + dfirst + dconductivity[width + 1];
}

int main() {
  Random random("heat");
  for (double& v : start) v = random.uniform(0, 1);
  for (double& v : conductivity) v = random.uniform(0.1, 0.24);
  for (double& v : target) v = random.uniform(0, 1);
  const double value = primal();
  gradient();
  std::printf("value %.15g, dstart[25] %.15g, dconductivity[25] %.15g\n", value, dfirst, dconductivity[width + 1]);
  measure("heat", primal, gradient);
}
