"""Where the page names scipy, statsmodels or numpy, these give what R gives (camis_elsewhere.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats import contingency_tables
from statsmodels.stats.power import TTestIndPower

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "camis_elsewhere_values.csv").set_index("key")["value"]
Y = np.array([2.1, 3.4, 1.9, 5.6, 4.4, 3.8, 7.2, 6.1, 2.8, 4.9, 5.1, 9.3])
FIRST, SECOND, THIRD = Y[:4], Y[4:8], Y[8:]
TIMES = ([7.0, 9.9, 8.5, 5.1], [5.3, 9.3, 8.7, 4.6], [9.2, 10.8, 9.0, 8.8])
EVENTS, X = np.array([2, 0, 5, 3, 1, 7, 8, 4, 2, 6, 3, 9]), np.tile([0, 1], 6)
FRAME = pd.DataFrame({"y": Y, "g": np.repeat(list("abc"), 4), "sex": ["f", "m", "m"] * 4})


def anova(term, typ):
    fit = smf.ols("y ~ C(g) + C(sex)", FRAME).fit()
    return sm.stats.anova_lm(fit, typ=typ).loc[term, "PR(>F)"]


def poisson():
    model = sm.GLM(EVENTS, sm.add_constant(X), family=sm.families.Poisson(), offset=np.log(Y))
    return model.fit(tol=1e-14).params[1]


CALLS = {
    "shapiro": lambda: stats.shapiro(Y).pvalue,
    "bartlett": lambda: stats.bartlett(FIRST, SECOND, THIRD).pvalue,
    "one-way": lambda: stats.f_oneway(FIRST, SECOND, THIRD).pvalue,
    "one-sample t": lambda: stats.ttest_1samp(Y, 3).pvalue,
    "two-sample t": lambda: stats.ttest_ind(FIRST, SECOND).pvalue,
    "rank-sum": lambda: stats.mannwhitneyu(FIRST, SECOND, method="exact").pvalue,
    "friedman": lambda: stats.friedmanchisquare(*TIMES).pvalue,
    "ks": lambda: stats.ks_2samp(Y[:6], Y[6:]).pvalue,
    "binomial": lambda: stats.binomtest(19, 30, 0.5).pvalue,
    "mcnemar": lambda: contingency_tables.mcnemar(
        [[30, 5], [12, 40]], exact=False, correction=False
    ).pvalue,
    "power t": lambda: TTestIndPower().power(1 / 1.3, 20, 0.025, alternative="larger"),
    "anova I sex": lambda: anova("C(sex)", 1),
    "anova II g": lambda: anova("C(g)", 2),
    "quantile 2": lambda: np.quantile(Y, 0.3, method="averaged_inverted_cdf"),
    "quantile 6": lambda: np.quantile(Y, 0.3, method="weibull"),
    "quantile 7": lambda: np.quantile(Y, 0.3),
    "logistic": lambda: sm.Logit(X, sm.add_constant(Y)).fit(disp=0, tol=1e-14).params[1],
    "poisson": poisson,
}  # fmt: skip
NEAR = {"shapiro": 1e-4}  # Royston's polynomials in single precision


@pytest.mark.parametrize("name", CALLS)
def test_the_named_call_gives_what_r_gives(name):
    assert float(CALLS[name]()) == pytest.approx(R[name], rel=NEAR.get(name, 1e-8))


def test_every_number_of_r_has_its_call_but_the_test_of_trend_that_is_said_to_differ():
    assert set(R.index) - set(CALLS) == {"trend"}
    table = contingency_tables.Table(np.array([[5, 9, 14], [25, 22, 15]]))
    scores = table.test_ordinal_association(np.array([0, 1]), np.array([0, 1, 2]))
    z, n = scores.zscore, 90
    assert stats.chi2.sf(z**2 * n / (n - 1), 1) == pytest.approx(R["trend"], rel=1e-8)
