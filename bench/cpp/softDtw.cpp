// The hand-written gradient of bench/cases/algorithms/softDtw.ts, on its first input.
#include "common.hpp"

static const int n = 40, m = 50, row = m + 1;
static const double gamma_ = 0.1;
static double xs[n], ys[m], cost[(n + 1) * row], above[(n + 1) * row], before[(n + 1) * row], corner[(n + 1) * row], dcost[(n + 1) * row], dxs[n], dys[m];

template <bool keep>
static double forward() {
  std::fill(cost, cost + (n + 1) * row, 1e10);
  cost[0] = 0;
  for (int i = 1; i <= n; i++)
    for (int j = 1; j <= m; j++) {
      const int at = i * row + j;
      const double d = xs[i - 1] - ys[j - 1], a = cost[at - row], b = cost[at - 1], c = cost[at - row - 1];
      const double least = std::min(a, std::min(b, c));
      const double ea = std::exp((least - a) / gamma_), eb = std::exp((least - b) / gamma_), ec = std::exp((least - c) / gamma_);
      const double sum = ea + eb + ec;
      if (keep) {
        above[at] = ea / sum;
        before[at] = eb / sum;
        corner[at] = ec / sum;
      }
      cost[at] = d * d + (least - gamma_ * std::log(sum));
    }
  return cost[n * row + m];
}

static double primal() { return forward<false>(); }

static double gradient() {
  const double value = forward<true>();
  std::fill(dcost, dcost + (n + 1) * row, 0.0);
  std::fill(dxs, dxs + n, 0.0);
  std::fill(dys, dys + m, 0.0);
  dcost[n * row + m] = 1;
  for (int i = n; i > 0; i--)
    for (int j = m; j > 0; j--) {
      const int at = i * row + j;
      const double e = dcost[at], dd = 2 * e * (xs[i - 1] - ys[j - 1]);
      dxs[i - 1] += dd;
      dys[j - 1] -= dd;
      dcost[at - row] += e * above[at];
      dcost[at - 1] += e * before[at];
      dcost[at - row - 1] += e * corner[at];
    }
  return value + dxs[0] + dys[0];
}

int main() {
  Random random("softDtw");
  for (int i = 0; i < n; i++) xs[i] = std::sin(0.2 * i) + 0.1 * random.normal();
  for (int i = 0; i < m; i++) ys[i] = std::sin(0.16 * i + 0.2) + 0.1 * random.normal();
  const double value = primal();
  gradient();
  std::printf("value %.15g, dxs[0] %.15g, dys[0] %.15g\n", value, dxs[0], dys[0]);
  measure("softDtw", primal, gradient);
}
