"""What all tables share: their metadata, the names of constraints, the types of ids and instants."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, cast

from sqlalchemy import JSON, BigInteger, Identity, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, mapped_column

from bot.store.types import UtcDateTime

Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"))]


OFTEN_CHANGED = {"postgresql_with": {"fillfactor": 50}}
"""With room beside a row that changes often, PostgreSQL need not touch its indexes for that."""


class Base(DeclarativeBase):
    """The metadata of all tables; constraint names are spelled out so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[Any] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        list[int]: JSON,
        list[Any]: JSON,
    }


def core(row: type[Base]) -> Table:
    """Give the plain table of a row's class, for statements over many rows, where its objects would cost too much."""
    return cast("Table", row.__table__)
