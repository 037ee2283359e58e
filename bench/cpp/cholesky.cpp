// The hand-written gradient of bench/cases/algorithms/cholesky.ts, on its first input.
#include "common.hpp"

static const int n = 24;
static double a[n][n], y[n], l[n][n], z[n], dl[n][n], dz[n];

static double primal() {
  std::copy(&a[0][0], &a[0][0] + n * n, &l[0][0]);
  for (int j = 0; j < n; j++) {
    double d = l[j][j];
    for (int k = 0; k < j; k++) d -= l[j][k] * l[j][k];
    l[j][j] = std::sqrt(d);
    for (int i = j + 1; i < n; i++) {
      double s = l[i][j];
      for (int k = 0; k < j; k++) s -= l[i][k] * l[j][k];
      l[i][j] = s / l[j][j];
    }
  }
  double total = 0;
  for (int i = 0; i < n; i++) {
    double s = y[i];
    for (int k = 0; k < i; k++) s -= l[i][k] * z[k];
    z[i] = s / l[i][i];
    total += 0.5 * z[i] * z[i] + std::log(l[i][i]);
  }
  return total;
}

static double gradient() {
  const double total = primal();
  std::fill(dz, dz + n, 0.0);
  for (int i = n - 1; i >= 0; i--) {
    const double ds = (dz[i] + z[i]) / l[i][i];
    dl[i][i] = 1 / l[i][i] - ds * z[i];
    for (int k = 0; k < i; k++) {
      dl[i][k] = -ds * z[k];
      dz[k] -= ds * l[i][k];
    }
    dz[i] = ds;
  }
  for (int j = n - 1; j >= 0; j--) {
    for (int i = j + 1; i < n; i++) {
      const double ds = dl[i][j] / l[j][j];
      dl[j][j] -= ds * l[i][j];
      for (int k = 0; k < j; k++) {
        dl[i][k] -= ds * l[j][k];
        dl[j][k] -= ds * l[i][k];
      }
      dl[i][j] = ds;
    }
    const double dd = dl[j][j] / (2 * l[j][j]);
    for (int k = 0; k < j; k++) dl[j][k] -= 2 * dd * l[j][k];
    dl[j][j] = dd;
  }
  return total + dl[0][0] + dz[0];
}

int main() {
  Random random("cholesky");
  double places[n];
  for (double& p : places) p = random.uniform(0, 5);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) a[i][j] = std::exp(-std::pow(places[i] - places[j], 2)) + (i == j ? 0.2 : 0);
  for (int i = 0; i < n; i++) y[i] = std::sin(places[i]) + 0.3 * random.normal();
  const double value = primal();
  gradient();
  std::printf("value %.15g, da[0][0] %.15g, dy[0] %.15g\n", value, dl[0][0], dz[0]);
  measure("cholesky", primal, gradient);
}
