"""A fitted mixed model's groups and covariance go in, small-sample errors and degrees of freedom come out.

The covariance of the coefficients is estimated too small, because that of the outcomes is estimated.
Kenward & Roger 1997, Biometrics 53:983 add what is missing, by the expected information, and take the
degrees of freedom of a single coefficient from it. For a covariance that is linear in its parameters
(unstructured, compound symmetry) their third term is nought.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.analyse.patterns import Moments, Pattern

Groups = Sequence[Pattern] | Sequence[Moments]


def unstructured(visits: int) -> list[np.ndarray]:
    """What a covariance of `visits` visits changes by with each of its parameters, (visits, visits)."""
    out = []
    for i, j in zip(*np.tril_indices(visits), strict=True):
        one = np.zeros((visits, visits))
        one[i, j] = one[j, i] = 1.0
        out.append(one)
    return out


def adjusted(
    groups: Groups, sigma: np.ndarray, basis: Sequence[np.ndarray], kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Standard error and degrees of freedom of the coefficients `kept` (their places).

    `sigma`: the REML estimate of the covariance, a sum of the matrices `basis` times its parameters.
    The other columns of the design repeat these.
    """
    parts = [_Part(p, sigma, basis) for p in groups]
    weighted, inside = sum(np.kron(part.inverse, part.gram) for part in parts), np.ix_(kept, kept)
    phi = np.zeros_like(weighted)
    phi[inside] = np.linalg.inv(weighted[inside])
    # the derivative of the inverse of phi in each parameter, with its sign
    slopes = np.array([-sum(np.kron(part.once[i], part.gram) for part in parts)
                       for i in range(len(basis))])  # fmt: skip
    weight = np.linalg.inv(_information(parts, phi, slopes))
    pulled = np.tensordot(weight, slopes, 1)
    lost = sum(np.kron(part.summed(weight), part.gram) for part in parts)
    lost = lost - sum(own @ phi @ other for own, other in zip(slopes, pulled, strict=True))
    variance = np.diag(phi + 2 * phi @ lost @ phi)[kept]
    moved = np.einsum("ab,ibc,ca->ia", phi, slopes, phi, optimize=True)  # of the variances
    spread = np.einsum("ia,ij,ja->a", moved, weight, moved)[kept]
    return np.sqrt(variance), 2 * np.diag(phi)[kept] ** 2 / spread


class _Part:
    """The subjects seen at the same visits: matrices over all visits, zero at those not seen."""

    def __init__(self, group: Pattern | Moments, sigma: np.ndarray, basis: Sequence[np.ndarray]):
        seen, visits = group.seen, len(sigma)
        self.size = group.size
        self.gram = group.person_products(visits)
        self.inverse = np.zeros_like(sigma)
        self.inverse[np.ix_(seen, seen)] = np.linalg.inv(sigma[np.ix_(seen, seen)])
        self.half = np.array([self.inverse @ d for d in basis])  # W D
        self.once = self.half @ self.inverse  # W D W

    def summed(self, weight: np.ndarray) -> np.ndarray:
        """Sum of weight_ij W D_i W D_j W."""
        return np.einsum("iab,ibc->ac", self.half, np.tensordot(weight, self.once, 1))

    def information(self, phi: np.ndarray) -> np.ndarray:
        """Sum over subjects of tr(W D_i W D_j) less twice tr(phi Q_ij), (k, k)."""
        visits, q = len(self.inverse), len(self.gram)
        blocks = phi.reshape(visits, q, visits, q)
        taken = np.einsum("iajb,ab->ij", blocks, self.gram)  # x phi x', summed
        plain = np.einsum("iab,jba->ij", self.half, self.half)
        return self.size * plain - 2 * np.einsum(
            "iab,jbc,ca->ij", self.half, self.once, taken, optimize=True
        )


def _information(parts: Sequence[_Part], phi: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """The expected information of the parameters under REML, (k, k)."""
    ours = np.array([phi @ slope for slope in slopes])
    both = np.einsum("iab,jba->ij", ours, ours, optimize=True)
    return 0.5 * (sum(part.information(phi) for part in parts) + both)
