# features: statistics, math; oracle: cpython
import math
import statistics as st

data = [23, 45, 12, 67, 34, 89, 21, 45, 56, 78, 45, 33]
print(f"mean={st.mean(data):.3f} median={st.median(data)} mode={st.mode(data)} stdev={st.stdev(data):.4f} pvar={st.pvariance(data):.4f}")
print(st.quantiles(data, n=4), st.quantiles(data, n=10, method="inclusive"))
print(st.fmean(data), st.geometric_mean([1, 10, 100]), st.harmonic_mean([40, 60]), st.multimode("aabbc"), st.median_low([1, 2, 3, 4]))
xs, ys = [1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1]
slope, intercept = st.linear_regression(xs, ys)
print(f"y = {slope:.4f}x + {intercept:.4f}, r = {st.correlation(xs, ys):.6f}, cov = {st.covariance(xs, ys):.3f}")
n = st.NormalDist(100, 15)
print(round(n.cdf(130), 6), round(n.inv_cdf(0.95), 4), n.zscore(115), n + 5)
try:
    st.mean([])
except st.StatisticsError as error:
    print(error)
print(math.fsum([0.1] * 10), sum([0.1] * 10) == 1, math.isclose(0.1 + 0.2, 0.3), math.comb(10, 3), math.perm(5, 2), math.gcd(12, 18, 24), math.lcm(4, 6))
print(math.prod(range(1, 11)), math.isqrt(99), math.hypot(3, 4, 12), math.degrees(math.pi), math.floor(-2.5), math.trunc(-2.5), math.copysign(1, -0.0), math.log(8, 2), math.factorial(20))
print(round(2.5), round(3.5), round(-2.675, 2), round(1234, -2), divmod(-7, 3), -7 // 2, -7 % 3, 2 ** -1, 0.1 + 0.2, 1e16 + 1, float("nan") == float("nan"))
hist = {}
for x in data:
    hist[x // 20 * 20] = hist.get(x // 20 * 20, 0) + 1
for low in sorted(hist):
    print(f"{low:>3}-{low + 19:<3} {'█' * hist[low]}")
