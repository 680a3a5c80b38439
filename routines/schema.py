"""The format of routine files as a JSON Schema, for editors that check and complete while one types."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import NullableSchema

from routines.model import Routine

_ON_A_CHAIR = {
    "if": {"properties": {"position": {"const": "standing"}}},
    "then": {"anyOf": [{"required": ["seated"]}, {"required": ["seated_stand_in"]}]},
}


class _ForToml(GenerateJsonSchema):
    """Leaves out what TOML has not (null) and what only repeats a key's name (titles)."""

    def nullable_schema(self, schema: NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if (key, value) != ("default", None)}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # asked for each key, the answer is one
        return False


def schema() -> dict[str, Any]:
    """Describe a routine file; what one file cannot know, such as ids used elsewhere, the loader alone checks."""
    made = Routine.model_json_schema(schema_generator=_ForToml)
    made["$defs"]["Exercise"] |= _ON_A_CHAIR
    return {"$schema": GenerateJsonSchema.schema_dialect, **made}


def schema_text() -> str:
    """Write the schema as the file that is committed."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"
