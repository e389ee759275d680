"""A file of feedback, analysed without any server, as words, JSON or one page."""

from moksori.understand.report.analysis import analyse
from moksori.understand.report.findings import Findings
from moksori.understand.report.reading import Said, read

__all__ = ["Findings", "Said", "analyse", "read"]
