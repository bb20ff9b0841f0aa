"""Templates compiled for speed: what one language and one build decide is decided when a template is compiled.

Written naturally, a page asks for some hundred translations, icons and addresses that are the same at every
request. Here they become text: a sentence in its language, the address of a file, a macro called with
constants, an included piece that looks at nothing of the page. What depends on the page stays as it was written.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jinja2
from jinja2 import meta, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

PLACES = re.compile(r"%\((\w+)\)s|(%%)")
Constants = dict[str, Callable[[str], str]]


class FoldingGenerator(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:
        assert isinstance(self.environment, FoldingEnvironment)
        super().visit_Template(self.environment.fold(node, self.name), frame)


class FoldingEnvironment(jinja2.Environment):
    """`sentence` translates, `constants` are functions of one string whose answer never changes."""

    code_generator_class = FoldingGenerator

    def __init__(self, sentence: Callable[[str], str], constants: Constants, **options: Any) -> None:
        super().__init__(**options)
        self.sentence, self.constants = sentence, constants
        self._alone: dict[str, bool] = {}

    def fold(self, template: nodes.Template, name: str | None) -> nodes.Template:
        folded: nodes.Template = _Folding(self, template, name).visit(template)
        return folded

    def stands_alone(self, name: str) -> bool:
        """Whether this template looks at nothing of the page it is part of."""
        if name not in self._alone:
            self._alone[name] = False  # for one that leads back to itself
            self._alone[name] = self._asks_nobody(name)
        return self._alone[name]

    def _asks_nobody(self, name: str) -> bool:
        assert self.loader
        source, file, _ = self.loader.get_source(self, name)
        folded = self.fold(self.parse(source, name, file), name)
        others = folded.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport, nodes.Block))
        if any(getattr(other, "with_context", True) for other in others):
            return False
        return not meta.find_undeclared_variables(folded)


class _Folding(NodeTransformer):
    def __init__(self, environment: FoldingEnvironment, template: nodes.Template, name: str | None) -> None:
        self.environment, self.eval = environment, nodes.EvalContext(environment, name)
        self.macros = self._imported(template)

    def _imported(self, template: nodes.Template) -> dict[str, tuple[str, str]]:
        """Macros that stand alone, by the name they have here; no name that means two things."""
        told = [
            (alias, (node.template.value, macro))
            for node in template.find_all(nodes.FromImport)
            if isinstance(node.template, nodes.Const) and self.environment.stands_alone(node.template.value)
            for macro, alias in (one if isinstance(one, tuple) else (one, one) for one in node.names)
        ]
        known = dict(told)
        double = {alias for alias, macro in told if known[alias] != macro}
        stored = {node.name for node in template.find_all(nodes.Name) if node.ctx in ("store", "param")}
        own = {node.name for node in template.find_all(nodes.Macro)}
        return {alias: macro for alias, macro in told if alias not in double | stored | own}

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node:
        if isinstance(node.template, nodes.Const) and self.environment.stands_alone(node.template.value):
            node.with_context = False
        return node

    def visit_Include(self, node: nodes.Include) -> nodes.Node:
        if not isinstance(node.template, nodes.Const) or not isinstance(node.template.value, str):
            return node
        if node.ignore_missing or not self.environment.stands_alone(node.template.value):
            return node
        text = self.environment.get_template(node.template.value).render()
        return nodes.Output([nodes.TemplateData(text)], lineno=node.lineno)

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        self.generic_visit(node)
        parts = [one.nodes if isinstance(one, nodes.Concat) else [one] for one in node.nodes]
        node.nodes = [one for part in parts for one in part]
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:
        """What it calls stays a call, which takes the body along."""
        for part in (node.call.args, node.call.kwargs, node.body):
            part[:] = [self.visit(one) for one in part]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        name = node.node.name
        if name == "_":
            return self._sentence(node)
        try:
            positional = [one.as_const(self.eval) for one in node.args]
            named = {one.key: one.value.as_const(self.eval) for one in node.kwargs}
        except nodes.Impossible:
            return node
        if name in self.environment.constants:
            return nodes.Const(self.environment.constants[name](*positional), lineno=node.lineno)
        if name in self.macros:
            template, macro = self.macros[name]
            said = getattr(self.environment.get_template(template).module, macro)(*positional, **named)
            return nodes.TemplateData(str(said), lineno=node.lineno)
        return node

    def _sentence(self, node: nodes.Call) -> nodes.Node:
        said, values = node.args, {one.key: one.value for one in node.kwargs}
        if len(said) != 1 or not isinstance(said[0], nodes.Const):
            return node
        text = self.environment.sentence(said[0].value)
        if "%" in PLACES.sub("", text) or not set(re.findall(r"%\((\w+)\)s", text)) <= values.keys():
            return node
        try:
            known = {name: value.as_const(self.eval) for name, value in values.items()}
            sure = Markup(text) % known if self.eval.autoescape else text % known
            return nodes.TemplateData(sure, lineno=node.lineno)
        except nodes.Impossible:
            return nodes.Concat(list(_parts(text, values)), lineno=node.lineno)


def _parts(text: str, values: dict[str, nodes.Expr]) -> Iterator[nodes.Expr]:
    """«Рахунок %(number)s» as the words and the values between them."""
    at = 0
    for place in PLACES.finditer(text):
        yield nodes.TemplateData(text[at : place.start()])
        yield nodes.TemplateData("%") if place[2] else values[place[1]]
        at = place.end()
    yield nodes.TemplateData(text[at:])
