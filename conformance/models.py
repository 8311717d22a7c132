"""Holds an answer's raw JSON against the SDK's own model of it.

The SDK is lenient: it ignores fields it does not know and turns unknown enum values into a constant. A simulator that
misspells a field would pass. So the raw text is caught before the SDK reads it, and every field is looked up in the model.
"""

import functools
import inspect
import json
import re
from dataclasses import dataclass

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
PRIMITIVES = {"str": str, "bool": bool, "int": int, "float": (int, float), "datetime": str, "date": str}

# The service sends null where the model says required: a platform image belongs to no compartment.
NULL_ANYWAY = {("Image", "compartmentId")}


@dataclass(frozen=True)
class Field:
    type: str
    required: bool
    allowed: tuple


@functools.cache
def fields_of(model):
    """The fields of a model class by their JSON names."""
    blank = model()
    return {name: field(model, attribute, blank.swagger_types[attribute]) for attribute, name in blank.attribute_map.items()}


def field(model, attribute, declared):
    prop = getattr(model, attribute)
    values = re.search(r"allowed_values = \[(.*?)\]", inspect.getsource(prop.fset), re.S)
    return Field(
        type=declared,
        required="**[Required]**" in (prop.fget.__doc__ or ""),
        allowed=tuple(re.findall(r'"([^"]+)"', values.group(1))) if values else (),
    )


def complaints(value, declared, known, place):
    """Everything that is wrong with a value of the declared type, as sentences."""
    listed = re.fullmatch(r"list\[(.*)\]", declared)
    mapped = re.fullmatch(r"dict\([^,]*, (.*)\)", declared)
    if value is None or declared == "object":
        return
    if listed:
        yield from each(value, list, listed.group(1), known, place)
    elif mapped:
        yield from each(value, dict, mapped.group(1), known, place)
    elif declared in PRIMITIVES:
        yield from of_primitive(value, declared, place)
    elif declared in known:
        yield from of_model(value, known[declared], known, place)
    elif not isinstance(value, str):  # enum classes are not in the mapping
        yield f"{place} is not a string"


def each(value, container, inner, known, place):
    if not isinstance(value, container):
        yield f"{place} is not a {container.__name__}"
        return
    for key, item in value.items() if container is dict else enumerate(value):
        yield from complaints(item, inner, known, f"{place}[{key}]")


def of_primitive(value, declared, place):
    number_as_bool = isinstance(value, bool) and declared != "bool"
    if not isinstance(value, PRIMITIVES[declared]) or number_as_bool:
        yield f"{place} is {value!r}, not {declared}"
    elif declared == "datetime" and not RFC_3339.fullmatch(value):
        yield f"{place} is {value!r}, not an RFC 3339 time"


def of_model(value, model, known, place):
    if not isinstance(value, dict):
        yield f"{place} is not an object"
        return
    if hasattr(model, "get_subtype"):
        model = known[model.get_subtype(value)]
    expected = fields_of(model)
    for name in value.keys() - expected.keys():
        yield f"{place} has {name!r}, which {model.__name__} has not"
    for name, wanted in expected.items():
        item = value.get(name)
        if item is None:
            if wanted.required and (model.__name__, name) not in NULL_ANYWAY:
                yield f"{place} lacks {name!r}"
            continue
        for one in item if isinstance(item, list) else [item]:
            if wanted.allowed and one not in wanted.allowed:
                yield f"{place}.{name} is {one!r}, not one of {', '.join(wanted.allowed)}"
        yield from complaints(item, wanted.type, known, f"{place}.{name}")


class Catcher:
    """Keeps the raw body and the declared type of the last answer that a client read."""

    def __init__(self, client):
        self.client = client
        self.body = self.type = None
        self.read = client.base_client.deserialize_response_data
        client.base_client.deserialize_response_data = self.catch

    def catch(self, body, declared, *rest):
        self.body, self.type = body, declared
        return self.read(body, declared, *rest)

    def forget(self):
        self.body = self.type = None

    def complaints(self):
        if not self.body:
            return []
        known = self.client.base_client.type_mappings
        return list(complaints(json.loads(self.body), self.type, known, self.type))
