"""Points and turns in space, in cm: x to the figure's own left, y up, z the way it faces."""

from math import cos, radians, sin, sqrt

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]

_TINY = 1e-9


def add(first: Vector, *others: Vector) -> Vector:
    """Add up vectors."""
    x, y, z = first
    for other in others:
        x, y, z = x + other[0], y + other[1], z + other[2]
    return (x, y, z)


def subtract(first: Vector, second: Vector) -> Vector:
    """Point from the second to the first."""
    return (first[0] - second[0], first[1] - second[1], first[2] - second[2])


def scale(vector: Vector, factor: float) -> Vector:
    """Stretch a vector."""
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)


def dot(first: Vector, second: Vector) -> float:
    """Multiply to a number."""
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def cross(first: Vector, second: Vector) -> Vector:
    """Find the direction square to both."""
    return (
        first[1] * second[2] - first[2] * second[1],
        first[2] * second[0] - first[0] * second[2],
        first[0] * second[1] - first[1] * second[0],
    )


def length(vector: Vector) -> float:
    """Measure a vector."""
    return sqrt(dot(vector, vector))


def unit(vector: Vector) -> Vector:
    """Keep the direction at length 1; a vector of no length stays so."""
    size = length(vector)
    return scale(vector, 1 / size) if size > _TINY else (0.0, 0.0, 0.0)


def mix(first: Vector, second: Vector, part: float) -> Vector:
    """Go a part of the way from the first to the second."""
    return add(scale(first, 1 - part), scale(second, part))


def square_to(vector: Vector, axis: Vector) -> Vector:
    """Drop the share of a vector that lies along a unit axis."""
    return subtract(vector, scale(axis, dot(vector, axis)))


def rotate(matrix: Matrix, vector: Vector) -> Vector:
    """Turn a vector."""
    return (dot(matrix[0], vector), dot(matrix[1], vector), dot(matrix[2], vector))


def combine(first: Matrix, *others: Matrix) -> Matrix:
    """Make one turn of several; the last is done first."""
    result = first
    for other in others:
        columns = [(other[0][i], other[1][i], other[2][i]) for i in range(3)]
        rows = [(dot(row, columns[0]), dot(row, columns[1]), dot(row, columns[2])) for row in result]
        result = (rows[0], rows[1], rows[2])
    return result


def bend(degrees: float) -> Matrix:
    """Turn so that what is up goes forward."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((1, 0, 0), (0, c, -s), (0, s, c))


def turn(degrees: float) -> Matrix:
    """Turn so that what is in front goes to the figure's left."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((c, 0, s), (0, 1, 0), (-s, 0, c))


def lean(degrees: float) -> Matrix:
    """Turn so that what is up goes to the figure's right."""
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return ((c, -s, 0), (s, c, 0), (0, 0, 1))
