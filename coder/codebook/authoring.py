"""What authors may write in a file: pydantic's models of the structs of a codebook,
which find all mistakes.

Source: pydantic 2, `create_model`; the limits are those of msgspec's `Meta`.
"""

from __future__ import annotations

import types
from functools import reduce
from operator import or_
from typing import (
    Annotated,
    Any,
    ClassVar,
    ForwardRef,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from msgspec import NODEFAULT, Meta, to_builtins
from msgspec.structs import FieldInfo, fields
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Tag,
    create_model,
    model_validator,
)
from pydantic import Field as Key

from coder.codebook.expressions import Condition, form_of
from coder.codebook.label import Model

M = TypeVar("M", bound=Model)

_LIMITS = ("gt", "ge", "le", "min_length", "max_length", "pattern")
_MODELS: dict[str, Any] = {}


class _Written(BaseModel):
    """The text that an author wrote for a struct, until it is checked and replaced by
    it.
    """

    model_config = ConfigDict(
        extra="forbid",
        validate_by_name=True,
        validate_by_alias=True,
        allow_inf_nan=False,
        defer_build=True,  # they are built as parts of the model that is asked for
    )
    struct: ClassVar[type[Model]]

    @model_validator(mode="after")
    def made(self) -> Any:
        return self.struct(
            **{name: getattr(self, name) for name in self.model_fields_set}
        )


def checked(kind: type[M], data: Any) -> M:
    """A part of a codebook as an author wrote it; raises pydantic's ValidationError
    with all mistakes.
    """
    model: Any = model_of(kind)
    made: M = model.model_validate(data)
    return made


def model_of(kind: type[Model]) -> type[BaseModel]:
    """The model by which a struct is checked."""
    model: type[BaseModel] = _MODELS[_name_model(kind).__forward_arg__]
    model.model_rebuild(_types_namespace=_MODELS)
    return model


def _name_model(kind: type) -> ForwardRef:
    """The model of a struct, or all forms of a condition, by name, as they may hold
    themselves.
    """
    name = f"written_{kind.__name__}"
    if name not in _MODELS:
        _MODELS[name] = None  # while its parts are made
        if issubclass(kind, Model):
            parts: dict[str, Any] = {
                part.name: (_write_type(part.type), _key(part)) for part in fields(kind)
            }
            model = create_model(
                kind.__name__, __base__=_Written, __doc__=kind.__doc__, **parts
            )
            model.struct = kind
            _MODELS[name] = model
        else:
            forms = (
                Annotated[_name_model(form), Tag(form.__name__)]
                for form in kind.__subclasses__()
            )
            _MODELS[name] = Annotated[reduce(or_, forms), Discriminator(_form)]
    return ForwardRef(name)


def _form(raw: Any) -> str | None:
    form = form_of(raw)
    return form.__name__ if form else None


def _key(field: FieldInfo) -> Any:
    alias = field.encode_name if field.encode_name != field.name else None
    if field.default is not NODEFAULT:
        return Key(alias=alias, default=to_builtins(field.default))
    if field.default_factory is not NODEFAULT:
        return Key(alias=alias, default_factory=field.default_factory)
    return Key(alias=alias)


def _write_type(kind: Any) -> Any:
    """A type as authors write it: with models for structs, and limits that pydantic
    knows.
    """
    origin = get_origin(kind)
    inner = get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Model | Condition):
        return _name_model(kind)
    if origin is Annotated:
        return _limit(*inner)
    if origin in (Union, types.UnionType):
        return reduce(or_, map(_write_type, inner))
    if origin in (tuple, dict):
        return origin[
            tuple(each if each is ... else _write_type(each) for each in inner)
        ]
    return kind


def _limit(kind: Any, meta: Meta) -> Any:
    extra = meta.extra or {}
    if "word" in extra:
        return _or_word(kind, extra["word"])
    limits = {
        name: limit for name in _LIMITS if (limit := getattr(meta, name)) is not None
    }
    return Annotated[_write_type(kind), Key(**limits, **extra)]


def _or_word(kind: Any, keys: tuple[str, ...]) -> Any:
    """A struct, or a text that stands for one with the text under these keys; a union
    also keeps the text.
    """
    *kept, full = map(_write_type, get_args(kind) or (kind,))
    [word] = kept or [str]

    def in_full(raw: Any) -> Any:
        return dict.fromkeys(keys, raw) if isinstance(raw, str) else raw

    def shortest(made: Any) -> Any:
        first, *rest = (getattr(made, key) for key in keys)
        return first if kept and all(each == first for each in rest) else made

    before = BeforeValidator(in_full, json_schema_input_type=word | full)
    return Annotated[full, before, AfterValidator(shortest)]
