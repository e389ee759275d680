/* Which known pain points a text may be about, by their words, on the phone itself:
   nothing that is being typed leaves it before "done", also not without a name. */
const SHORTEST = 6, MOST = 3;  // letters; pain points
const SEPARATORS = /[\s·—–,:/()]+/;

/** Up to three of `known` that share words with the text, the likeliest first. */
export function near(text, known) {
  const said = text.normalize("NFC").toLowerCase();
  if (said.trim().length < SHORTEST) return [];
  const terms = known.map(termsOf);
  const counts = new Map();
  for (const term of terms.flat()) counts.set(term, (counts.get(term) || 0) + 1);
  // A word that few pain points share says more than one that many do.
  const weight = (term) => Math.log(1 + known.length / counts.get(term));
  const found = known.map((one, at) => ({
    one, score: terms[at].filter((term) => holds(said, term)).reduce((sum, term) => sum + weight(term), 0),
  })).filter((row) => row.score > 0).sort((a, b) => b.score - a.score);
  return found.filter((row) => row.score >= found[0].score / 2).slice(0, MOST).map((row) => row.one);
}

function termsOf(one) {
  const words = [...one.name.split(SEPARATORS), ...one.words];
  return [...new Set(words.map((w) => stem(w.normalize("NFC").toLowerCase())).filter(isTelling))];
}

/** Endings change in Korean ("부족함", "부족해서"): the beginning is compared. */
function stem(word) {
  return /^[가-힣]{3,}$/.test(word) ? word.slice(0, -1) : word;
}

const isTelling = (term) => (/^[\x00-\x7f]+$/.test(term) ? term.length >= 4 : term.length >= 2);

function holds(said, term) {
  if (!/^[\x00-\x7f]+$/.test(term)) return said.includes(term);
  const at = said.indexOf(term);
  return at >= 0 && (at === 0 || !/[a-z0-9]/.test(said[at - 1]));
}
