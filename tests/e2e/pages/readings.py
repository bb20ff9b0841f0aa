"""What a consumer can do about readings, in the words on the screen. No checks in here, but "I am there"."""

from tests.e2e.person import Visitor

DRUMS = "Що зараз на лічильнику, м³"


class NewReadingPage:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def open(self) -> "NewReadingPage":
        self.visitor.goto("/readings/new")
        self.visitor.sees(DRUMS)
        return self

    def send(self, value: str) -> None:
        self.visitor.fill(DRUMS, value)
        self.visitor.sees("Спожито")  # the device has taken the form over
        self.visitor.click("Передати")

    def confirm(self) -> None:
        self.visitor.click("Усе правильно")

    def take_the_likely_one(self) -> None:
        self.visitor.click("Так,")


class ReadingsPage:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    def open(self) -> "ReadingsPage":
        self.visitor.goto("/readings")
        self.visitor.sees("Показання")
        return self
