"""Worlds of tools: those of one place, written so that none could serve another's sentences, and what nobody there can do."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import tools, words
from .grammar import Sentence
from .tools import ToolSpec


@dataclass
class World:
    name: str
    specs: list[ToolSpec]
    # Requests that none of its tools serves.
    refused: list[Sentence]


def read(path: Path) -> World:
    """A file of tools with lines `- request` between them."""
    lines = path.read_text().splitlines()
    refused = [Sentence(line[2:].strip()) for line in lines if line.startswith("- ")]
    return World(path.stem, tools.parse([line for line in lines if not line.startswith("- ")], path.name), refused)


@cache
def training() -> list[World]:
    return [read(path) for path in sorted((words.DATA / "worlds").glob("*.txt"))]
