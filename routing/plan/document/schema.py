"""The JSON Schema of the plan file, for editors and other programs, made from the same registry that reads it.

Scalars are texts in the file: numbers and yes/no are accepted as either, as an editor's own YAML reader gives them.
"""

from typing import Any

from routing.engine import fields
from routing.engine.fields import FIELDS, OPERATORS_OF, WITH_CALENDAR, WITH_LIST, WITHOUT_VALUE, Kind

from . import defaults
from .conditions import DEEPEST
from .hours import WEEKDAYS

_SLUG = {"type": "string", "pattern": f"^{fields.SLUG.pattern}$"}
_USERNAME = {"type": "string", "minLength": 1, "maxLength": 150}
_TEXT = {"type": ["string", "number", "boolean", "null"]}
_BOOLEAN = {"enum": [True, False, "true", "false", "yes", "no", None]}
_DATE = {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\d$"}
_LOCAL = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d)?)?$"}
_NUMBER = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"}]
}
_SPAN = {"type": "string", "pattern": r"^\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d$"}


def json_schema() -> dict[str, Any]:
    """The schema of a plan file, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "LeadOps plan",
        "description": "People and plan: who may get leads, and by which rules.",
        **_mapping(
            {
                "plan": {"enum": [1, "1"], "description": "The version of this format."},
                "name": _TEXT,
                "calendars": _named(_SLUG, _calendar()),
                "reps": _named(_USERNAME, _rep()),
                "teams": _named(_SLUG, _team()),
                "territories": _named(_SLUG, _territory()),
                "qualification": _or_null(_qualification()),
                "sla": _named(_SLUG, _policy()),
                "rules": _or_null(_list(_rule())),
                "returning": _returning(),
            }
        ),
        "$defs": {
            "condition": _condition(),
            **{f"group{level}": _group(level) for level in range(1, DEEPEST + 1)},
        },
    }


def _calendar() -> dict[str, Any]:
    day = "|".join(WEEKDAYS)
    spans = {"anyOf": [_SPAN, {"type": "null"}, {"const": ""}, _list(_SPAN)]}
    pattern = f"^({day})(\\s*-\\s*({day}))?$"
    return _mapping(
        {
            "timezone": _TEXT,
            "hours": {"type": ["object", "null"], "patternProperties": {pattern: spans}, "additionalProperties": False},
            "holidays": _TEXT,
            "closed": _or_null(_list(_DATE)),
        }
    )


def _rep() -> dict[str, Any]:
    absence = _mapping({"from": _LOCAL, "to": _LOCAL}, required=["from", "to"])
    return _mapping(
        {
            "name": _TEXT,
            "email": _TEXT,
            "calendar": _or_null(_SLUG),
            "seniority": _whole(1, 5),
            "skills": _named({"type": "string"}, _whole(1, 3)),
            "caps": _caps(),
            "active": _BOOLEAN,
            "accepting": _BOOLEAN,
            "time_off": _or_null(_list(absence)),
        }
    )


def _team() -> dict[str, Any]:
    member = _mapping({"weight": _whole(0, 1000), "caps": _caps()})
    make_up = _mapping(
        {
            "reasons": _list({"enum": list(defaults.MAKE_UP_REASONS)}, at_least=1),
            "leads": _whole(1, 1000),
            "days": _whole(1, 366),
        },
        required=["reasons"],
    )
    return _mapping(
        {
            "name": _TEXT,
            "managers": _or_null(_list(_USERNAME)),
            "calendar": _or_null(_SLUG),
            "members": {"anyOf": [_list(_USERNAME), _named(_USERNAME, member)]},
            "counts": _mapping(dict.fromkeys(defaults.counts(), _BOOLEAN)),
            "make_up": {"anyOf": [make_up, {"enum": ["off", "none", False]}]},
            "credit": _or_null(_list({"type": "string"})),
        }
    )


def _territory() -> dict[str, Any]:
    return _mapping(
        {
            "name": _TEXT,
            "parent": _or_null(_SLUG),
            "where": _or_null(_members(1)),
            "team": _or_null(_SLUG),
            "reps": _or_null(_list(_USERNAME, at_least=1)),
            "from": _DATE,
            "to": _DATE,
        }
    )


def _qualification() -> dict[str, Any]:
    score = _mapping(
        {"slug": _or_null(_SLUG), "name": _TEXT, "points": _whole(-1_000_000, 1_000_000), "when": _ref("group1")},
        required=["points", "when"],
    )
    disqualifier = _mapping(
        {"slug": _or_null(_SLUG), "name": _TEXT, "reason": _TEXT, "when": _ref("group1")}, required=["when"]
    )
    return _mapping(
        {
            "scores": _or_null(_list(score)),
            "bands": _mapping(dict.fromkeys(defaults.bands(), _whole(0, 1000))),
            "disqualify": _or_null(_list(disqualifier)),
        }
    )


def _policy() -> dict[str, Any]:
    duration = {"type": "string", "pattern": r"^\d+\s*[smhd]$"}

    def step(does: tuple[str, ...]) -> dict[str, Any]:
        return _mapping({"after": duration, "do": {"enum": list(does)}}, required=["after", "do"])

    return _mapping(
        {
            "clock": _choice(defaults.CLOCKS),
            "steps": _list(step(defaults.STEPS), at_least=1),
            "unclaimed": _or_null(_list(step(defaults.UNCLAIMED_STEPS))),
        },
        required=["steps"],
    )


def _rule() -> dict[str, Any]:
    target = {
        "anyOf": [
            _SLUG,
            _exactly({"team": _SLUG}),
            _exactly({"territory": {"enum": [True, "true", "yes"]}}),
            _exactly({"rep": _USERNAME}),
        ]
    }
    requires = _mapping(
        {
            "on_shift": _BOOLEAN,
            "skills": _named({"type": "string"}, _whole(1, 3)),
            "skills_from": _or_null(_list(_field(Kind.TEXT, Kind.ATTRIBUTE))),
            "seniority": _mapping(dict.fromkeys(defaults.seniority(), _whole(1, 5))),
        }
    )
    return _mapping(
        {
            "slug": _or_null(_SLUG),
            "name": _TEXT,
            "when": _or_null(_ref("group1")),
            "to": target,
            "delivery": _choice(defaults.DELIVERIES),
            "order": _choice(defaults.ORDERS),
            "requires": requires,
            "offer_minutes": _whole(1, 100_000),
            "hide_contact": _BOOLEAN,
            "when_nobody": {"anyOf": [_choice(defaults.WHEN_NOBODY), _exactly({"team": _SLUG})]},
            "sla": _or_null(_SLUG),
        },
        required=["to"],
    )


def _returning() -> dict[str, Any]:
    match = _list({"enum": list(defaults.RETURNING_BY)}, at_least=1)
    return {"anyOf": [{"enum": ["off", "no", "false", False]}, _mapping({"match": match, "days": _whole(1, 36500)})]}


def _condition() -> dict[str, Any]:
    return {"anyOf": [variant for kind in Kind for variant in _conditions_of(kind)]}


def _conditions_of(kind: Kind) -> list[dict[str, Any]]:
    """The conditions that fit a kind of field, one variant for each shape of value."""
    number = kind is Kind.NUMBER
    one: dict[str, Any] = {"type": ["string", "number", "boolean"]}
    if number:
        one = _NUMBER
    elif kind is Kind.YES_NO:
        one = {"enum": [True, False, "yes", "no", "true", "false"]}
    shapes: dict[str, dict[str, Any] | None] = {}
    for op in OPERATORS_OF[kind]:
        if op in WITHOUT_VALUE:
            shapes[op] = None
        elif op in WITH_LIST:
            shapes[op] = _list(one, at_least=1)
        elif op in WITH_CALENDAR:
            shapes[op] = _SLUG
        elif op == "between":
            end = _NUMBER if kind is Kind.ATTRIBUTE else one
            shapes[op] = {"type": "array", "items": end, "minItems": 2, "maxItems": 2}
        elif kind is Kind.ATTRIBUTE and op in ("at_least", "at_most", "more_than", "less_than"):
            shapes[op] = _NUMBER
        else:
            shapes[op] = one
    variants = []
    for shape in _distinct(shapes.values()):
        keys = {"field": _field(kind), "op": {"enum": [op for op, own in shapes.items() if own == shape]}}
        value = {"value": {"enum": ["", None]}} if shape is None else {"value": shape}
        required = ["field", "op"] if shape is None else ["field", "op", "value"]
        variants.append({**_exactly(keys | value), "required": required})
    return variants


def _distinct(shapes: Any) -> list[Any]:
    found: list[Any] = []
    for shape in shapes:
        if shape not in found:
            found.append(shape)
    return found


def _field(*kinds: Kind) -> dict[str, Any]:
    names = [field.name for field in FIELDS.values() if field.kind in kinds]
    attribute = {"type": "string", "pattern": r"^attributes\.\s*\S"}
    if Kind.ATTRIBUTE not in kinds:
        return {"enum": names}
    return {"anyOf": [{"enum": names}, attribute]} if names else attribute


def _group(level: int) -> dict[str, Any]:
    return {"anyOf": [_exactly({kind: _members(level)}) for kind in ("all", "any", "none")]}


def _members(level: int) -> dict[str, Any]:
    member = _ref("condition")
    if level < DEEPEST:
        member = {"anyOf": [member, _ref(f"group{level + 1}")]}
    return _list(member, at_least=1)


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _whole(low: int, high: int) -> dict[str, Any]:
    number = {"type": "integer", "minimum": low, "maximum": high}
    return {"anyOf": [number, {"type": "string", "pattern": r"^[+-]?\d+$"}, {"type": "null"}]}


def _caps() -> dict[str, Any]:
    return _mapping(dict.fromkeys(defaults.CAP_KINDS, _whole(0, 1_000_000)))


def _choice(words: tuple[str, ...]) -> dict[str, Any]:
    return {"enum": [*words, None]}


def _list(items: dict[str, Any], at_least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items} | ({"minItems": at_least} if at_least else {})


def _named(key: dict[str, Any], item: dict[str, Any]) -> dict[str, Any]:
    names = {name: rule for name, rule in key.items() if name != "type"}
    return {"type": ["object", "null"], "propertyNames": names, "additionalProperties": item}


def _mapping(keys: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": ["object", "null"], "properties": keys, "additionalProperties": False}
    return shape | ({"required": required} if required else {})


def _exactly(keys: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": keys, "additionalProperties": False, "required": list(keys)}


def _or_null(shape: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, {"type": "null"}]}
