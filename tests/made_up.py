"""A catalogue of several areas, made up from the packaged one."""

from routines.catalogue import Catalogue, default_catalogue
from routines.model import Area, Routine

LOWBACK = default_catalogue().routine("lowback")


def routine(area: Area, exercises: int, name: str = "") -> Routine:
    own = tuple(
        LOWBACK.exercises[0].model_copy(update={"id": f"{area}{name}-{number}", "picture": "wall-sit"})
        for number in range(exercises)
    )
    return LOWBACK.model_copy(update={"id": f"{area}{name}", "area": area, "exercises": own, "aliases": ()})


CATALOGUE = Catalogue((LOWBACK, routine(Area.NECK, 4), routine(Area.HIPS, 3), routine(Area.HIPS, 2, "-more")))
