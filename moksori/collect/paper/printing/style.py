"""How a printed sheet looks: black on white, quiet, with room for a hand."""

from __future__ import annotations

from moksori.collect.paper.printing.options import Options
from moksori.collect.paper.printing.places import BOTTOM, CODE, HEAD, SIDE, TOP

SHEET = """
@page { size: %(width)smm %(height)smm; margin: %(top)smm %(side)smm %(bottom)smm;
  @top-left { content: string(title); font: 400 %(small)spt %(family)s;
    color: #444; vertical-align: top; padding-top: 11mm; width: 130mm }
  @bottom-center { content: "%(pages)s"; font: 400 %(small)spt %(family)s;
    vertical-align: top; padding-top: 6mm } }
@page :first { margin-top: %(head)smm; @top-left { content: none } }
html { font: 400 %(base)spt/1.5 %(family)s; color: #000;
  overflow-wrap: anywhere }
body { margin: 0 }
p, h1, h2, div, table { margin: 0; padding: 0 }
table { border-collapse: collapse; border-spacing: 0 }
.w { white-space: nowrap }
h1 { string-set: title content(); font-size: %(title)spt; line-height: 1.3;
  letter-spacing: -.02em; font-weight: 700 }
.head { margin-right: %(beside)smm; min-height: %(headroom)smm }
.intro { margin-top: 2.5mm; white-space: pre-line }
.note { height: %(note)smm; margin-top: 2.5mm }
.how { border: .25mm solid #000; border-radius: 1.6mm; margin: 1.5mm 0 5mm;
  width: 100%%; border-collapse: separate; break-inside: avoid }
.how.beside { table-layout: fixed }
.how td { padding: 2.2mm 3mm; vertical-align: top; font-size: %(hint)spt;
  line-height: 1.45 }
.how.beside td + td { border-left: .15mm solid #999 }
.how.below tr + tr td { border-top: .15mm solid #999 }
.how td.picture { width: 36mm }
.how b { display: block }
.how svg { display: block; height: %(picture)smm; margin: 1mm 0 0 }
.columns { columns: 2; column-gap: 8mm; column-rule: .15mm solid #bbb }
h2 { font-size: %(heading)spt; font-weight: 700; letter-spacing: -.01em;
  border-bottom: .25mm solid #000; padding-bottom: 1mm; margin: 3mm 0 3.5mm;
  break-after: avoid }
.q { margin: 0 0 %(gap)smm; padding-left: %(indent)smm; break-inside: avoid }
.q.table { break-inside: auto }
.q.section { padding-left: 0 }
.n { display: inline-block; width: %(indent)smm; margin-left: -%(indent)smm }
.t { font-weight: 700; line-height: 1.45; break-after: avoid }
.section .t { font-weight: 400 }
.hint, .help { font-weight: 400; font-size: %(hint)spt; color: #333;
  break-after: avoid }
.only { font-size: %(hint)spt; break-after: avoid; margin-bottom: .8mm }
.only span.tag { border: .2mm solid #000; border-radius: 1mm; padding: 0 1.4mm }
.go { font-size: %(hint)spt; font-weight: 700; margin-top: 1mm }
.body { margin-top: 1.4mm }
.box { display: inline-block; box-sizing: border-box; width: %(box)smm;
  height: %(box)smm; border: .28mm solid #000; vertical-align: top }
.o { padding-left: %(hang)smm; min-height: %(pitch)smm;
  line-height: %(line)smm; padding-top: .5mm; box-sizing: border-box;
  break-inside: avoid }
.o .box { float: left; margin: %(drop)smm 0 0 -%(back)smm }
.l { display: inline-block; max-width: 100%% }
.to { display: inline-block; font-weight: 700; font-size: %(hint)spt;
  padding-left: 2.5mm }
.o.other { padding-top: 2.5mm; margin-bottom: .8mm }
.o.other .box { margin-top: %(lower)smm }
.own { display: inline-block; border-bottom: .2mm solid #000; height: %(own)smm;
  margin: -2mm 0 0 2.5mm; vertical-align: bottom }
.many { width: 100%%; table-layout: fixed }
.many td { vertical-align: top; padding-right: 3mm }
.scale { table-layout: fixed; text-align: center }
.scale td { padding: 0; line-height: %(line)smm; vertical-align: bottom }
.scale .heads td { padding-bottom: .4mm; font-size: %(hint)spt }
.scale .box { margin: .6mm 0 1mm }
.scale .ends td { text-align: left; font-size: %(hint)spt; line-height: 1.35;
  vertical-align: top }
.scale .ends td.last { text-align: right }
.scale td.face { line-height: 1.3 }
.scale + .o, .instead { margin-top: 1.8mm }
.grid { width: 100%%; table-layout: fixed }
.grid thead td { text-align: center; vertical-align: bottom; font-size: %(hint)spt;
  line-height: 1.3; padding: 0 .6mm 1.2mm; overflow-wrap: anywhere }
.grid thead tr { border-bottom: .25mm solid #000 }
.grid tbody { break-inside: avoid; border-bottom: .12mm solid #aaa }
.grid tbody tr { break-inside: avoid }
.grid.stacked thead td { hyphens: auto; hyphenate-character: "-";
  hyphenate-limit-chars: 6 3 3 }
.grid.stacked tbody tr + tr { break-before: avoid }
.grid.stacked th { padding-bottom: 0 }
.grid th { text-align: left; font-weight: 400; line-height: 1.35;
  padding: 1.4mm 2mm 1.4mm 0; vertical-align: middle }
.grid td.c { text-align: center; vertical-align: middle; line-height: 0;
  height: %(row)smm; padding: 0 }
.write { display: block; line-height: %(writing)smm }
.line { display: inline-block; height: %(writing)smm; width: 92%%;
  border-bottom: .2mm solid #000; vertical-align: bottom }
.line.short { width: 26mm } .line.half { width: 62mm }
.unit { display: inline-block; padding-left: 2mm; vertical-align: bottom;
  line-height: 1.3 }
.space { height: %(space)smm; border: .2mm solid #555; border-radius: 1mm;
  margin-bottom: 1mm }
.parts tr { break-inside: avoid } .parts td { padding: .8mm 0; line-height: 0 }
.parts th { text-align: left; font-weight: 400; padding: .8mm 0 .8mm 3mm;
  vertical-align: bottom }
.end { margin-top: 4mm; padding-top: 3mm; border-top: .25mm solid #000;
  break-inside: avoid; break-before: avoid }
.end .thanks { font-weight: 700; font-size: %(heading)spt; white-space: pre-line }
"""


def style_of(options: Options, pages: str, family: str) -> str:
    """The style sheet; `pages` is CSS content such as `1 / 2` in counters."""
    width, height = options.size
    base = 17.0 if options.is_large else 10.5
    grown = base / 10.5
    box = 5.0 if options.is_large else 4.0
    line = round(base * 0.3528 * 1.45, 2)  # mm of a line of words
    drop = round((line - box) / 2, 2)
    hang = box + 4.5 if options.is_large else box + 3
    values = {
        "width": width, "height": height, "top": TOP, "side": SIDE, "bottom": BOTTOM,
        "head": HEAD, "headroom": TOP - HEAD - 1.5, "beside": CODE + 6,
        "family": family, "pages": pages,
        "small": 8.5 if not options.is_large else 13, "base": base,
        "title": 18 if not options.is_large else 25, "heading": round(base * 1.15, 1),
        "hint": round(base * 0.9, 1) if not options.is_large else 16,
        "note": round(5.3 * grown, 1) * 2, "picture": 9 if options.is_large else 6.4,
        "gap": round(5.5 * min(grown, 1.3), 1), "indent": round(7 * grown, 1),
        "box": box, "hang": hang, "back": hang - 0.6, "line": line,
        "pitch": max(7.0, round(line + 1.6, 2)), "drop": drop,
        "lower": round(drop + 0.4, 2), "own": round(line + 2.6, 1),
        "row": round(8.4 * min(grown, 1.35), 1), "writing": round(9 * min(grown, 1.3)),
        "space": 34 if options.columns == 1 else 28,
    }  # fmt: skip
    return SHEET % values
