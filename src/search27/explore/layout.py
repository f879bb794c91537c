"""Where topics and publications stand on the map."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from search27.index.dense import Vectors

Plane = NDArray[np.float64]
"""Coordinates, float64, (n, 2)."""

ROUNDS = 300
GAP = 1.25
"""Distance between two topics' centres, in sums of their radii, from which they count as apart."""


def plane(vectors: Vectors) -> Plane:
    """The two main axes of the vectors (float32, (n, dim)); each axis' sign is set by its largest value.

    Source: K. Pearson, On lines and planes of closest fit, 1901 (principal components).
    """
    result = np.zeros((len(vectors), 2))
    if len(vectors) > 1:
        centred = vectors.astype(np.float64) - vectors.mean(axis=0)
        left, values, _ = np.linalg.svd(centred, full_matrices=False)
        axes = (left * values)[:, :2]
        signs = np.sign(axes[np.argmax(np.abs(axes), axis=0), np.arange(axes.shape[1])])
        result[:, : axes.shape[1]] = axes * np.where(signs == 0, 1, signs)
    return result


def drawn(vectors: Vectors, groups: NDArray[np.int64], centres: Vectors) -> tuple[Plane, Plane]:
    """Positions of publications and of topics, in [0, 1], six decimals.

    Topics stand as their centres' main axes tell, pushed apart until they do not overlap. Around its centre a
    topic's publications fill a disc: the most typical in the middle, each in the direction of its own main axes.

    Args:
        vectors: float32, (n, dim), unit rows.
        groups: Topic of each row, int64, (n,).
        centres: float32, (topics, dim), unit rows.
    """
    sizes = np.bincount(groups, minlength=len(centres))
    radii = np.sqrt(np.maximum(sizes, 1) / max(sizes.sum(), 1)) / 2
    middles = _apart(plane(centres), radii)
    points = np.zeros((len(vectors), 2))
    for group, (middle, radius) in enumerate(zip(middles, radii, strict=True)):
        rows = np.flatnonzero(groups == group)
        points[rows] = middle + radius * _disc(vectors[rows], vectors[rows] @ centres[group])
    return _scaled(points, middles)


def _disc(vectors: Vectors, typical: Vectors) -> Plane:
    """Positions in the unit disc: radius by rank of typicality, angle by rank around the main axes."""
    axes = plane(vectors)
    count = len(vectors)
    rank = np.empty(count)
    rank[np.argsort(-typical, kind="stable")] = np.arange(count)
    turn = np.empty(count)
    turn[np.argsort(np.arctan2(axes[:, 1], axes[:, 0]), kind="stable")] = np.arange(count)
    radius = np.sqrt((rank + 0.5) / max(count, 1))
    angle = 2 * math.pi * turn / max(count, 1)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _apart(middles: Plane, radii: Plane) -> Plane:
    """Discs pushed apart along the line between their centres until none overlap, at most `ROUNDS` times."""
    spread = max(float(np.abs(middles).max(initial=0)), 1e-9)
    placed = middles / spread
    # Discs that share a centre have no line between them: a small turn gives each its own.
    angles = 2 * math.pi * np.arange(len(placed)) / max(len(placed), 1)
    placed = placed + 1e-3 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for _ in range(ROUNDS):
        between = placed[:, None] - placed[None]
        distance = np.maximum(np.linalg.norm(between, axis=-1), 1e-9)
        overlap = np.maximum(GAP * (radii[:, None] + radii[None]) - distance, 0)
        np.fill_diagonal(overlap, 0)
        if not overlap.any():
            break
        placed = placed + (between / distance[..., None] * overlap[..., None] / 2).sum(axis=1)
        placed = placed * 0.995
    return placed


def _scaled(points: Plane, middles: Plane) -> tuple[Plane, Plane]:
    """Both on one scale, fitted into the unit square without change of proportions."""
    low, high = points.min(axis=0, initial=np.inf), points.max(axis=0, initial=-np.inf)
    if not len(points):
        return points, middles
    size = max(float((high - low).max()), 1e-9)
    shift = (1 - (high - low) / size) / 2
    placed, centres = (np.round((item - low) / size + shift, 6) for item in (points, middles))
    return placed, centres
