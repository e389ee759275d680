"""temporary"""
from __future__ import annotations
import re
from collections import Counter
from dataclasses import dataclass
import numpy as np
@dataclass(frozen=True)
class ThemeName:
    ko: str
    en: str
    words: tuple[str,...]
def name_themes(texts, labels, vectors, languages):
    tot=Counter(w for t in texts for w in set(re.findall(r'\w{2,}',t.lower())))
    out=[]
    for k in range(int(labels.max())+1):
        ws=Counter(w for i in np.flatnonzero(labels==k) for w in set(re.findall(r'\w{2,}',texts[i].lower())))
        best=sorted((w for w in ws if ws[w]>3),key=lambda w:-ws[w]**1.5/tot[w])[:8]
        out.append(ThemeName('·'.join(best[:3]) or f'주제 {k}','', tuple(best)))
    return out
