"""Whole numbers on planes: a number for every lane at once, one bit vector for each binary digit.

Written with `&`, `|` and `^` alone, so that a plane may be a Python int (as many lanes as one likes), an
array of machine words, or a wire of a circuit that is being drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, Self, TypeVar

__all__ = ["Number", "Plane", "all_of", "any_of", "at_least", "choose", "total"]


class Plane(Protocol):
    """A bit for every lane."""

    def __and__(self, other: Self, /) -> Self: ...
    def __or__(self, other: Self, /) -> Self: ...
    def __xor__(self, other: Self, /) -> Self: ...


P = TypeVar("P", bound=Plane)


def choose(where: P, one: P, other: P) -> P:
    """`one` in the lanes that are set in `where`, `other` in the rest."""
    chosen: P = other ^ (where & (one ^ other))
    return chosen


def all_of(planes: Iterable[P], ones: P) -> P:
    """The lanes set in every plane."""
    found = ones
    for plane in planes:
        found = found & plane
    return found


def any_of(planes: Iterable[P], ones: P) -> P:
    """The lanes set in one plane or more."""
    found: P = ones ^ ones
    for plane in planes:
        found = found | plane
    return found


def total(weighed: Iterable[tuple[P, int]], ones: P, start: int = 0) -> Number[P]:
    """`start` and the weights of the planes that are set, lane by lane.

    Columns of equal worth are added three planes at a time, as in a hardware multiplier. A negative weight
    is taken from `start` and given back where the plane is not set.
    """
    columns: list[list[P]] = []
    for plane, weight in weighed:
        if weight < 0:
            start += weight
            plane = plane ^ ones
        for digit in range(abs(weight).bit_length()):
            if abs(weight) >> digit & 1:
                while len(columns) <= digit:
                    columns.append([])
                columns[digit].append(plane)
    zero: P = ones ^ ones
    digits: list[P] = []
    at = 0
    while at < len(columns):
        column = columns[at]
        carries: list[P] = []
        while len(column) > 2:
            a, b, c = column.pop(), column.pop(), column.pop()
            half = a ^ b
            column.insert(0, half ^ c)
            carries.append((a & b) | (half & c))
        if len(column) == 2:
            a, b = column
            column[:] = [a ^ b]
            carries.append(a & b)
        digits.append(column[0] if column else zero)
        if carries:
            if at + 1 == len(columns):
                columns.append([])
            columns[at + 1] += carries
        at += 1
    sum_ = Number([*digits, zero], ones)
    return sum_ + Number.constant(start, ones) if start else sum_


def at_least(digits: Sequence[P], bound: int, ones: P) -> P:
    """Where an unsigned number, lowest digit first, reaches the bound."""
    zero: P = ones ^ ones
    if bound <= 0:
        return ones
    if bound >> len(digits):
        return zero
    reached = ones
    for digit, plane in enumerate(digits):
        reached = plane & reached if bound >> digit & 1 else plane | reached
    return reached


class Number(Generic[P]):
    """A signed number for every lane, in two's complement, lowest digit first; the last is the sign."""

    __slots__ = ("digits", "ones")

    def __init__(self, digits: Sequence[P], ones: P) -> None:
        self.digits = tuple(digits)
        self.ones = ones

    @classmethod
    def constant(cls, value: int, ones: P) -> Number[P]:
        """The same number in every lane."""
        zero: P = ones ^ ones
        width = value.bit_length() + 1
        return cls([ones if value >> digit & 1 else zero for digit in range(width)], ones)

    def __add__(self, other: Number[P]) -> Number[P]:
        return self._add(other, self.ones ^ self.ones)

    def __sub__(self, other: Number[P]) -> Number[P]:
        return self._add(Number([digit ^ self.ones for digit in other.digits], self.ones), self.ones)

    def _add(self, other: Number[P], carry: P) -> Number[P]:
        digits: list[P] = []
        for a, b in zip(*self._widened(other, 1), strict=True):
            half = a ^ b
            digits.append(half ^ carry)
            carry = (a & b) | (half & carry)
        return Number(digits, self.ones)

    def _widened(self, other: Number[P], more: int = 0) -> tuple[list[P], list[P]]:
        """The digits of both, made equally long by repeating the sign."""
        width = max(len(self.digits), len(other.digits)) + more
        ours, theirs = (
            [*number.digits, *[number.digits[-1]] * (width - len(number.digits))] for number in (self, other)
        )
        return ours, theirs

    def __ge__(self, other: Number[P] | int) -> P:
        """The lanes in which this is at least the other."""
        reached: P = self._below(self._number(other)) ^ self.ones
        return reached

    def __gt__(self, other: Number[P] | int) -> P:
        return self._number(other)._below(self)

    def __le__(self, other: Number[P] | int) -> P:
        within: P = self._number(other)._below(self) ^ self.ones
        return within

    def __lt__(self, other: Number[P] | int) -> P:
        return self._below(self._number(other))

    def equals(self, other: Number[P] | int) -> P:
        """The lanes in which both are the same."""
        ours, theirs = self._widened(self._number(other))
        same: P = any_of((a ^ b for a, b in zip(ours, theirs, strict=True)), self.ones) ^ self.ones
        return same

    def maximum(self, other: Number[P]) -> Number[P]:
        """The greater of both, lane by lane."""
        ours, theirs = self._widened(other)
        less = self._below(other)
        return Number([choose(less, b, a) for a, b in zip(ours, theirs, strict=True)], self.ones)

    def _number(self, other: Number[P] | int) -> Number[P]:
        return Number.constant(other, self.ones) if isinstance(other, int) else other

    def _below(self, other: Number[P]) -> P:
        ours, theirs = self._widened(other)
        ours[-1], theirs[-1] = theirs[-1], ours[-1]  # a set sign makes a number smaller
        below: P = self.ones ^ self.ones
        for a, b in zip(ours, theirs, strict=True):
            differ = a ^ b
            below = choose(differ, b, below)
        return below

    def at(self: Number[int], lane: int) -> int:
        """The number of one lane, where planes are Python ints."""
        value = sum((plane >> lane & 1) << digit for digit, plane in enumerate(self.digits))
        return value - ((self.digits[-1] >> lane & 1) << len(self.digits))
