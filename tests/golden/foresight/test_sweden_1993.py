"""The cohort step against Preston, Heuveline and Guillot (2001), boxes 6.1–6.2: Swedish women from 1993."""

from __future__ import annotations

import numpy as np
import pytest

from foresight.engine import births, grow, survive

WIDTH = 5
RADIX = 100_000
BOYS_PER_GIRL = 1.05
POPULATION = [293395, 248369, 240012, 261346, 285209, 314388, 281290, 286923, 304108, 324946, 247613, 211351,
              215140, 221764, 223506, 183654, 141990, 112424]  # fmt: skip
LIVED = [497487, 497138, 496901, 496531, 495902, 495168, 494213, 492760, 490447, 486613, 480665, 471786,
         457852, 436153, 402775, 350358, 271512, 291707]  # fmt: skip
FERTILITY = [0, 0, 0, 0.0120, 0.0908, 0.1499, 0.1125, 0.0441, 0.0074, 0.0003, 0, 0, 0, 0, 0, 0, 0, 0]
MIGRANTS = [6840, 4150, 3365, 5270, 9240, 8230, 5470, 3155, 1770, 1115, 1075, 845, 645, 530, 465, 300, 250,
            175]  # fmt: skip
OPEN_1998 = [302392, 298682, 252007, 244150, 268267, 293515, 320624, 284767, 288031, 303166, 322062, 243989,
             205841, 205516, 205270, 194771, 142565, 131966]  # fmt: skip
OPEN_BIRTHS = [15244, 126688, 229354, 170057, 63203, 10971, 472]
CLOSED_1998 = [293574, 293189, 248251, 239833, 261015, 284787, 313782, 280463, 285576, 301731, 320974, 243039,
               205109, 204944, 204793, 194419, 142324, 131768]  # fmt: skip
CLOSED_2003 = [280121, 293368, 293049, 248066, 239529, 260629, 284238, 312859, 279147, 283344, 298043, 315045,
               235861, 195388, 189260, 178141, 150666, 141960]  # fmt: skip


def _women(values: list[float]) -> np.ndarray:
    return np.array(values, dtype=float)[None, None]


def _survival() -> np.ndarray:
    """Share living to the end of the step, by class reached; the two oldest share one ratio."""
    lived = np.array(LIVED, dtype=float)
    ratio = lived[1:] / lived[:-1]
    ratio[-1] = lived[-1] / (lived[-2] + lived[-1])
    return ratio[None, None]


def _five_years(start: np.ndarray, migrants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Women five years later, and births of both sexes by mother's class."""
    half = migrants / 2
    older, _ = survive(grow(start), grow(half), half[:, :, 1:], _survival())
    fertility = np.array(FERTILITY[1:])[None]
    born = births(fertility, (start + half)[:, 0, 1:], older[:, 0], WIDTH)
    # women of the first class bear none, so the classes from the second on hold every mother
    girls = born.sum() / (1 + BOYS_PER_GIRL)
    youngest = girls * LIVED[0] / (WIDTH * RADIX) + half[:, :, 0]
    return np.concatenate([youngest[:, :, None], older], axis=2), born[0]


def test_an_open_population_reaches_the_published_numbers_at_every_age() -> None:
    end, born = _five_years(_women(POPULATION), _women(MIGRANTS))
    assert end[0, 0].round().tolist() == OPEN_1998
    assert born[2:9].round().tolist() == OPEN_BIRTHS
    assert end.sum() == pytest.approx(4_507_581, abs=0.5)


def test_a_closed_population_stays_on_the_recomputed_path_for_two_steps() -> None:
    nobody = _women([0] * len(POPULATION))
    first, born = _five_years(_women(POPULATION), nobody)
    second, _ = _five_years(first, nobody)
    assert first[0, 0].round().tolist() == CLOSED_1998
    assert born.sum() == pytest.approx(604866.4, abs=0.05)
    assert second[0, 0].round().tolist() == CLOSED_2003
    assert first.sum() == pytest.approx(4_449_570, abs=0.5)
    assert second.sum() == pytest.approx(4_478_712, abs=0.5)


def test_births_of_every_mothers_class_are_five_years_of_rates_on_the_women_between_both_ends() -> None:
    nobody = _women([0] * len(POPULATION))
    first, born = _five_years(_women(POPULATION), nobody)
    women = (np.array(POPULATION) + first[0, 0]) / 2
    assert born == pytest.approx((5 * np.array(FERTILITY) * women)[1:])
    # by hand, at 15–19: 5 · 0.0120 · (261 346 + 239 833) / 2
    assert born[2] == pytest.approx(15_035.4, abs=0.05)


def test_without_births_deaths_and_moves_everybody_is_a_class_older() -> None:
    start = _women(POPULATION)
    older, deaths = survive(grow(start), np.zeros((1, 1, 17)), np.zeros((1, 1, 17)), np.ones((1, 1, 17)))
    assert older[0, 0].tolist() == [*POPULATION[:-2], POPULATION[-2] + POPULATION[-1]]
    assert not deaths.any()
