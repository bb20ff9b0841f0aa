"""Templates compiled for speed: what one language and one build decide is decided when a template is compiled.

Written naturally, a page asks for some hundred translations, icons and addresses that are the same at every
request, and calls as many macros. Here a sentence becomes text in its language, a macro called with constants and
an included piece that looks at nothing of the page become what they say, and the other pieces and macros are put
where they are called (`web/splicing.py`). What depends on the page stays as it was written.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from types import CodeType
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from webapp.web.splicing import CannotSplice, bound, join_inside, joined, or_nothing, said, spliced

PLACES = re.compile(r"%\((\w+)\)s|(%%)")
OF_ITS_OWN: Any = (nodes.Extends, nodes.Block, nodes.Import, nodes.FromImport, nodes.Macro)
"""What a piece with these does, it can only do as a template of its own."""
LEANING: Any = (nodes.Extends, nodes.Block, nodes.Import, nodes.FromImport, nodes.Include)
"""What makes a template look beyond itself."""
CALLED = re.compile(r"(\w+)_of_((?:[0-9a-f]{2})+)")
"""The name of a macro that stays a call: its own, and its template's in hexadecimal."""
Constants = dict[str, Callable[[str], str]]
Macro = tuple[str, str]
"""The name of the template, and the macro's in it."""


class FoldingGenerator(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:
        assert isinstance(self.environment, FoldingEnvironment)
        super().visit_Template(self.environment.fold(node, self.name), frame)


class FoldedTemplate(jinja2.Template):
    @classmethod
    def from_code(
        cls, environment: jinja2.Environment, code: CodeType, globals: Any, uptodate: Any = None
    ) -> jinja2.Template:
        assert isinstance(environment, FoldingEnvironment)
        environment.know(code)
        return super().from_code(environment, code, globals, uptodate)


class LiveContext(Context):
    """Knows also the macros of a piece that was read after the page around it had begun."""

    def resolve_or_missing(self, key: str) -> Any:
        found = super().resolve_or_missing(key)
        return self.environment.globals.get(key, missing) if found is missing else found


class FoldingEnvironment(jinja2.Environment):
    """`sentence` translates, `constants` are functions of one string whose answer never changes."""

    code_generator_class = FoldingGenerator
    template_class = FoldedTemplate
    context_class = LiveContext

    def __init__(self, sentence: Callable[[str], str], constants: Constants, **options: Any) -> None:
        super().__init__(**options)
        self.sentence, self.constants = sentence, constants
        self._alone: dict[str, bool] = {}
        self._definitions: dict[Macro, nodes.Macro | None] = {}

    def fold(self, template: nodes.Template, name: str | None) -> nodes.Template:
        folded: nodes.Template = Folding(self, template, name).visit(template)
        return folded

    def folded(self, name: str) -> nodes.Template:
        return self.fold(self._parsed(name), name)

    def stands_alone(self, name: str) -> bool:
        """Whether this template looks at nothing of the page it is part of."""
        if name not in self._alone:
            self._alone[name] = False  # for one that leads back to itself
            tree = self.folded(name)
            self._alone[name] = not tree.find(LEANING) and not meta.find_undeclared_variables(tree)
        return self._alone[name]

    def definition(self, macro: Macro) -> nodes.Macro | None:
        """The folded macro of a template that stands alone; None while it is being folded."""
        if macro not in self._definitions:
            self._definitions[macro] = None
            template, name = macro
            tree = self._parsed(template)
            found = next(
                (one for one in tree.body if isinstance(one, nodes.Macro) and one.name == name), None
            )
            self._definitions[macro] = found and Folding(self, tree, template, own=True).visit(found)
        return self._definitions[macro]

    def macro(self, macro: Macro) -> Callable[..., str]:
        template, name = macro
        made: Callable[..., str] = getattr(self.get_template(template).module, name)
        return made

    def name_of(self, macro: Macro) -> str:
        """A name by which every template knows this macro, without importing it at every request."""
        name = f"{macro[1]}_of_{macro[0].encode().hex()}"
        if name not in self.globals:
            self.globals[name] = self.macro(macro)
        return name

    def know(self, code: CodeType) -> None:
        """The macros that compiled code calls by such names: another process may have compiled it."""
        for const in code.co_consts:
            found = CALLED.fullmatch(const) if isinstance(const, str) else None
            if found:
                self.name_of((bytes.fromhex(found[2]).decode(), found[1]))
            elif isinstance(const, CodeType):
                self.know(const)

    def _parsed(self, name: str) -> nodes.Template:
        assert self.loader
        source, file, _ = self.loader.get_source(self, name)
        return self.parse(source, name, file)


class Folding(NodeTransformer):
    """`own`: the macros of this template call each other, and are wanted elsewhere."""

    def __init__(
        self, environment: FoldingEnvironment, template: nodes.Template, name: str | None, own: bool = False
    ) -> None:
        self.environment, self.eval = environment, nodes.EvalContext(environment, name)
        self.macros = self._known(template, name if own else None) if self.eval.autoescape else {}

    def _known(self, template: nodes.Template, own: str | None) -> dict[str, Macro]:
        """Macros that stand alone, by the name they have here; no name that means two things."""
        told = [
            (alias, (node.template.value, macro))
            for node in template.find_all(nodes.FromImport)
            if isinstance(node.template, nodes.Const) and self._stands_alone(node)
            for macro, alias in map(_pair, node.names)
        ]
        mine = [macro.name for macro in template.find_all(nodes.Macro)]
        known = dict(told) | ({name: (own, name) for name in mine} if own else {})
        double = {alias for alias, macro in told if known[alias] != macro}
        stored = {name.name for name in template.find_all(nodes.Name) if name.ctx != "load"}
        return {alias: known[alias] for alias in known.keys() - double - stored - set([] if own else mine)}

    def _stands_alone(self, node: Any) -> bool:
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        return isinstance(name, str) and self.environment.stands_alone(name)

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node | None:
        if not self._stands_alone(node):
            return node
        node.with_context = False
        return None if all(alias in self.macros for _, alias in map(_pair, node.names)) else node

    def visit_Name(self, node: nodes.Name) -> nodes.Node:
        macro = self.macros.get(node.name) if node.ctx == "load" else None
        return nodes.Name(self.environment.name_of(macro), "load", lineno=node.lineno) if macro else node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(name, str) or node.ignore_missing or not node.with_context:
            return node
        if self.environment.stands_alone(name):
            text = nodes.TemplateData(self.environment.get_template(name).render())
            return nodes.Output([text], lineno=node.lineno)
        tree = self.environment.folded(name)
        return node if tree.find(OF_ITS_OWN) else nodes.With([], [], tree.body, lineno=node.lineno)

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for child in node.nodes:
            pieces = self._in_place(child, None)
            if pieces is None:
                one = or_nothing(self.visit(child))
                pieces = [
                    nodes.Output(one.nodes if isinstance(one, nodes.Concat) else [one], lineno=node.lineno)
                ]
            made += pieces
        return joined(made)

    def visit_CallBlock(self, node: nodes.CallBlock) -> Any:
        """The macro with the body in its middle; else the call stays a call, which takes the body along."""
        node.body = self._all(node.body)
        pieces = None if node.args else self._in_place(node.call, node.body)
        if pieces is not None:
            return pieces
        self.generic_visit(node.call)
        return node

    def _all(self, body: Iterable[nodes.Node]) -> list[nodes.Node]:
        made: list[nodes.Node] = []
        for one in body:
            new = self.visit(one)
            made += new if isinstance(new, list) else [] if new is None else [new]
        return joined(made)

    def generic_visit(self, node: nodes.Node, *_: Any, **__: Any) -> nodes.Node:
        return join_inside(super().generic_visit(node))

    def _in_place(self, call: nodes.Node, caller: list[nodes.Node] | None) -> list[nodes.Node] | None:
        """What a call of a known macro does, as statements; None where it has to stay a call."""
        macro = self._macro(call)
        if not macro or not isinstance(call, nodes.Call):
            return None
        if caller is None:
            text = self._text(call, macro)
            if text:
                return [nodes.Output([text], lineno=call.lineno)]
        definition = self.environment.definition(macro)
        try:
            return spliced(definition, *self._arguments(call), caller, self.eval) if definition else None
        except CannotSplice:
            return None

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        macro = self._macro(node)
        if macro:
            return self._text(node, macro) or self._value(node, macro)
        self.generic_visit(node)
        called = node.node.name if isinstance(node.node, nodes.Name) else ""
        if called == "_":
            return self._sentence(node)
        if called in self.environment.constants and isinstance(node.args[0], nodes.Const):
            return nodes.Const(self.environment.constants[called](node.args[0].value), lineno=node.lineno)
        return node

    def _macro(self, call: nodes.Node) -> Macro | None:
        if not isinstance(call, nodes.Call) or call.dyn_args or call.dyn_kwargs:
            return None
        return self.macros.get(call.node.name) if isinstance(call.node, nodes.Name) else None

    def _arguments(self, call: nodes.Call) -> tuple[list[nodes.Expr], dict[str, nodes.Expr]]:
        """Folded once, though they may be asked for twice."""
        call.args = [self.visit(one) for one in call.args]
        call.kwargs = [nodes.Keyword(one.key, self.visit(one.value)) for one in call.kwargs]
        return call.args, {one.key: one.value for one in call.kwargs}

    def _text(self, call: nodes.Call, macro: Macro) -> nodes.Expr | None:
        """What a macro says to constants."""
        positional, named = self._arguments(call)
        try:
            values = [one.as_const(self.eval) for one in positional]
            named_values = {name: one.as_const(self.eval) for name, one in named.items()}
        except nodes.Impossible:
            return None
        return nodes.TemplateData(self.environment.macro(macro)(*values, **named_values), lineno=call.lineno)

    def _value(self, call: nodes.Call, macro: Macro) -> nodes.Expr:
        """What it says as part of something larger."""
        definition = self.environment.definition(macro)
        try:
            if definition:
                return said(definition, bound(definition, *self._arguments(call)), self.eval)
        except CannotSplice:
            pass
        call.node = nodes.Name(self.environment.name_of(macro), "load", lineno=call.lineno)
        return call

    def _sentence(self, node: nodes.Call) -> nodes.Node:
        words, values = node.args, {one.key: one.value for one in node.kwargs}
        if len(words) != 1 or not isinstance(words[0], nodes.Const):
            return node
        text = self.environment.sentence(words[0].value)
        if "%" in PLACES.sub("", text) or not set(re.findall(r"%\((\w+)\)s", text)) <= values.keys():
            return node
        try:
            known = {name: value.as_const(self.eval) for name, value in values.items()}
            sure = Markup(text) % known if self.eval.autoescape else text % known
            return nodes.TemplateData(sure, lineno=node.lineno)
        except nodes.Impossible:
            return nodes.Concat(list(_parts(text, values)), lineno=node.lineno)


def _pair(name: str | tuple[str, str]) -> tuple[str, str]:
    """`import icon as draw`: the macro, and what it is called here."""
    return name if isinstance(name, tuple) else (name, name)


def _parts(text: str, values: dict[str, nodes.Expr]) -> Iterator[nodes.Expr]:
    """«Рахунок %(number)s» as the words and the values between them."""
    at = 0
    for place in PLACES.finditer(text):
        yield nodes.TemplateData(text[at : place.start()])
        yield nodes.TemplateData("%") if place[2] else values[place[1]]
        at = place.end()
    yield nodes.TemplateData(text[at:])
