"""What schema.org allows for the types that the pages use: properties, and the types of their values.

After https://schema.org (release 29), taken by hand: only what the pages may say is listed, with all types that
schema.org expects there. Text is a string, URL an http(s) string, Duration ISO 8601.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["faults"]

_THING = {
    "name": "Text",
    "alternateName": "Text",
    "description": "Text TextObject",
    "url": "URL",
    "sameAs": "URL",
    "identifier": "PropertyValue Text URL",
}
_CREATIVE_WORK = _THING | {
    "author": "Organization Person",
    "provider": "Organization Person",
    "inLanguage": "Language Text",
    "isAccessibleForFree": "Boolean",
    "isPartOf": "CreativeWork URL",
    "license": "CreativeWork URL",
    "learningResourceType": "DefinedTerm Text",
    "educationalLevel": "DefinedTerm Text URL",
    "teaches": "DefinedTerm Text",
    "timeRequired": "Duration",
    "offers": "Demand Offer",
}
_ORGANIZATION = _THING | {"address": "PostalAddress Text"}

PROPERTIES = {
    "CreativeWork": _CREATIVE_WORK,
    "LearningResource": _CREATIVE_WORK,
    "Course": _CREATIVE_WORK
    | {
        "courseCode": "Text",
        "coursePrerequisites": "AlignmentObject Course Text",
        "hasCourseInstance": "CourseInstance",
        "numberOfCredits": "Integer StructuredValue",
        "educationalCredentialAwarded": "EducationalOccupationalCredential Text URL",
    },
    "CourseInstance": _THING
    | {
        "courseMode": "Text URL",
        "courseWorkload": "Text",
        "duration": "Duration QuantitativeValue",
        "inLanguage": "Language Text",
        "isAccessibleForFree": "Boolean",
        "offers": "Demand Offer",
    },
    "EducationalOccupationalProgram": _THING
    | {
        "provider": "Organization Person",
        "educationalCredentialAwarded": "EducationalOccupationalCredential Text URL",
        "numberOfCredits": "Integer StructuredValue",
        "timeToComplete": "Duration",
        "educationalProgramMode": "Text URL",
        "programPrerequisites": "AlignmentObject Course EducationalOccupationalCredential Text",
        "occupationalCategory": "CategoryCode Text",
        "hasCourse": "Course",
        "offers": "Demand Offer",
    },
    "Occupation": _THING
    | {
        "occupationalCategory": "CategoryCode Text",
        "skills": "DefinedTerm Text",
        "responsibilities": "Text",
    },
    "Offer": _THING
    | {
        "category": "CategoryCode PhysicalActivityCategory Text Thing URL",
        "price": "Number Text",
        "priceCurrency": "Text",
    },
    "DefinedTerm": _THING | {"inDefinedTermSet": "DefinedTermSet URL", "termCode": "Text"},
    "DefinedTermSet": _CREATIVE_WORK,
    "Organization": _ORGANIZATION,
    "CollegeOrUniversity": _ORGANIZATION,
    "Person": _THING,
    "PostalAddress": _THING | {"addressCountry": "Country Text"},
}
SUPER = {
    "Course": "LearningResource",
    "LearningResource": "CreativeWork",
    "DefinedTermSet": "CreativeWork",
    "CollegeOrUniversity": "Organization",
}
REQUIRED = {
    "Course": ("name",),
    "CourseInstance": ("name",),
    "EducationalOccupationalProgram": ("name",),
    "Occupation": ("name",),
    "LearningResource": ("name",),
    "Offer": ("category",),
}
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_TEXT = re.compile(r".*\S.*", re.DOTALL)
_URL = re.compile(r"https?://\S+")


def _is(kind: str, wanted: str) -> bool:
    while kind != wanted and kind in SUPER:
        kind = SUPER[kind]
    return wanted in {kind, "Thing"}


def _fits(value: object, wanted: str) -> bool:
    """Say whether a JSON value is of a type of schema.org."""
    if isinstance(value, dict):
        return _is(value.get("@type", ""), wanted)
    if isinstance(value, bool):
        return wanted == "Boolean"
    if isinstance(value, int | float):
        return wanted in ({"Integer", "Number"} if isinstance(value, int) else {"Number"})
    pattern = {"URL": _URL, "Duration": _DURATION, "Text": _TEXT}.get(wanted)
    return isinstance(value, str) and pattern is not None and pattern.fullmatch(value) is not None


def faults(node: dict[str, Any], place: str = "") -> list[str]:
    """Return what schema.org does not allow in a node, and in all nodes within it."""
    kind = node.get("@type", "")
    if kind not in PROPERTIES:
        return [f"{place} is a {kind!r}, which is no type that we use"]
    where = place or kind
    found = [f"{where} has no {name}" for name in REQUIRED.get(kind, ()) if name not in node]
    if not _URL.fullmatch(node.get("@id", "https://none")):
        found.append(f"{where}: {node['@id']!r} is no IRI")
    for name, value in node.items():
        if name in PROPERTIES[kind]:
            found += _property_faults(value, PROPERTIES[kind][name], f"{where}.{name}")
        elif name not in {"@id", "@type", "@context"}:
            found.append(f"{where}: {kind} has no property {name}")
    return found


def _property_faults(value: object, allowed: str, where: str) -> list[str]:
    items = value if isinstance(value, list) else [value]
    found = [] if items else [f"{where} is empty"]
    for each in items:
        if not any(_fits(each, wanted) for wanted in allowed.split()):
            found.append(f"{where} is {each!r}, not {allowed}")
        elif isinstance(each, dict):
            found += faults(each, where)
    return found
